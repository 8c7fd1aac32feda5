/* gamectl/plan_view.c */
#include "plan_view.h"

#include <inttypes.h>

#include "conf/render.h"
#include "render_changes.h"

static int64_t number_of(const json_t *object, const char *key)
{
	return (int64_t)json_integer_value(json_object_get(object, key));
}

bool plan_is_empty(const json_t *plan)
{
	const char *would = json_string_value(json_object_get(plan, "would"));

	return would && strcmp(would, "nothing") == 0;
}

void plan_view_counts(struct buf *out, const json_t *plan)
{
	render_changes_summary(out, (uint64_t)number_of(plan, "documents_changed"),
			       (uint64_t)number_of(plan, "documents_added"),
			       (uint64_t)number_of(plan, "documents_removed"));
}

/* ---- Below each document: who sees it ---- */

enum { TYPES_NAMED = 3, VALUE_SHOWN = 40 };

struct notes {
	const struct term *term;
	const json_t *documents; /* effects.documents: in the order of the changes */
	size_t at;
};

static const json_t *note_of(struct notes *n, const struct change_view *change)
{
	for (size_t i = n->at; i < json_array_size(n->documents); i++) {
		const json_t *d = json_array_get(n->documents, i);
		const char *kind = json_string_value(json_object_get(d, "kind"));
		const char *name = json_string_value(json_object_get(d, "name"));

		if (kind == NULL || name == NULL || !str_is(change->kind, kind) ||
		    !str_is(change->name, name))
			continue;
		n->at = i + 1;
		return d;
	}
	return NULL;
}

/* "3 rooms of duel, raid" */
static void put_rooms(struct buf *out, int64_t rooms, const json_t *types)
{
	size_t named = 0, more = 0;

	buf_printf(out, "%" PRId64 " room%s of ", rooms, rooms == 1 ? "" : "s");
	for (size_t i = 0; i < json_array_size(types); i++) {
		const json_t *type = json_array_get(types, i);

		if (number_of(type, "rooms") == 0)
			continue;
		if (named == TYPES_NAMED) {
			more++;
			continue;
		}
		buf_add(out, named++ ? STR(", ") : STR(""));
		conf_render_safe(out, str_of(json_string_value(json_object_get(type, "name"))));
	}
	if (more > 0)
		buf_printf(out, " and %zu more type%s", more, more == 1 ? "" : "s");
}

static const struct change_view *only_kept(const struct change_view *changes, size_t count,
					   size_t *kept)
{
	const struct change_view *only = NULL;

	*kept = 0;
	for (size_t i = 0; i < count; i++) {
		if (str_is(changes[i].reload, "live"))
			continue;
		only = &changes[i];
		++*kept;
	}
	return only;
}

/* "hp 100", or "hp as it was at the start" where rooms opened under different revisions may have different values. */
static void put_kept_field(struct buf *out, const struct change_view *c, bool same_for_all)
{
	conf_render_safe(out, c->field);
	if (!same_for_all || c->before.n > VALUE_SHOWN) {
		buf_add(out, STR(" as it was at the start"));
	} else {
		buf_addc(out, ' ');
		if (c->before.p)
			conf_render_safe(out, c->before);
		else
			buf_add(out, STR("unset"));
	}
}

/* "keep hp 100 until their match ends", behind "312 rooms of duel" */
static void put_kept(struct buf *out, const struct change_view *changes, size_t count,
		     bool one_room, bool same_for_all)
{
	size_t kept;
	const struct change_view *only = only_kept(changes, count, &kept);
	bool added = kept == 1 && only->field.n == 0 && str_is(only->op, "added");

	if (added) {
		buf_add(out, one_room ? STR(" does without it") : STR(" do without it"));
	} else {
		buf_add(out, one_room ? STR(" keeps ") : STR(" keep "));
		if (kept == 1 && only->field.n > 0)
			put_kept_field(out, only, same_for_all);
		else if (kept == 1)
			buf_add(out, STR("it"));
		else
			buf_printf(out, "%zu fields as they were at the start", kept);
	}
	buf_add(out, one_room ? STR(" until its match ends") : STR(" until their match ends"));
}

