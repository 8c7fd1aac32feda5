/* gamesrvd/rooms/parts.h
 * How a room, its seats and the rooms of a loop are laid out, and what the files of this folder call of each other.
 * Nobody else includes it.
 *
 * Thread: the room's loop.
 *
 *	request.c  what comes in, from this loop or another		member.c  joins, leaves, suspends, resumes
 *	state.c	   the life of a room, closing				stream.c  its numbered stream: gather, flush, ring
 *	tick.c	   ticks, budget, degrading				live.c	  configuration that changes under it
 *	mode_*.c   what a mode does with messages and ticks		rows.c	  what operators ask
 */
#pragma once
#include "base/slab.h"
#include "base/time.h"
#include "gamesrvd/rooms/directory.h"
#include "schemas/builtin.h"
#include "wire/fast.h"
#include "wire/names.h"

enum {
	ROOM_SPECTATORS = 64,   /* at most, besides the players' seats */
	ROOM_BATCH = 64 * 1024, /* a batch that has grown to this leaves at once */
	ROOM_WHY = 160,
	ROOM_ACTOR = 80,
};

struct lock_seat;
struct lockstep;
struct room_mode;

struct seat {
	struct room *room;
	struct id session;
	uint32_t number;
	bool taken, suspended, spectator;
	uint64_t since; /* order of arrival */
	uint32_t
		joined_at; /* number of the room's last frame before it was (again) told where it is */
	struct wheel_timer expiry;
	struct lock_seat *lock; /* lockstep's; kept for the seat's next tenant */
	char player[ROOM_PLAYER_MAX + 1];
};

struct batch { /* frames that left together, kept for those who come back */
	struct shared *frames;
	uint32_t last; /* number of its last frame */
	uint32_t count;
};

struct ring {
	struct batch *batches; /* circular */
	uint32_t room, first, count;
	uint32_t frames, bytes;
};

enum room_flush { FLUSH_TURN, FLUSH_IMMEDIATE, FLUSH_TICK };

struct room {
	struct id id;
	struct rooms *home;
	struct room_type *type;
	struct room_key *key; /* NULL: none, or given back */
	const struct room_mode *mode;
	struct lockstep *lockstep; /* NULL in other modes */
	/* What it was opened under, and its document there: where "next" fields come from. */
	const struct conf_set *pinned;
	const struct conf_room_type *next;
	uint64_t pinned_revision, seed;
	enum room_flush flush;

	Gamesrv__V1__RoomState state;
	bool paused, cordoned, draining, listed; /* listed: among the joinable */
	uint8_t degraded;                        /* steps of the ladder */
	struct room *list_next, *list_before;
	struct room *dirty_next, *dead_next;
	bool dirty;

	struct seat **seats; /* players first, then spectators; NULL: never taken */
	uint32_t players_max, seats_max;
	uint32_t players, spectators, suspended, live; /* live: connected, spectators too */
	uint16_t *index; /* session -> seat number + 1, open addressing */
	uint32_t index_mask;
	uint16_t live_on[ID_LOOPS_MAX];
	uint64_t loops; /* bit i: live_on[i] > 0 */

	uint32_t seq, sent; /* last number given, last one that left */
	struct shared *out; /* gathered, not yet sent; NULL: nothing */
	uint32_t out_count, out_room, out_mark;
	struct ring ring;

	struct tick tick;
	uint32_t over, under; /* ticks in a row above and within the budget */
	struct wheel_timer empty, start, duration, end;
	int64_t opened_us, tick_cost_us, tick_cost_max_us;
	uint64_t ticks, late_ticks, skipped_ticks, bytes_out, messages_in;
	char key_text[ROOM_KEY_MAX + 1];
	char actor[ROOM_ACTOR], why[ROOM_WHY]; /* of the last change of state */
};

struct rooms {
	struct loop *loop;
	struct room_directory *dir;
	struct room_sink sink;
	struct slab slab;
	struct room *dirty, *dead;
	struct loop_hook turn, config;
	/* What was in force before the loop adopted what is: kept alive here to say what changed. */
	const struct conf_set *before;
	uint64_t before_revision;
	struct room_configs *configs;
	uint64_t arrivals;
	uint8_t *scratch; /* for packing */
	size_t scratch_room;
	struct arena *reading;           /* of one frame */
	uint64_t messages, bytes, ticks; /* since the last turn: metrics are told once */
};

struct room_mode {
	const char *name;
	Gamesrv__V1__Mode number;
	/* All but name, number and message may be NULL. */
	int (*open)(struct room *room); /* 0, -ENOMEM */
	void (*close)(struct room *room);
	void (*message)(struct room *room, struct seat *seat, uint16_t type, uint32_t client_seq,
			struct str payload);
	bool (*wants_ticks)(const struct room *room);
	void (*tick)(struct room *room);
	void (*settle)(
		struct room
			*room); /* a frame of the room's own follows: what is pending goes first */
	void (*put)(struct room *room, uint16_t type,
		    struct str frame);           /* an ordered frame went into the stream */
	bool (*locked)(const struct room *room); /* nobody could bring a joiner up to date */
	void (*joined)(struct room *room, struct seat *seat);
	/* Connected again; when `resync` it missed more than the ring keeps, all after number `room_seq`. */
	void (*back)(struct room *room, struct seat *seat, bool resync, uint32_t room_seq);
	void (*away)(struct room *room, struct seat *seat,
		     bool gone); /* suspended; for good when `gone` */
	void (*config)(struct room *room);
	void (*fill)(const struct room *room, Gamesrv__V1__Lockstep *out); /* its part of JOINED */
};
extern const struct room_mode mode_relay, mode_lockstep;
const struct room_mode *mode_find(struct str name); /* NULL: not served by this version */

