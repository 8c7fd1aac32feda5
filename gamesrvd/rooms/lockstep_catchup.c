/* gamesrvd/rooms/lockstep_catchup.c
 * Whoever has no state to go on from (a joiner, a member whose state went astray or whose missed frames are lost) gets
 * another's: a member is asked for a snapshot, and every frame since reached the newcomer as a member already. A member that does
 * not deliver in time is passed over for another. When nobody can be asked, a joiner is fed from the log, faster than the
 * match runs; so is a member that comes back and missed no more than the log keeps.
 */
#include "base/log.h"
#include "gamesrvd/rooms/lockstep.h"

enum { PATIENCE_US = 2000000, PATIENCE_DOUBLINGS = 2, BATCH_BYTES = 12 * 1024, TRUST_AFTER = 32 };

static void ask(struct room *room);

/* Hashes that it sent before the new state reached it may still be on their way. */
static void now_synced(struct seat *seat)
{
	const struct lockstep *ls = seat->room->lockstep;

	seat->lock->synced = true;
	seat->lock->fresh = seat->lock->waits = seat->lock->catching_up = false;
	seat->lock->votes_from =
		ls->next + (ls->hash_every > TRUST_AFTER ? ls->hash_every : TRUST_AFTER);
	vote_forget(seat);
}

static void now_waits(struct seat *seat)
{
	seat->lock->synced = seat->lock->agreed = seat->lock->catching_up = false;
	seat->lock->waits = true;
	seat->lock->needs = seat->room->lockstep->next - 1;
	ask(seat->room);
}

static void feed_from(struct seat *seat, struct log_place place)
{
	seat->lock->synced = seat->lock->waits = false;
	seat->lock->catching_up = seat->lock->fed = true;
	seat->lock->proven = false;
	seat->lock->place = seat->lock->start = place;
	seat->lock->until = seat->joined_at;
}

/* ---- Snapshots ---- */

static bool can_give(const struct seat *seat)
{
	return !seat->spectator && !seat->suspended && seat->lock != NULL && seat->lock->synced;
}

static bool waits(const struct seat *seat)
{
	return !seat->suspended && seat->lock != NULL && seat->lock->waits;
}

/* One whose last hash was the majority's; of those the one that is there longest. */
static bool better(const struct seat *a, const struct seat *b)
{
	if (b == NULL || a->lock->agreed != b->lock->agreed)
		return b == NULL || a->lock->agreed;
	return a->since < b->since;
}

static struct seat *choose(const struct room *room, bool *anybody)
{
	struct seat *best = NULL, *seat;

	*anybody = false;
	for (uint32_t number = 0; (seat = seat_next(room, &number)) != NULL;) {
		if (!can_give(seat))
			continue;
		*anybody = true;
		if (!seat->lock->asked && better(seat, best))
			best = seat;
	}
	return best;
}

static void new_round(const struct room *room)
{
	struct seat *seat;

	for (uint32_t number = 0; (seat = seat_next(room, &number)) != NULL;) {
		if (seat->lock != NULL)
			seat->lock->asked = false;
	}
}

static void wait(struct lockstep *ls)
{
	unsigned doublings = ls->rounds < PATIENCE_DOUBLINGS ? ls->rounds : PATIENCE_DOUBLINGS;

	wheel_in(ls->room->home->loop->wheel, &ls->patience, (int64_t)PATIENCE_US << doublings);
}

static void feed_the_fresh(struct room *room)
{
	struct log_place place;
	struct seat *seat;

	if (!log_begin(&room->lockstep->log, &place))
		return;
	for (uint32_t number = 0; (seat = seat_next(room, &number)) != NULL;) {
		if (waits(seat) && seat->lock->fresh)
			feed_from(seat, place);
	}
}

static bool most_needed(const struct room *room, uint32_t *frame)
{
	bool any = false;
	struct seat *seat;

	*frame = 0;
	for (uint32_t number = 0; (seat = seat_next(room, &number)) != NULL;) {
		if (!waits(seat))
			continue;
		any = true;
		if (seat->lock->needs > *frame)
			*frame = seat->lock->needs;
	}
	return any;
}

static void ask_this(struct seat *giver, uint32_t frame)
{
	Gamesrv__V1__SnapshotWanted wanted = GAMESRV__V1__SNAPSHOT_WANTED__INIT;
	char why[] = "a member needs the state of the match";

	giver->room->lockstep->giver = giver;
	giver->lock->asked = true;
	wanted.frame = frame;
	wanted.why = why;
	giver->room->mode->settle(giver->room);
	stream_flush(giver->room); /* it has all frames up to there */
	if (!room_is_over(giver->room) && giver->taken)
		member_tell(giver, FRAME_SNAPSHOT_WANTED, &wanted.base);
}

