/* gamectl/commands/cmd_apply.c
 * A bundle, or a saved plan, becomes the next revision.
 */
#include <inttypes.h>
#include <sys/stat.h>

#include "bundle_request.h"
#include "change_call.h"
#include "remote.h"
#include "saved_plan.h"

struct apply {
	struct bundle_request req;
	struct saved_plan plan;
	bool planned; /* from a saved plan */
	bool checked; /* the plan's digest was compared */
};

static bool set(struct apply *a, const char *key, json_t *value)
{
	return json_object_set_new(a->req.body, key, value) == 0;
}

static int post(struct cmd_call *call, struct apply *a, bool dry_run, int64_t base, json_t **reply)
{
	if (!set(a, "dry_run", json_boolean(dry_run)) ||
	    !set(a, "base_revision", json_integer(base)))
		return cmd_error(call, EXIT_INTERNAL, NULL, "out of memory");
	return bundle_request_send(call, &a->req, "apply", reply);
}

/* Revisions are numbers, and every daemon counts from 1: the plan may come from another one. A revision that
 * is not there is told by the request itself. */
static int check_base(struct cmd_call *call, const struct apply *a)
{
	const char *base = arena_printf(call->mem, "%" PRId64, a->plan.base_revision).p;
	struct admin_answer answer = {0};
	const char *digest;
	bool other;

	(void)remote_call(call, "GET", remote_path(call, "/v1/revisions/%s/files", base), NULL,
			  &answer);
	digest = json_string_value(json_object_get(answer.body, "digest"));
	other = digest && strcmp(digest, a->plan.base_digest) != 0;
	admin_answer_free(&answer);
	if (other)
		return cmd_error(call, EXIT_CONFLICT, "plan again with this daemon",
				 "revision %s of this daemon is not the one that the plan was made "
				 "on: its content differs",
				 base);
	return EXIT_DONE;
}

/* What the daemon puts together from digests must be what was planned. */
static int check_plan(struct cmd_call *call, struct apply *a)
{
	json_t *reply = NULL;
	int code = post(call, a, true, a->plan.base_revision, &reply);
	const char *digest = json_string_value(json_object_get(reply, "digest"));

	if (code == EXIT_DONE && (!digest || strcmp(digest, a->plan.digest) != 0))
		code = cmd_error(call, EXIT_CONFLICT, "make the plan again",
				 "the plan's digest is not that of the files it names");
	json_decref(reply);
	a->checked = code == EXIT_DONE;
	return code;
}

/* Without --if-revision, too, the revision that was compared with is the base: whoever came in between is not
 * undone by accident. */
static int send(struct cmd_call *call, void *ctx, bool dry_run, int64_t base, json_t **reply)
{
	struct apply *a = ctx;
	int code = EXIT_DONE;

	if (a->planned && !a->checked)
		code = check_base(call, a);
	if (code == EXIT_DONE && a->planned && !a->checked)
		code = check_plan(call, a);
	if (code != EXIT_DONE)
		return code;
	return post(call, a, dry_run, base < 0 || a->planned ? a->req.base_revision : base, reply);
}

static int open_plan(struct cmd_call *call, const char *path, struct apply *a)
{
	CLEANUP(buf_free) struct buf problem = {0};
	int64_t wanted = cmd_has(call, "if-revision") ? cmd_int(call, "if-revision") : -1;

	if (!saved_plan_read(path, &a->plan, &problem))
		return cmd_error(call, EXIT_USAGE, NULL, "%s " STR_FMT, path,
				 STR_ARG(buf_str(&problem)));
	a->planned = true;
	a->req.base_revision = a->plan.base_revision;
	a->req.body =
		json_pack("{s:O,s:O}", "files", a->plan.files, "unchanged", a->plan.unchanged);
	if (!a->req.body)
		return cmd_error(call, EXIT_INTERNAL, NULL, "out of memory");
	if (wanted >= 0 && wanted != a->plan.base_revision)
		return cmd_error(call, EXIT_CONFLICT, NULL,
				 "%s was made on revision %" PRId64 ", not on %" PRId64, path,
				 a->plan.base_revision, wanted);
	return EXIT_DONE;
}

