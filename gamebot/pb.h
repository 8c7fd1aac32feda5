/* gamebot/pb.h
 * Protobuf fields written and read in place: for the few messages that bots exchange by the hundred thousand. What comes
 * seldom goes through wire/message.h. Encoding: protobuf.dev/programming-guides/encoding.
 *
 * Thread: any; values. A writer that runs out of room stops and says so; zeros and empty bytes are left out, as proto3 does.
 */
#pragma once
#include "base/base.h"

struct pb_out {
	uint8_t *p, *end;
	bool full;
};

static inline void pb_varint(struct pb_out *o, uint64_t v)
{
	do {
		if (o->p == o->end) {
			o->full = true;
			return;
		}
		*o->p++ = (uint8_t)(v | 0x80);
		v >>= 7;
	} while (v);
	o->p[-1] &= 0x7f;
}

static inline void pb_uint(struct pb_out *o, uint32_t field, uint64_t v)
{
	if (v == 0)
		return;
	pb_varint(o, field << 3);
	pb_varint(o, v);
}

static inline void pb_raw(struct pb_out *o, const void *bytes, size_t n)
{
	if ((size_t)(o->end - o->p) < n) {
		o->full = true;
		return;
	}
	memcpy(o->p, bytes, n);
	o->p += n;
}

static inline void pb_bytes(struct pb_out *o, uint32_t field, struct str bytes)
{
	if (bytes.n == 0)
		return;
	pb_varint(o, field << 3 | 2);
	pb_varint(o, bytes.n);
	pb_raw(o, bytes.p, bytes.n);
}

static inline void pb_fixed64(struct pb_out *o, uint32_t field, uint64_t v)
{
	uint8_t le[8];

	if (v == 0)
		return;
	for (int i = 0; i < 8; i++)
		le[i] = (uint8_t)(v >> (8 * i));
	pb_varint(o, field << 3 | 1);
	pb_raw(o, le, sizeof(le));
}

struct pb_in { /* start with .p and .end alone */
	const uint8_t *p, *end;
	bool bad; /* what stands there is no protobuf */
	uint32_t field;
	uint64_t value;   /* varint and fixed */
	struct str bytes; /* length-delimited */
};

static inline struct pb_in pb_of(struct str payload)
{
	return (struct pb_in){.p = (const uint8_t *)payload.p,
			      .end = (const uint8_t *)payload.p + payload.n};
}

static inline uint64_t pb_take_varint(struct pb_in *in)
{
	uint64_t v = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		if (in->p == in->end)
			break;
		v |= (uint64_t)(*in->p & 0x7f) << shift;
		if ((*in->p++ & 0x80) == 0)
			return v;
	}
	in->bad = true;
	return 0;
}

static inline uint64_t pb_take_fixed(struct pb_in *in, unsigned n)
{
	uint64_t v = 0;

	if ((size_t)(in->end - in->p) < n) {
		in->bad = true;
		return 0;
	}
	for (unsigned i = 0; i < n; i++)
		v |= (uint64_t)*in->p++ << (8 * i);
	return v;
}

/* The next field; false at the end, or when .bad. */
static inline bool pb_next(struct pb_in *in)
{
	uint64_t key;

	if (in->p == in->end || in->bad)
		return false;
	key = pb_take_varint(in);
	in->field = (uint32_t)(key >> 3);
	switch (key & 7) {
	case 0: in->value = pb_take_varint(in); break;
	case 1: in->value = pb_take_fixed(in, 8); break;
	case 5: in->value = pb_take_fixed(in, 4); break;
	case 2:
		in->value = pb_take_varint(in);
		if (in->bad || in->value > (uint64_t)(in->end - in->p)) {
			in->bad = true;
			return false;
		}
		in->bytes = (struct str){(const char *)in->p, in->value};
		in->p += in->value;
		break;
	default: in->bad = true;
	}
	return !in->bad;
}