static void ask(struct room *room)
{
	struct lockstep *ls = room->lockstep;
	struct seat *giver;
	uint32_t frame;
	bool anybody;

	if (room_is_over(room) || ls->giver != NULL)
		return;
	wheel_cancel(&ls->patience);
	if (!most_needed(room, &frame))
		return;
	giver = choose(room, &anybody);
	if (giver != NULL) {
		wait(ls);
		ask_this(giver, frame);
	} else if (anybody) {
		ls->rounds++;
		wait(ls);
	} else {
		feed_the_fresh(room);
		wait(ls);
	}
}

static void on_patience(struct wheel_timer *timer)
{
	struct lockstep *ls = CONTAINER_OF(timer, struct lockstep, patience);
	char id[ID_TEXT];

	if (room_is_over(ls->room))
		return;
	if (ls->giver != NULL)
		log_info("room %s: seat %u did not send its state in time, another is asked",
			 id_text('r', ls->room->id, id), ls->giver->number);
	else
		new_round(ls->room);
	ls->giver = NULL;
	ask(ls->room);
}

struct read {
	struct arena *mem;
	struct str payload;
	Gamesrv__V1__Snapshot *snapshot;
};

static int read_snapshot(void *ctx)
{
	struct read *read = ctx;
	ProtobufCMessage *message = NULL;
	enum wire_error rc =
		wire_unpack(read->mem, &gamesrv__v1__snapshot__descriptor, read->payload, &message);

	read->snapshot = (Gamesrv__V1__Snapshot *)message;
	return rc == WIRE_OK ? 0 : -1;
}

static void hand_out(struct room *room, uint32_t frame, struct str payload)
{
	struct lockstep *ls = room->lockstep;
	struct rooms *r = room->home;
	bool any = false;
	struct seat *seat;

	for (uint32_t number = 0;
	     !room_is_over(room) && (seat = seat_next(room, &number)) != NULL;) {
		if (!waits(seat) || seat->lock->needs > frame)
			continue;
		any = true;
		now_synced(seat);
		seat->lock->fed = seat->lock->proven = false;
		r->sink.tell(r->sink.ctx, seat->session, FRAME_SNAPSHOT, payload);
	}
	ls->giver = NULL;
	if (any) {
		new_round(room);
		ls->rounds = 0;
	}
	ask(room); /* the same one again only when it could help somebody */
}

static const char *why_unusable(const struct lockstep *ls, const Gamesrv__V1__Snapshot *snapshot)
{
	if (snapshot->frame >= ls->next)
		return "that frame has not closed yet";
	if (snapshot->frame == ls->confirmed_frame && ls->confirmed_frame > 0 &&
	    snapshot->hash != ls->confirmed_hash)
		return "the majority's hash of that frame is another";
	return NULL;
}

void catchup_snapshot(struct room *room, struct seat *seat, uint32_t client_seq, struct str payload)
{
	struct read read = {.mem = room->home->reading, .payload = payload};
	struct lockstep *ls = room->lockstep;
	const char *problem;
	uint32_t frame = 0;
	int rc;

	if (ls->giver != seat) {
		member_error(seat, client_seq, "wrong-state",
			     "nobody asked this member for its state");
		return;
	}
	rc = arena_try(read_snapshot, &read);
	problem = rc != 0 ? "this is no Snapshot message" : why_unusable(ls, read.snapshot);
	if (problem == NULL)
		frame = read.snapshot->frame;
	arena_reset(room->home->reading);
	if (problem == NULL) {
		hand_out(room, frame, payload);
		return;
	}
	member_error(seat, client_seq, rc != 0 ? "bad-request" : "bad-request", problem);
	ls->giver = NULL;
	ask(room);
}

/* ---- From the log ---- */

static size_t put_varint(uint8_t *at, uint32_t v)
{
	size_t n = 0;

	for (; v >= 0x80; v >>= 7)
		at[n++] = (uint8_t)(v | 0x80);
	at[n++] = (uint8_t)v;
	return n;
}

/* As an element of a BATCH: beside the room's stream, whose numbers it had already. */
static size_t put_frame(uint8_t *at, struct wire_header head, struct str frame, uint32_t seq)
{
	size_t n = 0;

	at[n++] = 0x0a; /* field 1, length-delimited */
	n += put_varint(at + n, (uint32_t)frame.n);
	head.flags |= WIRE_UNORDERED;
	head.seq = seq;
	wire_header_write(at + n, &head);
	memcpy(at + n + WIRE_HEADER, frame.p + WIRE_HEADER, frame.n - WIRE_HEADER);
	return n + frame.n;
}