static bool looks_like_plan(const char *path)
{
	struct stat st;
	struct str name = str_of(path);

	return stat(path, &st) == 0 && !S_ISDIR(st.st_mode) && !str_ends(name, STR(".yaml")) &&
	       !str_ends(name, STR(".yml"));
}

static int put_options(struct cmd_call *call, struct apply *a)
{
	const char *message = cmd_opt(call, "message");
	int64_t allow = cmd_int(call, "allow-delete");

	if (!cmd_has(call, "allow-delete") && a->planned)
		allow = a->plan.allow_delete;
	if (!set(a, "message", json_string(message ? message : "")))
		return cmd_error(call, EXIT_USAGE, NULL, "the message is not UTF-8 text");
	if (!set(a, "allow_delete", json_integer(allow)) ||
	    !set(a, "confirm_ms", json_integer(cmd_duration_ms(call, "confirm"))) ||
	    !set(a, "max_findings", json_integer(cmd_int(call, "max-findings"))))
		return cmd_error(call, EXIT_INTERNAL, NULL, "out of memory");
	return EXIT_DONE;
}

static int apply(struct cmd_call *call)
{
	const char *path = cmd_arg(call, "path");
	struct apply a = {0};
	const struct change_call how = {
		.send = send, .ctx = &a, .verb = "apply", .wait = cmd_flag(call, "wait")};
	int code;

	if (how.wait && !cmd_has(call, "confirm"))
		return cmd_error(call, EXIT_USAGE, NULL,
				 "--wait waits for the end of a confirm window: give --confirm "
				 "DURATION, too");
	if (!cmd_flag(call, "dry-run") && !cmd_flag(call, "yes") && !change_may_ask(call))
		return EXIT_USAGE;
	code = looks_like_plan(path) ? open_plan(call, path, &a)
				     : bundle_request_read(call, path, &a.req);
	if (code == EXIT_DONE)
		code = put_options(call, &a);
	return code == EXIT_DONE ? change_run(call, &how) : code;
}

const struct cmd cmd_apply = {
	.name = "apply",
	.group = CMD_CHANGE,
	.place = 2,
	.params = "path:path",
	.options =
		(const struct cmd_option[]){
			CHANGE_OPTIONS,
			{.name = "confirm",
			 .arg = "DURATION",
			 .value = CMD_DURATION,
			 .min = 1000,
			 .max = INT64_C(30) * 86400000,
			 .doc = "Take it back by itself unless gamectl confirm comes within "
				"DURATION"},
			{.name = "wait",
			 .doc = "With --confirm: wait until it was confirmed or taken back"},
			CMD_OPT_MAX_FINDINGS,
			{.name = NULL},
		},
	.online = true,
	.run = apply,
	.summary = "Make a bundle, or a saved plan, the revision in force",
	.text = "PATH is the directory of a bundle, or a file that gamectl plan --out wrote. Shows "
		"what "
		"would change and asks; without a terminal to ask on it needs -y. The change is "
		"wholly in "
		"force or not at all, and the answer comes when it is in force.\n"
		"\n"
		"Two who start from the same revision: the first wins, the other gets exit code 4 "
		"and sees "
		"what both changed. Applying what is already in force changes nothing.\n"
		"\n"
		"With --confirm the change is taken back at the deadline, also when this terminal, "
		"the "
		"network or the daemon went away meanwhile. Only gamectl confirm keeps it.",
	.examples = "gamectl apply . -m \"Buff the yeti\"\tshow, ask, apply\n"
		    "gamectl apply . -y --confirm 10m\tand back in ten minutes unless confirmed\n"
		    "gamectl apply patch.plan\twhat was planned, if nobody came in between\n"
		    "gamectl apply . -y --if-revision 7 -o json\tfor a pipeline\n",
	.exits = "3 the bundle has errors\n"
		 "4 another revision came in between, or one waits for confirmation\n"
		 "5 no daemon answers\n"
		 "6 with --wait: nobody confirmed in time, it was taken back\n"
		 "7 refused: you said no, you may not, or it removes too many documents\n",
};
