/* lib/wire/frame.h
 * The header in front of every message between a game client and gamesrvd, and what may stand around its payload:
 * trace context, zstd, CRC32C. docs/wire.md is the specification.
 *
 *	0      4    5    6      8     12       16
 *	magic  ver  flg  type   seq   length   [trace 25] payload [crc32c 4]	big endian
 *
 * Thread: any; no state but the codec's own (struct wire_codec). The header is checked whole before anything is decoded
 * or allocated. `length` counts the payload as it stands on the wire (compressed, without trace and checksum).
 */
#pragma once
#include "base/shared.h"

enum {
	WIRE_MAGIC = 0xf0f0f0f0u,
	WIRE_VERSION = 1,
	WIRE_HEADER = 16,
	WIRE_TRACE = 25, /* W3C trace context: trace id 16, parent id 8, flags 1 */
	WIRE_CRC = 4,
	WIRE_BATCH_FRAMES = 256, /* frames in one BATCH */
	WIRE_WS_HEADER = 10,     /* at most, of an unmasked WebSocket frame */
};

enum wire_flag {
	WIRE_ZSTD = 1,
	WIRE_ENCRYPTED = 2, /* reserved: refused */
	WIRE_CRC32C = 4,
	WIRE_TRACED = 8,
	WIRE_UNORDERED = 16, /* `seq` repeats that of the last ordered frame of its stream */
};

enum wire_error { /* each ends the connection, with a close code of docs/wire.md */
		  WIRE_OK,
		  WIRE_SHORT, /* fewer bytes than the header promises, or than a header has */
		  WIRE_LONG,  /* bytes behind the frame's end */
		  WIRE_BAD_MAGIC,
		  WIRE_BAD_VERSION,
		  WIRE_BAD_FLAGS,
		  WIRE_UNKNOWN_TYPE,
		  WIRE_TOO_BIG,
		  WIRE_BAD_CRC,
		  WIRE_BAD_ZSTD,
		  WIRE_BAD_PAYLOAD, /* no protobuf of that type, or above its bounds */
		  WIRE_NESTED_BATCH,
};
const char *wire_error_name(enum wire_error e); /* "bad-crc" */
const char *wire_error_text(enum wire_error e); /* a sentence for the BYE */

struct wire_header {
	uint8_t flags;
	uint16_t type; /* Gamesrv__V1__FrameType */
	uint32_t seq, length;
};

struct wire_trace {
	uint8_t trace_id[16], parent_id[8], flags;
};

struct wire_frame { /* a received frame; views into the bytes given, or into the codec's buffer when unpacked */
	struct wire_header head;
	struct wire_trace trace; /* if head.flags & WIRE_TRACED */
	struct str payload;
};

/* The first WIRE_HEADER bytes: cheap, and enough to know what the whole frame will take. `max_payload` is the bound on
 * head.length. `total`: bytes of the whole frame. */
enum wire_error wire_header_read(const uint8_t bytes[WIRE_HEADER], uint32_t max_payload,
				 struct wire_header *head, uint32_t *total);
void wire_header_write(uint8_t out[WIRE_HEADER], const struct wire_header *head);

/* What compresses and inflates: buffers and contexts of one thread. */
struct wire_codec;
struct wire_codec *
wire_codec_new(uint32_t max_payload); /* of a payload once inflated. NULL: out of memory */
void wire_codec_free(struct wire_codec *codec); /* NULL is fine */
/* A whole frame: header, checksum, inflation to at most max_payload. Does not look into the payload.
 * `out->payload` is good until the next call. */
enum wire_error wire_frame_read(struct wire_codec *codec, struct str bytes, struct wire_frame *out);

struct wire_options { /* how a receiver wants its frames */
	bool crc32c;
	uint32_t zstd_from; /* payloads of at least this many bytes; 0: never */
	const struct wire_trace *trace;
};
/* Appends a whole frame, for a WebSocket with its (unmasked, binary) header in front: ready to be sent as it is and
 * shared by many. `opt` NULL: plain, and no codec is needed. False: out of memory, nothing appended. */
bool wire_frame_put(struct wire_codec *codec, struct shared **to, const struct wire_options *opt,
		    uint16_t type, uint8_t flags, uint32_t seq, struct str payload, bool websocket);
/* Walks frames laid down with `websocket`: each call gives the next one with (`whole`) and without (`frame`) the
 * WebSocket header. False at the end. `*at` starts at 0. */
bool wire_ws_next(struct str batch, uint32_t *at, struct str *whole, struct str *frame);

/* A BATCH's payload: its frames are plain (WIRE_UNORDERED and WIRE_TRACED at most), at most WIRE_BATCH_FRAMES. Checks all of
 * them before the first may take effect. */
enum wire_error wire_batch_check(struct str payload);
/* The frames of a payload that was checked. False at the end. `*at` starts at 0. */
bool wire_batch_next(struct str payload, uint32_t *at, struct wire_frame *out);

uint32_t wire_crc32c(uint32_t crc, const void *bytes,
		     size_t n); /* Castagnoli, RFC 3720 B.4; starts with 0 */
