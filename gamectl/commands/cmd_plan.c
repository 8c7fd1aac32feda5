/* gamectl/commands/cmd_plan.c
 * What an apply would do, field by field; and to a file, for an apply later.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/time.h"
#include "bundle_request.h"
#include "plan_view.h"
#include "saved_plan.h"

enum { TRIES = 3 };

static int64_t number_of(const json_t *object, const char *key)
{
	return (int64_t)json_integer_value(json_object_get(object, key));
}

/* A saved plan names files by the digests of one revision, so both answers must be about the same one. */
static int ask(struct cmd_call *call, struct bundle_request *req, json_t **reply)
{
	for (int tries = 0; tries < TRIES; tries++) {
		int code;

		bundle_request_free(req);
		json_decref(*reply);
		*reply = NULL;
		code = bundle_request_read(call, cmd_arg(call, "path"), req);
		if (code != EXIT_DONE)
			return code;
		(void)json_object_set_new(req->body, "allow_delete",
					  json_integer(cmd_int(call, "allow-delete")));
		(void)json_object_set_new(req->body, "max_findings",
					  json_integer(cmd_int(call, "max-findings")));
		code = bundle_request_send(call, req, "plan", reply);
		if (code != EXIT_DONE || number_of(*reply, "base_revision") == req->base_revision)
			return code;
	}
	return cmd_error(call, EXIT_CONFLICT, "try again",
			 "other writers change the configuration faster than it can be planned");
}

static int save(struct cmd_call *call, const struct bundle_request *req, const json_t *reply,
		const char *path)
{
	char *real = realpath(cmd_arg(call, "path"), NULL), now[TIME_TEXT];
	const char *digest = json_string_value(json_object_get(reply, "digest"));
	const struct saved_plan plan = {
		.base_revision = number_of(reply, "base_revision"),
		.base_digest = req->base_digest,
		.allow_delete = cmd_int(call, "allow-delete"),
		.digest = digest ? digest : "",
		.bundle = real ? real : cmd_arg(call, "path"),
		.created = time_text(time_wall_us(), now),
		.files = json_object_get(req->body, "files"),
		.unchanged = json_object_get(req->body, "unchanged"),
	};
	int rc = saved_plan_write(path, &plan);

	free(real);
	if (rc < 0)
		return cmd_error(call, EXIT_INTERNAL,
				 "the plan was not saved; nothing was left behind", "%s: %s", path,
				 strerror(-rc));
	return EXIT_DONE;
}

static void show(struct cmd_call *call, const json_t *reply, const char *saved)
{
	int64_t base = number_of(reply, "base_revision");

	if (plan_is_empty(reply))
		buf_printf(&call->out, "no difference to revision %" PRId64 "\n", base);
	else
		plan_view(call, reply, 0);
	if (!saved)
		return;
	buf_add(&call->out, STR("saved: gamectl apply "));
	term_put(&call->out, &call->term_out, TERM_BOLD, str_of(saved));
	buf_printf(&call->out, " does this while revision %" PRId64 " is in force\n", base);
}

static int plan(struct cmd_call *call)
{
	const char *out = cmd_opt(call, "out");
	struct bundle_request req = {0};
	json_t *reply = NULL;
	int code = ask(call, &req, &reply);

	if (code == EXIT_DONE && out)
		code = save(call, &req, reply, out);
	if (code != EXIT_DONE)
		return code;
	if (cmd_flag(call, "exit-code") && !plan_is_empty(reply))
		code = EXIT_DIFFERS;
	if (cmd_wants_json(call))
		return cmd_reply(call, (enum exit_code)code, reply);
	show(call, reply, out);
	return code;
}

const struct cmd cmd_plan = {
	.name = "plan",
	.group = CMD_CHANGE,
	.place = 1,
	.params = "path:dir",
	.options =
		(const struct cmd_option[]){
			{.name = "out",
			 .arg = "FILE",
			 .complete = "path",
			 .doc = "Save the plan, for gamectl apply FILE"},
			{.name = "exit-code", .doc = "Exit code 1 when something would change"},
			{.name = "allow-delete",
			 .arg = "COUNT",
			 .value = CMD_INT,
			 .min = 1,
			 .max = INT32_MAX,
			 .doc = "For the saved plan: up to COUNT documents may be removed at once"},
			CMD_OPT_MAX_FINDINGS,
			{.name = NULL},
		},
	.online = true,
	.run = plan,
	.summary = "Say what applying a bundle would change, and when each change takes effect",
	.text = "Compares the bundle with the revision in force, field by field: 1m equals 60s, "
		"and the "
		"order of keys, quotes and comments are no difference. Nothing is changed.\n"
		"\n"
		"A saved plan holds the texts that differ (secrets too: only its owner may read "
		"the file) "
		"and is refused when another revision came into force meanwhile.",
	.examples = "gamectl plan .\twhat would change\n"
		    "gamectl plan . --out patch.plan\tsave it for a colleague to apply\n"
		    "gamectl plan . --exit-code -o json\tfor a pipeline\n",
	.exits = "1 with --exit-code: something would change\n"
		 "3 the bundle has errors\n"
		 "5 no daemon answers\n",
};
