/* lib/wire/pb.h
 * Protobuf's own primitives on raw bytes, for the pre-scan and the readers and writers in place. Private to lib/wire.
 *
 * Thread: any; no state. A reader moves `at` on; false: the bytes are no such thing, and nothing else may be read.
 */
#pragma once
#include "base/base.h"

enum pb_wire { PB_VARINT = 0, PB_FIXED64 = 1, PB_BYTES = 2, PB_FIXED32 = 5 };

struct pb {
	const uint8_t *at, *end;
};

static inline struct pb pb_of(struct str s)
{
	const uint8_t *p = (const uint8_t *)s.p;

	return (struct pb){p, p + s.n};
}

static inline size_t pb_left(const struct pb *in)
{
	return (size_t)(in->end - in->at);
}

static inline bool pb_varint(struct pb *in, uint64_t *out)
{
	uint64_t v = 0;

	if (LIKELY(in->at < in->end && *in->at < 0x80)) {
		*out = *in->at++;
		return true;
	}
	for (unsigned shift = 0; shift < 70 && in->at < in->end; shift += 7) {
		uint8_t byte = *in->at++;

		v |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80) {
			*out = v;
			return true;
		}
	}
	return false;
}

/* A field's number and wire type. Five bytes hold every number there is; protobuf-c reads no more of a tag. */
static inline bool pb_tag(struct pb *in, uint32_t *field, uint8_t *wire)
{
	const uint8_t *start = in->at;
	uint64_t tag;

	if (!pb_varint(in, &tag) || in->at - start > 5 || tag > UINT32_MAX)
		return false;
	*wire = tag & 7;
	*field = (uint32_t)(tag >> 3);
	return *field != 0;
}

static inline bool pb_fixed64(struct pb *in, uint64_t *out)
{
	uint64_t v = 0;

	if (pb_left(in) < 8)
		return false;
	for (unsigned i = 0; i < 8; i++)
		v |= (uint64_t)in->at[i] << 8 * i;
	in->at += 8;
	*out = v;
	return true;
}

static inline bool pb_bytes(struct pb *in, struct str *out)
{
	uint64_t n;

	if (!pb_varint(in, &n) || n > pb_left(in))
		return false;
	*out = (struct str){(const char *)in->at, (size_t)n};
	in->at += n;
	return true;
}

/* Past the value of a field nobody knows. Groups (3 and 4) are no part of proto3. */
static inline bool pb_skip(struct pb *in, uint8_t wire)
{
	uint64_t v;
	struct str s;

	switch (wire) {
	case PB_VARINT: return pb_varint(in, &v);
	case PB_BYTES: return pb_bytes(in, &s);
	case PB_FIXED32:
	case PB_FIXED64:
		if (pb_left(in) < (wire == PB_FIXED32 ? 4u : 8u))
			return false;
		in->at += wire == PB_FIXED32 ? 4 : 8;
		return true;
	default: return false;
	}
}

static inline uint32_t pb_varint_size(uint64_t v)
{
	return (uint32_t)(63 - __builtin_clzll(v | 1)) / 7 + 1;
}

static inline uint8_t *pb_put_varint(uint8_t *out, uint64_t v)
{
	while (v >= 0x80) {
		*out++ = (uint8_t)(v | 0x80);
		v >>= 7;
	}
	*out++ = (uint8_t)v;
	return out;
}

/* What proto3 does with its defaults: a number 0 and empty bytes are left out. Fields here have numbers below 16, so a tag
 * is one byte. */
static inline uint32_t pb_number_size(uint64_t v)
{
	return v ? 1 + pb_varint_size(v) : 0;
}

static inline uint8_t *pb_put_number(uint8_t *out, uint8_t field, uint64_t v)
{
	if (!v)
		return out;
	*out++ = (uint8_t)(field << 3 | PB_VARINT);
	return pb_put_varint(out, v);
}

static inline uint32_t pb_bytes_size(size_t n)
{
	return n ? 1 + pb_varint_size(n) + (uint32_t)n : 0;
}

static inline uint8_t *pb_put_bytes(uint8_t *out, uint8_t field, struct str s)
{
	if (!s.n)
		return out;
	*out++ = (uint8_t)(field << 3 | PB_BYTES);
	out = pb_put_varint(out, s.n);
	memcpy(out, s.p, s.n);
	return out + s.n;
}
