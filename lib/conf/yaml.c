/* lib/conf/yaml.c: looking at a tree that has been read. */
#include "conf/yaml.h"

const struct yaml_caps yaml_caps_default = {
	.depth = 64,
	.file_bytes = 16u << 20,
	.scalar_bytes = 64u << 10,
	.expand = 10,
	.bundle_bytes = 64u << 20,
	.documents = 100000,
};

struct yaml_node *yaml_get(const struct yaml_node *map, struct str key)
{
	struct yaml_node *k;

	if (map->kind != YAML_MAP)
		return NULL;
	YAML_EACH_PAIR(map, k)
	{
		if (k->n == key.n && str_eq(yaml_text(k), key))
			return k->next;
	}
	return NULL;
}

bool yaml_is_null(const struct yaml_node *n)
{
	if (n->kind != YAML_SCALAR || n->style != YAML_PLAIN)
		return false;
	return n->n == 0 || (n->n == 1 && n->text[0] == '~') ||
	       (n->n == 4 && memcmp(n->text, "null", 4) == 0);
}

static bool is_word_byte(char c, bool first)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	       (!first && ((c >= '0' && c <= '9') || c == '-'));
}

size_t yaml_missing_colon_space(struct str s)
{
	size_t i = 0;

	while (i < s.n && is_word_byte(s.p[i], i == 0))
		i++;
	if (i == 0 || i + 1 >= s.n || s.p[i] != ':' || s.p[i + 1] == '/' || s.p[i + 1] == ':')
		return 0;
	return s.p[i + 1] == ' ' || s.p[i + 1] == '\t' ? 0 : i;
}

size_t yaml_missing_space(const struct conf_source *src, const struct yaml_node *n)
{
	struct str line = conf_source_line(src, n->start.line);

	if (n->kind != YAML_SCALAR || n->style != YAML_PLAIN)
		return 0;
	for (uint32_t i = 0; i + 1 < n->start.column && i < line.n; i++)
		if (line.p[i] != ' ' && line.p[i] != '-')
			return 0;
	return yaml_missing_colon_space(yaml_text(n));
}
