/* gamesrvd/control/target.c */
#include "gamesrvd/control/target.h"

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Shortest forms only, no surrogates, nothing above U+10FFFF. */
static size_t utf8_length(const unsigned char *p, size_t n)
{
	static const struct {
		unsigned char mask, lead, low,
			high; /* the first continuation byte lies in low..high */
	} forms[] = {{0xff, 0xe0, 0xa0, 0xbf},
		     {0xff, 0xed, 0x80, 0x9f},
		     {0xff, 0xf0, 0x90, 0xbf},
		     {0xff, 0xf4, 0x80, 0x8f},
		     {0xf0, 0xe0, 0x80, 0xbf}};
	unsigned char low = 0x80, high = 0xbf;
	size_t want;

	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	want = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		if ((p[0] & forms[i].mask) == forms[i].lead) {
			low = forms[i].low;
			high = forms[i].high;
			break;
		}
	}
	if (n < want || p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < want; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	}
	return want;
}

static const char *check_text(struct str s)
{
	for (size_t i = 0; i < s.n;) {
		const unsigned char *p = (const unsigned char *)s.p + i;
		size_t n = utf8_length(p, s.n - i);

		if (n == 0)
			return "the path or query is not UTF-8 once its escapes are undone";
		if (p[0] < ' ' || p[0] == 0x7f || (n == 2 && p[0] == 0xc2 && p[1] < 0xa0))
			return "the path or query holds an escaped control character";
		i += n;
	}
	return NULL;
}

static const char *unescape(struct arena *mem, struct str raw, bool plus_is_space, struct str *out)
{
	char *to = arena_alloc_aligned(mem, raw.n + 1, 1);
	size_t n = 0;

	for (size_t i = 0; i < raw.n; i++) {
		char c = raw.p[i];

		if (c == '+' && plus_is_space) {
			c = ' ';
		} else if (c == '%') {
			int high = i + 2 < raw.n ? hex(raw.p[i + 1]) : -1;
			int low = high >= 0 ? hex(raw.p[i + 2]) : -1;

			if (low < 0)
				return "a % in the path or query is not followed by two hex digits";
			c = (char)(high * 16 + low);
			i += 2;
		}
		to[n++] = c;
	}
	to[n] = '\0';
	*out = (struct str){to, n};
	return check_text(*out);
}

static const char *read_path(struct arena *mem, struct str path, struct target *out)
{
	struct str rest = {path.p + 1, path.n - 1}, raw, segment;
	const char *problem;

	while (str_cut(&rest, '/', &raw)) {
		if (out->segment_count == TARGET_SEGMENTS_MAX)
			return "the path has too many parts";
		problem = unescape(mem, raw, false, &segment);
		if (problem != NULL)
			return problem;
		if (segment.n == 0 || str_is(segment, ".") || str_is(segment, ".."))
			return "the path has an empty part, . or ..";
		out->segments[out->segment_count++] = segment;
	}
	return NULL;
}

static const char *read_query(struct arena *mem, struct str rest, struct target *out)
{
	struct str pair;

	while (str_cut(&rest, '&', &pair)) {
		struct op_value *v = &out->query[out->query_count];
		struct str name, value = pair;
		const char *problem;

		if (pair.n == 0)
			continue;
		if (out->query_count == TARGET_QUERY_MAX)
			return "the query has too many parameters";
		str_cut(&value, '=', &name);
		problem = unescape(mem, name, true, &v->name);
		if (problem == NULL)
			problem = unescape(mem, value, true, &v->value);
		if (problem != NULL)
			return problem;
		for (size_t i = 0; i < out->query_count; i++) {
			if (str_eq(out->query[i].name, v->name))
				return "a query parameter is given twice";
		}
		out->query_count++;
	}
	return NULL;
}

const char *target_read(struct arena *mem, struct str text, struct target *out)
{
	ptrdiff_t mark = str_find(text, '?');
	struct str path = text, query = {NULL, 0};
	const char *problem;

	*out = (struct target){.segment_count = 0};
	if (mark >= 0) {
		path.n = (size_t)mark;
		query = (struct str){text.p + mark + 1, text.n - (size_t)mark - 1};
	}
	problem = read_path(mem, path, out);
	return problem != NULL ? problem : read_query(mem, query, out);
}
