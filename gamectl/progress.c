/* gamectl/progress.c
 * The line that says what is going on, for work of more than half a second, on a terminal only. A
 * thread of its own draws it, so that the work need not ask the clock.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "conf/render.h"
#include "frame.h"

enum { QUIET_MS = 500, STEP_MS = 120 };

static struct {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool running, stop, shown;
	bool colour;
	char text[160];
} line = {.lock = PTHREAD_MUTEX_INITIALIZER};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void wait_until(int64_t ms)
{
	struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

	while (!line.stop && now_ms() < ms)
		pthread_cond_timedwait(&line.wake, &line.lock, &t);
}

static void draw(int64_t age_ms, unsigned step)
{
	static const char *const spins[] = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
	struct buf out = {0};

	buf_printf(&out, "\r%s%s%s ", line.colour ? "\x1b[36m" : "", spins[step % ARRAY_LEN(spins)],
		   line.colour ? "\x1b[0m" : "");
	conf_render_safe(&out, str_of(line.text));
	buf_printf(&out, " %lld.%llds\x1b[K", (long long)(age_ms / 1000),
		   (long long)(age_ms % 1000 / 100));
	if (!out.failed && write(STDERR_FILENO, out.p, out.n) > 0)
		line.shown = true;
	buf_free(&out);
}

static void *show(void *arg)
{
	int64_t start = now_ms();

	(void)arg;
	pthread_mutex_lock(&line.lock);
	wait_until(start + QUIET_MS);
	for (unsigned step = 0; !line.stop; step++) {
		draw(now_ms() - start, step);
		wait_until(now_ms() + STEP_MS);
	}
	pthread_mutex_unlock(&line.lock);
	return NULL;
}

static void start(void)
{
	pthread_condattr_t attr;
	sigset_t all, before;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&line.wake, &attr);
	pthread_condattr_destroy(&attr);
	line.stop = line.shown = false;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	line.running = pthread_create(&line.thread, NULL, show, NULL) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void cmd_progress(struct cmd_call *call, const char *fmt, ...)
{
	va_list args;

	if (!call->term_err.tty)
		return;
	pthread_mutex_lock(&line.lock);
	va_start(args, fmt);
	(void)vsnprintf(line.text, sizeof(line.text), fmt, args);
	va_end(args);
	line.colour = call->term_err.colour;
	pthread_mutex_unlock(&line.lock);
	if (!line.running)
		start();
}

void cmd_progress_end(struct cmd_call *call)
{
	(void)call;
	if (!line.running)
		return;
	pthread_mutex_lock(&line.lock);
	line.stop = true;
	pthread_cond_signal(&line.wake);
	pthread_mutex_unlock(&line.lock);
	pthread_join(line.thread, NULL);
	line.running = false;
	pthread_cond_destroy(&line.wake);
	if (line.shown)
		(void)!write(STDERR_FILENO, "\r\x1b[K", 4);
}
