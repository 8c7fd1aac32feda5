#include "conf/types.h"

#include <stdio.h>

const struct conf_base_type *const conf_base_types[CONF_BASE_COUNT] = {
	[CONF_BOOL] = &conf_type_bool,     [CONF_INT] = &conf_type_int,
	[CONF_UINT] = &conf_type_uint,     [CONF_FLOAT] = &conf_type_float,
	[CONF_STRING] = &conf_type_string, [CONF_DURATION] = &conf_type_duration,
	[CONF_SIZE] = &conf_type_size,     [CONF_PERCENT] = &conf_type_percent,
	[CONF_TIME] = &conf_type_time,     [CONF_REF] = &conf_type_ref,
	[CONF_LIST] = &conf_type_list,     [CONF_MAP] = &conf_type_map,
	[CONF_STRUCT] = &conf_type_struct, [CONF_OPAQUE] = &conf_type_opaque,
};

bool type_refuse(struct type_fail *why, const char *code, const char *fmt, ...)
{
	va_list args;

	why->code = code;
	why->hint[0] = '\0';
	va_start(args, fmt);
	vsnprintf(why->message, sizeof(why->message), fmt, args);
	va_end(args);
	return false;
}

void type_hint(struct type_fail *why, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(why->hint, sizeof(why->hint), fmt, args);
	va_end(args);
}

struct type_quote type_quote(struct str text)
{
	/* Room for the widest step (\xNN), the dots, the closing quote and the NUL. */
	enum { ROOM = sizeof(struct type_quote) - 4 - 3 - 1 - 1 };
	struct type_quote q;
	size_t n = 0, i = 0;

	q.text[n++] = '"';
	while (i < text.n && n <= ROOM) {
		unsigned char c = (unsigned char)text.p[i];
		size_t step = c < 0xC0 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;

		if (step > text.n - i)
			step = text.n - i;
		if (c < 0x20 || c == 0x7F) {
			n += (size_t)snprintf(q.text + n, sizeof(q.text) - n, "\\x%02x", c);
		} else {
			memcpy(q.text + n, text.p + i, step);
			n += step;
		}
		i += step;
	}
	if (i < text.n) {
		memcpy(q.text + n, "...", 3);
		n += 3;
	}
	q.text[n++] = '"';
	q.text[n] = '\0';
	return q;
}

bool type_decimal_read(struct str *text, struct type_decimal *out)
{
	struct str s = *text;
	size_t i = 0;

	while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
		i++;
	out->whole = (struct str){s.p, i};
	out->fraction = (struct str){s.p + i, 0};
	if (i < s.n && s.p[i] == '.') {
		size_t from = ++i;

		while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
			i++;
		out->fraction = (struct str){s.p + from, i - from};
	}
	if (out->whole.n + out->fraction.n == 0)
		return false;
	*text = (struct str){s.p + i, s.n - i};
	return true;
}

const char *conf_node_is(const struct yaml_node *node)
{
	switch (node->kind) {
	case YAML_SEQ: return "a list";
	case YAML_MAP: return "a mapping";
	default: return yaml_is_null(node) ? "null" : "text";
	}
}

const char *conf_type_wanted(const struct conf_type *t)
{
	return conf_base_types[t->base]->wanted;
}

const char *conf_type_name(const struct conf_type *t)
{
	static const char *const ints[] = {"int8", "int16", "int32", "int"};
	static const char *const uints[] = {"uint8", "uint16", "uint32", "uint64"};
	unsigned width = t->bits == 8 ? 0 : t->bits == 16 ? 1 : t->bits == 32 ? 2 : 3;

	if (t->base == CONF_INT)
		return ints[width];
	if (t->base == CONF_UINT)
		return uints[width];
	return conf_base_types[t->base]->name;
}

bool conf_text_parse(const struct conf_type *t, struct str text, bool quoted, void *value,
		     struct type_fail *why)
{
	why->code = NULL;
	return conf_base_types[t->base]->parse(t, text, quoted, value, why);
}

void conf_scalar_text(struct buf *out, const struct conf_type *t, const void *value)
{
	conf_base_types[t->base]->text(out, t, value);
}

static bool refuse_node(const struct conf_type *t, const struct yaml_node *node,
			struct type_fail *why)
{
	const char *wanted = conf_type_wanted(t);

	if (node->kind == YAML_SCALAR)
		return type_refuse(why, "type", "%s is not %s", type_quote(yaml_text(node)).text,
				   wanted);
	type_refuse(why, "type", "this is %s, not %s", conf_node_is(node), wanted);
	if (node->kind == YAML_SEQ && node->n == 1 && node->first->kind == YAML_SCALAR)
		type_hint(why, "write the value without the brackets or the dash");
	return false;
}

bool conf_scalar_parse(const struct conf_type *t, const struct yaml_node *node, struct arena *mem,
		       void *value, struct type_fail *why)
{
	const struct conf_base_type *row = conf_base_types[t->base];

	why->code = NULL;
	if (UNLIKELY(t->base == CONF_OPAQUE)) {
		conf_opaque_from(node, mem, value);
		return true;
	}
	if (UNLIKELY(node->kind != YAML_SCALAR || !row->parse))
		return refuse_node(t, node, why);
	if (LIKELY(row->parse(t, yaml_text(node), node->style != YAML_PLAIN, value, why)))
		return true;
	if (node->style == YAML_LITERAL || node->style == YAML_FOLDED) {
		type_refuse(why, "type", "a block of text is not %s", conf_type_wanted(t));
		type_hint(why, "write the value on the line of its key, without | or >");
	}
	return false;
}
