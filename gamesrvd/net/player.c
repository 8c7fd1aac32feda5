/* gamesrvd/net/player.c */
#include "gamesrvd/net/player.h"

#include <errno.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

#include "base/utf8.h"

enum { FIRST_BUCKETS = 256 };

struct player_directory {
	pthread_mutex_t lock;
	struct player **buckets;
	uint32_t mask, count;
	uint8_t seed[crypto_shorthash_KEYBYTES]; /* names are chosen by strangers */
};

/* Characters that leave no trace on a screen, or turn what stands beside them around. */
static bool invisible(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || (c >= 0x200b && c <= 0x200f) ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
	       (c >= 0xfff0 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe007f);
}

bool player_name_good(struct str name)
{
	const char *p = name.p, *end = name.p + name.n;

	if (name.n == 0 || name.n > PLAYER_NAME_MAX || name.p[0] == ' ' || end[-1] == ' ')
		return false;
	while (p < end) {
		uint32_t c;

		p += utf8_next(p, end, &c);
		if (c == UTF8_BAD || invisible(c))
			return false;
	}
	return true;
}

struct player_directory *player_directory_new(void)
{
	struct player_directory *dir = calloc(1, sizeof(*dir));

	if (dir == NULL)
		return NULL;
	dir->buckets = calloc(FIRST_BUCKETS, sizeof(*dir->buckets));
	if (dir->buckets == NULL) {
		free(dir);
		return NULL;
	}
	dir->mask = FIRST_BUCKETS - 1;
	pthread_mutex_init(&dir->lock, NULL);
	crypto_shorthash_keygen(dir->seed);
	return dir;
}

void player_directory_free(struct player_directory *dir)
{
	if (dir == NULL)
		return;
	pthread_mutex_destroy(&dir->lock);
	free(dir->buckets);
	free(dir);
}

static uint64_t hash_of(const struct player_directory *dir, struct str name)
{
	uint64_t hash;

	crypto_shorthash((uint8_t *)&hash, (const uint8_t *)name.p, name.n, dir->seed);
	return hash;
}

static struct player *look(const struct player_directory *dir, struct str name, uint64_t hash)
{
	struct player *p = dir->buckets[hash & dir->mask];

	while (p != NULL && (p->hash != hash || !str_eq(player_name(p), name)))
		p = p->next;
	return p;
}

/* Twice the buckets. Without memory for them chains grow longer, and that is all. */
static void grow(struct player_directory *dir)
{
	uint32_t mask = dir->mask * 2 + 1;
	struct player **wider = calloc((size_t)mask + 1, sizeof(*wider));

	if (wider == NULL)
		return;
	for (uint32_t i = 0; i <= dir->mask; i++) {
		struct player *p = dir->buckets[i];

		while (p != NULL) {
			struct player *next = p->next;

			p->next = wider[p->hash & mask];
			wider[p->hash & mask] = p;
			p = next;
		}
	}
	free(dir->buckets);
	dir->buckets = wider;
	dir->mask = mask;
}

static void add(struct player_directory *dir, struct player *p)
{
	if (dir->count > dir->mask)
		grow(dir);
	p->next = dir->buckets[p->hash & dir->mask];
	dir->buckets[p->hash & dir->mask] = p;
	dir->count++;
}

int player_claim(struct player_directory *dir, struct str name, struct id session,
		 struct player **mine, struct id *holder)
{
	struct player *p = malloc(sizeof(*p) + name.n), *there;

	if (p == NULL)
		return -ENOMEM;
	*p = (struct player){.hash = hash_of(dir, name), .session = session, .n = (uint32_t)name.n};
	memcpy(p->name, name.p, name.n);
	pthread_mutex_lock(&dir->lock);
	there = look(dir, name, p->hash);
	if (there == NULL)
		add(dir, p);
	else
		*holder = there->session;
	pthread_mutex_unlock(&dir->lock);
	if (there != NULL) {
		free(p);
		return -EEXIST;
	}
	*mine = p;
	return 0;
}

struct id player_find(struct player_directory *dir, struct str name)
{
	uint64_t hash = hash_of(dir, name);
	struct player *there;
	struct id session = ID_NONE;

	pthread_mutex_lock(&dir->lock);
	there = look(dir, name, hash);
	if (there != NULL)
		session = there->session;
	pthread_mutex_unlock(&dir->lock);
	return session;
}

void player_release(struct player_directory *dir, struct player *mine)
{
	struct player **link;

	pthread_mutex_lock(&dir->lock);
	link = &dir->buckets[mine->hash & dir->mask];
	while (*link != mine)
		link = &(*link)->next;
	*link = mine->next;
	dir->count--;
	pthread_mutex_unlock(&dir->lock);
	free(mine);
}

uint32_t player_count(struct player_directory *dir)
{
	uint32_t count;

	pthread_mutex_lock(&dir->lock);
	count = dir->count;
	pthread_mutex_unlock(&dir->lock);
	return count;
}
