/* tests/unit/room_world.h
 * Rooms without a socket and without a clock of their own: loops that are called instead of run, time that moves when a
 * test says so, members that write down what they hear. Defines what loop/, base/time.h and room_config.h promise, so a program
 * that links room_world.c has none of the real ones.
 *
 * Thread: one, which plays all loops.
 */
#pragma once
#include "gamesrvd/rooms/room.h"
#include "wire/fast.h"
#include "wire/names.h"

enum { WORLD_LOOPS = 3, WORLD_CLIENTS = 600 };

/* True while the world itself takes memory: a test that lets allocations fail leaves those alone. */
extern volatile bool world_allocates; /* the compiler knows that calloc() reads no bool */

struct heard { /* one frame on its way to a client */
	struct heard *next;
	uint16_t type;
	uint8_t flags;
	bool of_room;
	uint32_t seq, n;
	uint8_t payload[];
};

struct client {
	struct world *world;
	struct id session, room;
	char name[16];
	bool seated, live;
	enum room_error error; /* of the last answer */
	uint32_t seat, room_seq, resynced, replayed;
	struct heard *first, **last; /* not read yet */
	struct buf log;              /* read, one line a frame */
	Gamesrv__V1__Joined *joined;
	Gamesrv__V1__Reason left;
	uint32_t client_seq;
	bool broken; /* a number was missing or came twice: what it says stands in the log */
};

struct world {
	struct room_directory *dir;
	struct publication *pub;
	const struct conf_set *set;
	uint64_t revision;
	struct client *clients[WORLD_CLIENTS];
	uint32_t count, generation;
	uint64_t broadcasts, broadcast_bytes;
	int64_t cost_us;  /* what each broadcast takes, by the world's clock */
	uint64_t configs; /* CONFIG parts made */
};

struct world *
world_new(const char *room_types); /* YAML documents; NULL: a relay and a lockstep room type */
void world_free(struct world *w);
void world_apply(struct world *w, const char *room_types);
struct loop *world_loop(unsigned index);
struct rooms *world_rooms(unsigned loop);
int64_t world_now(void);
void world_run(struct world *w, int64_t us); /* time passes: timers, ticks, mails, ends of turns */
void world_settle(struct world *w);          /* no time passes */
uint32_t world_timers(void), world_ticks(void);
void world_late(struct world *w,
		int64_t us); /* time passes, and nothing runs meanwhile: the ticks are late */

struct client *world_client(struct world *w, const char *name, unsigned loop);
/* Each gives the answer's error. */
enum room_error client_join(struct client *c, const char *type, const char *key);
enum room_error client_join_room(struct client *c, struct id room, bool spectate);
enum room_error client_leave(struct client *c);
enum room_error client_suspend(struct client *c); /* what of the room it has not read is lost */
enum room_error client_resume(struct client *c);
void client_send(struct client *c, uint16_t type, struct str payload);
void client_send_message(struct client *c, uint16_t type, const ProtobufCMessage *message);
void client_relay(struct client *c, const char *text, Gamesrv__V1__Delivery delivery);
void client_control(struct client *c, Gamesrv__V1__Verb verb);
void client_input(struct client *c, uint32_t frame, struct str data);
void client_hash(struct client *c, uint32_t frame, uint64_t hash);
/* The next frame it has not read; checks its number. The caller frees it. NULL: none. */
struct heard *client_read(struct client *c);
/* Reads everything and gives what was read since the last call: "RELAYED 0 hi; MEMBER joined 1 bob". */
const char *client_heard(struct client *c);
void heard_text(const struct heard *h, struct buf *out);
