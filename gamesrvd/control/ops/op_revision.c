/* gamesrvd/control/ops/op_revision.c */
#include <stdlib.h>

#include "gamesrvd/config/shapes.h"
#include "gamesrvd/control/config_call.h"
#include "gamesrvd/store/history.h"

enum { CHANGES_SHOWN = 10000 };

static int revision(struct op_call *call)
{
	struct store_db *db = store_here(call->daemon->store);
	bool by_id = str_is(op_arg(call, "id"), "1");
	struct history_attempt a;
	struct conf_diff diff = {0};
	history_texts findings = {0};
	int64_t n;
	int rc;

	if (!config_call_revision(call, &n))
		return -1;
	rc = by_id ? history_by_id(db, call->mem, n, &a) : history_revision(db, call->mem, n, &a);
	if (rc == 0)
		rc = history_changes(db, call->mem, a.id, CHANGES_SHOWN, &diff);
	if (rc == 0)
		rc = history_findings(db, call->mem, a.id, &findings);
	if (rc < 0)
		return config_call_storage(call, rc);
	return op_reply(call,
			json_pack("{s:o, s:o, s:o}", "revision", shape_revision(&a), "changes",
				  shape_changes(diff.changes.items, diff.changes.count), "findings",
				  shape_findings(&findings, !str_is(a.outcome, "invalid"),
						 a.findings_total)));
}

const struct op op_revision = {
	.route = "GET /v1/revisions/{n}",
	.access = OP_READ,
	.thread = OP_ON_STORE,
	.run = revision,
	.summary = "One revision: who, when, why, and every field it changed",
	.params =
		(const struct op_param[]){
			{"n", "path", "string", "A number, or \"current\"", true},
			{"id", "query", "string",
			 "1: n is the id of an attempt, which may have failed", false},
			CONFIG_CALL_END,
		},
	.answer = "RevisionDetail",
};
