/* lib/conf/yaml_keys.c
 * Keys written twice, and keys that only look different. libyaml lets both pass.
 *
 * Nearly every key is new, and a filter of 64 bits in the open mapping's frame says so without looking at the
 * others. A hit looks through the few keys there are; a mapping of many keys gets hash tables, so that no text
 * makes this slow. The filter ignores case, because keys that differ only in case are warned about.
 */
#include "conf/fold.h"
#include "conf/yaml_reader.h"

#define FEW_KEYS 32

static uint64_t load(const char *p, size_t n)
{
	uint64_t w = 0;

	memcpy(&w, p, n);
	return w | 0x2020202020202020u; /* also joins a few other characters: it is only a filter */
}

/* One bit. Keys that are equal but for case have the same; all keys beyond ASCII share one. */
static uint64_t filter_bit(const struct yaml_reader *r, struct str key)
{
	uint64_t a, b;

	if (!r->src->ascii && !fold_is_ascii(key))
		return 1;
	if (key.n >= 8) {
		a = load(key.p, 8);
		b = load(key.p + key.n - 8, 8);
	} else if (key.n >= 4) {
		a = load(key.p, 4);
		b = load(key.p + key.n - 4, 4);
	} else {
		a = load(key.p, key.n);
		b = 0;
	}
	a = (a ^ (b << 29 | b >> 35) ^ key.n) * 0x9e3779b97f4a7c15u;
	return (uint64_t)1 << (a >> 58);
}

static void report_twice(struct yaml_reader *r, const struct yaml_node *key,
			 const struct yaml_node *first)
{
	yaml_hint(r,
		  yaml_report(r, "duplicate-key", key->start, key->end,
			      "duplicate key \"" STR_FMT "\", first at line %u, column %u",
			      STR_ARG(yaml_text(key)), first->start.line, first->start.column),
		  "keep one of the two");
}

static void warn_similar(struct yaml_reader *r, const struct yaml_node *key,
			 const struct yaml_node *first)
{
	yaml_hint(r,
		  yaml_warn(r, "similar-key", key->start, key->end,
			    "the key \"" STR_FMT "\" looks like \"" STR_FMT
			    "\" at line %u, column %u",
			    STR_ARG(yaml_text(key)), STR_ARG(yaml_text(first)), first->start.line,
			    first->start.column),
		  "they differ only in case or in how accents are encoded");
}

static struct yaml_node *find_among_few(const struct yaml_frame *f, struct str key,
					struct yaml_node **similar)
{
	struct yaml_node *k;

	YAML_EACH_PAIR(f->node, k)
	{
		if (str_eq(yaml_text(k), key))
			return k;
		if (*similar == NULL && fold_equal(yaml_text(k), key))
			*similar = k;
	}
	return NULL;
}

static struct yaml_node *put(struct yaml_reader *r, struct map *m, struct str text,
			     struct yaml_node *key)
{
	bool there;
	struct map_entry *e = map_put(r->scratch, m, text, key, &there);

	return there ? e->value : NULL;
}

static void make_tables(struct yaml_reader *r, struct yaml_frame *f)
{
	struct yaml_node *k;

	f->tables = ARENA_NEW(r->scratch, struct yaml_key_tables);
	map_reserve(r->scratch, &f->tables->exact, FEW_KEYS * 4);
	map_reserve(r->scratch, &f->tables->folded, FEW_KEYS * 4);
	YAML_EACH_PAIR(f->node, k)
	{
		put(r, &f->tables->exact, yaml_text(k), k);
		put(r, &f->tables->folded, fold_text(r->scratch, yaml_text(k)), k);
	}
}

/* Gives the equal key when there is one, else remembers this one. */
static struct yaml_node *find_or_add(struct yaml_reader *r, struct yaml_frame *f,
				     struct yaml_node *key, struct yaml_node **similar)
{
	struct str text = yaml_text(key);
	struct yaml_node *found;
	uint64_t bit;

	if (UNLIKELY(f->node->n >= FEW_KEYS)) {
		if (f->tables == NULL)
			make_tables(r, f);
		found = put(r, &f->tables->exact, text, key);
		if (found == NULL)
			*similar = put(r, &f->tables->folded, fold_text(r->scratch, text), key);
		return found;
	}
	bit = filter_bit(r, text);
	if (LIKELY((f->filter & bit) == 0)) {
		f->filter |= bit;
		return NULL;
	}
	return find_among_few(f, text, similar);
}

bool yaml_key_add(struct yaml_reader *r, struct yaml_frame *f, struct yaml_node *key)
{
	struct yaml_node *similar = NULL, *first = find_or_add(r, f, key, &similar);

	if (UNLIKELY(first != NULL))
		report_twice(r, key, first);
	else if (UNLIKELY(similar != NULL))
		warn_similar(r, key, similar);
	return first == NULL;
}

bool yaml_key_add_merged(struct yaml_reader *r, struct yaml_frame *f, struct yaml_node *key)
{
	struct yaml_node *similar = NULL;

	return find_or_add(r, f, key, &similar) == NULL;
}
