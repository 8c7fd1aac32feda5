/* gamesrvd/rooms/lockstep_vote.c
 * Clients report the hash of their state after every hash_every-th frame. What most of them say holds (of two that differ,
 * what the member says that is there longest); who says something else is told so, and sent the others' state. A
 * vote is decided as soon as no more answers could change it, at the latest when its place is needed for a newer one.
 */
#include <inttypes.h>

#include "base/log.h"
#include "gamesrvd/obs/metrics.h"
#include "gamesrvd/rooms/lockstep.h"

struct tally {
	uint32_t eligible, voters, agreeing;
	uint64_t hash; /* what most say; of two halves the older member's */
};

static unsigned place(const struct lockstep *ls, uint32_t frame)
{
	return frame / ls->hash_every % LOCK_VOTES;
}

static bool may_vote(const struct seat *seat)
{
	return !seat->spectator && seat->lock != NULL && seat->lock->synced;
}

static bool has_voted(const struct lockstep *ls, const struct seat *seat, uint32_t frame)
{
	unsigned at = place(ls, frame);

	return may_vote(seat) && seat->lock->votes[at].cast && seat->lock->votes[at].frame == frame;
}

/* A hash that more than half agree on survives pairing off those that differ (Boyer and Moore). */
static uint64_t candidate(const struct room *room, uint32_t frame)
{
	unsigned at = place(room->lockstep, frame);
	uint64_t hash = 0;
	uint32_t lead = 0;
	struct seat *seat;

	for (uint32_t number = 0; (seat = seat_next(room, &number)) != NULL;) {
		if (!has_voted(room->lockstep, seat, frame))
			continue;
		if (lead == 0)
			hash = seat->lock->votes[at].hash;
		lead += seat->lock->votes[at].hash == hash ? 1 : (uint32_t)-1;
	}
	return hash;
}

static void count(const struct room *room, uint32_t frame, struct tally *t)
{
	unsigned at = place(room->lockstep, frame);
	struct seat *seat;

	t->eligible = t->voters = t->agreeing = 0;
	for (uint32_t number = 0; (seat = seat_next(room, &number)) != NULL;) {
		bool voted = has_voted(room->lockstep, seat, frame);

		t->eligible += may_vote(seat); /* who lost the line too: it may be back in time */
		t->voters += voted;
		t->agreeing += voted && seat->lock->votes[at].hash == t->hash;
	}
}

static void side_with_oldest(const struct room *room, uint32_t frame, struct tally *t)
{
	const struct seat *oldest = NULL;
	struct seat *seat;

	for (uint32_t number = 0; (seat = seat_next(room, &number)) != NULL;) {
		if (has_voted(room->lockstep, seat, frame) &&
		    (oldest == NULL || seat->since < oldest->since))
			oldest = seat;
	}
	if (oldest != NULL)
		t->hash = oldest->lock->votes[place(room->lockstep, frame)].hash;
	count(room, frame, t);
}

/* ---- What follows from it ---- */

static void keep_evidence(struct room *room, const struct seat *seat, const struct vote *vote,
			  uint64_t hash)
{
	struct lockstep *ls = room->lockstep;
	struct evidence *e = &ls->evidence[ls->desyncs++ % LOCK_EVIDENCE];
	struct tally t = {.hash = vote->majority};
	char id[ID_TEXT];

	count(room, vote->frame, &t);
	*e = (struct evidence){.frame = vote->frame,
			       .seat = seat->number,
			       .agreeing = t.agreeing,
			       .voters = t.voters,
			       .hash = hash,
			       .majority = vote->majority};
	memcpy(e->player, seat->player, sizeof(e->player));
	metric_add(METRIC_lockstep_desyncs_total, 1);
	log_warn(
		"room %s (%s): the state of seat %u (%s) went astray: frame %u has hash %016" PRIx64
		", %u of %u say %016" PRIx64,
		id_text('r', room->id, id), room->type->text, seat->number, seat->player,
		vote->frame, hash, t.agreeing, t.voters, vote->majority);
}

static void check(struct seat *seat, const struct vote *vote)
{
	struct room *room = seat->room;
	uint64_t hash = seat->lock->votes[place(room->lockstep, vote->frame)].hash;
	Gamesrv__V1__Desync desync = GAMESRV__V1__DESYNC__INIT;

	seat->lock->agreed = hash == vote->majority;
	if (seat->lock->agreed)
		return;
	keep_evidence(room, seat, vote, hash);
	desync.frame = vote->frame;
	desync.yours = hash;
	desync.majority = vote->majority;
	member_tell(seat, FRAME_DESYNC, &desync.base);
	if (seat->taken && !room_is_over(room))
		catchup_astray(seat);
}

