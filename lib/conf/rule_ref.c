/* References from one field's rules to another field: `max_hp`, `../max_hp`, `/limits.max_hp`.
 * A struct may stand in several others, so `../x` is looked up by name in whichever record is around; that
 * each of them has an x, and all of one type, is made sure when the schema loads. */
#include "conf/rule.h"
#include "conf/suggest.h"
#include "conf/value.h"

enum { STEPS_MAX = 16, AROUND_MAX = 64 };

struct rule_ref {
	struct str text;
	bool from_root;
	uint32_t ups;
	const struct conf_field *first; /* as found first; others of its name have the same type */
	bool fixed;                     /* `first` holds in every record this starts from */
	uint32_t count;                 /* steps behind the first */
	const struct conf_field *last;
	const struct conf_field *steps[];
};

/* The struct inside a field's type, through lists, maps and `?`. */
static const struct conf_struct *struct_inside(const struct conf_type *t)
{
	while (t->base == CONF_LIST || t->base == CONF_MAP)
		t = t->elem;
	return t->base == CONF_STRUCT ? t->fields : NULL;
}

static bool leads_to(const struct conf_struct *from, const struct conf_struct *to)
{
	for (uint32_t i = 0; i < from->field_count; i++) {
		if (struct_inside(from->fields[i].type) == to)
			return true;
	}
	return false;
}

struct around {
	const struct conf_struct *list[AROUND_MAX];
	uint32_t count;
};

/* The structs whose records lie directly around records of any in `inner`. */
static struct around structs_around(const struct conf_kind *kind, const struct around *inner)
{
	struct around out = {.count = 0};

	for (uint32_t i = 0; i <= kind->struct_count; i++) {
		const struct conf_struct *s = i ? kind->structs[i - 1] : &kind->top;

		for (uint32_t k = 0; k < inner->count && out.count < AROUND_MAX; k++) {
			if (leads_to(s, inner->list[k])) {
				out.list[out.count++] = s;
				break;
			}
		}
	}
	return out;
}

static void fail_unknown(struct rule_build *b, const struct conf_struct *s, struct str name)
{
	struct suggest best = suggest_for(name);

	if (suggest_within(b->guesses_left, s->field_count))
		for (uint32_t i = 0; i < s->field_count; i++)
			suggest_add(&best, s->fields[i].name);
	rule_build_error(b, "schema-field", STR_FMT " has no field " STR_FMT "%s" STR_FMT "%s",
			 STR_ARG(s->name), STR_ARG(name), best.best.n ? "; did you mean " : "",
			 STR_ARG(best.best), best.best.n ? "?" : "");
}

const struct conf_field *rule_field_find(struct rule_build *b, const struct conf_struct *s,
					 struct str name)
{
	const struct conf_field *f = conf_field_find(s, name);

	if (!f)
		fail_unknown(b, s, name);
	return f;
}

/* Follows one dotted path from one struct; steps[] gets every field. NULL: reported. */
static const struct conf_field *walk(struct rule_build *b, const struct conf_struct *s,
				     struct str path, const struct conf_field **steps,
				     uint32_t *count)
{
	const struct conf_field *f = NULL;
	struct str name;

	*count = 0;
	while (str_cut(&path, '.', &name)) {
		if (f && (f->type->base != CONF_STRUCT)) {
			rule_build_error(b, "schema-field",
					 "" STR_FMT " is no struct, so it has no field " STR_FMT,
					 STR_ARG(f->name), STR_ARG(name));
			return NULL;
		}
		s = f ? f->type->fields : s;
		if (*count == STEPS_MAX) {
			rule_build_error(b, "schema-field", "a path has at most %d names",
					 STEPS_MAX);
			return NULL;
		}
		f = rule_field_find(b, s, name);
		if (!f)
			return NULL;
		steps[(*count)++] = f;
	}
	return f;
}

const struct rule_ref *rule_ref_parse(struct rule_build *b, struct str path)
{
	const struct conf_field *steps[STEPS_MAX], *found = NULL;
	struct around from = {.list = {b->owner}, .count = 1};
	struct str rest = path;
	struct rule_ref *ref;
	bool from_root = false;
	uint32_t ups = 0, count = 0;

	if (rest.n && rest.p[0] == '/') {
		from_root = true;
		from.list[0] = &b->kind->top;
		rest = (struct str){rest.p + 1, rest.n - 1};
	}
	for (; str_starts(rest, STR("../")); ups++) {
		from = structs_around(b->kind, &from);
		rest = (struct str){rest.p + 3, rest.n - 3};
	}
	if (from.count == 0) {
		rule_build_error(b, "schema-field", "there is no struct around " STR_FMT,
				 STR_ARG(b->owner->name));
		return NULL;
	}
	for (uint32_t i = from.count; i-- > 0;) {
		const struct conf_field *f = walk(b, from.list[i], rest, steps, &count);

		if (!f)
			return NULL;
		if (found && !conf_type_same(found->type, f->type)) {
			rule_build_error(b, "schema-field",
					 STR_FMT " has another type in " STR_FMT
						 " than in others around",
					 STR_ARG(rest), STR_ARG(from.list[i]->name));
			return NULL;
		}
		found = f;
	}
	ref = arena_zalloc(b->mem, sizeof(*ref) + sizeof(steps[0]) * count);
	ref->text = arena_str(b->mem, path);
	ref->from_root = from_root;
	ref->ups = ups;
	ref->first = steps[0];
	ref->fixed = from.count == 1;
	ref->count = count - 1;
	ref->last = found;
	for (uint32_t i = 1; i < count; i++)
		ref->steps[i - 1] = steps[i];
	return ref;
}

const struct conf_field *rule_ref_field(const struct rule_ref *ref)
{
	return ref->last;
}

bool rule_ref_is_self(const struct rule_build *b, const struct rule_ref *ref)
{
	bool here = ref->from_root ? b->owner == &b->kind->top : ref->ups == 0;

	return here && ref->count == 0 && ref->last == b->field;
}

struct str rule_ref_text(const struct rule_ref *ref)
{
	return ref->text;
}

const void *rule_ref_get(const struct rule_ref *ref, const struct rule_call *call,
			 enum conf_state *state)
{
	const struct rule_scope *scope = call->scope;
	const struct conf_struct *s;
	const struct conf_field *f = ref->first;
	const void *record;

	*state = CONF_ABSENT;
	for (uint32_t i = 0; i < ref->ups && scope; i++)
		scope = scope->up;
	while (ref->from_root && scope && scope->up)
		scope = scope->up;
	if (!scope)
		return NULL;
	s = scope->s;
	record = scope->record;
	if (!ref->fixed)
		f = conf_field_find(s, f->name);
	for (uint32_t i = 0; f; i++) {
		*state = conf_state(s, record, f);
		if (i == ref->count && (*state == CONF_WRITTEN || *state == CONF_DEFAULTED))
			return conf_at(record, f);
		if (i == ref->count || *state == CONF_NULL || *state == CONF_INVALID)
			return NULL;
		record = conf_record(f->type, conf_at(record, f));
		if (!record) {
			*state = CONF_ABSENT;
			return NULL;
		}
		s = f->type->fields;
		f = ref->fixed ? ref->steps[i] : conf_field_find(s, ref->steps[i]->name);
	}
	return NULL;
}
