/* lib/conf/set_locate.c: where a field stands in its file, found by reading the file once more. */
#include "conf/path.h"
#include "conf/set_parts.h"

struct search {
	const struct conf_doc *doc;
	struct arena *mem;
	struct str path;
	struct conf_place *at;
	bool found;
};

static struct yaml_node *item_of(const struct yaml_node *seq, uint32_t index)
{
	struct yaml_node *item = seq->first;

	while (item != NULL && index-- > 0)
		item = item->next;
	return item;
}

/* The value of a field, also where its author used the old name. */
static struct yaml_node *value_of(const struct yaml_node *map, const struct conf_type *type,
				  const struct conf_struct *fields, struct str key,
				  const struct conf_type **value_type)
{
	const struct conf_field *f = fields ? conf_field_find(fields, key) : NULL;
	struct yaml_node *value = yaml_get(map, key);

	if (value == NULL && f != NULL && f->was.n > 0)
		value = yaml_get(map, f->was);
	*value_type = f ? f->type : type && type->base == CONF_MAP ? type->elem : NULL;
	return value;
}

static struct yaml_node *follow(struct search *s, struct yaml_node *node)
{
	const struct conf_struct *fields = &s->doc->kind->top;
	const struct conf_type *type = NULL;
	struct path_step step;
	int rc;

	while ((rc = path_next(&s->path, s->mem, &step)) > 0 && node != NULL) {
		if (step.is_index) {
			node = node->kind == YAML_SEQ ? item_of(node, step.index) : NULL;
			type = type && type->base == CONF_LIST ? type->elem : NULL;
		} else {
			node = node->kind == YAML_MAP
				       ? value_of(node, type, fields, step.key, &type)
				       : NULL;
		}
		fields = type && type->base == CONF_STRUCT ? type->fields : NULL;
	}
	return rc == 0 ? node : NULL;
}

static int look(void *arg, struct yaml_doc *yaml)
{
	struct search *s = arg;
	struct yaml_node *node;

	if (yaml->index < s->doc->index)
		return 0;
	node = yaml->root ? follow(s, yaml->root) : NULL;
	if (node != NULL) {
		*s->at = yaml_place(s->doc->file->source, node);
		s->found = true;
	}
	return 1;
}

bool conf_doc_locate(const struct conf_doc *doc, struct str field_path, struct arena *mem,
		     struct conf_place *at)
{
	struct search s = {.doc = doc, .mem = mem, .path = field_path, .at = at};
	struct diags unheard = diags_into(mem);

	conf_yaml_read(mem, doc->file->source, &doc->file->caps, (struct yaml_sink){look, &s},
		       &unheard);
	return s.found;
}
