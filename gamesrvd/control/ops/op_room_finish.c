/* gamesrvd/control/ops/op_room_finish.c */
#include "gamesrvd/control/live_call.h"

struct order {
	struct id id;
	struct str actor, why;
};

static int carry_out(struct loop *loop, void *ctx)
{
	const struct order *o = ctx;

	return rooms_finish(loop->rooms, o->id, o->actor, o->why) == ROOM_OK ? 0 : -1;
}

static int room_finish(struct op_call *call)
{
	struct order o = {.actor = live_call_actor(call)};
	char id[ID_TEXT];

	if (!config_call_body(call) || !live_call_id(call, 'r', &o.id))
		return -1;
	o.why = live_call_message(call, STR(""));
	if (slices_ask(call->daemon->loops, o.id, carry_out, &o) < 0)
		return live_call_gone(call, 'r', o.id);
	return live_call_done(call, id_text('r', o.id, id), "finished", 0);
}

const struct op op_room_finish = {
	.route = "POST /v1/rooms/{id}/finish",
	.access = OP_WRITE,
	.thread = OP_ON_LIVE,
	.body = OP_BODY,
	.run = room_finish,
	.summary = "End the match of a room in order",
	.params =
		(const struct op_param[]){
			{"id", "path", "string", "r-2000ck", true},
			LIVE_CALL_MESSAGE,
			CONFIG_CALL_END,
		},
	.answer = "Done",
};
