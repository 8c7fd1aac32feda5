/* gamesrvd/rooms/room.h
 * Rooms of one loop: seats, state machine, modes, ticks. They know no socket: what members must hear leaves through the
 * sink; who speaks to them comes in as a request.
 *
 * Thread: rooms_ask(), rooms_where() and the counters from any; everything else on the room's loop.
 * Ownership: a room holds a reference to the configuration it was opened under (fields that reload "next") and looks at
 * the loop's snapshot for the rest ("live"). Others keep its id.
 *
 *	CREATING -> OPEN -> RUNNING -> ENDING -> CLOSED		flags: locked, paused, draining, degraded, cordoned
 */
#pragma once
#include "base/id.h"
#include "base/shared.h"
#include "gamesrvd/loop/loop.h"
#include "wire/message.h"

struct rooms; /* of one loop: loop->rooms */
struct room;
struct room_directory; /* of the process: keys, open rooms, counts */

enum { ROOM_KEY_MAX = 64, ROOM_PLAYER_MAX = 64 };

/* ---- What rooms tell: implemented by net, called on the room's loop ---- */

struct room_sink {
	void *ctx;
	/* To every live member on the loops of `loops` (bit i: loop i): ready WebSocket-framed frames of the room's stream.
	 * The sink takes its own references. */
	void (*broadcast)(void *ctx, struct id room, uint64_t loops, struct shared *frames);
	/* To one member, in the session's stream: `payload` is copied. */
	void (*tell)(void *ctx, struct id session, uint16_t type, struct str payload);
	/* The member has no seat any more (it did not ask to leave itself): room closed, kicked, expired. */
	void (*left)(void *ctx, struct id session, struct id room, Gamesrv__V1__Reason reason,
		     struct str text);
};

/* ---- What others ask of a room ---- */

enum room_verb {
	ROOM_JOIN, /* by `room`, or by `type` and `key` */
	ROOM_LEAVE,
	ROOM_SUSPEND, /* the connection is gone, the seat stays */
	ROOM_RESUME,  /* and is back: frames after `room_seq` come with the answer */
	ROOM_MESSAGE, /* a member's frame: no answer */
};

enum room_error {
	ROOM_OK,
	ROOM_NOT_FOUND,
	ROOM_FULL,
	ROOM_LOCKED,
	ROOM_CORDONED, /* the server, the type or the room takes nobody in */
	ROOM_ENDED,
	ROOM_NO_TYPE,
	ROOM_NO_MODE, /* RoomType.mode is not served by this version */
	ROOM_NO_SEAT, /* it has no seat there (any more) */
	ROOM_NO_MEMORY,
	ROOM_SEATED, /* already sits there */
};
const char *room_error_code(enum room_error e); /* "room-full": what ERROR frames say */

/* A request on its way to the room's loop and back. Belongs to the rooms until done(); the caller frees it there. */
struct room_request {
	struct task task;
	enum room_verb verb;
	struct id room, session;
	struct str type, key, player; /* JOIN: the caller keeps them alive until done() */
	bool spectate;
	uint32_t room_seq;
	uint16_t frame_type; /* MESSAGE */
	uint32_t client_seq;
	struct str payload;         /* MESSAGE: copied by rooms_ask() when it must travel */
	Gamesrv__V1__Reason reason; /* LEAVE: what the others hear */

	/* The answer. done() runs on the asking session's loop (id_loop(session)), inline when the room is there too; NULL: none
	 * is wanted. */
	void (*done)(struct room_request *request);
	enum room_error error;
	uint32_t seat;
	struct str joined;      /* JOIN, RESUME after a resync: packed Joined, good during done() */
	bool resync;            /* RESUME: more was missed than is kept */
	struct shared **replay; /* RESUME: batches with frames after room_seq; good during done() */
	uint32_t replay_count;
	uint32_t replay_frames; /* ordered frames after room_seq in them */
	int64_t resume_us;      /* how long the seat is kept without a connection */

	/* Behind here: the rooms' business. */
	struct loops *all;
	struct shared *held; /* what `joined` and `replay` stand in */
	uint32_t hops;       /* loops it was sent on to while a key changed hands */
};

