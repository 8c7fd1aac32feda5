/* gamesrvd/rooms/control.c
 * CONTROL frames: members start, pause, resume and finish their match, as far as RoomType.control lets them.
 */
#include <errno.h>
#include <stdio.h>

#include "gamesrvd/rooms/parts.h"

struct read {
	struct arena *mem;
	struct str payload;
	Gamesrv__V1__Control *control;
};

static int read_control(void *ctx)
{
	struct read *read = ctx;
	ProtobufCMessage *message = NULL;
	enum wire_error rc =
		wire_unpack(read->mem, &gamesrv__v1__control__descriptor, read->payload, &message);

	read->control = (Gamesrv__V1__Control *)message;
	return rc == WIRE_OK ? 0 : -1;
}

static const char *why_not_allowed(const struct room *room, const struct seat *seat)
{
	const struct str who = room_live(room)->control;

	if (seat->spectator)
		return "spectators control nothing";
	if (str_is(who, "nobody"))
		return "RoomType.control lets nobody control the match";
	if (str_is(who, "owner") && seat_owner(room) != seat)
		return "RoomType.control lets only the member that is there longest control the "
		       "match";
	return NULL;
}

/* NULL: the verb may be carried out now. */
static const char *why_not_now(const struct room *room, Gamesrv__V1__Verb verb)
{
	switch (verb) {
	case VERB_START:
		if (room->state != ROOM_OPEN)
			return "only a match that has not begun can be started";
		return room->players < (uint32_t)room->next->min_players
			       ? "there are fewer players than min_players"
			       : NULL;
	case VERB_PAUSE:
		return room->state != ROOM_RUNNING || room->paused
			       ? "only a running match can be paused"
			       : NULL;
	case VERB_RESUME: return room->paused ? NULL : "the match is not paused";
	case VERB_FINISH:
		return room->state != ROOM_OPEN && room->state != ROOM_RUNNING
			       ? "the match is over already"
			       : NULL;
	default: return "no such verb";
	}
}

static void carry_out(struct room *room, const struct seat *seat, Gamesrv__V1__Verb verb,
		      const char *reason)
{
	char actor[ROOM_ACTOR];

	snprintf(actor, sizeof(actor), "player/%s", seat->player);
	if (verb == VERB_START)
		room_start(room, actor, reason);
	else if (verb == VERB_FINISH)
		room_finish(room, actor, reason);
	else
		room_pause(room, verb == VERB_PAUSE, actor, reason);
}

void room_control(struct room *room, struct seat *seat, uint32_t client_seq, struct str payload)
{
	struct read read = {.mem = room->home->reading, .payload = payload};
	int rc = arena_try(read_control, &read);
	const char *problem;

	if (rc == -ENOMEM) {
		member_error(seat, client_seq, "out-of-memory",
			     "the server has no memory for this");
	} else if (rc != 0) {
		member_error(seat, client_seq, "bad-request", "this is no Control message");
	} else if ((problem = why_not_allowed(room, seat)) != NULL) {
		member_error(seat, client_seq, "not-allowed", problem);
	} else if ((problem = why_not_now(room, read.control->verb)) != NULL) {
		member_error(seat, client_seq, "wrong-state", problem);
	} else {
		carry_out(room, seat, read.control->verb, read.control->reason);
	}
	arena_reset(room->home->reading);
}
