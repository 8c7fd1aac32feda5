/* gamesrvd/control/ops/op_room_uncordon.c */
#include "gamesrvd/control/live_call.h"

static int room_uncordon(struct op_call *call)
{
	struct drain_target t;
	struct id id;

	if (!live_call_id(call, 'r', &id))
		return -1;
	t = drain_target_room(id);
	return live_call_cordon(call, &t, false);
}

const struct op op_room_uncordon = {
	.route = "POST /v1/rooms/{id}/uncordon",
	.access = OP_WRITE,
	.thread = OP_ON_LIVE,
	.body = OP_BODY,
	.run = room_uncordon,
	.summary = "Open a room to newcomers again",
	.params =
		(const struct op_param[]){
			{"id", "path", "string", "r-2000ck", true},
			LIVE_CALL_MESSAGE,
			CONFIG_CALL_END,
		},
	.answer = "Cordoned",
};
