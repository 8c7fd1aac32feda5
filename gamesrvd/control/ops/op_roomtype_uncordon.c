/* gamesrvd/control/ops/op_roomtype_uncordon.c */
#include "gamesrvd/control/live_call.h"

static int roomtype_uncordon(struct op_call *call)
{
	struct drain_target t;

	if (!live_call_type(call, &t))
		return -1;
	return live_call_cordon(call, &t, false);
}

const struct op op_roomtype_uncordon = {
	.route = "POST /v1/roomtypes/{name}/uncordon",
	.access = OP_WRITE,
	.thread = OP_ON_LIVE,
	.body = OP_BODY,
	.run = roomtype_uncordon,
	.summary = "Open the rooms of a type to newcomers again",
	.params =
		(const struct op_param[]){
			{"name", "path", "string", "A document of kind RoomType", true},
			LIVE_CALL_MESSAGE,
			CONFIG_CALL_END,
		},
	.answer = "Cordoned",
};
