/* gamectl/plan_view.c */
#include "plan_view.h"

#include <inttypes.h>

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

/* "2 changes at once, 1 in matches that open from then on" */
static void put_effects(struct cmd_call *call, const json_t *effects)
{
	static const struct {
		const char *key, *text;
	} rows[] = {{"live", "at once"},
		    {"next", "in matches that open from then on"},
		    {"restart", "after a restart of gamesrvd"}};
	int64_t rooms = number_of(effects, "rooms"), sessions = number_of(effects, "sessions");
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
	if (rooms || sessions)
		buf_printf(&call->out,
			   "touches %" PRId64 " rooms and %" PRId64 " sessions that run now\n",
			   rooms, sessions);
}

void plan_view(struct cmd_call *call, const json_t *plan, size_t max_lines)
{
	const json_t *changes = json_object_get(plan, "changes");
	int64_t needed = number_of(plan, "needs_allow_delete");
	change_views views = {0};

	change_views_of_json(call->mem, changes, &views);
	render_changes(&call->out, &call->term_out, &views,
		       &(struct render_changes){.reload = true,
						.max_lines = max_lines,
						.total = (size_t)number_of(plan, "changes_total")});
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
	put_effects(call, json_object_get(plan, "effects"));
	if (needed > 0)
		buf_printf(&call->out,
			   "%sthis removes %" PRId64
			   " documents; to apply it say --allow-delete %" PRId64 "%s\n",
			   term_on(&call->term_out, TERM_YELLOW), needed, needed,
			   term_off(&call->term_out));
}
