/* tests/unit/test_publish_hammer.c
 * Readers hammer a pair that belongs together (a + b = 100) while the writer swaps snapshots. A
 * released snapshot is spoilt first, so that reading it would show even without a sanitizer.
 * GAMESRV_HAMMER=full, as in the full run of scripts/check: 10^8 reads during 10^4 swaps.
 */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "conf/publish.h"
#include "test.h"

enum { READERS = 3, READS_PER_TICK = 500 };

struct hammer_reader {
	struct publication *pub;
	pthread_t thread;
	uint64_t quota, swaps;
	const _Atomic uint64_t *swapped;
	_Atomic uint64_t reads;
	uint64_t mixed, backwards, adopted, pins;
};

/* A set is what the reader sees: bytes is a, doc_count is b. */
static void spoil(void *arg)
{
	struct conf_set *set = arg;

	set->bytes = 1000;
	set->doc_count = 1000;
}

static struct conf_set *make_pair(uint64_t revision)
{
	struct arena *mem = arena_new("hammer");
	struct conf_set *set = ARENA_NEW(mem, struct conf_set);

	set->mem = mem;
	set->refs = 1;
	set->bytes = revision % 101;
	set->doc_count = (uint32_t)(100 - set->bytes);
	arena_defer(mem, spoil, set);
	return set;
}

static bool pair_holds(const struct conf_set *set)
{
	/* volatile: each look is a read of its own */
	uint64_t a = *(const volatile uint64_t *)&set->bytes;
	uint64_t b = *(const volatile uint32_t *)&set->doc_count;

	return a + b == 100;
}

/* Few cores: without this a reader may spend its whole quota before the writer gets a turn. */
static void wait_for_writer(const struct hammer_reader *self, uint64_t done)
{
	uint64_t lead = done / (self->quota / self->swaps + 1);

	while (lead > atomic_load_explicit(self->swapped, memory_order_relaxed) + 4 &&
	       lead < self->swaps)
		sched_yield();
}

static void *read_on(void *arg)
{
	struct hammer_reader *self = arg;
	const struct conf_set *pinned = NULL;
	struct conf_reader reader;
	uint64_t done = 0, revision;

	conf_reader_join(self->pub, &reader);
	revision = reader.now->revision;
	while (done < self->quota) {
		for (int i = 0; i < READS_PER_TICK; i++) {
			if (!pair_holds(reader.now->set) ||
			    reader.now->set->bytes != reader.now->revision % 101)
				self->mixed++;
		}
		done += READS_PER_TICK;
		atomic_store_explicit(&self->reads, done, memory_order_relaxed);
		wait_for_writer(self, done);
		if (pinned != NULL && !pair_holds(pinned))
			self->mixed++;
		if (!conf_reader_adopt(&reader))
			continue;
		if (reader.now->revision <= revision)
			self->backwards++;
		revision = reader.now->revision;
		if (++self->adopted % 16 == 0) { /* as a room does that opens under this revision */
			conf_set_unref(pinned);
			pinned = conf_set_ref(reader.now->set);
			self->pins++;
		}
	}
	conf_set_unref(pinned);
	conf_reader_leave(&reader);
	return NULL;
}

static uint64_t reads_of(struct hammer_reader *readers)
{
	uint64_t sum = 0;

	for (int i = 0; i < READERS; i++)
		sum += atomic_load_explicit(&readers[i].reads, memory_order_relaxed);
	return sum;
}

TEST(a_pair_that_belongs_together_is_never_seen_mixed)
{
	const char *size = getenv("GAMESRV_HAMMER");
	bool full = size != NULL && strcmp(size, "full") == 0;
	uint64_t reads = full ? 100000000 : 1000000, swaps = full ? 10000 : 1000;
	struct conf_set *set = make_pair(0);
	struct publication *pub = publication_new(set, 0);
	struct hammer_reader readers[READERS] = {0};
	_Atomic uint64_t swapped = 0;
	uint64_t adopted = 0;

	CHECK(pub != NULL);
	conf_set_unref(set);
	for (int i = 0; i < READERS; i++) {
		readers[i].pub = pub;
		readers[i].quota = reads / READERS + 1;
		readers[i].swaps = swaps;
		readers[i].swapped = &swapped;
		CHECK_INT(pthread_create(&readers[i].thread, NULL, read_on, &readers[i]), 0);
	}
	for (uint64_t n = 1; n <= swaps; n++) {
		struct conf_publish *prepared;

		while (reads_of(readers) < reads / swaps * (n - 1))
			sched_yield(); /* spread the swaps over the reads */
		set = make_pair(n);
		prepared = publish_prepare(pub, set, n);
		conf_set_unref(set);
		CHECK(prepared != NULL);
		publish_commit(prepared);
		atomic_store_explicit(&swapped, n, memory_order_relaxed);
		publish_settled(pub);
	}
	for (int i = 0; i < READERS; i++) {
		pthread_join(readers[i].thread, NULL);
		CHECK_INT(readers[i].mixed, 0);
		CHECK_INT(readers[i].backwards, 0);
		adopted += readers[i].adopted;
	}
	CHECK(publish_settled(pub));
	publication_free(pub);
	print_message("%llu reads, %llu swaps, %llu adopted\n", (unsigned long long)reads,
		      (unsigned long long)swaps, (unsigned long long)adopted);
	CHECK(adopted >= swaps / 10); /* else the readers hardly saw the writer at work */
}
