/* gamesrvd/control/ops/op_room_say.c */
#include "gamesrvd/control/live_call.h"

static int say(struct loop *loop, void *ctx)
{
	struct live_words *w = ctx;
	struct room_row row;
	CLEANUP(arena_freep) struct arena *mem = arena_new("say");

	if (rooms_say(loop->rooms, w->id, w->kind, w->text, w->in_ms) != ROOM_OK ||
	    !rooms_describe(loop->rooms, mem, w->id, &row))
		return -1;
	w->reached = row.taken + row.spectators - row.suspended;
	return 0;
}

static int room_say(struct op_call *call)
{
	struct live_words w = {.reached = 0};
	char id[ID_TEXT];

	if (!live_call_words(call, &w) || !live_call_id(call, 'r', &w.id))
		return -1;
	if (slices_ask(call->daemon->loops, w.id, say, &w) < 0)
		return live_call_gone(call, 'r', w.id);
	return live_call_said(call, id_text('r', w.id, id), &w);
}

const struct op op_room_say = {
	.route = "POST /v1/rooms/{id}/say",
	.access = OP_WRITE,
	.thread = OP_ON_LIVE,
	.body = OP_BODY,
	.run = room_say,
	.summary = "Say something to the members of a room",
	.params =
		(const struct op_param[]){
			{"id", "path", "string", "r-2000ck", true},
			LIVE_CALL_SAY,
			CONFIG_CALL_END,
		},
	.answer = "Done",
};
