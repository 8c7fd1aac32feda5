/* gamesrvd/control/ops/op_sessions_kick.c */
#include "gamesrvd/control/live_call.h"

struct kick {
	struct id id;
	struct str why;
	size_t done;
};

static int end(struct loop *loop, void *ctx)
{
	struct kick *k = ctx;

	k->done += net_session_end(loop->net, k->id, GAMESRV__V1__REASON__REASON_KICKED, k->why);
	return 0;
}

static int sessions_kick(struct op_call *call)
{
	struct kick k = {.why = STR("")};
	live_ids ids = {0};
	struct id *id;
	bool dry;

	if (!live_call_select(call, 's', &ids))
		return -1;
	dry = config_call_flag(call, "dry_run");
	k.why = live_call_message(call, k.why);
	VEC_EACH (&ids, id) {
		k.id = *id;
		if (!dry)
			(void)slices_ask(call->daemon->loops, k.id, end, &k);
	}
	op_audit(call, "%s %zu of %zu sessions", dry ? "would kick" : "kicked",
		 dry ? ids.count : k.done, ids.count);
	return live_call_bulk(call, 's', &ids, k.done);
}

const struct op op_sessions_kick = {
	.route = "POST /v1/sessions/kick",
	.access = OP_WRITE,
	.thread = OP_ON_LIVE,
	.body = OP_BODY,
	.run = sessions_kick,
	.summary = "Send every player away for whom a condition holds",
	.params =
		(const struct op_param[]){
			LIVE_CALL_SELECT,
			LIVE_CALL_MESSAGE,
			CONFIG_CALL_END,
		},
	.answer = "Bulk",
};