static size_t put_note(void *ctx, struct buf *out, const struct change_view *changes, size_t count)
{
	struct notes *n = ctx;
	const json_t *d = note_of(n, changes), *types = json_object_get(d, "room_types");
	int64_t now = number_of(json_object_get(d, "now"), "rooms");
	int64_t keep = number_of(json_object_get(d, "keep"), "rooms");
	size_t lines = 0;

	if (now > 0) {
		int64_t players = number_of(json_object_get(d, "now"), "sessions");

		buf_printf(out, "    %sat the next tick in ", term_on(n->term, TERM_DIM));
		put_rooms(out, now, types);
		buf_printf(out, ", for %" PRId64 " player%s%s\n", players, players == 1 ? "" : "s",
			   term_off(n->term));
		lines++;
	}
	if (keep > 0) {
		buf_printf(out, "    %s", term_on(n->term, TERM_DIM));
		put_rooms(out, keep, types);
		put_kept(out, changes, count, keep == 1,
			 number_of(json_object_get(d, "keep"), "older") == 0);
		buf_printf(out, "%s\n", term_off(n->term));
		lines++;
	}
	return lines;
}

/* ---- Below all ---- */

static void put_count(struct buf *out, int64_t n, const char *thing)
{
	buf_printf(out, "%" PRId64 " %s%s", n, thing, n == 1 ? "" : "s");
}

/* "315 rooms with 912 players see it at the next tick", "312 rooms with 900 players keep what they have until the match ends" */
static void put_reach(struct buf *out, const json_t *now, const json_t *keep)
{
	int64_t rooms = number_of(now, "rooms"), players = number_of(now, "sessions");
	int64_t kept = number_of(keep, "rooms");

	if (rooms > 0) {
		put_count(out, rooms, "room");
		buf_add(out, STR(" with "));
	}
	if (rooms > 0 || players > 0) {
		put_count(out, players, "player");
		buf_add(out, rooms + players == 1 ? STR(" sees") : STR(" see"));
		buf_add(out, STR(" it at the next tick\n"));
	}
	if (kept > 0) {
		put_count(out, kept, "room");
		buf_add(out, STR(" with "));
		put_count(out, number_of(keep, "sessions"), "player");
		buf_add(out, kept == 1 ? STR(" keeps what it has until its match ends\n")
				       : STR(" keep what they have until their match ends\n"));
	}
}

/* "2 changes at once, 1 in matches that open from then on" */
static void put_effects(struct cmd_call *call, const json_t *effects)
{
	static const struct {
		const char *key, *text;
	} rows[] = {{"live", "at once"},
		    {"next", "in matches that open from then on"},
		    {"restart", "after a restart of gamesrvd"}};
	const json_t *now = json_object_get(effects, "now"),
		     *keep = json_object_get(effects, "keep");
	const struct term *t = &call->term_out;
	bool any = false;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int64_t n = number_of(effects, rows[i].key);

		if (n == 0)
			continue;
		buf_printf(&call->out, "%s%" PRId64 "%s %s%s%s", any ? ", " : "; ", n,
			   any      ? ""
			   : n == 1 ? " change"
				    : " changes",
			   term_on(t, change_style(str_of(rows[i].key))), rows[i].text,
			   term_off(t));
		any = true;
	}
	buf_addc(&call->out, '\n');
	put_reach(&call->out, now, keep);
}

void plan_view(struct cmd_call *call, const json_t *plan, size_t max_lines)
{
	const json_t *changes = json_object_get(plan, "changes");
	int64_t needed = number_of(plan, "needs_allow_delete");
	const json_t *effects = json_object_get(plan, "effects");
	struct notes notes = {.term = &call->term_out,
			      .documents = json_object_get(effects, "documents")};
	change_views views = {0};

	change_views_of_json(call->mem, changes, &views);
	render_changes(&call->out, &call->term_out, &views,
		       &(struct render_changes){.reload = true,
						.max_lines = max_lines,
						.total = (size_t)number_of(plan, "changes_total"),
						.note = put_note,
						.ctx = &notes});
	if (views.count == 0) {
		/* Still a revision of its own: an export must give back the comments, too. */
		buf_printf(&call->out,
			   "no field differs from revision %" PRId64
			   ": only comments, order, spelling or places\n",
			   number_of(plan, "base_revision"));
		return;
	}
	buf_addc(&call->out, '\n');
	plan_view_counts(&call->out, plan);
	buf_printf(&call->out, " since revision %" PRId64, number_of(plan, "base_revision"));
	put_effects(call, effects);
	if (needed > 0)
		buf_printf(&call->out,
			   "%sthis removes %" PRId64
			   " documents; to apply it say --allow-delete %" PRId64 "%s\n",
			   term_on(&call->term_out, TERM_YELLOW), needed, needed,
			   term_off(&call->term_out));
}
