/* gamectl/commands/cmd_show.c
 * One revision, or one failed attempt: who, when, why, and every field it changed.
 */
#include <inttypes.h>

#include "conf/render.h"
#include "findings.h"
#include "plan_view.h"
#include "remote.h"
#include "render_changes.h"

static void put_text(struct cmd_call *call, const char *label, const json_t *value)
{
	const char *text = json_string_value(value);

	if (!text || !*text)
		return;
	buf_printf(&call->out, "%-10s", label);
	conf_render_safe(&call->out, str_of(text));
	buf_addc(&call->out, '\n');
}

static void put_head(struct cmd_call *call, const json_t *r)
{
	const struct term *t = &call->term_out;
	const json_t *revision = json_object_get(r, "revision"), *time = json_object_get(r, "time");
	struct str why = str_of(json_string_value(json_object_get(r, "message")));
	json_int_t back_to = json_integer_value(json_object_get(r, "rollback_of"));

	buf_add(&call->out, str_of(term_on(t, TERM_BOLD)));
	if (json_is_integer(revision))
		buf_printf(&call->out, "revision %" PRId64, (int64_t)json_integer_value(revision));
	else
		buf_printf(&call->out, "attempt a%" PRId64,
			   (int64_t)json_integer_value(json_object_get(r, "id")));
	buf_add(&call->out, str_of(term_off(t)));
	buf_printf(&call->out, "%s\n",
		   json_is_true(json_object_get(r, "pinned")) ? " (pinned)" : "");
	put_text(call, "who", json_object_get(json_object_get(r, "actor"), "name"));
	buf_printf(&call->out, "%-10s", "when");
	cmd_show_time(&call->out, call, time, r);
	buf_printf(&call->out, " (%s)\n", json_is_string(time) ? json_string_value(time) : "?");
	put_text(call, "how", json_object_get(r, "origin"));
	put_text(call, "outcome", json_object_get(r, "outcome"));
	put_text(call, "why", json_object_get(r, "message"));
	put_text(call, "error", json_object_get(r, "error"));
	if (back_to > 0 && !str_starts(why, STR("back to revision "))) /* said already */
		buf_printf(&call->out, "%-10srevision %" PRId64 "\n", "back to", (int64_t)back_to);
	put_text(call, "digest", json_object_get(r, "digest"));
}

static void put_changes(struct cmd_call *call, const json_t *reply, const json_t *revision)
{
	const json_t *changes = json_object_get(reply, "changes");
	const struct render_changes how = {
		.reload = true,
		.total = (size_t)json_integer_value(json_object_get(revision, "changes_total"))};
	change_views views = {0};

	buf_addc(&call->out, '\n');
	plan_view_counts(&call->out, revision);
	buf_addc(&call->out, '\n');
	change_views_of_json(call->mem, changes, &views);
	render_changes(&call->out, &call->term_out, &views, &how);
}

static int show(struct cmd_call *call)
{
	const char *word = cmd_arg(call, "rev"), *revision;
	bool attempt = *word == 'a';
	json_t *reply = NULL;
	int code;

	revision = remote_revision(call, attempt ? word + 1 : word);
	if (!revision)
		return EXIT_USAGE;
	code = remote_get(
		call,
		remote_path(call, attempt ? "/v1/revisions/%s?id=1" : "/v1/revisions/%s", revision),
		&reply);
	if (code != EXIT_DONE)
		return code;
	if (cmd_wants_json(call))
		return cmd_reply(call, EXIT_DONE, reply);
	put_head(call, json_object_get(reply, "revision"));
	put_changes(call, reply, json_object_get(reply, "revision"));
	(void)cmd_flush(call);
	findings_warn(call, json_object_get(reply, "findings"), NULL);
	return EXIT_DONE;
}

const struct cmd cmd_show = {
	.name = "show",
	.group = CMD_LOOK,
	.place = 5,
	.params = "rev:revision",
	.online = true,
	.run = show,
	.summary = "Show one revision: who, when, why, and every field it changed",
	.text = "REV is a number, current, or a failed attempt as gamectl history writes it (a17).",
	.examples = "gamectl show current\twhat is in force\n"
		    "gamectl show 12\tone revision\n"
		    "gamectl show a17\twhy that attempt failed\n",
	.exits = "5 no daemon answers\n"
		 "7 there is no such revision\n",
};