enum fed { FED_MORE, FED_ALL, FED_LOST };

static enum fed fill_batch(struct room *room, struct lock_seat *lock, struct str *batch)
{
	struct wire_header head;
	uint32_t frames = 0, count = 0, total;
	uint8_t *at = NULL;
	struct str frame;
	bool lost;

	*batch = (struct str){NULL, 0};
	while (frames < LOCK_SPEED && count < WIRE_BATCH_FRAMES && batch->n < BATCH_BYTES) {
		frame = log_next(&room->lockstep->log, &lock->place, &lost);
		if (frame.p == NULL)
			return lost ? FED_LOST : FED_ALL;
		(void)wire_header_read((const uint8_t *)frame.p, UINT32_MAX, &head, &total);
		if ((int32_t)(head.seq - lock->until) > 0)
			return FED_ALL;
		if (head.type == FRAME_HASH)
			continue;
		at = rooms_scratch(room->home, batch->n + frame.n + 8);
		if (at == NULL)
			return FED_LOST;
		batch->n += put_frame(at + batch->n, head, frame, room->sent);
		batch->p = (const char *)at;
		frames += head.type == FRAME_BUNDLE || head.type == FRAME_EMPTY;
		count++;
	}
	return FED_MORE;
}

static void feed(struct seat *seat)
{
	struct room *room = seat->room;
	struct rooms *r = room->home;
	struct str batch;
	enum fed fed = fill_batch(room, seat->lock, &batch);

	if (batch.n > 0)
		r->sink.tell(r->sink.ctx, seat->session, FRAME_BATCH, batch);
	if (fed == FED_MORE || !seat->taken || room_is_over(room))
		return;
	if (fed == FED_ALL)
		now_synced(seat);
	else
		now_waits(seat);
}

void catchup_tick(struct room *room)
{
	struct seat *seat;

	for (uint32_t number = 0;
	     !room_is_over(room) && (seat = seat_next(room, &number)) != NULL;) {
		if (seat->lock != NULL && seat->lock->catching_up && !seat->suspended)
			feed(seat);
	}
}

/* ---- Who comes and goes ---- */

void catchup_joined(struct seat *seat)
{
	struct lockstep *ls = seat->room->lockstep;
	struct lock_seat *lock = lock_of(seat);

	if (lock == NULL)
		return;
	lock->fresh = true;
	lock->asked = lock->agreed = lock->fed = lock->proven = false;
	if (ls->next == 0) {
		now_synced(seat);
		lock->votes_from = 0;
		lock->proven = true; /* there is nothing to miss */
		return;
	}
	ls->full = true;
	now_waits(seat);
}

void catchup_back(struct seat *seat, bool resync, uint32_t room_seq)
{
	struct lockstep *ls = seat->room->lockstep;
	struct lock_seat *lock = lock_of(seat);
	struct log_place place;

	if (lock == NULL)
		return;
	if (!resync) {
		ask(seat->room); /* it may have waited, or be the one to ask */
		return;
	}
	if (ls->next == 0)
		return;
	ls->full = true;
	if (lock->synced && lock->proven && log_find(&ls->log, room_seq, &place))
		feed_from(seat, place);
	else if (lock->fed && !lock->proven)
		feed_from(seat, lock->start); /* once more: it drops what it has */
	else
		now_waits(seat);
}

void catchup_astray(struct seat *seat)
{
	seat->lock->fresh = seat->lock->fed = false;
	now_waits(seat);
}

void catchup_away(struct seat *seat, bool gone)
{
	struct lockstep *ls = seat->room->lockstep;

	if (gone && seat->lock != NULL)
		seat->lock->synced = seat->lock->waits = seat->lock->catching_up =
			seat->lock->agreed = false;
	if (ls->giver != seat)
		return;
	ls->giver = NULL;
	ask(seat->room);
}

/* Nobody could be asked, and the log does not reach back to the beginning. */
bool catchup_locked(const struct room *room)
{
	const struct lockstep *ls = room->lockstep;
	struct log_place place;
	bool anybody;

	if (ls->next == 0 || log_begin(&ls->log, &place))
		return false;
	(void)choose(room, &anybody);
	return !anybody;
}

void catchup_init(struct room *room)
{
	room->lockstep->patience.fire = on_patience;
}

void catchup_fini(struct room *room)
{
	wheel_cancel(&room->lockstep->patience);
}
