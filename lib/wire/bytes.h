/* lib/wire/bytes.h
 * Numbers in network order, and the WebSocket header in front of a ready frame. Private to lib/wire.
 *
 * Thread: any; no state.
 */
#pragma once
#include "wire/frame.h"

static inline uint16_t get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline uint64_t get64(const uint8_t *p)
{
	return (uint64_t)get32(p) << 32 | get32(p + 4);
}

static inline uint8_t *put16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
	return p + 2;
}

static inline uint8_t *put32(uint8_t *p, uint32_t v)
{
	put16(p, (uint16_t)(v >> 16));
	put16(p + 2, (uint16_t)v);
	return p + 4;
}

/* FIN and opcode 2: one unfragmented binary message of `n` bytes. */
static inline uint8_t *put_ws(uint8_t *p, uint32_t n)
{
	*p++ = 0x82;
	if (n < 126) {
		*p++ = (uint8_t)n;
		return p;
	}
	if (n <= UINT16_MAX) {
		*p++ = 126;
		return put16(p, (uint16_t)n);
	}
	*p++ = 127;
	return put32(put32(p, 0), n);
}

/* Room for a frame around `payload` bytes at the end of `to`, with both headers written; where the payload goes. What was
 * written counts once the caller adds it to (*to)->n. NULL: out of memory. */
static inline uint8_t *frame_open(struct shared **to, uint16_t type, uint8_t flags, uint32_t seq,
				  uint32_t payload)
{
	struct wire_header head = {flags, type, seq, payload};
	uint8_t *p;

	if (UNLIKELY(!shared_reserve(to, WIRE_WS_HEADER + WIRE_HEADER + payload)))
		return NULL;
	p = put_ws((*to)->bytes + (*to)->n, WIRE_HEADER + payload);
	wire_header_write(p, &head);
	return p + WIRE_HEADER;
}

static inline bool frame_close(struct shared *to, const uint8_t *end)
{
	to->n = (uint32_t)(end - to->bytes);
	return true;
}
