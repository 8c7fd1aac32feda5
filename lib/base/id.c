/* lib/base/id.c */
#include "base/id.h"

/* Crockford's base 32 in lower case: no letter that could be read as a digit. */
static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";

const char *id_text(char kind, struct id id, char out[ID_TEXT])
{
	char reversed[ID_TEXT];
	size_t n = 0, at = 0;

	if (id.v == 0)
		return memcpy(out, "-", 2);
	for (uint64_t v = id.v; v != 0; v >>= 5)
		reversed[n++] = digits[v & 31];
	out[at++] = kind;
	out[at++] = '-';
	while (n > 0)
		out[at++] = reversed[--n];
	out[at] = '\0';
	return out;
}

bool id_parse(char kind, struct str text, struct id *out)
{
	uint64_t v = 0;

	if (text.n < 3 || text.n > 2 + 13 || text.p[0] != kind || text.p[1] != '-')
		return false;
	for (size_t i = 2; i < text.n; i++) {
		char c = text.p[i];
		const char *digit;

		if (c >= 'A' && c <= 'Z')
			c += 'a' - 'A';
		digit = c ? strchr(digits, c) : NULL;
		if (digit == NULL || v >> 59)
			return false;
		v = v << 5 | (uint64_t)(digit - digits);
	}
	*out = (struct id){v};
	return v != 0;
}
