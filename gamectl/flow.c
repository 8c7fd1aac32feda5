/* gamectl/flow.c */
#include "flow.h"

#include "conf/render.h"

enum { WIDTH_MIN = 16, DEPTH_MAX = 64 };

/* The end of the text or bracket that begins at `at`; value.n when it never ends. */
static size_t skip_one(struct str value, size_t at)
{
	size_t depth = 0;

	for (size_t i = at; i < value.n; i++) {
		char c = value.p[i];

		if (c == '"') {
			for (i++; i < value.n && value.p[i] != '"'; i++)
				i += value.p[i] == '\\';
		} else if (c == '[' || c == '{') {
			depth++;
		} else if ((c == ']' || c == '}') && depth > 0) {
			depth--;
		}
		if (depth == 0)
			return i < value.n ? i + 1 : value.n;
	}
	return value.n;
}

/* Cuts the next "item" or "key: item" off the inside of a bracket. */
static bool next_part(struct str *rest, struct str *part)
{
	size_t end = 0;

	while (rest->n > 0 && (rest->p[0] == ' ' || rest->p[0] == ','))
		*rest = (struct str){rest->p + 1, rest->n - 1};
	if (rest->n == 0)
		return false;
	while (end < rest->n && rest->p[end] != ',')
		end = skip_one(*rest, end);
	*part = (struct str){rest->p, end};
	*rest = (struct str){rest->p + end, rest->n - end};
	return true;
}

/* How long "key:" is, a quoted key included; 0: there is none. */
static size_t key_of(struct str part)
{
	size_t end = 0;

	while (end < part.n && part.p[end] != ':')
		end = skip_one(part, end);
	return end < part.n ? end + 1 : 0;
}

static bool is_container(struct str value)
{
	return value.n > 2 && ((value.p[0] == '[' && value.p[value.n - 1] == ']') ||
			       (value.p[0] == '{' && value.p[value.n - 1] == '}'));
}

static void put_value(struct buf *out, struct str value, size_t indent, size_t width, int depth);

static void put_entry(struct buf *out, struct str part, size_t indent, size_t width, int depth)
{
	size_t key = key_of(part);
	struct str value = {part.p + key, part.n - key};
	bool breaks = conf_display_width(part) > width;

	while (value.n > 0 && value.p[0] == ' ')
		value = (struct str){value.p + 1, value.n - 1};
	conf_render_safe(out, (struct str){part.p, key});
	if (!breaks || !is_container(value)) {
		buf_addc(out, ' ');
		conf_render_safe(out, value);
		return;
	}
	buf_addc(out, '\n');
	buf_fill(out, ' ', indent + 2);
	put_value(out, value, indent + 2, width > 2 ? width - 2 : 0, depth);
}

static void put_value(struct buf *out, struct str value, size_t indent, size_t width, int depth)
{
	bool is_list = value.n > 0 && value.p[0] == '[', first = true;
	struct str rest, part;

	if (!is_container(value) || conf_display_width(value) <= width || depth == DEPTH_MAX) {
		conf_render_safe(out, value);
		return;
	}
	rest = (struct str){value.p + 1, value.n - 2};
	while (next_part(&rest, &part)) {
		if (!first) {
			buf_addc(out, '\n');
			buf_fill(out, ' ', indent);
		}
		first = false;
		if (is_list) {
			buf_add(out, STR("- "));
			put_value(out, part, indent + 2, width > 2 ? width - 2 : 0, depth + 1);
		} else {
			put_entry(out, part, indent, width, depth + 1);
		}
	}
}

void flow_put(struct buf *out, struct str value, size_t indent, size_t width)
{
	put_value(out, value, indent, width < WIDTH_MIN ? WIDTH_MIN : width, 0);
}
