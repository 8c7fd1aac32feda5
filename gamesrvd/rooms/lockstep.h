/* gamesrvd/rooms/lockstep.h
 * Mode lockstep, laid out. A frame closes with each tick, whoever's input is there or not; its inputs leave in one
 * BUNDLE, or, when nobody's changed, in an EMPTY together with the quiet frames around it.
 *
 * Thread: the room's loop.
 *
 *	mode_lockstep.c	     frames and the mode's table	lockstep_vote.c	    hashes, who went astray
 *	lockstep_input.c     inputs: in time, late, missing	lockstep_catchup.c  snapshots, catching up from the log
 */
#pragma once
#include "gamesrvd/rooms/input_log.h"
#include "gamesrvd/rooms/parts.h"

enum {
	LOCK_AHEAD = 64,      /* frames for which inputs are taken, from the next that closes on */
	LOCK_INPUT_MAX = 512, /* bytes of one input */
	LOCK_SMALL = 24,      /* of these, kept without a piece of the pool */
	LOCK_VOTES = 4,       /* votes under way */
	LOCK_QUIET = 8,       /* frames in one EMPTY, at most */
	LOCK_EVIDENCE = 8,
	LOCK_SPEED = 10, /* frames a tick that somebody catching up is sent */
};

struct input {
	struct shared *big;
	uint32_t frame;
	uint16_t n;
	bool used;
	uint8_t small[LOCK_SMALL];
};

struct lock_seat {
	struct input ahead[LOCK_AHEAD]; /* by frame modulo LOCK_AHEAD */
	struct input last;
	struct {
		uint32_t frame;
		uint64_t hash;
		bool cast;
	} votes[LOCK_VOTES];
	bool synced;         /* its state is that of the others, as far as anybody knows */
	bool agreed;         /* its last vote was the majority's */
	bool waits, asked;   /* for a snapshot; was asked for one in this round */
	bool fresh;          /* it has the state before the first frame, no other */
	uint32_t needs;      /* a snapshot of this frame or a later one */
	uint32_t votes_from; /* hashes of frames before this one do not count */
	bool catching_up;
	/* Until a hash shows that all of it arrived, what it was fed may have been lost with its line: it is fed from `start` again. */
	struct log_place start;
	bool fed, proven;
	struct log_place place;
	uint32_t until; /* number of the last frame that it was not sent as a member */
};

struct vote {
	uint32_t frame;
	bool open, decided;
	uint64_t majority;
};

struct evidence {
	uint32_t frame, seat, agreeing, voters;
	uint64_t hash, majority;
	char player[ROOM_PLAYER_MAX + 1];
};

struct lockstep {
	uint32_t next;  /* the frame that closes with the next tick */
	uint32_t quiet; /* frames before it that closed without being told yet */
	uint32_t delay, first_delay, hash_every;
	bool repeats; /* a missing input is the last one again */
	bool full;    /* somebody joined: the next frame names all inputs */
	struct input_log log;
	struct vote votes[LOCK_VOTES];
	uint32_t confirmed_frame;
	uint64_t confirmed_hash, desyncs, late;
	struct evidence evidence[LOCK_EVIDENCE];
	struct seat *giver; /* was asked for a snapshot; NULL: nobody */
	struct wheel_timer patience;
	uint32_t rounds; /* in which nobody delivered */
	struct room *room;
	struct wire_seat_input inputs[]; /* of the frame that closes: one per player's seat */
};

/* The seat's part, made at first need. NULL: out of memory, and the room is closed. */
struct lock_seat *lock_of(struct seat *seat);

/* ---- lockstep_input.c ---- */
void input_message(struct room *room, struct seat *seat, uint32_t client_seq, struct str payload);
uint32_t input_collect(
	struct room *room); /* fills lockstep->inputs for the frame that closes; gives how many */
void input_forget(struct seat *seat);

/* ---- lockstep_vote.c ---- */
void vote_message(struct room *room, struct seat *seat, uint32_t client_seq, struct str payload);
void vote_forget(struct seat *seat);
void vote_again(struct room *room); /* somebody left: may a vote be decided now? */

/* ---- lockstep_catchup.c ---- */
void catchup_joined(struct seat *seat);
void catchup_back(struct seat *seat, bool resync, uint32_t room_seq);
void catchup_astray(struct seat *seat); /* its state is not the majority's */
void catchup_away(struct seat *seat, bool gone);
void catchup_snapshot(struct room *room, struct seat *seat, uint32_t client_seq,
		      struct str payload);
void catchup_tick(struct room *room);
bool catchup_locked(const struct room *room);
void catchup_init(struct room *room);
void catchup_fini(struct room *room);
