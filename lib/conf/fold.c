/* lib/conf/fold.c */
#include "conf/fold.h"

#include "base/utf8.h"

struct fold {
	uint32_t from;
	char to[12];
};

#include "conf/fold_table.h"

/* A folded text, unit by unit: first what is left of the newest code point's expansion. */
struct folding {
	const char *p, *end;
	char unit[12];
	size_t n, at;
};

bool fold_is_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

static const char *in_table(uint32_t cp)
{
	size_t low = 0, high = ARRAY_LEN(fold_table);

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (fold_table[mid].from < cp)
			low = mid + 1;
		else
			high = mid;
	}
	return low < ARRAY_LEN(fold_table) && fold_table[low].from == cp ? fold_table[low].to
									 : NULL;
}

/* The next byte of the folded text, or -1. */
static int next_byte(struct folding *f)
{
	const char *to;
	uint32_t cp;

	if (f->at < f->n)
		return (unsigned char)f->unit[f->at++];
	if (f->p == f->end)
		return -1;
	if ((unsigned char)*f->p < 0x80) {
		char c = *f->p++;

		return c >= 'A' && c <= 'Z' ? c + 32 : c;
	}
	f->n = utf8_next(f->p, f->end, &cp);
	memcpy(f->unit, f->p, f->n);
	f->p += f->n;
	to = cp < 0x2000 ? in_table(cp) : NULL;
	if (to != NULL) {
		f->n = strlen(to);
		memcpy(f->unit, to, f->n);
	}
	f->at = 1;
	return (unsigned char)f->unit[0];
}

static struct folding folding_of(struct str s)
{
	return (struct folding){.p = s.p, .end = s.p + s.n};
}

bool fold_equal(struct str a, struct str b)
{
	struct folding left = folding_of(a), right = folding_of(b);
	int c;

	do {
		c = next_byte(&left);
		if (c != next_byte(&right))
			return false;
	} while (c >= 0);
	return true;
}

struct str fold_text(struct arena *mem, struct str s)
{
	struct folding f = folding_of(s);
	size_t n = 0;
	char *out;
	int c;

	while ((c = next_byte(&f)) >= 0)
		n++;
	f = folding_of(s);
	out = arena_alloc_aligned(mem, n + 1, 1);
	n = 0;
	while ((c = next_byte(&f)) >= 0)
		out[n++] = (char)c;
	return (struct str){out, n};
}
