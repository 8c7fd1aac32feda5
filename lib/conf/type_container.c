/* The types that are no scalars: rows for messages and the manual; conf/value.c writes their text.
 */
#include <jansson.h>
#include <stdlib.h>

#include "conf/types.h"
#include "conf/value.h"

static void text_opaque(struct buf *out, const struct conf_type *t, const void *value)
{
	buf_add(out, *(const struct str *)value);
}

const struct conf_base_type conf_type_list = {
	.name = "list",
	.wanted = "a list",
	.summary = "`list[T]`: any number of values of one type, in order",
	.example = "[1, 2, 3]",
};
const struct conf_base_type conf_type_map = {
	.name = "map",
	.wanted = "a mapping",
	.summary = "`map[string]T`: values of one type under keys of the author's choice",
	.example = "{gold: 10, wood: 2}",
};
const struct conf_base_type conf_type_struct = {
	.name = "struct",
	.wanted = "a mapping",
	.summary = "The name of a struct under `structs`, or the kind's own name",
	.example = "{name: first, boss: yeti}",
};
const struct conf_base_type conf_type_opaque = {
	.name = "opaque",
	.wanted = "anything",
	.summary = "A field with the rule `-`: only YAML itself is checked",
	.example = "{any: [thing]}",
	.text = text_opaque,
};

static int by_key(const void *a, const void *b)
{
	return str_cmp(yaml_text(*(const struct yaml_node *const *)a),
		       yaml_text(*(const struct yaml_node *const *)b));
}

static void add_scalar(struct buf *out, const struct yaml_node *node)
{
	static const struct conf_type whole = {.base = CONF_INT, .bits = 64};
	struct str text = yaml_text(node);
	bool quoted = node->style != YAML_PLAIN;
	struct type_fail unused;
	int64_t n;
	double f;

	if (yaml_is_null(node))
		buf_add(out, STR("null"));
	else if (!quoted && (str_is(text, "true") || str_is(text, "false")))
		buf_add(out, text);
	else if (conf_text_parse(&whole, text, quoted, &n, &unused))
		conf_scalar_text(out, &whole, &n);
	else if (!quoted && type_double_parse(text, &f) == 0)
		type_double_text(out, f);
	else
		conf_text_quote(out, text);
}

/* Depth is bounded by the reader's cap. */
static void add_node(struct buf *out, const struct yaml_node *node, struct arena *mem)
{
	const struct yaml_node *it, **keys;
	uint32_t n = 0;

	switch (node->kind) {
	case YAML_SEQ:
		buf_addc(out, '[');
		YAML_EACH (node, it) {
			if (it != node->first)
				buf_addc(out, ',');
			add_node(out, it, mem);
		}
		buf_addc(out, ']');
		break;
	case YAML_MAP:
		keys = ARENA_ARRAY(mem, const struct yaml_node *, node->n);
		YAML_EACH_PAIR(node, it)
		keys[n++] = it;
		qsort(keys, n, sizeof(const struct yaml_node *), by_key);
		buf_addc(out, '{');
		for (uint32_t i = 0; i < n; i++) {
			if (i)
				buf_addc(out, ',');
			conf_text_quote(out, yaml_text(keys[i]));
			buf_addc(out, ':');
			add_node(out, keys[i]->next, mem);
		}
		buf_addc(out, '}');
		break;
	default: add_scalar(out, node);
	}
}

void conf_opaque_from(const struct yaml_node *node, struct arena *mem, struct str *out)
{
	CLEANUP(buf_free) struct buf text = {0};

	add_node(&text, node, mem);
	*out = arena_take(mem, &text);
}
