/* gamesrvd/config/effects.c */
#include "gamesrvd/config/effects.h"

#include "gamesrvd/config/shapes.h"
#include "gamesrvd/config/state.h"
#include "schemas/builtin.h"

enum { DOCUMENTS_SHOWN = 1000 };

struct type_row { /* one room type of either set */
	struct str name;
	struct conf_list before, after; /* kinds it shows */
	uint32_t rooms, members, older; /* open now; pinned to a revision before this one */
	bool now, keep;                 /* touched by something */
};

struct effects {
	struct config_change *ch;
	struct map by_name; /* type_row */
	VEC(struct type_row *) types;
	json_t *documents;
	size_t documents_total;
	bool everybody; /* every session, in a room or not */
	bool failed;
};

static void add_types(struct effects *e, const struct conf_set *set, bool after)
{
	uint32_t count = 0;
	const struct conf_doc *const *docs = conf_docs_of(set, STR("RoomType"), &count);

	for (uint32_t i = 0; i < count; i++) {
		const struct conf_room_type *type = docs[i]->record;
		struct type_row *row = map_get(&e->by_name, docs[i]->name);
		bool was_there;

		if (row == NULL) {
			row = ARENA_NEW(e->ch->mem, struct type_row);
			row->name = docs[i]->name;
			map_put(e->ch->mem, &e->by_name, row->name, row, &was_there);
			vec_add(e->ch->mem, &e->types, row);
		}
		*(after ? &row->after : &row->before) = type->shows;
	}
}

static void count_rooms(struct effects *e)
{
	const struct config_host *host = &e->ch->c->host;
	struct config_rooms *open = NULL;
	size_t count = host->rooms ? host->rooms(host->ctx, e->ch->mem, &open) : 0;

	for (size_t i = 0; i < count; i++) {
		struct type_row *row = map_get(&e->by_name, open[i].type);

		if (row == NULL)
			continue;
		row->rooms += open[i].rooms;
		row->members += open[i].members;
		if (open[i].pinned < (uint64_t)e->ch->base)
			row->older += open[i].rooms;
	}
}

static bool has(const struct conf_list *kinds, struct str kind)
{
	for (uint32_t i = 0; i < kinds->count; i++)
		if (str_eq(((const struct str *)kinds->items)[i], kind))
			return true;
	return false;
}

static bool is_touched(const struct type_row *row, const struct conf_change *c)
{
	return has(&row->before, c->kind) || has(&row->after, c->kind) ||
	       (str_is(c->kind, "RoomType") && str_eq(c->name, row->name));
}

struct tally { /* of one document */
	json_int_t changes, rooms, sessions, older;
};

static json_t *tally_json(const struct tally *t)
{
	return json_pack("{s:I, s:I, s:I}", "changes", t->changes, "rooms", t->rooms, "sessions",
			 t->sessions);
}

static json_t *type_json(const struct type_row *type)
{
	return json_pack("{s:o, s:I, s:I}", "name", shape_text(type->name), "rooms",
			 (json_int_t)type->rooms, "sessions", (json_int_t)type->members);
}

static void add_document(struct effects *e, const struct conf_change *c, json_t *types,
			 const struct tally *now, const struct tally *keep)
{
	json_t *document, *kept;

	if (json_array_size(types) == 0 || e->documents_total++ >= DOCUMENTS_SHOWN) {
		json_decref(types);
		return;
	}
	kept = tally_json(keep);
	(void)json_object_set_new(kept, "older", json_integer(keep->older));
	document = json_pack("{s:o, s:o, s:o, s:o, s:o}", "kind", shape_text(c->kind), "name",
			     shape_text(c->name), "room_types", types, "now", tally_json(now),
			     "keep", kept);
	if (json_array_append_new(e->documents, document) < 0)
		e->failed = true;
}

/* The changes of one document, from changes[i] on; gives where the next begins. */
static size_t look_at_document(struct effects *e, size_t i)
{
	const struct conf_diff *diff = &e->ch->diff;
	const struct conf_change *c = &diff->changes.items[i];
	struct tally now = {0}, keep = {0};
	json_t *types = json_array();
	struct type_row **row;

	for (; i < diff->changes.count && str_eq(diff->changes.items[i].name, c->name) &&
	       str_eq(diff->changes.items[i].kind, c->kind);
	     i++) {
		const struct conf_change *one = &diff->changes.items[i];

		one->reload == CONF_LIVE ? now.changes++ : keep.changes++;
		if (str_is(c->kind, "Server") && one->reload == CONF_LIVE &&
		    str_starts(one->field, STR("players.")))
			e->everybody = true;
	}
	VEC_EACH (&e->types, row) {
		struct type_row *type = *row;

		if (!is_touched(type, c))
			continue;
		if (json_array_append_new(types, type_json(type)) < 0)
			e->failed = true;
		if (now.changes > 0) {
			type->now = true;
			now.rooms += type->rooms;
			now.sessions += type->members;
		}
		if (keep.changes > 0) {
			type->keep = true;
			keep.rooms += type->rooms;
			keep.sessions += type->members;
			keep.older += type->older;
		}
	}
	add_document(e, c, types, &now, &keep);
	return i;
}

static json_t *reach_json(const struct effects *e, bool now, bool keep)
{
	const struct config_host *host = &e->ch->c->host;
	json_int_t rooms = 0, sessions = 0;
	struct type_row **row;

	VEC_EACH (&e->types, row) {
		if (!((*row)->now && now) && !((*row)->keep && keep))
			continue;
		rooms += (*row)->rooms;
		sessions += (*row)->members;
	}
	if (now && e->everybody && host->sessions != NULL)
		sessions = host->sessions(host->ctx);
	return json_pack("{s:I, s:I}", "rooms", rooms, "sessions", sessions);
}

static json_t *whole_json(struct effects *e)
{
	json_int_t count[3] = {0};
	const struct conf_change *c;
	json_t *all, *touched;

	VEC_EACH (&e->ch->diff.changes, c)
		count[c->reload]++;
	all = json_pack("{s:I, s:I, s:I, s:o, s:o, s:O, s:I}", "live", count[CONF_LIVE], "next",
			count[CONF_NEXT], "restart", count[CONF_RESTART], "now",
			reach_json(e, true, false), "keep", reach_json(e, false, true), "documents",
			e->documents, "documents_total", (json_int_t)e->documents_total);
	touched = reach_json(e, true, true); /* "rooms" and "sessions" beside the classes */
	if (all == NULL || touched == NULL || json_object_update(all, touched) < 0) {
		json_decref(all);
		all = NULL;
	}
	json_decref(touched);
	return all;
}

json_t *effects_json(struct config_change *ch)
{
	struct effects e = {.ch = ch, .documents = json_array()};
	json_t *all;

	add_types(&e, ch->c->now, false);
	add_types(&e, ch->next, true);
	count_rooms(&e);
	for (size_t i = 0; i < ch->diff.changes.count;)
		i = look_at_document(&e, i);
	all = e.failed ? NULL : whole_json(&e);
	json_decref(e.documents);
	return all;
}
