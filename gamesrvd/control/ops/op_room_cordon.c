/* gamesrvd/control/ops/op_room_cordon.c */
#include "gamesrvd/control/live_call.h"

static int room_cordon(struct op_call *call)
{
	struct drain_target t;
	struct id id;

	if (!live_call_id(call, 'r', &id))
		return -1;
	t = drain_target_room(id);
	return live_call_cordon(call, &t, true);
}

const struct op op_room_cordon = {
	.route = "POST /v1/rooms/{id}/cordon",
	.access = OP_WRITE,
	.thread = OP_ON_LIVE,
	.body = OP_BODY,
	.run = room_cordon,
	.summary = "Let nobody new into a room; whoever is there plays on",
	.params =
		(const struct op_param[]){
			{"id", "path", "string", "r-2000ck", true},
			LIVE_CALL_MESSAGE,
			CONFIG_CALL_END,
		},
	.answer = "Cordoned",
};
