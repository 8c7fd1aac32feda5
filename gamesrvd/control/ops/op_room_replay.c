/* gamesrvd/control/ops/op_room_replay.c */
#include "gamesrvd/control/live_call.h"

struct asked {
	struct id id;
	struct buf *out;
	enum room_error error;
};

static int copy(struct loop *loop, void *ctx)
{
	struct asked *a = ctx;

	a->error = rooms_replay(loop->rooms, a->id, a->out);
	return 0;
}

static int room_replay(struct op_call *call)
{
	CLEANUP(buf_free) struct buf out = {0};
	struct asked a = {.out = &out, .error = ROOM_NOT_FOUND};

	if (!live_call_id(call, 'r', &a.id))
		return -1;
	(void)slices_ask(call->daemon->loops, a.id, copy, &a);
	if (a.error == ROOM_NOT_FOUND)
		return live_call_gone(call, 'r', a.id);
	if (a.error == ROOM_NO_MODE)
		return op_fail(call, 409, "wrong_state", NULL,
			       "only lockstep rooms keep an input log that can be replayed");
	return op_bytes(call, &out);
}

const struct op op_room_replay = {
	.route = "GET /v1/rooms/{id}/replay",
	.access = OP_READ,
	.thread = OP_ON_LIVE,
	.run = room_replay,
	.bytes = "application/octet-stream",
	.summary = "The input log of a lockstep room, as bytes (docs/wire.md)",
	.params =
		(const struct op_param[]){
			{"id", "path", "string", "r-2000ck", true},
			CONFIG_CALL_END,
		},
};
