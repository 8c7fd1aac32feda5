/* gamesrvd/rooms/directory.c */
#include "gamesrvd/rooms/directory.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

#include "base/log.h"
#include "gamesrvd/obs/metrics.h"

struct room_key {
	struct room_key *next; /* of its bucket */
	struct room_type *type;
	uint64_t hash;
	struct id room;
	unsigned loop;
	uint8_t n;
	char text[ROOM_KEY_MAX];
};

struct room_directory {
	pthread_mutex_t lock;
	_Atomic(struct room_type *) types; /* newest first; only ever added to */
	struct room_key **buckets;
	uint32_t mask, keys;
	_Atomic bool cordoned;
	_Atomic uint32_t open, seated;
	/* Players choose keys, so nobody outside may compute colliding ones. */
	unsigned char seed[crypto_shorthash_KEYBYTES];
};

struct room_directory *room_directory_new(void)
{
	struct room_directory *dir = calloc(1, sizeof(*dir));

	if (dir == NULL)
		return NULL;
	dir->mask = 63;
	dir->buckets = calloc(dir->mask + 1, sizeof(struct room_key *));
	if (dir->buckets == NULL) {
		free(dir);
		return NULL;
	}
	pthread_mutex_init(&dir->lock, NULL);
	randombytes_buf(dir->seed, sizeof(dir->seed));
	return dir;
}

static void free_keys(struct room_directory *dir)
{
	struct room_key *key, *next;

	for (uint32_t i = 0; i <= dir->mask; i++) {
		for (key = dir->buckets[i]; key != NULL; key = next) {
			next = key->next;
			free(key);
		}
	}
	free(dir->buckets);
}

void room_directory_free(struct room_directory *dir)
{
	struct room_type *type, *next;

	if (dir == NULL)
		return;
	free_keys(dir);
	for (type = atomic_load(&dir->types); type != NULL; type = next) {
		next = type->next;
		free(type);
	}
	pthread_mutex_destroy(&dir->lock);
	free(dir);
}

/* ---- Types ---- */

struct room_type *directory_types(const struct room_directory *dir)
{
	return atomic_load_explicit(&dir->types, memory_order_acquire);
}

struct room_type *directory_type(struct room_directory *dir, struct str name)
{
	struct room_type *type = directory_types(dir);

	while (type != NULL && !str_eq(type->name, name))
		type = type->next;
	return type;
}

static struct room_type *add_type(struct room_directory *dir, struct str name)
{
	struct room_type *type = calloc(1, sizeof(*type) + name.n + 1);

	if (type == NULL)
		return NULL;
	memcpy(type->text, name.p, name.n);
	type->name = (struct str){type->text, name.n};
	type->dir = dir;
	type->next = atomic_load_explicit(&dir->types, memory_order_relaxed);
	atomic_store_explicit(&dir->types, type, memory_order_release);
	return type;
}

struct room_type *directory_type_add(struct room_directory *dir, struct str name)
{
	struct room_type *type = directory_type(dir, name);

	if (type != NULL)
		return type;
	pthread_mutex_lock(&dir->lock);
	type = directory_type(dir, name);
	if (type == NULL)
		type = add_type(dir, name);
	pthread_mutex_unlock(&dir->lock);
	return type;
}

bool directory_joinable_elsewhere(const struct room_type *type, unsigned loops, unsigned here,
				  unsigned *loop)
{
	for (unsigned i = 1; i < loops; i++) {
		unsigned at = (here + i) % loops;

		if (atomic_load_explicit(&type->joinable[at], memory_order_relaxed) > 0) {
			*loop = at;
			return true;
		}
	}
	return false;
}

/* ---- Cordons ---- */

void rooms_cordon(struct room_directory *dir, struct str type, bool on)
{
	struct room_type *t;

	if (type.n == 0) {
		atomic_store(&dir->cordoned, on);
		return;
	}
	t = directory_type_add(dir, type);
	if (t != NULL) {
		atomic_store(&t->cordoned, on);
		return;
	}
	if (on) { /* rather too much than not at all */
		log_error("no memory to cordon room type " STR_FMT " alone: all rooms are cordoned",
			  STR_ARG(type));
		atomic_store(&dir->cordoned, true);
	}
}

bool rooms_cordoned(const struct room_directory *dir, struct str type)
{
	const struct room_type *t;

	if (type.n == 0)
		return atomic_load(&dir->cordoned);
	t = directory_type((struct room_directory *)dir, type);
	return t != NULL && atomic_load(&t->cordoned);
}

bool directory_cordons(const struct room_type *type)
{
	return atomic_load(&type->dir->cordoned) || atomic_load(&type->cordoned);
}

/* ---- Keys ---- */

static uint64_t hash_key(const struct room_directory *dir, const struct room_type *type,
			 struct str key)
{
	unsigned char out[crypto_shorthash_BYTES];
	uint64_t hash;

	crypto_shorthash(out, (const unsigned char *)key.p, key.n, dir->seed);
	memcpy(&hash, out, sizeof(hash));
	return hash ^ (uint64_t)(uintptr_t)type;
}

