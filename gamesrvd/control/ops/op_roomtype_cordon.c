/* gamesrvd/control/ops/op_roomtype_cordon.c */
#include "gamesrvd/control/live_call.h"

static int roomtype_cordon(struct op_call *call)
{
	struct drain_target t;

	if (!live_call_type(call, &t))
		return -1;
	return live_call_cordon(call, &t, true);
}

const struct op op_roomtype_cordon = {
	.route = "POST /v1/roomtypes/{name}/cordon",
	.access = OP_WRITE,
	.thread = OP_ON_LIVE,
	.body = OP_BODY,
	.run = roomtype_cordon,
	.summary = "Let nobody new into the rooms of a type; whoever is there plays on",
	.params =
		(const struct op_param[]){
			{"name", "path", "string", "A document of kind RoomType", true},
			LIVE_CALL_MESSAGE,
			CONFIG_CALL_END,
		},
	.answer = "Cordoned",
};
