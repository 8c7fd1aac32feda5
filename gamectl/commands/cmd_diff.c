/* gamectl/commands/cmd_diff.c
 * Typed difference between two states, each a bundle on disk or a revision of the daemon.
 */
#include <stdlib.h>
#include <sys/stat.h>

#include "bundle_opts.h"
#include "origin.h"
#include "remote.h"
#include "render_changes.h"

struct side {
	const char *word;     /* as given */
	const char *revision; /* NULL: a bundle on disk */
	struct conf_set *set;
};

/* A word that is a path is a path; write ./7 for a bundle whose directory is called 7. */
static bool is_revision(const char *word)
{
	struct stat st;

	if (strcmp(word, "current") == 0)
		return stat(word, &st) < 0;
	return word[strspn(word, "0123456789")] == '\0' && *word && stat(word, &st) < 0;
}

static int load_revision(struct cmd_call *call, struct side *side)
{
	const char *path = remote_path(call, "/v1/revisions/%s/files?text=1", side->revision);
	struct diags d = diags_into(call->mem);
	struct bundle files = {0};
	json_t *reply;
	int code = remote_get(call, path, &reply);

	if (code != EXIT_DONE)
		return code;
	origin_inputs(call->mem, json_object_get(reply, "files"), &files);
	side->set = bundle_check(call, files.files.items, files.files.count, 0, &d);
	if (!side->set)
		return EXIT_INTERNAL;
	if (d.errors)
		cmd_warn(call,
			 "revision %s has %zu errors under this gamectl's rules; what they hide is "
			 "not "
			 "compared",
			 side->revision, d.errors);
	return EXIT_DONE;
}

static int load_side(struct cmd_call *call, struct side *side)
{
	if (is_revision(side->word))
		side->revision = side->word;
	if (side->revision)
		return load_revision(call, side);
	return bundle_load(call, side->word, &side->set);
}

static json_t *diff_json(const struct side *from, const struct side *to,
			 const struct conf_diff *diff)
{
	json_t *changes = json_array();
	const struct conf_change *c;

	VEC_EACH (&diff->changes, c)
		if (json_array_append_new(changes, conf_change_json(c)) < 0) {
			json_decref(changes);
			return NULL;
		}
	return json_pack("{s:s,s:s,s:i,s:i,s:i,s:o,s:i}", "from", from->word, "to", to->word,
			 "documents_added", (int)diff->docs_added, "documents_removed",
			 (int)diff->docs_removed, "documents_changed", (int)diff->docs_changed,
			 "changes", changes, "changes_total", (int)diff->changes.count);
}

static int diff(struct cmd_call *call)
{
	const char *second = cmd_arg(call, "to");
	struct side from = {.word = cmd_arg(call, "from")}, to = {.word = second};
	struct conf_diff changes = {0};
	change_views views = {0};
	int code;

	if (!second) {
		to = from;
		from = (struct side){.word = "current", .revision = "current"};
	}
	/* The bundle first: its mistakes are told also when no daemon answers. */
	code = load_side(call, &to);
	if (code == EXIT_DONE)
		code = load_side(call, &from);
	if (code != EXIT_DONE)
		return code;
	conf_diff(call->mem, from.set, to.set, &changes);
	code = changes.changes.count ? EXIT_DIFFERS : EXIT_DONE;
	if (cmd_wants_json(call))
		return cmd_reply(call, code, diff_json(&from, &to, &changes));
	change_views_of_diff(call->mem, &changes, &views);
	render_changes(&call->out, &call->term_out, &views,
		       &(struct render_changes){.reload = true});
	if (views.count)
		buf_addc(&call->out, '\n');
	render_changes_summary(&call->out, changes.docs_changed, changes.docs_added,
			       changes.docs_removed);
	buf_addc(&call->out, '\n');
	return code;
}

const struct cmd cmd_diff = {
	.name = "diff",
	.group = CMD_WRITE,
	.place = 4,
	.params = "from:path-or-revision to?:path-or-revision",
	.options = (const struct cmd_option[]){CMD_OPT_MAX_FINDINGS, CMD_OPTS_CAPS, {.name = NULL}},
	.online = true,
	.run = diff,
	.summary = "Show the typed difference between bundles, revisions and what is in force",
	.text = "With one bundle (or revision): from what is in force to it. With two: from the "
		"first to the second; "
		"two bundles on disk need no daemon. A number is a revision; write ./7 for a "
		"directory of that name.\n"
		"\n"
		"What means the same is no difference: 1m and 60s, the order of keys and files, "
		"quotes, comments, "
		"anchors. Lists whose items have a unique field are matched by it.",
	.examples = "gamectl diff .\twhat apply would change\n"
		    "gamectl diff ../main .\tbetween two bundles, without a daemon\n"
		    "gamectl diff 4 7\tbetween two revisions\n",
	.exits = "1 there are differences\n"
		 "3 a bundle has errors\n"
		 "7 no such revision\n",
};
