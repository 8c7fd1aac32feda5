/* gamectl/commands/cmd_history.c
 * Revisions and failed attempts, newest first.
 */
#include <inttypes.h>

#include "conf/render.h"
#include "listing.h"

enum { SHOWN = 20 }; /* unless --limit says otherwise */

static bool failed(const json_t *item)
{
	return !json_is_integer(json_object_get(item, "revision"));
}

/* A failure has no revision number; its own number is what `show` takes then. */
static void show_revision(struct buf *out, const struct cmd_call *call, const json_t *value,
			  const json_t *item)
{
	const json_t *id = json_object_get(item, "id");

	(void)call;
	if (!failed(item))
		buf_printf(out, "%" PRId64, (int64_t)json_integer_value(value));
	else if (json_is_integer(id))
		buf_printf(out, "a%" PRId64, (int64_t)json_integer_value(id));
}

static void show_changes(struct buf *out, const struct cmd_call *call, const json_t *value,
			 const json_t *item)
{
	static const struct {
		const char *key;
		char sign;
	} parts[] = {
		{"documents_added", '+'}, {"documents_changed", '~'}, {"documents_removed", '-'}};
	bool any = false;

	(void)call;
	(void)value;
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		json_int_t n = json_integer_value(json_object_get(item, parts[i].key));

		if (n == 0)
			continue;
		buf_printf(out, "%s%c%" PRId64, any ? " " : "", parts[i].sign, (int64_t)n);
		any = true;
	}
}

/* What the author said; for a failure why it failed. */
static void show_message(struct buf *out, const struct cmd_call *call, const json_t *value,
			 const json_t *item)
{
	const char *message = json_string_value(value);
	const char *error = json_string_value(json_object_get(item, "error"));
	json_int_t findings = json_integer_value(json_object_get(item, "findings_total"));

	(void)call;
	if (message && *message)
		buf_add(out, str_of(message));
	if (!failed(item))
		return;
	if (out->n && (error || findings))
		buf_add(out, STR(": "));
	if (error)
		buf_add(out, str_of(error));
	else if (findings)
		buf_printf(out, "%" PRId64 " finding%s", (int64_t)findings,
			   findings == 1 ? "" : "s");
}

static enum term_style outcome_style(const json_t *value, const json_t *item)
{
	const char *outcome = json_string_value(value);

	if (failed(item))
		return TERM_RED;
	if (outcome && strcmp(outcome, "pending") == 0)
		return TERM_YELLOW;
	return outcome && strcmp(outcome, "rolled-back") == 0 ? TERM_DIM : TERM_PLAIN;
}

static const struct cmd_column columns[] = {
	{.title = "REVISION", .field = "revision", .right = true, .show = show_revision},
	{.title = "ATTEMPT", .field = "id", .right = true, .wide = true},
	{.title = "WHEN", .field = "time", .show = cmd_show_time},
	{.title = "WHO", .field = "actor.name"},
	{.title = "HOW", .field = "origin"},
	{.title = "OUTCOME", .field = "outcome", .style = outcome_style},
	{.title = "DOCUMENTS", .field = "changes_total", .show = show_changes},
	{.title = "PINNED", .field = "pinned", .wide = true},
	{.title = "DIGEST", .field = "digest", .wide = true},
	{.title = "WHY", .field = "message", .show = show_message},
	{.title = NULL},
};

static void note_more(struct cmd_call *call, bool more)
{
	if (call->output == OUT_TABLE && more)
		buf_printf(&call->out, "%s… there are older ones: --limit N shows more%s\n",
			   term_on(&call->term_out, TERM_DIM), term_off(&call->term_out));
}

/* A condition or another order is about all of them; without one, only as many travel as are shown. */
static int history(struct cmd_call *call)
{
	bool whole = cmd_has(call, "where") || cmd_has(call, "sort");
	int64_t limit = cmd_has(call, "limit") ? cmd_int(call, "limit") : SHOWN;
	const struct listing l = {
		.path = "/v1/revisions", .key = "revisions", .limit = whole ? 0 : limit};
	json_t *reply = NULL;
	size_t left = 0;
	int code = listing_get(call, &l, &reply);

	if (code == EXIT_DONE)
		code = listing_select(call, reply, "revisions", SHOWN, &left);
	if (code != EXIT_DONE)
		return code;
	left += json_is_string(json_object_get(reply, "next_cursor"));
	code = cmd_list(call, reply, "revisions", columns, "revision/{revision}",
			whole ? "no revision matches" : "nothing was applied yet");
	note_more(call, left > 0);
	return code;
}

const struct cmd cmd_history = {
	.name = "history",
	.group = CMD_LOOK,
	.place = 4,
	.listing = true,
	.online = true,
	.run = history,
	.summary = "List revisions, newest first: who, when, why; failed attempts, too",
	.text = "Documents: + added, ~ changed, - removed. A failed attempt has no revision; its "
		"number "
		"begins with a, and gamectl show takes it.",
	.examples = "gamectl history\tthe last twenty\n"
		    "gamectl history --where 'actor.name == \"anna\" && outcome != "
		    "\"applied\"'\ther failures\n"
		    "gamectl history --limit 100000 -o csv\teverything, for a spreadsheet\n",
	.exits = "5 no daemon answers\n",
};
