/* lib/conf/schema_digest.c
 * Fingerprints: a digest over what a schema means, not over how it is written. Equal fingerprints promise
 * that records lie in memory alike and that the same documents are valid, so the order of fields counts and
 * comments, docs and examples do not.
 */
#include <stdlib.h>

#include "base/digest.h"
#include "conf/schema_build.h"

static int by_text(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static void add_flag(struct digest *d, unsigned value)
{
	char byte = (char)value;

	digest_add(d, (struct str){&byte, 1});
}

static void add_type(struct digest *d, const struct conf_type *t)
{
	add_flag(d, t->base);
	add_flag(d, t->bits);
	add_flag(d, t->nullable);
	if (t->base == CONF_REF)
		digest_add_part(d, t->ref_kind);
	if (t->base == CONF_STRUCT)
		digest_add_part(d, t->fields->name);
	if (t->elem != NULL)
		add_type(d, t->elem);
}

/* The order of rules within a level means nothing. */
static void add_rules(struct digest *d, struct arena *scratch, const struct conf_rules *rules)
{
	struct str *written;

	if (rules == NULL) {
		add_flag(d, 0);
		return;
	}
	add_flag(d, 1 + rules->omitempty);
	written = ARENA_ARRAY(scratch, struct str, rules->count + 1);
	for (uint32_t i = 0; i < rules->count; i++) {
		const struct rule_use *use = &rules->uses[i];

		for (; use != NULL; use = use->or_else)
			written[i] = arena_printf(scratch, STR_FMT "|" STR_FMT, STR_ARG(written[i]),
						  STR_ARG(use->written));
	}
	qsort(written, rules->count, sizeof(*written), by_text);
	for (uint32_t i = 0; i < rules->count; i++)
		digest_add_part(d, written[i]);
	add_rules(d, scratch, rules->keys);
	add_rules(d, scratch, rules->elements);
}

static void add_field(struct digest *d, struct arena *scratch, const struct conf_struct *s,
		      const struct conf_field *f)
{
	digest_add_part(d, f->name);
	digest_add_part(d, f->was);
	add_type(d, f->type);
	add_rules(d, scratch, f->rules);
	add_flag(d, f->reload);
	add_flag(d, f->secret);
	add_flag(d, f->deprecated.n > 0);
	add_flag(d, f->has_default);
	if (f->has_default) {
		CLEANUP(buf_free) struct buf text = {0};

		conf_scalar_text(&text, f->type, (const char *)s->blank + f->offset);
		digest_add_part(d, buf_str(&text));
	}
}

void schema_kind_digest(struct kind_draft *k)
{
	struct struct_draft **it;
	struct digest d;

	digest_init(&d);
	digest_add_part(&d, k->name);
	VEC_EACH (&k->structs, it) {
		digest_add_part(&d, (*it)->s->name);
		for (uint32_t i = 0; i < (*it)->s->field_count; i++)
			add_field(&d, k->build->scratch, (*it)->s, &(*it)->s->fields[i]);
	}
	digest_end(&d, k->kind->fingerprint);
}

void schema_digest(struct conf_schema *schema)
{
	struct arena *mem = arena_new("schema digest");
	struct str *names = ARENA_ARRAY(mem, struct str, schema->kinds.count + 1);
	struct map_entry *it;
	struct digest d;
	size_t n = 0;

	MAP_EACH (&schema->kinds, it)
		names[n++] = it->key;
	qsort(names, n, sizeof(*names), by_text);
	digest_init(&d);
	for (size_t i = 0; i < n; i++) {
		const struct conf_kind *kind = map_get(&schema->kinds, names[i]);

		digest_add_part(&d, names[i]);
		digest_add(&d, (struct str){(const char *)kind->fingerprint, DIGEST_SIZE});
	}
	digest_end(&d, schema->fingerprint);
	arena_free(mem);
}
