/* gamesrvd/rooms/room_config.h
 * What of the configuration members of a room may read (RoomType.shows), as payloads of CONFIG frames.
 *
 * A document is shown as it holds in that room: fields that reload "live" as they are now, the others as they were in the
 * revision the room is pinned to. Encoded once per (room type, pinned, now) and loop, however many rooms need it.
 *
 * Thread: its loop's. Payloads are good until the next call. A large configuration comes in parts of at most 48 KiB
 * (the last has more = false); one document that is larger by itself is left out and counted.
 */
#pragma once
#include "base/arena.h"
#include "conf/set.h"

struct room_configs;

struct room_config_key {
	struct str type;
	const struct conf_set *pinned, *now;
	uint64_t pinned_revision, revision;
};

struct room_configs *room_configs_new(void);
void room_configs_free(struct room_configs *c); /* NULL is fine */
/* All that the room shows: packed Config messages. Gives how many parts (at least 1: an empty one says so). Both: 0 parts and
 * a line in the log when there is no memory. */
size_t room_config_complete(struct room_configs *c, const struct room_config_key *key,
			    const struct str **parts);
/* What changes for such a room when `before` was in force until now. 0 parts: nothing. */
size_t room_config_change(struct room_configs *c, const struct room_config_key *key,
			  const struct conf_set *before, uint64_t before_revision,
			  const struct str **parts);
/* After each adoption: forgets what belongs to no room any more. */
void room_configs_trim(struct room_configs *c);
