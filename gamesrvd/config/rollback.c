/* gamesrvd/config/rollback.c
 * Former content as a new revision, through the same pipeline as every change: history is never rewound.
 */
#include <errno.h>
#include <inttypes.h>

#include "gamesrvd/config/shapes.h"
#include "gamesrvd/config/state.h"

static void name_a_better_one(struct config_change *ch, int64_t to)
{
	int64_t nearest = config_nearest_acceptable(ch->c, to);
	struct str before = ch->out->message;

	if (ch->out->body != NULL)
		json_object_set_new(ch->out->body, "nearest_acceptable",
				    nearest ? json_integer(nearest) : json_null());
	ch->out->message = nearest ? arena_printf(ch->mem,
						  "revision %" PRId64
						  " does not pass today's schemas: " STR_FMT
						  "; the nearest that would is %" PRId64,
						  to, STR_ARG(before), nearest)
				   : arena_printf(ch->mem,
						  "revision %" PRId64
						  " does not pass today's schemas: " STR_FMT
						  "; no other kept revision would either",
						  to, STR_ARG(before));
}

void config_rollback(struct config *c, struct arena *mem, const struct config_request *who,
		     int64_t to, struct config_answer *out)
{
	struct config_change ch = {
		.c = c, .mem = mem, .req = who, .origin = "rollback", .out = out};
	struct str why;
	int rc;

	if (!who->dry_run && config_refused_while_pending(c, mem, out))
		return;
	if (to < 0)
		to = c->revision - 1;
	if (c->revision == 0 || to > c->revision || to < 0) {
		answer_fail(out, mem, 404, "not_found", NULL,
			    c->revision == 0 ? "there is no revision yet to roll back from"
					     : "there is no revision %" PRId64,
			    to);
		return;
	}
	ch.rollback_of = to;
	rc = config_revision_inputs(c, mem, to, &ch.inputs, &ch.input_count, &why);
	if (rc == -ENOENT)
		answer_fail(out, mem, 404, "not_found", NULL, STR_FMT "; it may have been pruned",
			    STR_ARG(why));
	else if (rc < 0)
		answer_fail(out, mem, 507, "storage", NULL, STR_FMT, STR_ARG(why));
	else
		config_change_run(&ch);
	if (out->code != NULL && strcmp(out->code, "invalid") == 0)
		name_a_better_one(&ch, to);
}
