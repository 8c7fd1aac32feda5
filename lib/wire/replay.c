/* lib/wire/replay.c */
#include "wire/replay.h"

static const char magic[8] = "GSREPLAY";

static void put32(struct buf *out, uint32_t v)
{
	char bytes[4] = {(char)(v >> 24), (char)(v >> 16), (char)(v >> 8), (char)v};

	buf_add(out, (struct str){bytes, sizeof(bytes)});
}

static uint32_t get32(const char *p)
{
	const uint8_t *b = (const uint8_t *)p;

	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static struct str behind(struct str s, size_t n)
{
	return (struct str){s.p + n, s.n - n};
}

void replay_put_head(struct buf *out)
{
	buf_add(out, (struct str){magic, sizeof(magic)});
	put32(out, REPLAY_VERSION);
}

void replay_put_block(struct buf *out, struct str frames)
{
	put32(out, (uint32_t)frames.n);
	put32(out, wire_crc32c(0, frames.p, frames.n));
	buf_add(out, frames);
}

bool replay_open(struct replay *r, struct str file)
{
	*r = (struct replay){.torn = "this is no replay file"};
	if (file.n < REPLAY_HEAD || memcmp(file.p, magic, sizeof(magic)) != 0)
		return false;
	r->torn = "it was written by another version";
	if (get32(file.p + sizeof(magic)) != REPLAY_VERSION)
		return false;
	*r = (struct replay){.rest = behind(file, REPLAY_HEAD)};
	return true;
}

static bool stop(struct replay *r, const char *why)
{
	r->torn = why;
	r->rest = r->block = (struct str){NULL, 0};
	return false;
}

static bool next_block(struct replay *r)
{
	size_t n;

	if (r->rest.n == 0)
		return false;
	if (r->rest.n < REPLAY_BLOCK_HEAD || r->rest.n - REPLAY_BLOCK_HEAD < get32(r->rest.p))
		return stop(r, "its last block is incomplete");
	n = get32(r->rest.p);
	r->block = (struct str){r->rest.p + REPLAY_BLOCK_HEAD, n};
	if (wire_crc32c(0, r->block.p, n) != get32(r->rest.p + 4))
		return stop(r, "a block's checksum is wrong");
	r->rest = behind(r->rest, REPLAY_BLOCK_HEAD + n);
	return true;
}

bool replay_next(struct replay *r, struct wire_frame *frame)
{
	uint32_t total;

	while (r->block.n == 0) {
		if (!next_block(r))
			return false;
	}
	if (r->block.n < WIRE_HEADER ||
	    wire_header_read((const uint8_t *)r->block.p, UINT32_MAX, &frame->head, &total) !=
		    WIRE_OK ||
	    (frame->head.flags & ~WIRE_UNORDERED) || total > r->block.n)
		return stop(r, "a block holds something else than plain frames");
	frame->payload = (struct str){r->block.p + WIRE_HEADER, frame->head.length};
	r->block = behind(r->block, total);
	return true;
}
