/* tests/inject/failmalloc.c
 * LD_PRELOAD: makes the Nth allocation fail, when a test says so. The test and this library share a page of memory,
 * the file named by FAILMALLOC; see tests/e2e/test_out_of_memory.py.
 *
 * Thread: any. Only threads whose name begins with the given word count, so that a test can aim at the thread that
 * applies and spare the one that answers.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *p, size_t size);

struct shared {
	_Atomic int64_t
		countdown;    /* the allocation at which this reaches 0 fails; below: none does */
	_Atomic int64_t seen; /* allocations counted since the test set it to 0 */
	char thread[16];      /* begin of the thread's name */
};

static struct shared *_Atomic page;

__attribute__((constructor)) static void map_page(void)
{
	const char *path = getenv("FAILMALLOC");
	int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *at = fd < 0 ? MAP_FAILED
			  : mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE, MAP_SHARED,
				 fd, 0);

	if (fd >= 0)
		close(fd);
	if (at != MAP_FAILED)
		atomic_store(&page, at);
}

static int fails(void)
{
	struct shared *s = atomic_load_explicit(&page, memory_order_relaxed);
	char name[16] = "";

	if (s == NULL || atomic_load_explicit(&s->countdown, memory_order_relaxed) <= 0)
		return 0;
	if (pthread_getname_np(pthread_self(), name, sizeof(name)) != 0 ||
	    strncmp(name, s->thread, strnlen(s->thread, sizeof(s->thread))) != 0)
		return 0;
	atomic_fetch_add(&s->seen, 1);
	if (atomic_fetch_sub(&s->countdown, 1) != 1)
		return 0;
	errno = ENOMEM;
	return 1;
}

void *malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *p, size_t size)
{
	return fails() ? NULL : __libc_realloc(p, size);
}
