/* lib/conf/bundle_digest.c: digests of many texts, which are a good part of reading a large bundle. */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

#include "base/digest.h"
#include "conf/bundle.h"
#include "conf/set_parts.h"

enum { THREADS_MAX = 8, BATCH = 8 };

struct batch {
	const struct conf_input *files;
	size_t count;
	uint8_t (*out)[DIGEST_SIZE];
	_Atomic size_t next;
};

static void *hash(void *arg)
{
	struct batch *b = arg;
	size_t from;

	while ((from = atomic_fetch_add(&b->next, BATCH)) < b->count)
		for (size_t i = from; i < from + BATCH && i < b->count; i++)
			digest_of(b->files[i].text, b->out[i]);
	return NULL;
}

static unsigned threads_that_pay(const struct batch *b)
{
	struct conf_load any = {0};
	uint64_t bytes = 0;
	unsigned n;

	for (size_t i = 0; i < b->count; i++)
		bytes += b->files[i].text.n;
	n = set_threads(&any, bytes / 8); /* a digest costs an eighth of what a load does */
	return n < THREADS_MAX ? n : THREADS_MAX;
}

void bundle_digests(const struct conf_input *files, size_t count, uint8_t (*out)[DIGEST_SIZE])
{
	struct batch b = {.files = files, .count = count, .out = out};
	pthread_t threads[THREADS_MAX];
	unsigned wanted = threads_that_pay(&b) - 1, n = 0;
	sigset_t all, old;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &old);
	while (n < wanted && pthread_create(&threads[n], NULL, hash, &b) == 0)
		n++;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	hash(&b);
	while (n > 0)
		pthread_join(threads[--n], NULL);
}
