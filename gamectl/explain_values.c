/* gamectl/explain_values.c: what a document says, from a bundle or from the daemon. */
#include "conf/path.h"
#include "explain.h"
#include "remote.h"

static const char *const state_names[] = {[CONF_ABSENT] = "absent",
					  [CONF_NULL] = "null",
					  [CONF_DEFAULTED] = "defaulted",
					  [CONF_WRITTEN] = "written",
					  [CONF_INVALID] = "invalid"};

struct walk {
	struct cmd_call *call;
	const struct conf_doc *doc;
	struct explain_values *out;
};

static void add_value(struct walk *w, struct str path, const struct conf_type *type, bool secret,
		      const void *value, enum conf_state state)
{
	CLEANUP(buf_free) struct buf text = {0};
	struct explain_value v = {.field = arena_str(w->call->mem, path),
				  .state = state_names[state]};
	struct conf_place at;

	if (state == CONF_NULL)
		buf_add(&text, STR("null"));
	else if (state != CONF_ABSENT && secret)
		buf_add(&text, STR("***"));
	else if (state != CONF_ABSENT)
		conf_value_text(&text, type, value, true);
	v.value = arena_str(w->call->mem, buf_str(&text));
	if (state != CONF_ABSENT && conf_doc_locate(w->doc, v.field, w->call->mem, &at)) {
		v.file = conf_file_path(w->doc->file);
		v.line = at.start.line;
	}
	vec_add(w->call->mem, &w->out->list, v);
}

static void walk_record(struct walk *w, const struct conf_struct *s, const void *record,
			struct str prefix);

/* Structs are walked into; a list or a map is one value. */
static void walk_value(struct walk *w, struct str path, const struct conf_type *type, bool secret,
		       const void *value, enum conf_state state)
{
	const void *record = NULL;

	if (type->base == CONF_STRUCT && state != CONF_NULL)
		record = conf_record(type, value);
	if (record)
		walk_record(w, type->fields, record, path);
	else
		add_value(w, path, type, secret, value, state);
}

static void walk_record(struct walk *w, const struct conf_struct *s, const void *record,
			struct str prefix)
{
	for (uint32_t i = 0; i < s->field_count; i++) {
		const struct conf_field *f = &s->fields[i];
		CLEANUP(buf_free) struct buf path = {0};

		buf_add(&path, prefix);
		path_add_field(&path, f->name);
		walk_value(w, buf_str(&path), f->type, f->secret, conf_at(record, f),
			   conf_state(s, record, f));
	}
}

/* A place in a record. */
struct place {
	const struct conf_struct *s; /* with .record: where the next field is looked up */
	const void *record;
	const struct conf_type *type; /* NULL: the document itself */
	const void *value;
	enum conf_state state;
	bool secret;
};

static bool enter_item(struct place *p, const struct path_step *step)
{
	const struct conf_list *list = p->value;
	const struct conf_map *map = p->value;
	const void *item = NULL;
	bool null = false;

	if (p->type->base == CONF_LIST && step->is_index && step->index < list->count) {
		item = conf_item(p->type, list, step->index);
		null = list->nulls && list->nulls[step->index];
	}
	for (uint32_t i = 0; p->type->base == CONF_MAP && !step->is_index && i < map->count; i++)
		if (str_eq(map->keys[i], step->key)) {
			item = conf_map_item(p->type, map, i);
			null = map->nulls && map->nulls[i];
		}
	p->type = p->type->elem;
	p->value = item;
	p->state = null ? CONF_NULL : CONF_WRITTEN;
	return item != NULL;
}

static bool enter(struct place *p, const struct path_step *step)
{
	const struct conf_field *f;

	if (p->type && p->type->elem)
		return p->state >= CONF_DEFAULTED && enter_item(p, step);
	if (p->type) {
		p->s = p->type->fields;
		p->record = p->state == CONF_NULL ? NULL : conf_record(p->type, p->value);
	}
	f = p->record ? conf_field_find(p->s, step->key) : NULL;
	if (!f)
		return false;
	*p = (struct place){.s = p->s,
			    .record = p->record,
			    .type = f->type,
			    .value = conf_at(p->record, f),
			    .state = conf_state(p->s, p->record, f),
			    .secret = f->secret};
	return true;
}

