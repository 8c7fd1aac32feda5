/* gamesrvd/control/ops/op_revision_pin.c */
#include "gamesrvd/config/shapes.h"
#include "gamesrvd/control/config_call.h"
#include "gamesrvd/store/history.h"

static int revision_pin(struct op_call *call)
{
	struct store_db *db = store_here(call->daemon->store);
	struct history_attempt a;
	int64_t n;
	int rc;

	if (!config_call_body(call) || !config_call_revision(call, &n))
		return -1;
	rc = history_pin(db, n, config_call_flag(call, "pinned"));
	if (rc == 0)
		rc = history_revision(db, call->mem, n, &a);
	return rc < 0 ? config_call_storage(call, rc) : op_reply(call, shape_revision(&a));
}

const struct op op_revision_pin = {
	.route = "POST /v1/revisions/{n}/pin",
	.access = OP_WRITE,
	.thread = OP_ON_STORE,
	.body = OP_BODY,
	.run = revision_pin,
	.summary = "Keep a revision whatever its age, or no longer",
	.params =
		(const struct op_param[]){
			{"n", "path", "string", "A number, or \"current\"", true},
			{"pinned", "body", "boolean", "true: keep it", true},
			CONFIG_CALL_END,
		},
	.answer = "Revision",
};
