/* lib/conf/check_spot.c: from a place in the record back to its node and path. */
#include "conf/check_walk.h"
#include "conf/path.h"

#include <stdlib.h>

struct conf_mark node_use(const struct yaml_node *node)
{
	if (node->flags & YAML_ALIASED)
		return CONTAINER_OF(node, const struct yaml_use, node)->use;
	return (struct conf_mark){0};
}

static int by_key(const void *a, const void *b)
{
	return str_cmp(yaml_text(*(const struct yaml_node *const *)a),
		       yaml_text(*(const struct yaml_node *const *)b));
}

const struct yaml_node **sorted_keys(struct arena *mem, const struct yaml_node *map,
				     uint32_t *count)
{
	const struct yaml_node **keys = ARENA_ARRAY(mem, const struct yaml_node *, map->n + 1);
	const struct yaml_node *key;
	bool sorted = true;
	uint32_t n = 0, kept = 0;

	YAML_EACH_PAIR(map, key)
	{
		if (key->kind != YAML_SCALAR)
			continue;
		if (n > 0 && str_cmp(yaml_text(keys[n - 1]), yaml_text(key)) >= 0)
			sorted = false;
		keys[n++] = key;
	}
	if (!sorted)
		qsort(keys, n, sizeof(keys[0]), by_key);
	for (uint32_t i = 0; i < n; i++)
		if (i == 0 || !str_eq(yaml_text(keys[i]), yaml_text(keys[kept - 1])))
			keys[kept++] = keys[i];
	*count = kept;
	return keys;
}

static const struct yaml_node **field_keys(struct arena *mem, const struct spot *at)
{
	const struct yaml_node **keys =
		ARENA_ARRAY(mem, const struct yaml_node *, at->s->field_count + 1);
	const struct yaml_node *key;

	YAML_EACH_PAIR(at->node, key)
	{
		const struct conf_field *f = map_get(&at->s->by_name, yaml_text(key));

		if (f == NULL)
			f = map_get(&at->s->by_was, yaml_text(key));
		if (f != NULL && keys[f->index] == NULL)
			keys[f->index] = key;
	}
	return keys;
}

static const struct yaml_node **item_nodes(struct arena *mem, const struct yaml_node *seq)
{
	const struct yaml_node **nodes = ARENA_ARRAY(mem, const struct yaml_node *, seq->n + 1);
	const struct yaml_node *item;
	uint32_t n = 0;

	YAML_EACH (seq, item)
		nodes[n++] = item;
	return nodes;
}

const struct yaml_node *spot_node(struct check_walk *w, struct spot *at)
{
	if (at->node == NULL) {
		at->node = spot_child(w, at->up, NULL);
		at->use = at->up->use.line ? at->up->use : node_use(at->node);
	}
	return at->node;
}

const struct yaml_node *spot_child(struct check_walk *w, struct spot *at,
				   const struct yaml_node **key)
{
	const struct yaml_node *node = spot_node(w, at), *child;
	uint32_t count;

	if (at->children == NULL)
		at->children = at->how == AT_FIELD  ? field_keys(w->c->scratch, at)
			       : at->how == AT_ITEM ? item_nodes(w->c->scratch, node)
						    : sorted_keys(w->c->scratch, node, &count);
	child = at->children[at->how == AT_FIELD ? at->field->index : at->index];
	if (key != NULL)
		*key = at->how == AT_ITEM ? NULL : child;
	if (at->how == AT_ITEM || child == NULL)
		return child;
	return child->next;
}

void spot_path(struct buf *out, const struct spot *at)
{
	if (at->up != NULL)
		spot_path(out, at->up);
	if (at->how == AT_ITEM)
		path_add_index(out, at->index);
	else if (at->how == AT_FIELD && at->field != NULL)
		path_add_field(out, at->field->name);
	else
		path_add_key(out, at->key);
}

const struct conf_field *spot_field(const struct spot *at)
{
	while (at != NULL && at->how != AT_FIELD)
		at = at->up;
	return at ? at->field : NULL;
}

bool spot_secret(const struct spot *at)
{
	for (; at != NULL; at = at->up)
		if (at->how == AT_FIELD && at->field != NULL && at->field->secret)
			return true;
	return false;
}
