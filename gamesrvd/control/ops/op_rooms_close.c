/* gamesrvd/control/ops/op_rooms_close.c */
#include "gamesrvd/control/live_call.h"

struct order {
	struct id id;
	struct str actor, why;
	size_t done;
};

static int carry_out(struct loop *loop, void *ctx)
{
	struct order *o = ctx;

	o->done += rooms_close(loop->rooms, o->id, GAMESRV__V1__REASON__REASON_ROOM_CLOSED,
			       o->actor, o->why) == ROOM_OK;
	return 0;
}

static int rooms_close_all(struct op_call *call)
{
	struct order o = {.actor = live_call_actor(call)};
	live_ids ids = {0};
	struct id *id;
	bool dry;

	if (!live_call_select(call, 'r', &ids))
		return -1;
	dry = config_call_flag(call, "dry_run");
	o.why = live_call_message(call, STR(""));
	VEC_EACH (&ids, id) {
		o.id = *id;
		if (!dry)
			(void)slices_ask(call->daemon->loops, o.id, carry_out, &o);
	}
	op_audit(call, "%s %zu of %zu rooms", dry ? "would close" : "closed",
		 dry ? ids.count : o.done, ids.count);
	return live_call_bulk(call, 'r', &ids, o.done);
}

const struct op op_rooms_close = {
	.route = "POST /v1/rooms/close",
	.access = OP_WRITE,
	.thread = OP_ON_LIVE,
	.body = OP_BODY,
	.run = rooms_close_all,
	.summary = "Close every room for which a condition holds",
	.params =
		(const struct op_param[]){
			LIVE_CALL_SELECT,
			LIVE_CALL_MESSAGE,
			CONFIG_CALL_END,
		},
	.answer = "Bulk",
};
