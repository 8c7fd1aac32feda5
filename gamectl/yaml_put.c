/* gamectl/yaml_put.c */
#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

#include "frame.h"
#include "real_digits.h"

static bool reads_as_text(struct str s)
{
	static const char *const words[] = {"true", "false", "null", "yes", "no",
					    "on",   "off",   "y",    "n",   "~"};

	if (s.n == 0 || s.n > 200 || (!isalpha((unsigned char)s.p[0]) && s.p[0] != '/'))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!isalnum((unsigned char)s.p[i]) && !strchr("_-./ +@", s.p[i]))
			return false;
	if (s.p[s.n - 1] == ' ')
		return false;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (s.n == strlen(words[i]) && strncasecmp(s.p, words[i], s.n) == 0)
			return false;
	return true;
}

static void put_text(struct buf *out, struct str s)
{
	if (reads_as_text(s)) {
		buf_add(out, s);
		return;
	}
	buf_addc(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '"' || c == '\\')
			buf_printf(out, "\\%c", c);
		else if (c == '\n')
			buf_add(out, STR("\\n"));
		else if (c == '\t')
			buf_add(out, STR("\\t"));
		else if (c < 0x20 || c == 0x7f)
			buf_printf(out, "\\x%02x", c);
		else
			buf_addc(out, (char)c);
	}
	buf_addc(out, '"');
}

static void put_scalar(struct buf *out, const json_t *v)
{
	char *text;

	if (json_is_string(v)) {
		put_text(out, (struct str){json_string_value(v), json_string_length(v)});
		return;
	}
	text = json_dumps(v, JSON_ENCODE_ANY | JSON_REAL_PRECISION(real_digits(v)));
	if (!text) {
		out->failed = true;
		return;
	}
	buf_add(out, str_of(text));
	free(text);
}

static bool is_empty(const json_t *v)
{
	return json_is_object(v) ? json_object_size(v) == 0 : json_array_size(v) == 0;
}

static void put_value(struct buf *out, const json_t *v, size_t indent, bool in_list);

/* Behind "key:" or "-": on the same line when it fits there. */
static void put_behind(struct buf *out, const json_t *v, size_t indent)
{
	if (!json_is_object(v) && !json_is_array(v)) {
		buf_addc(out, ' ');
		put_scalar(out, v);
		buf_addc(out, '\n');
	} else if (is_empty(v)) {
		buf_add(out, json_is_object(v) ? STR(" {}\n") : STR(" []\n"));
	} else {
		buf_addc(out, '\n');
		put_value(out, v, indent, false);
	}
}

/* `in_list`: the first key stands behind "- " already. */
static void put_value(struct buf *out, const json_t *v, size_t indent, bool in_list)
{
	const char *key;
	json_t *item;
	size_t i;

	if (json_is_object(v)) {
		json_object_foreach((json_t *)v, key, item)
		{
			buf_fill(out, ' ', in_list ? 0 : indent);
			in_list = false;
			put_text(out, str_of(key));
			buf_addc(out, ':');
			put_behind(out, item, json_is_array(item) ? indent : indent + 2);
		}
		return;
	}
	json_array_foreach((json_t *)v, i, item)
	{
		buf_fill(out, ' ', indent);
		buf_addc(out, '-');
		if (json_is_object(item) && !is_empty(item)) {
			buf_addc(out, ' ');
			put_value(out, item, indent + 2, true);
		} else {
			put_behind(out, item, indent + 2);
		}
	}
}

void yaml_put(struct buf *out, const json_t *value)
{
	if ((json_is_object(value) || json_is_array(value)) && !is_empty(value))
		put_value(out, value, 0, false);
	else
		put_behind(out, value, 0);
}