static int walk_from(struct walk *w, const struct explain_target *t)
{
	struct place p = {.s = &w->doc->kind->top, .record = w->doc->record, .state = CONF_WRITTEN};
	struct str rest = t->path;
	struct path_step step;

	while (path_next(&rest, w->call->mem, &step) == 1)
		if (!enter(&p, &step))
			return cmd_error(w->call, EXIT_REFUSED, NULL,
					 STR_FMT "/" STR_FMT " has nothing at " STR_FMT,
					 STR_ARG(t->kind_name), STR_ARG(t->name), STR_ARG(t->path));
	if (p.type)
		walk_value(w, t->path, p.type, p.secret, p.value, p.state);
	else
		walk_record(w, p.s, p.record, t->path);
	return EXIT_DONE;
}

static int no_document(struct cmd_call *call, const struct explain_target *t, const char *where)
{
	return cmd_error(call, EXIT_REFUSED, NULL, "no " STR_FMT "/" STR_FMT " in %s",
			 STR_ARG(t->kind_name), STR_ARG(t->name), where);
}

static int values_of_bundle(struct cmd_call *call, struct origin *from,
			    const struct explain_target *t, struct explain_values *out)
{
	struct conf_set *set = origin_set(call, from);
	struct walk w = {.call = call, .out = out};

	if (!set)
		return EXIT_INTERNAL;
	w.doc = conf_doc_find(set, t->kind_name, t->name);
	out->where = origin_name(call, from);
	if (!w.doc)
		return no_document(call, t, out->where);
	out->file = conf_file_path(w.doc->file);
	out->line = w.doc->at.start.line;
	out->document = conf_record_json(&w.doc->kind->top, w.doc->record);
	return walk_from(&w, t);
}

static bool is_below(struct str path, struct str top)
{
	if (top.n == 0 || str_eq(path, top))
		return true;
	return str_starts(path, top) && (path.p[top.n] == '.' || path.p[top.n] == '[');
}

static struct str text_of(const json_t *object, const char *key)
{
	const json_t *v = json_object_get(object, key);

	return json_is_string(v) ? (struct str){json_string_value(v), json_string_length(v)}
				 : STR("");
}

static int values_of_daemon(struct cmd_call *call, const struct explain_target *t,
			    struct explain_values *out)
{
	const char *path =
		remote_path(call, "/v1/config/%s/%s", arena_cstr(call->mem, t->kind_name),
			    arena_cstr(call->mem, t->name));
	json_t *reply, *item;
	size_t i;
	int code = remote_get(call, path, &reply);

	if (code != EXIT_DONE)
		return code;
	out->document = json_object_get(reply, "spec");
	out->file = text_of(reply, "file");
	out->line = (uint32_t)json_integer_value(json_object_get(reply, "line"));
	out->where = arena_printf(call->mem, "in force with revision %lld",
				  (long long)json_integer_value(json_object_get(reply, "revision")))
			     .p;
	json_array_foreach(json_object_get(reply, "fields"), i, item)
	{
		struct str field = text_of(item, "field");

		if (is_below(field, t->path) || is_below(t->path, field))
			vec_add(call->mem, &out->list,
				((struct explain_value){
					.field = field,
					.value = text_of(item, "value"),
					.state = arena_cstr(call->mem, text_of(item, "state")),
					.file = text_of(item, "file"),
					.line = (uint32_t)json_integer_value(
						json_object_get(item, "line"))}));
	}
	return EXIT_DONE;
}

int explain_values(struct cmd_call *call, struct origin *from, const struct explain_target *t,
		   struct explain_values *out)
{
	*out = (struct explain_values){0};
	if (t->name.n == 0)
		return EXIT_DONE;
	if (from->kind == ORIGIN_BUNDLE)
		return values_of_bundle(call, from, t, out);
	if (from->kind == ORIGIN_DAEMON)
		return values_of_daemon(call, t, out);
	return cmd_error(call, EXIT_REFUSED, "name a bundle with --bundle, or start gamesrvd",
			 "there is no bundle here, and no daemon: nothing has a value");
}
