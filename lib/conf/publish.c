/* lib/conf/publish.c
 * Snapshots form a list in the order of their publication, oldest first; each carries its place in
 * it as a serial number. What every reader has moved beyond is released. The mutex guards the list
 * of readers, for joining and leaving; neither reading nor adopting takes it.
 */
#include "conf/publish.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/base.h"

struct conf_publish { /* a snapshot with what its owner needs to know */
	struct conf_snapshot snapshot;
	uint64_t serial;
	struct publication *pub;
	struct conf_publish *newer;
};

struct publication {
	_Atomic(const struct conf_snapshot *) newest;
	struct conf_publish *first, *last; /* the writer's: oldest still held, newest */
	pthread_mutex_t joining;
	struct conf_reader *readers;
};

static struct conf_publish *publish_new(struct publication *pub, const struct conf_set *set,
					uint64_t revision)
{
	struct conf_publish *p = malloc(sizeof(*p));

	if (p != NULL)
		*p = (struct conf_publish){
			.snapshot = {conf_set_ref(set), revision},
			.pub = pub,
		};
	return p;
}

static void publish_free(struct conf_publish *p)
{
	conf_set_unref(p->snapshot.set);
	free(p);
}

struct publication *publication_new(const struct conf_set *set, uint64_t revision)
{
	struct publication *pub = calloc(1, sizeof(*pub));
	struct conf_publish *first = pub ? publish_new(pub, set, revision) : NULL;

	if (first == NULL) {
		free(pub);
		return NULL;
	}
	pthread_mutex_init(&pub->joining, NULL);
	pub->first = pub->last = first;
	atomic_init(&pub->newest, &first->snapshot);
	return pub;
}

void publication_free(struct publication *pub)
{
	struct conf_publish *p, *newer;

	if (pub == NULL)
		return;
	for (p = pub->first; p != NULL; p = newer) {
		newer = p->newer;
		publish_free(p);
	}
	pthread_mutex_destroy(&pub->joining);
	free(pub);
}

/* `seen` is set under the lock that publish_settled() takes, so a snapshot cannot be released
 * between the moment it is picked up here and the moment the reader is known. */
void conf_reader_join(struct publication *pub, struct conf_reader *reader)
{
	pthread_mutex_lock(&pub->joining);
	reader->from = pub;
	reader->newest = &pub->newest;
	reader->now = atomic_load_explicit(&pub->newest, memory_order_acquire);
	atomic_init(&reader->seen, reader->now);
	reader->next = pub->readers;
	pub->readers = reader;
	pthread_mutex_unlock(&pub->joining);
}

void conf_reader_leave(struct conf_reader *reader)
{
	struct publication *pub = reader->from;
	struct conf_reader **at;

	pthread_mutex_lock(&pub->joining);
	for (at = &pub->readers; *at != reader; at = &(*at)->next)
		;
	*at = reader->next;
	pthread_mutex_unlock(&pub->joining);
	reader->now = NULL;
	reader->from = NULL;
}

struct conf_publish *publish_prepare(struct publication *pub, const struct conf_set *set,
				     uint64_t revision)
{
	publish_settled(pub); /* a writer that never asks must not pile up old snapshots */
	return publish_new(pub, set, revision);
}

void publish_commit(struct conf_publish *prepared)
{
	struct publication *pub = prepared->pub;

	prepared->serial = pub->last->serial + 1;
	pub->last->newer = prepared;
	pub->last = prepared;
	atomic_store_explicit(&pub->newest, &prepared->snapshot, memory_order_release);
}

void publish_abandon(struct conf_publish *prepared)
{
	if (prepared != NULL)
		publish_free(prepared);
}

static uint64_t oldest_serial_in_use(struct publication *pub)
{
	uint64_t oldest = pub->last->serial;
	struct conf_reader *r;

	pthread_mutex_lock(&pub->joining);
	for (r = pub->readers; r != NULL; r = r->next) {
		const struct conf_snapshot *seen =
			atomic_load_explicit(&r->seen, memory_order_acquire);
		uint64_t serial = CONTAINER_OF(seen, const struct conf_publish, snapshot)->serial;

		if (serial < oldest)
			oldest = serial;
	}
	pthread_mutex_unlock(&pub->joining);
	return oldest;
}

bool publish_settled(struct publication *pub)
{
	uint64_t oldest = oldest_serial_in_use(pub);

	while (pub->first->serial < oldest) {
		struct conf_publish *done = pub->first;

		pub->first = done->newer;
		publish_free(done);
	}
	return pub->first == pub->last;
}
