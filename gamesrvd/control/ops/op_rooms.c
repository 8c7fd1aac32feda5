/* gamesrvd/control/ops/op_rooms.c */
#include "gamesrvd/control/live_call.h"

static int rooms(struct op_call *call)
{
	return live_call_list(call, 'r', "rooms");
}

const struct op op_rooms = {
	.route = "GET /v1/rooms",
	.access = OP_READ,
	.thread = OP_ON_LIVE,
	.run = rooms,
	.summary = "Rooms that are open",
	.params =
		(const struct op_param[]){
			OP_PAGE_PARAMS,
			CONFIG_CALL_END,
		},
	.answer = "Rooms",
};
