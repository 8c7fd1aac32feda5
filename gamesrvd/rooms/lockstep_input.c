/* gamesrvd/rooms/lockstep_input.c
 * Inputs. One that comes while its frame is open counts for it, and replaces an earlier one for the same frame. One that comes late
 * takes the next frame that has none of this seat, and its sender hears which. Small ones stand in place, larger ones in
 * a piece of the loop's pool.
 */
#include "gamesrvd/obs/metrics.h"
#include "gamesrvd/rooms/lockstep.h"

static struct str bytes_of(const struct input *input)
{
	const uint8_t *at = input->n > LOCK_SMALL ? input->big->bytes : input->small;

	return (struct str){(const char *)at, input->n};
}

static void drop(struct input *input)
{
	if (input->n > LOCK_SMALL)
		shared_unref(input->big);
	input->big = NULL;
	input->n = 0;
	input->used = false;
}

static bool set(struct shared_pool *pool, struct input *input, uint32_t frame, struct str data)
{
	struct shared *big = NULL;

	if (data.n > LOCK_SMALL) {
		big = shared_new(pool, (uint32_t)data.n);
		if (big == NULL)
			return false;
		memcpy(big->bytes, data.p, data.n);
	}
	drop(input);
	if (big == NULL && data.n > 0)
		memcpy(input->small, data.p, data.n);
	input->big = big;
	input->n = (uint16_t)data.n;
	input->frame = frame;
	input->used = true;
	return true;
}

static void move(struct input *to, struct input *from)
{
	drop(to);
	*to = *from;
	*from = (struct input){0};
}

static struct input *slot(struct lock_seat *lock, uint32_t frame)
{
	return &lock->ahead[frame % LOCK_AHEAD];
}

/* ---- What comes ---- */

static void tell_late(struct seat *seat, uint32_t frame, uint32_t moved_to)
{
	Gamesrv__V1__Late late = GAMESRV__V1__LATE__INIT;

	seat->room->lockstep->late++;
	metric_add(METRIC_lockstep_late_inputs_total, 1);
	late.frame = frame;
	late.moved_to = moved_to;
	member_tell(seat, FRAME_LATE, &late.base);
}

/* The first open frame without an input of this seat; false: it has one for each. */
static bool free_frame(const struct lockstep *ls, struct lock_seat *lock, uint32_t *frame)
{
	for (uint32_t i = 0; i < LOCK_AHEAD; i++) {
		*frame = ls->next + i;
		if (!slot(lock, *frame)->used)
			return true;
	}
	return false;
}

static void take(struct seat *seat, struct lock_seat *lock, uint32_t client_seq,
		 const struct wire_input *in)
{
	struct lockstep *ls = seat->room->lockstep;
	uint32_t frame = in->frame;
	bool late = frame < ls->next;

	if (frame >= ls->next + LOCK_AHEAD) {
		member_error(seat, client_seq, "bad-request",
			     "inputs are taken for the next 64 frames");
		return;
	}
	if (late && !free_frame(ls, lock, &frame)) {
		member_error(seat, client_seq, "bad-request",
			     "it came late, and each open frame has an input already");
		return;
	}
	if (!set(seat->room->home->loop->pool, slot(lock, frame), frame, in->data)) {
		room_fault(seat->room, "out of memory");
		return;
	}
	if (late)
		tell_late(seat, in->frame, frame);
}

void input_message(struct room *room, struct seat *seat, uint32_t client_seq, struct str payload)
{
	struct wire_input in;
	struct lock_seat *lock;

	if (seat->spectator)
		member_error(seat, client_seq, "not-allowed", "spectators only watch");
	else if (room->state != ROOM_RUNNING)
		member_error(seat, client_seq, "wrong-state",
			     "inputs are taken while the match runs");
	else if (wire_read_input(payload, &in) != WIRE_OK)
		member_error(seat, client_seq, "bad-request", "this is no Input message");
	else if (in.data.n > LOCK_INPUT_MAX)
		member_error(seat, client_seq, "bad-request", "an input has at most 512 bytes");
	else if ((lock = lock_of(seat)) != NULL)
		take(seat, lock, client_seq, &in);
}

/* ---- What counts when the frame closes ---- */

/* Is it worth a place in the bundle? A missing input that repeats the last one, or is nothing, goes without saying. */
static bool settle(const struct lockstep *ls, struct lock_seat *lock, bool *fresh)
{
	struct input *in = slot(lock, ls->next);
	bool changed;

	*fresh = in->used && in->frame == ls->next;
	if (*fresh) {
		changed = !ls->repeats || !str_eq(bytes_of(in), bytes_of(&lock->last));
		move(&lock->last, in);
	} else {
		changed = false;
		if (!ls->repeats)
			drop(&lock->last);
	}
	if (ls->repeats)
		return changed || (ls->full && lock->last.n > 0);
	return lock->last.n > 0;
}

uint32_t input_collect(struct room *room)
{
	struct lockstep *ls = room->lockstep;
	uint32_t count = 0;

	for (uint32_t i = 0; i < room->players_max; i++) {
		struct seat *seat = room->seats[i];
		bool fresh;

		if (seat == NULL || !seat->taken || seat->lock == NULL ||
		    !settle(ls, seat->lock, &fresh))
			continue;
		ls->inputs[count++] =
			(struct wire_seat_input){i, bytes_of(&seat->lock->last), !fresh};
	}
	return count;
}

void input_forget(struct seat *seat)
{
	for (uint32_t i = 0; seat->lock && i < LOCK_AHEAD; i++)
		drop(&seat->lock->ahead[i]);
	if (seat->lock != NULL)
		drop(&seat->lock->last);
}