/* From the session's loop. Finds the room's loop itself (a JOIN by type: an open room on this loop first, then elsewhere,
 * then a new one here; by key: where the key is, or here). Messages of one session to one room arrive in order.
 * A request without done() is copied when it must travel, so it may stand on the stack. */
void rooms_ask(struct loop *from, struct room_request *request);
/* Shorthand for ROOM_MESSAGE without an answer: inline when the room is on `from`, else copied into a pooled request. False: no
 * memory for the copy, and the room will never hear of it. */
MUST_USE bool rooms_message(struct loop *from, struct id room, struct id session, uint16_t type,
			    uint32_t client_seq, struct str payload);

/* ---- Life ---- */

struct room_directory *room_directory_new(void);
void room_directory_free(struct room_directory *dir);
/* On the loop's thread, both; sets loop->rooms. NULL: out of memory. */
struct rooms *rooms_new(struct loop *loop, struct room_directory *dir,
			const struct room_sink *sink);
void rooms_free(struct rooms *r); /* closes what is open without a word; NULL is fine */

/* any: no new room and no new member from here on (of one type when `type` is given; all when empty). When the call
 * returned, whoever asks is refused; a join that was being carried out has ended when every loop took a turn. */
void rooms_cordon(struct room_directory *dir, struct str type, bool on);
bool rooms_cordoned(const struct room_directory *dir, struct str type);

/* ---- What operators ask: on the room's loop (reached with thread_call()) ---- */

struct room_row { /* values; texts live in the collector's arena */
	struct id id;
	struct str type, key, state, mode,
		why; /* why: reason of the last change of state, with its actor */
	uint32_t seats, taken, suspended, spectators, remote;
	uint64_t revision, pinned, frame, ticks, late_ticks, skipped_ticks, bytes_out, messages_in,
		seed;
	int64_t age_us, tick_us, tick_cost_us, tick_cost_max_us;
	bool locked, cordoned, draining, paused, degraded;
	struct room_seat_row *members; /* describe only; NULL in listings */
	/* Lockstep. evidence: the last members whose state went astray. note: what operators should know, or empty. */
	uint64_t desyncs, late_inputs, log_bytes, confirmed_hash;
	uint32_t input_delay, confirmed_frame;
	bool log_complete; /* nothing of the input log was lost yet */
	struct str evidence, note;
};
struct room_seat_row {
	uint32_t seat;
	struct id session;
	struct str player;
	bool suspended, spectator;
};
/* Up to `max` rows from *cursor on (0 at first); *cursor becomes 0 at the end. A slice a call keeps the ticks on time. */
size_t rooms_rows(struct rooms *r, struct arena *mem, uint32_t *cursor, struct room_row *rows,
		  size_t max);
bool rooms_describe(struct rooms *r, struct arena *mem, struct id id, struct room_row *row);
/* All: ROOM_OK or ROOM_NOT_FOUND. `actor`: "operator/ada". */
enum room_error rooms_close(struct rooms *r, struct id id, Gamesrv__V1__Reason reason,
			    struct str actor, struct str why);
enum room_error rooms_finish(struct rooms *r, struct id id, struct str actor,
			     struct str why); /* ends the match in order */
enum room_error rooms_set_cordon(struct rooms *r, struct id id, bool on, struct str actor);
enum room_error rooms_set_draining(struct rooms *r, struct id id, bool on, struct str actor);
enum room_error rooms_say(struct rooms *r, struct id id, struct str kind, struct str text,
			  uint32_t in_ms);
/* The input log as docs/wire.md describes the replay format; lockstep rooms only (else ROOM_NO_MODE). */
enum room_error rooms_replay(struct rooms *r, struct id id, struct buf *out);

struct room_count { /* for plans and drains: one per room type */
	struct str type;
	uint64_t pinned;
	uint32_t rooms, members, suspended;
};
size_t rooms_counts(struct rooms *r, struct arena *mem, struct room_count **out);
uint32_t rooms_open(const struct room_directory
			    *dir); /* any: rooms that are not closed, of the whole process */
uint32_t rooms_seated(const struct room_directory *dir); /* any: members, suspended ones too */
/* any: the median life of rooms of this type that ended, microseconds; 0: none ended yet. For a drain's ETA. */
int64_t rooms_usual_life(const struct room_directory *dir, struct str type);
