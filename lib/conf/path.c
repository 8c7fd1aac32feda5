/* lib/conf/path.c */
#include "conf/path.h"

#include <errno.h>

static bool is_plain(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-';
}

static size_t plain_prefix(struct str s)
{
	size_t n = 0;

	while (n < s.n && is_plain(s.p[n]))
		n++;
	return n;
}

void path_add_field(struct buf *path, struct str name)
{
	if (path->n > 0)
		buf_addc(path, '.');
	buf_add(path, name);
}

void path_add_index(struct buf *path, uint32_t index)
{
	buf_printf(path, "[%u]", index);
}

void path_add_key(struct buf *path, struct str key)
{
	if (key.n > 0 && plain_prefix(key) == key.n) {
		path_add_field(path, key);
		return;
	}
	buf_add(path, STR("[\""));
	for (size_t i = 0; i < key.n; i++) {
		unsigned char c = (unsigned char)key.p[i];

		if (c < 0x20 || c == 0x7f)
			buf_printf(path, "\\u%04x", c);
		else if (c == '"' || c == '\\')
			buf_printf(path, "\\%c", c);
		else
			buf_addc(path, (char)c);
	}
	buf_add(path, STR("\"]"));
}

static void skip(struct str *s, size_t n)
{
	s->p += n;
	s->n -= n;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The escapes that path_add_key() writes: \" \\ \u00XX. */
static bool read_escape(struct str *rest, char *out)
{
	int high, low;

	if (rest->n >= 2 && (rest->p[1] == '"' || rest->p[1] == '\\')) {
		*out = rest->p[1];
		skip(rest, 2);
		return true;
	}
	if (rest->n < 6 || !str_starts(*rest, STR("\\u00")))
		return false;
	high = hex_digit(rest->p[4]);
	low = hex_digit(rest->p[5]);
	if (high < 0 || low < 0)
		return false;
	*out = (char)(high << 4 | low);
	skip(rest, 6);
	return true;
}

/* Behind [" up to and with "]. */
static int read_quoted(struct str *rest, struct arena *mem, struct path_step *step)
{
	char *key = arena_alloc_aligned(mem, rest->n + 1, 1);
	size_t n = 0;

	while (rest->n > 0 && rest->p[0] != '"') {
		if (rest->p[0] == '\\') {
			if (!read_escape(rest, &key[n++]))
				return -EINVAL;
		} else {
			key[n++] = rest->p[0];
			skip(rest, 1);
		}
	}
	if (!str_starts(*rest, STR("\"]")))
		return -EINVAL;
	skip(rest, 2);
	*step = (struct path_step){.key = {key, n}};
	return 1;
}

static int read_index(struct str *rest, struct path_step *step)
{
	uint64_t index = 0;
	size_t n = 0;

	while (n < rest->n && rest->p[n] >= '0' && rest->p[n] <= '9' && index < UINT32_MAX)
		index = index * 10 + (uint64_t)(rest->p[n++] - '0');
	if (n == 0 || n == rest->n || rest->p[n] != ']' || index > UINT32_MAX)
		return -EINVAL;
	skip(rest, n + 1);
	*step = (struct path_step){.is_index = true, .index = (uint32_t)index};
	return 1;
}

int path_next(struct str *rest, struct arena *mem, struct path_step *step)
{
	size_t n;

	if (rest->n == 0)
		return 0;
	if (str_starts(*rest, STR("[\""))) {
		skip(rest, 2);
		return read_quoted(rest, mem, step);
	}
	if (rest->p[0] == '[') {
		skip(rest, 1);
		return read_index(rest, step);
	}
	if (rest->p[0] == '.')
		skip(rest, 1);
	n = plain_prefix(*rest);
	if (n == 0 || (n < rest->n && rest->p[n] != '.' && rest->p[n] != '['))
		return -EINVAL;
	*step = (struct path_step){.key = {rest->p, n}};
	skip(rest, n);
	return 1;
}