/* ---- rooms.c ---- */
struct room *rooms_find(const struct rooms *r, struct id id); /* NULL: gone or closed */
/* Bytes of the loop's own, good until the next call. NULL: out of memory. */
uint8_t *rooms_scratch(struct rooms *r, size_t size);
struct str
rooms_pack(struct rooms *r,
	   const ProtobufCMessage *message); /* in the scratch; p == NULL: out of memory */

/* ---- state.c ---- */
enum room_error room_open(struct rooms *r, struct room_type *type, struct str key,
			  struct room_key *claim, struct room **out);
void room_free(struct room *room);
void room_start(struct room *room, const char *actor, const char *why);
void room_finish(struct room *room, const char *actor, const char *why);
void room_pause(struct room *room, bool on, const char *actor, const char *why);
void room_close(struct room *room, Gamesrv__V1__Reason reason, const char *actor, const char *why);
void room_fault(struct room *room, const char *why); /* this room cannot go on; the others can */
void room_players_changed(struct room *room); /* starts and stops the waits that hang on them */
void room_list_update(struct room *room);     /* in or out of the joinable */
void room_control(struct room *room, struct seat *seat, uint32_t client_seq, struct str payload);
void room_announce(struct room *room); /* a ROOM frame */
void room_note(struct room *room, const char *actor,
	       const char *why); /* who changed it last, and the log */
static inline bool room_is_over(const struct room *room)
{
	return room->state == ROOM_CLOSED;
}
/* Where "live" fields come from: what is in force on this loop, or the room's own when its type was removed since. */
const struct conf_room_type *room_live(const struct room *room);

/* ---- seat.c ---- */
int seats_init(struct room *room); /* 0, -ENOMEM */
void seats_fini(struct room *room);
struct seat *seat_find(const struct room *room, struct id session);
struct seat *seat_take(struct room *room, struct id session,
		       bool spectator); /* NULL: out of memory or full */
void seat_give(struct seat *seat);
void seat_set_live(struct seat *seat, bool live);
bool seats_full(const struct room *room, bool spectator);
struct seat *seat_owner(const struct room *room); /* the player that is there longest; NULL: none */
struct seat *seat_next(const struct room *room,
		       uint32_t *number); /* each taken one; starts with 0; NULL at the end */

/* ---- joined.c ---- */
void joined_seat(const struct seat *seat, Gamesrv__V1__Seat *out);
/* JOINED as this member reads it, or nobody in particular (NULL; without seats). In the scratch; p == NULL: out of memory. */
struct str joined_pack(const struct room *room, const struct seat *seat, uint32_t room_seq,
		       bool resync);

/* ---- member.c ---- */
/* Carries the request out and answers it. */
void member_join(struct room *room, struct room_request *q);
void member_leave(struct room *room, struct room_request *q);
void member_suspend(struct room *room, struct room_request *q);
void member_resume(struct room *room, struct room_request *q);
void member_remove(struct seat *seat, Gamesrv__V1__Reason reason,
		   const char *text); /* and is told so */
void member_tell(const struct seat *seat, uint16_t type, const ProtobufCMessage *message);
void member_error(const struct seat *seat, uint32_t client_seq, const char *code, const char *text);

/* ---- request.c ---- */
void request_answer(struct rooms *r, struct room_request *q); /* the request may be gone after it */

/* ---- stream.c ---- */
void stream_relayed(struct room *room, uint8_t flags, uint32_t seat,
		    const struct wire_relay *relay);
void stream_message(struct room *room, uint16_t type, const ProtobufCMessage *message);
void stream_payload(struct room *room, uint16_t type, struct str payload);
void stream_bundle(struct room *room, uint32_t frame, const struct wire_seat_input *inputs,
		   uint32_t count);
void stream_empty(struct room *room, uint32_t frame, uint32_t count);
void stream_flush(struct room *room);
void stream_fini(struct room *room);
/* Batches with frames after `seq`, each with a reference for the caller; -ENODATA: more was missed than is kept, -ENOMEM. */
int stream_since(struct room *room, uint32_t seq, struct shared **batches, uint32_t room_for,
		 uint32_t *count, uint32_t *frames);
uint32_t stream_kept(const struct room *room); /* batches in the ring */

/* ---- tick.c ---- */
void room_tick_update(struct room *room); /* starts or stops it */

/* ---- live.c ---- */
void live_room_opened(struct room *room);
void live_adopt(struct rooms *r);
void live_tell(struct seat *seat); /* all that the room shows */
