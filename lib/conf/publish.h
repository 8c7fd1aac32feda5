/* lib/conf/publish.h
 * One writer hands new snapshots to many reader threads, each of which moves on between two of its
 * ticks: no lock, no reference count and no atomic read-modify-write on the reading side.
 *
 * Thread: publish_*() from one writer thread (the apply pipeline); a reader's functions from the
 * thread that registered it. A reader's snapshot stays valid until its next conf_reader_adopt();
 * what must live longer (a room's pinned revision) takes conf_set_ref(). Quiescent-state
 * reclamation: the writer drops its reference to an old snapshot once every reader has adopted a
 * newer one.
 */
#pragma once
#include <stdatomic.h>

#include "conf/set.h"

struct conf_snapshot { /* immutable */
	const struct conf_set *set;
	uint64_t revision;
};

struct publication;

struct conf_reader {
	const struct conf_snapshot *now; /* what this thread reads; plain, its own */
	/* Behind here: the publication's business. */
	_Atomic(const struct conf_snapshot *) *newest;
	_Atomic(const struct conf_snapshot *) seen;
	struct publication *from;
	struct conf_reader *next;
};

/* Takes a reference of its own to `set`. NULL: out of memory. */
struct publication *publication_new(const struct conf_set *set, uint64_t revision);
void publication_free(struct publication *pub); /* after the last reader left; NULL is fine */

void conf_reader_join(struct publication *pub, struct conf_reader *reader);
void conf_reader_leave(struct conf_reader *reader);
/* Between two ticks: moves to the newest snapshot. True: it changed. */
static inline bool conf_reader_adopt(struct conf_reader *reader)
{
	const struct conf_snapshot *newest =
		atomic_load_explicit(reader->newest, memory_order_acquire);

	if (LIKELY(newest == reader->now))
		return false;
	reader->now = newest;
	atomic_store_explicit(&reader->seen, newest, memory_order_release);
	return true;
}

struct conf_publish; /* one prepared swap */
struct conf_publish *publish_prepare(struct publication *pub, const struct conf_set *set,
				     uint64_t revision); /* NULL: out of memory */
/* Cannot fail: everything it needs was taken by publish_prepare(). Frees nothing that is in use. */
void publish_commit(struct conf_publish *prepared);
void publish_abandon(struct conf_publish *prepared); /* NULL is fine */
/* Releases snapshots that nobody reads any more; true once every reader runs the newest. */
bool publish_settled(struct publication *pub);
