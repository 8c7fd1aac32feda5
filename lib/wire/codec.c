/* lib/wire/codec.c: zstd, with the bounds of this server around it. */
#include "wire/codec.h"

#include <stdlib.h>
#include <zstd.h>

enum {
	LEVEL = 1, /* game messages are small and many: the fastest level takes most of what there is to take */
	GAIN = 16, /* not worth a client's work below so many bytes saved */
};

struct wire_codec {
	uint32_t max_payload;
	ZSTD_DCtx *inflater;
	ZSTD_CCtx *deflater;
	uint8_t *inflated, *deflated;
	size_t deflated_room;
};

struct wire_codec *wire_codec_new(uint32_t max_payload)
{
	struct wire_codec *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->max_payload = max_payload;
	c->inflater = ZSTD_createDCtx();
	c->deflater = ZSTD_createCCtx();
	c->inflated = malloc(max_payload ? max_payload : 1);
	if (c->inflater == NULL || c->deflater == NULL || c->inflated == NULL ||
	    ZSTD_isError(ZSTD_CCtx_setParameter(c->deflater, ZSTD_c_compressionLevel, LEVEL))) {
		wire_codec_free(c);
		return NULL;
	}
	return c;
}

void wire_codec_free(struct wire_codec *c)
{
	if (c == NULL)
		return;
	ZSTD_freeDCtx(c->inflater);
	ZSTD_freeCCtx(c->deflater);
	free(c->inflated);
	free(c->deflated);
	free(c);
}

uint32_t wire_codec_max(const struct wire_codec *c)
{
	return c->max_payload;
}

enum wire_error wire_codec_inflate(struct wire_codec *c, struct str in, struct str *out)
{
	unsigned long long says = ZSTD_getFrameContentSize(in.p, in.n);
	size_t n;

	/* One frame, and no skippable one, so that what a client pays for in bytes bounds what we do for it. */
	if (says == ZSTD_CONTENTSIZE_ERROR || memcmp(in.p, "\x28\xb5\x2f\xfd", 4) != 0 ||
	    ZSTD_findFrameCompressedSize(in.p, in.n) != in.n)
		return WIRE_BAD_ZSTD;
	if (says != ZSTD_CONTENTSIZE_UNKNOWN && says > c->max_payload)
		return WIRE_TOO_BIG;
	/* In one call into memory that is there already: the window a frame asks for is never allocated. */
	n = ZSTD_decompressDCtx(c->inflater, c->inflated, c->max_payload, in.p, in.n);
	if (ZSTD_isError(n))
		return WIRE_BAD_ZSTD;
	*out = (struct str){(const char *)c->inflated, n};
	return WIRE_OK;
}

static bool room_for(struct wire_codec *c, size_t room)
{
	uint8_t *grown;

	if (room <= c->deflated_room)
		return true;
	grown = realloc(c->deflated, room);
	if (grown == NULL)
		return false;
	c->deflated = grown;
	c->deflated_room = room;
	return true;
}

bool wire_codec_deflate(struct wire_codec *c, struct str in, struct str *out)
{
	size_t n;

	if (!room_for(c, ZSTD_compressBound(in.n)))
		return false;
	n = ZSTD_compress2(c->deflater, c->deflated, c->deflated_room, in.p, in.n);
	if (ZSTD_isError(n) || n + GAIN > in.n)
		return false;
	*out = (struct str){(const char *)c->deflated, n};
	return true;
}
