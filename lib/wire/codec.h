/* lib/wire/codec.h
 * What stands behind struct wire_codec: one payload inflated, one deflated. Private to lib/wire.
 *
 * Thread: one codec a thread. Both give views into the codec's own buffers, good until the next call of the same.
 */
#pragma once
#include "wire/frame.h"

uint32_t wire_codec_max(const struct wire_codec *codec);
/* WIRE_TOO_BIG above the codec's max_payload, WIRE_BAD_ZSTD otherwise. */
enum wire_error wire_codec_inflate(struct wire_codec *codec, struct str in, struct str *out);
/* False: it is not worth it, or there is no memory: send it as it is. */
bool wire_codec_deflate(struct wire_codec *codec, struct str in, struct str *out);
