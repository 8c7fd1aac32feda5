/* lib/conf/yaml_merge.c
 * Anchors, aliases and the merge key <<. An alias shares what lies beneath its anchor, so a tree costs what was
 * written; how much a walk over it would cost is counted beforehand and capped.
 */
#include "conf/yaml_reader.h"

#define EXPAND_FREE 10000u  /* nodes that aliases may always add */
#define EXPAND_STEP 100000u /* 1,000,000 nodes at the default factor of 10 */

struct yaml_anchor *yaml_anchor_add(struct yaml_reader *r, const char *name, struct conf_mark start,
				    struct conf_mark end, struct yaml_node *node)
{
	struct str key = arena_str(r->scratch, str_of(name));
	struct map_entry *e;
	struct yaml_anchor *a;
	bool there;

	e = map_put(r->scratch, &r->anchors, key, NULL, &there);
	if (there) {
		a = e->value;
		yaml_hint(
			r,
			yaml_report(r, "anchor", start, end,
				    "the anchor &%s is defined twice, first at line %u, column %u",
				    name, a->at.line, a->at.column),
			"give it another name");
		return NULL;
	}
	a = arena_alloc(r->scratch, sizeof(*a));
	*a = (struct yaml_anchor){.name = key, .node = node, .at = start};
	e->value = a;
	return a;
}

static struct yaml_node *broken(struct yaml_reader *r, struct conf_mark start, struct conf_mark end)
{
	struct yaml_node *n = yaml_node_new(r, YAML_SCALAR, YAML_PLAIN, start, end);

	n->text = "";
	n->flags = YAML_BROKEN;
	return n;
}

static struct yaml_node *use_of(struct yaml_reader *r, const struct yaml_node *node,
				struct conf_mark at, uint8_t flags)
{
	struct yaml_use *u = arena_alloc_aligned(r->scratch, sizeof(*u), _Alignof(struct yaml_use));

	*u = (struct yaml_use){.node = *node, .use = at};
	u->node.next = NULL;
	u->node.flags |= flags;
	return &u->node;
}

static void report_undefined(struct yaml_reader *r, struct str name, struct conf_mark start,
			     struct conf_mark end)
{
	yaml_hint(r,
		  yaml_report(r, "alias", start, end,
			      "no anchor &" STR_FMT " is defined before this alias", STR_ARG(name)),
		  r->doc.index > 0 ? "an anchor holds within its own document only"
				   : "write &" STR_FMT
				     " before the value it stands for, above this line",
		  STR_ARG(name));
}

/* At once what no document may reach; the factor to what was written is asked at the document's end. */
static bool too_heavy(struct yaml_reader *r, const struct yaml_anchor *a, struct conf_mark start,
		      struct conf_mark end)
{
	uint64_t most = (uint64_t)r->caps->expand * EXPAND_STEP;

	if (r->weight + a->weight - r->written <= most)
		return false;
	if (!r->bomb)
		yaml_report(r, "too-large", start, end,
			    "the aliases of this document expand to more than %llu nodes",
			    (unsigned long long)most);
	r->bomb = r->unusable = true;
	return true;
}

struct yaml_node *yaml_alias(struct yaml_reader *r, struct str name, struct conf_mark start,
			     struct conf_mark end)
{
	struct yaml_anchor *a = map_get(&r->anchors, name);
	struct yaml_node *n;

	if (a == NULL) {
		report_undefined(r, name, start, end);
		return broken(r, start, end);
	}
	if (a->weight == 0) {
		yaml_report(r, "alias", start, end,
			    "the alias *" STR_FMT
			    " stands within its own anchor, of line %u: a cycle",
			    STR_ARG(name), a->at.line);
		return broken(r, start, end);
	}
	if (r->bomb || too_heavy(r, a, start, end))
		return broken(r, start, end);
	n = use_of(r, a->node, start, YAML_ALIASED);
	r->written++;
	r->weight += a->weight;
	if (a->weight > r->heaviest_weight) {
		r->heaviest_weight = a->weight;
		r->heaviest = (struct conf_place){r->src, start, end};
	}
	return n;
}

void yaml_check_weight(struct yaml_reader *r)
{
	uint64_t extra = r->weight - r->written;

	if (r->bomb || extra <= EXPAND_FREE || extra <= r->caps->expand * r->written)
		return;
	yaml_report(r, "too-large", r->heaviest.start, r->heaviest.end,
		    "the aliases of this document expand to %llu nodes, more than %u times the "
		    "%llu written",
		    (unsigned long long)r->weight, r->caps->expand, (unsigned long long)r->written);
	r->unusable = true;
}

/* Pairs of `from` that `f` does not have yet, with the place where they are merged in. */
static void merge_pairs(struct yaml_reader *r, struct yaml_frame *f, const struct yaml_node *from,
			struct conf_mark use)
{
	struct yaml_node *k;

	YAML_EACH_PAIR(from, k)
	{
		struct yaml_node *key;

		if (!yaml_key_add_merged(r, f, k))
			continue;
		key = use_of(r, k, use, YAML_ALIASED | YAML_MERGED);
		key->next = use_of(r, k->next, use, YAML_ALIASED | YAML_MERGED);
		if (f->tail != NULL)
			f->tail->next = key;
		else
			f->node->first = key;
		f->tail = key->next;
		f->node->n++;
	}
}

static void merge_one(struct yaml_reader *r, struct yaml_frame *f, const struct yaml_node *from)
{
	bool aliased = from->flags & YAML_ALIASED;
	bool nothing = from->kind == YAML_SCALAR && from->n == 0 && from->style == YAML_PLAIN;
	struct conf_mark use = aliased   ? CONTAINER_OF(from, const struct yaml_use, node)->use
			       : nothing ? f->merge_at
					 : from->start;

	if (from->flags & YAML_BROKEN)
		return;
	if (from->kind == YAML_MAP) {
		merge_pairs(r, f, from, use);
		return;
	}
	yaml_hint(r,
		  yaml_report(r, "merge", use,
			      aliased || nothing ? (struct conf_mark){0} : from->end,
			      "<< merges mappings, not %s",
			      from->kind == YAML_SEQ ? "a list within a list"
			      : yaml_is_null(from)   ? "null"
						     : "a single value"),
		  "write <<: *anchor of a mapping, or <<: [*a, *b]");
}

void yaml_merge(struct yaml_reader *r, struct yaml_frame *f)
{
	const struct yaml_node *item;

	if (f->merge->kind != YAML_SEQ || (f->merge->flags & YAML_BROKEN)) {
		merge_one(r, f, f->merge);
		return;
	}
	YAML_EACH (f->merge, item)
		merge_one(r, f, item);
}
