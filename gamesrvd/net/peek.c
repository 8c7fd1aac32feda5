/* gamesrvd/net/peek.c */
#include "gamesrvd/net/peek.h"

enum { VARINT = 0, FIXED64 = 1, BYTES = 2, FIXED32 = 5 };

static uint64_t varint(const uint8_t **p, const uint8_t *end)
{
	uint64_t v = 0;

	for (int shift = 0; *p < end && shift < 64; shift += 7) {
		uint8_t byte = *(*p)++;

		v |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			break;
	}
	return v;
}

uint64_t peek_number(struct str payload, uint32_t field)
{
	const uint8_t *p = (const uint8_t *)payload.p, *end = p + payload.n;

	while (p < end) {
		uint64_t tag = varint(&p, end), skip = 0, value = 0;

		switch (tag & 7) {
		case VARINT: value = varint(&p, end); break;
		case FIXED64: skip = 8; break;
		case BYTES: skip = varint(&p, end); break;
		case FIXED32: skip = 4; break;
		default: return 0;
		}
		if (tag == ((uint64_t)field << 3 | VARINT))
			return value;
		p += skip < (uint64_t)(end - p) ? skip : (uint64_t)(end - p);
	}
	return 0;
}