/* Into the log, so that whoever plays it again can compare. */
static void log_hash(struct room *room, uint32_t frame, uint64_t hash)
{
	uint8_t bytes[WIRE_HEADER + 32];
	Gamesrv__V1__Hash message = GAMESRV__V1__HASH__INIT;
	struct wire_header head = {.flags = WIRE_UNORDERED, .type = FRAME_HASH, .seq = room->seq};

	message.frame = frame;
	message.hash = hash;
	head.length = (uint32_t)gamesrv__v1__hash__pack(&message, bytes + WIRE_HEADER);
	wire_header_write(bytes, &head);
	log_add(&room->lockstep->log, room->seq,
		(struct str){(const char *)bytes, WIRE_HEADER + head.length});
}

static void decide(struct room *room, struct vote *vote, uint64_t majority)
{
	struct lockstep *ls = room->lockstep;
	struct seat *seat;

	vote->decided = true;
	vote->majority = majority;
	if (vote->frame >= ls->confirmed_frame) {
		ls->confirmed_frame = vote->frame;
		ls->confirmed_hash = majority;
	}
	log_hash(room, vote->frame, majority);
	for (uint32_t number = 0;
	     !room_is_over(room) && (seat = seat_next(room, &number)) != NULL;) {
		if (has_voted(ls, seat, vote->frame))
			check(seat, vote);
	}
}

static void try_to_decide(struct room *room, struct vote *vote, bool now)
{
	struct tally t;

	t.hash = candidate(room, vote->frame);
	count(room, vote->frame, &t);
	if (t.voters == 0)
		return;
	if (t.agreeing * 2 > t.eligible) {
		decide(room, vote, t.hash);
	} else if (now || t.voters >= t.eligible) {
		if (t.agreeing * 2 <= t.voters)
			side_with_oldest(room, vote->frame, &t);
		decide(room, vote, t.hash);
	}
}

void vote_again(struct room *room)
{
	for (unsigned i = 0; i < LOCK_VOTES && !room_is_over(room); i++) {
		struct vote *vote = &room->lockstep->votes[i];

		if (vote->open && !vote->decided)
			try_to_decide(room, vote, false);
	}
}

/* NULL: too old, its place has a newer vote. */
static struct vote *vote_on(struct room *room, uint32_t frame)
{
	struct vote *vote = &room->lockstep->votes[place(room->lockstep, frame)];

	if (vote->open && vote->frame > frame)
		return NULL;
	if (vote->open && vote->frame < frame && !vote->decided)
		try_to_decide(room, vote, true);
	if (!vote->open || vote->frame < frame)
		*vote = (struct vote){.frame = frame, .open = true};
	return vote;
}

static void cast(struct room *room, struct seat *seat, const struct wire_hash *in)
{
	struct vote *vote = vote_on(room, in->frame);
	unsigned at = place(room->lockstep, in->frame);

	/* Deciding the older vote may have shown that its state went astray. */
	if (vote == NULL || room_is_over(room) || !seat->taken || !seat->lock->synced)
		return;
	if (seat->lock->votes[at].cast && seat->lock->votes[at].frame == in->frame)
		return;
	seat->lock->votes[at].frame = in->frame;
	seat->lock->votes[at].hash = in->hash;
	seat->lock->votes[at].cast = true;
	if (vote->decided)
		check(seat, vote);
	else
		try_to_decide(room, vote, false);
}

void vote_message(struct room *room, struct seat *seat, uint32_t client_seq, struct str payload)
{
	struct lockstep *ls = room->lockstep;
	struct lock_seat *lock;
	struct wire_hash in;

	if (seat->spectator)
		return;
	if (wire_read_hash(payload, &in) != WIRE_OK)
		member_error(seat, client_seq, "bad-request", "this is no Hash message");
	else if (in.frame >= ls->next)
		member_error(seat, client_seq, "bad-request",
			     "hashes are of frames that have closed");
	else if (in.frame % ls->hash_every != 0)
		member_error(seat, client_seq, "bad-request",
			     "hashes are of frames that hash_every divides");
	else if ((lock = lock_of(seat)) != NULL && lock->synced && in.frame >= lock->votes_from) {
		lock->proven = true;
		cast(room, seat, &in);
	}
}

void vote_forget(struct seat *seat)
{
	for (unsigned i = 0; seat->lock && i < LOCK_VOTES; i++)
		seat->lock->votes[i].cast = false;
}