static struct room_key **find_key(struct room_directory *dir, const struct room_type *type,
				  struct str key, uint64_t hash)
{
	struct room_key **at = &dir->buckets[hash & dir->mask];

	while (*at != NULL && ((*at)->hash != hash || (*at)->type != type || (*at)->n != key.n ||
			       memcmp((*at)->text, key.p, key.n) != 0))
		at = &(*at)->next;
	return at;
}

/* A table that cannot grow stays right, only slower. */
static void grow(struct room_directory *dir)
{
	uint32_t mask = dir->mask * 2 + 1;
	struct room_key **buckets = calloc((size_t)mask + 1, sizeof(struct room_key *));
	struct room_key *key, *next;

	if (buckets == NULL)
		return;
	for (uint32_t i = 0; i <= dir->mask; i++) {
		for (key = dir->buckets[i]; key != NULL; key = next) {
			next = key->next;
			key->next = buckets[key->hash & mask];
			buckets[key->hash & mask] = key;
		}
	}
	free(dir->buckets);
	dir->buckets = buckets;
	dir->mask = mask;
}

static struct room_key *add_key(struct room_type *type, struct room_key **at, struct str key,
				uint64_t hash, unsigned loop)
{
	struct room_key *k = calloc(1, sizeof(*k));

	if (k == NULL)
		return NULL;
	k->type = type;
	k->hash = hash;
	k->loop = loop;
	k->n = (uint8_t)key.n;
	memcpy(k->text, key.p, key.n);
	*at = k;
	if (++type->dir->keys > type->dir->mask)
		grow(type->dir);
	return k;
}

enum key_answer directory_key_claim(struct room_type *type, struct str key, unsigned loop,
				    struct room_key **mine, unsigned *at, struct id *room)
{
	struct room_directory *dir = type->dir;
	uint64_t hash = hash_key(dir, type, key);
	enum key_answer answer = KEY_KNOWN;
	struct room_key **k;

	pthread_mutex_lock(&dir->lock);
	k = find_key(dir, type, key, hash);
	if (*k != NULL) {
		*at = (*k)->loop;
		*room = (*k)->room;
	} else {
		*mine = add_key(type, k, key, hash, loop);
		answer = *mine ? KEY_NEW : KEY_NO_MEMORY;
	}
	pthread_mutex_unlock(&dir->lock);
	return answer;
}

bool directory_key_find(struct room_type *type, struct str key, unsigned *at)
{
	struct room_directory *dir = type->dir;
	uint64_t hash = hash_key(dir, type, key);
	struct room_key *k;

	pthread_mutex_lock(&dir->lock);
	k = *find_key(dir, type, key, hash);
	if (k != NULL)
		*at = k->loop;
	pthread_mutex_unlock(&dir->lock);
	return k != NULL;
}

void directory_key_bind(struct room_type *type, struct room_key *key, struct id room)
{
	pthread_mutex_lock(&type->dir->lock);
	key->room = room;
	pthread_mutex_unlock(&type->dir->lock);
}

void directory_key_drop(struct room_type *type, struct room_key *key)
{
	struct room_directory *dir = type->dir;
	struct room_key **at;

	if (key == NULL)
		return;
	pthread_mutex_lock(&dir->lock);
	for (at = &dir->buckets[key->hash & dir->mask]; *at != key; at = &(*at)->next)
		;
	*at = key->next;
	dir->keys--;
	pthread_mutex_unlock(&dir->lock);
	free(key);
}

/* ---- Counts and lives ---- */

void directory_room_opened(struct room_type *type)
{
	atomic_fetch_add(&type->dir->open, 1);
	metric_add(METRIC_rooms_open, 1);
	metric_add(METRIC_rooms_opened_total, 1);
}

void directory_room_closed(struct room_type *type, int64_t life_us)
{
	atomic_fetch_sub(&type->dir->open, 1);
	metric_add(METRIC_rooms_open, (uint64_t)-1);
	pthread_mutex_lock(&type->dir->lock);
	type->lives[type->ended++ % ROOM_LIVES] = life_us;
	pthread_mutex_unlock(&type->dir->lock);
}

void directory_seats(struct room_type *type, int change)
{
	atomic_fetch_add(&type->dir->seated, (uint32_t)change);
	metric_add(METRIC_room_members, (uint64_t)(int64_t)change);
}

uint32_t rooms_open(const struct room_directory *dir)
{
	return atomic_load(&dir->open);
}

uint32_t rooms_seated(const struct room_directory *dir)
{
	return atomic_load(&dir->seated);
}

static int by_length(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

int64_t rooms_usual_life(const struct room_directory *dir, struct str type)
{
	struct room_type *t = directory_type((struct room_directory *)dir, type);
	int64_t lives[ROOM_LIVES];
	size_t n;

	if (t == NULL)
		return 0;
	pthread_mutex_lock(&t->dir->lock);
	n = t->ended < ROOM_LIVES ? (size_t)t->ended : ROOM_LIVES;
	memcpy(lives, t->lives, n * sizeof(lives[0]));
	pthread_mutex_unlock(&t->dir->lock);
	qsort(lives, n, sizeof(lives[0]), by_length);
	return n ? lives[n / 2] : 0;
}
