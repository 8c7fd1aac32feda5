/* gamesrvd/net/player.h
 * Who is here: the one table of the process from a player's name to its session, whatever loop that lives on. A player
 * has one session at most.
 *
 * Thread: any; one mutex, held for a look-up and never across a call. A struct player belongs to the session that claimed
 * it, until player_release(); its name is constant.
 */
#pragma once
#include "base/id.h"

enum { PLAYER_NAME_MAX = 64 };

struct player_directory;
struct player {
	struct player *next; /* the directory's */
	uint64_t hash;
	struct id session;
	uint32_t n;
	char name[];
};

static inline struct str player_name(const struct player *p)
{
	return (struct str){p->name, p->n};
}

/* 1 to 64 bytes of UTF-8 that can be seen: no control or invisible characters, no space at either end. */
bool player_name_good(struct str name);

struct player_directory *player_directory_new(void); /* NULL: out of memory */
void player_directory_free(
	struct player_directory *dir); /* nobody may be in it any more; NULL is fine */

/* 0: *mine is `session`'s now. -EEXIST: *holder is the session that has it. -ENOMEM. */
MUST_USE int player_claim(struct player_directory *dir, struct str name, struct id session,
			  struct player **mine, struct id *holder);
/* ID_NONE: nobody of that name is here. */
struct id player_find(struct player_directory *dir, struct str name);
void player_release(struct player_directory *dir, struct player *mine); /* frees it */
uint32_t player_count(struct player_directory *dir);
