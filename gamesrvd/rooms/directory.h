/* gamesrvd/rooms/directory.h
 * What the loops of the process must agree on about rooms: which key leads to which loop, where seats are free, what is
 * cordoned, and how long matches of a type last.
 *
 * Thread: any. The mutex is taken when a room opens or closes and when somebody joins by type or key, never for a message
 * and never for long; counts and cordons are atomics. A room type's entry lives as long as the directory.
 */
#pragma once
#include <stdatomic.h>

#include "gamesrvd/rooms/room.h"

struct conf_room_type;
struct room_key; /* a key that leads to a room */

enum { ROOM_LIVES = 64 }; /* ended rooms of a type whose median is the usual life */

struct room_type {
	struct room_type *next;
	struct room_directory *dir;
	_Atomic bool cordoned;
	_Atomic uint32_t joinable[ID_LOOPS_MAX]; /* rooms with a free seat for anybody, by loop */
	struct {                                 /* each the loop's own */
		struct room *first, *last;       /* those rooms, the longest open first */
		const struct conf_room_type *live;
		bool looked; /* `live` was looked up in what is in force */
		bool warned; /* of durability */
	} here[ID_LOOPS_MAX];
	int64_t lives[ROOM_LIVES]; /* under the mutex */
	uint64_t ended;
	struct str name;
	char text[];
};

struct room_type *directory_types(const struct room_directory *dir); /* all, by ->next */
struct room_type *directory_type(struct room_directory *dir,
				 struct str name); /* NULL: nobody asked for it yet */
struct room_type *directory_type_add(struct room_directory *dir,
				     struct str name); /* NULL: out of memory */
/* False: no loop but `here` has a room with a free seat. */
bool directory_joinable_elsewhere(const struct room_type *type, unsigned loops, unsigned here,
				  unsigned *loop);
/* Does the server, or this type, take nobody in? */
bool directory_cordons(const struct room_type *type);

enum key_answer { KEY_NEW, KEY_KNOWN, KEY_NO_MEMORY };
/* KEY_NEW: `loop` may open the room, and then calls directory_key_bind() or directory_key_drop(). KEY_KNOWN: *at has it; *room is
 * good on that loop only. */
enum key_answer directory_key_claim(struct room_type *type, struct str key, unsigned loop,
				    struct room_key **mine, unsigned *at, struct id *room);
/* The loop a key leads to; false: to none yet. */
bool directory_key_find(struct room_type *type, struct str key, unsigned *at);
void directory_key_bind(struct room_type *type, struct room_key *key, struct id room);
void directory_key_drop(struct room_type *type, struct room_key *key); /* NULL is fine */

void directory_room_opened(struct room_type *type);
void directory_room_closed(struct room_type *type, int64_t life_us);
void directory_seats(struct room_type *type, int change);
