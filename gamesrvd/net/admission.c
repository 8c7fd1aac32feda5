/* gamesrvd/net/admission.c
 * An open-addressed table from address to count; removal moves later entries back, so it never fills with graves.
 */
#include "gamesrvd/net/admission.h"

#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/resource.h>

enum {
	ROOM_MIN = 64,
	DESCRIPTORS_CAP = 1 << 20,
	DESCRIPTORS_OTHER = 1024, /* files, admin, listeners, reserve */
};

struct entry {
	uint8_t key[16];
	uint32_t count; /* 0: free */
};

struct admission {
	pthread_mutex_t lock;
	_Atomic uint32_t total;
	struct entry *entries;
	uint32_t room, used;                           /* room: a power of two */
	unsigned char seed[crypto_shorthash_KEYBYTES]; /* strangers choose the keys */
};

static pthread_mutex_t descriptors_lock = PTHREAD_MUTEX_INITIALIZER;
static uint32_t descriptors; /* 0: nobody asked yet */

static uint32_t at_most(rlim_t limit)
{
	return limit < DESCRIPTORS_CAP ? (uint32_t)limit : DESCRIPTORS_CAP;
}

/* Twice the connections: their limit may be raised while the daemon runs. */
static uint32_t provide(uint64_t connections)
{
	struct rlimit limit;
	uint32_t wanted = at_most(2 * connections + DESCRIPTORS_OTHER), before;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return 1024;
	before = at_most(limit.rlim_cur);
	if (wanted < before)
		wanted = before;
	if (wanted > at_most(limit.rlim_max))
		wanted = at_most(limit.rlim_max);
	limit.rlim_cur = wanted;
	return setrlimit(RLIMIT_NOFILE, &limit) == 0 ? wanted : before;
}

void descriptors_provide(uint32_t connections)
{
	pthread_mutex_lock(&descriptors_lock);
	if (descriptors == 0)
		descriptors = provide(connections);
	pthread_mutex_unlock(&descriptors_lock);
}

uint32_t descriptors_max(void)
{
	descriptors_provide(0);
	return descriptors;
}

struct admission *admission_new(void)
{
	struct admission *a = calloc(1, sizeof(*a));

	if (a == NULL)
		return NULL;
	a->room = ROOM_MIN;
	a->entries = calloc(a->room, sizeof(*a->entries));
	if (a->entries == NULL || sodium_init() < 0) {
		free(a->entries);
		free(a);
		return NULL;
	}
	crypto_shorthash_keygen(a->seed);
	pthread_mutex_init(&a->lock, NULL);
	return a;
}

void admission_free(struct admission *a)
{
	if (a == NULL)
		return;
	pthread_mutex_destroy(&a->lock);
	free(a->entries);
	free(a);
}

static void key_of(const uint8_t address[16], uint8_t key[16])
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

	memcpy(key, address, 16);
	if (memcmp(address, mapped, sizeof(mapped)) != 0)
		memset(key + 8, 0, 8);
}

static uint32_t home(const struct admission *a, const uint8_t key[16])
{
	unsigned char hash[crypto_shorthash_BYTES];
	uint32_t at;

	crypto_shorthash(hash, key, 16, a->seed);
	memcpy(&at, hash, sizeof(at));
	return at & (a->room - 1);
}

/* Its entry, or the free one where it belongs. */
static struct entry *find(const struct admission *a, const uint8_t key[16])
{
	uint32_t at = home(a, key);

	while (a->entries[at].count > 0 && memcmp(a->entries[at].key, key, 16) != 0)
		at = (at + 1) & (a->room - 1);
	return &a->entries[at];
}

static bool grow(struct admission *a)
{
	struct entry *before = a->entries;
	uint32_t room = a->room;

	if (a->used < room / 2)
		return true;
	a->entries = calloc((size_t)room * 2, sizeof(*a->entries));
	if (a->entries == NULL) {
		a->entries = before;
		return a->used < room - 1;
	}
	a->room = room * 2;
	for (uint32_t i = 0; i < room; i++) {
		if (before[i].count > 0)
			*find(a, before[i].key) = before[i];
	}
	free(before);
	return true;
}

static bool between(uint32_t from, uint32_t at, uint32_t to)
{
	return from <= to ? from <= at && at <= to : from <= at || at <= to;
}

/* Whoever stands behind the hole and would be looked for through it moves into it. */
static void close_hole(struct admission *a, uint32_t hole)
{
	uint32_t mask = a->room - 1, at = hole;

	for (;;) {
		at = (at + 1) & mask;
		if (a->entries[at].count == 0)
			break;
		if (between((hole + 1) & mask, home(a, a->entries[at].key), at))
			continue;
		a->entries[hole] = a->entries[at];
		hole = at;
	}
	a->entries[hole] = (struct entry){.count = 0};
}

static enum admission_answer enter(struct admission *a, const struct admission_limits *limits,
				   const uint8_t key[16])
{
	struct entry *e;

	if (atomic_load(&a->total) >= limits->connections || !grow(a))
		return ADMISSION_FULL;
	e = find(a, key);
	if (e->count >= limits->per_address)
		return ADMISSION_ADDRESS_FULL;
	if (e->count == 0) {
		memcpy(e->key, key, 16);
		a->used++;
	}
	e->count++;
	atomic_fetch_add(&a->total, 1);
	return ADMISSION_IN;
}

enum admission_answer admission_enter(struct admission *a, const struct admission_limits *limits,
				      const uint8_t address[16], int fd)
{
	uint8_t key[16];
	enum admission_answer answer;

	if ((uint64_t)fd + limits->fd_reserve >= descriptors_max())
		return ADMISSION_NO_DESCRIPTORS;
	key_of(address, key);
	pthread_mutex_lock(&a->lock);
	answer = enter(a, limits, key);
	pthread_mutex_unlock(&a->lock);
	return answer;
}

void admission_leave(struct admission *a, const uint8_t address[16])
{
	uint8_t key[16];
	struct entry *e;

	if (a == NULL)
		return;
	key_of(address, key);
	pthread_mutex_lock(&a->lock);
	e = find(a, key);
	if (e->count > 0) {
		atomic_fetch_sub(&a->total, 1);
		if (--e->count == 0) {
			a->used--;
			close_hole(a, (uint32_t)(e - a->entries));
		}
	}
	pthread_mutex_unlock(&a->lock);
}

uint32_t admission_count(const struct admission *a)
{
	return atomic_load(&a->total);
}
