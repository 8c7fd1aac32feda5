/* gamesrvd/control/ops/op_room.c */
#include "gamesrvd/control/live_call.h"

struct asked {
	struct id id;
	struct arena *mem;
	struct room_row row;
	bool found;
};

static int describe(struct loop *loop, void *ctx)
{
	struct asked *a = ctx;

	a->found = rooms_describe(loop->rooms, a->mem, a->id, &a->row);
	return 0;
}

static int room(struct op_call *call)
{
	struct asked a = {.mem = call->mem};

	if (!live_call_id(call, 'r', &a.id))
		return -1;
	if (slices_ask(call->daemon->loops, a.id, describe, &a) < 0 || !a.found)
		return live_call_gone(call, 'r', a.id);
	return op_reply(call, live_call_room(&a.row));
}

const struct op op_room = {
	.route = "GET /v1/rooms/{id}",
	.access = OP_READ,
	.thread = OP_ON_LIVE,
	.run = room,
	.summary = "One room, and who sits in it",
	.params =
		(const struct op_param[]){
			{"id", "path", "string", "r-2000ck", true},
			CONFIG_CALL_END,
		},
	.answer = "Room",
};
