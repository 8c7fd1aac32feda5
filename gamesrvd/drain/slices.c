/* gamesrvd/drain/slices.c */
#include "gamesrvd/drain/slices.h"

#include <errno.h>

#include "base/time.h"

/* A slice is small, so that ticks stay on time. On a loop whose turns take long it is not the slice that makes them late, and many
 * small ones would wait for many turns. */
enum { SLICE = 256, SLICE_MAX = 4096, LONG_TURN_US = 20000 };

struct question {
	struct loop *loop;
	int (*fn)(struct loop *loop, void *ctx);
	void *ctx;
};

static int answer(void *ctx)
{
	struct question *q = ctx;

	return q->fn(q->loop, q->ctx);
}

/* When the memory ends over there, the jump must end over there, too. */
static int answer_safely(void *ctx)
{
	return arena_try(answer, ctx);
}

static int ask_loop(struct loop *loop, int (*fn)(struct loop *loop, void *ctx), void *ctx)
{
	struct question q = {loop, fn, ctx};

	return thread_call(loop->thread, answer_safely, &q);
}

int slices_ask(struct loops *all, struct id id, int (*fn)(struct loop *loop, void *ctx), void *ctx)
{
	if (!id_is(id) || id_loop(id) >= all->count)
		return -ENOENT;
	return ask_loop(&all->loop[id_loop(id)], fn, ctx);
}

int slices_each(struct loops *all, int (*fn)(struct loop *loop, void *ctx), void *ctx)
{
	int rc = 0;

	for (unsigned i = 0; rc == 0 && i < all->count; i++)
		rc = ask_loop(&all->loop[i], fn, ctx);
	return rc;
}

static int nothing(struct loop *loop, void *ctx)
{
	return 0;
}

void slices_settle(struct loops *all)
{
	(void)slices_each(all, nothing, NULL);
}

struct slice {
	struct arena *mem;
	uint32_t cursor;
	struct room_row *rooms;
	struct session_row *sessions;
	size_t n, max;
};

static int take_rooms(struct loop *loop, void *ctx)
{
	struct slice *s = ctx;

	s->n = rooms_rows(loop->rooms, s->mem, &s->cursor, s->rooms, s->max);
	return 0;
}

static int take_sessions(struct loop *loop, void *ctx)
{
	struct slice *s = ctx;

	s->n = net_session_rows(loop->net, s->mem, &s->cursor, s->sessions, s->max);
	return 0;
}

static int ask_for(struct loop *loop, int (*take)(struct loop *loop, void *ctx), struct slice *s)
{
	int64_t begun = time_mono_us();
	int rc = ask_loop(loop, take, s);

	if (time_mono_us() - begun > LONG_TURN_US && s->max < SLICE_MAX)
		s->max *= 4;
	return rc;
}

/* What one walk does with a slice; exactly one of the two is set. */
struct walk {
	slice_rooms_fn *rooms;
	slice_sessions_fn *sessions;
	void *ctx;
};

static int take_slice(const struct walk *w, struct loop *loop, struct slice *s, bool *more)
{
	int rc;

	if (w->rooms != NULL)
		s->rooms = ARENA_ARRAY(s->mem, struct room_row, s->max);
	else
		s->sessions = ARENA_ARRAY(s->mem, struct session_row, s->max);
	rc = ask_for(loop, w->rooms ? take_rooms : take_sessions, s);
	if (rc == 0)
		*more = w->rooms ? w->rooms(w->ctx, loop, s->rooms, s->n)
				 : w->sessions(w->ctx, loop, s->sessions, s->n);
	return rc;
}

static int walk(struct loops *all, const char *name, const struct walk *w)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new(name);
	struct slice s = {.mem = mem, .max = SLICE};
	bool more = true;
	int rc = 0;

	for (unsigned i = 0; more && rc == 0 && i < all->count; i++) {
		do {
			arena_reset(mem);
			rc = take_slice(w, &all->loop[i], &s, &more);
		} while (more && rc == 0 && s.cursor != 0);
	}
	return rc;
}

int slices_rooms(struct loops *all, slice_rooms_fn *fn, void *ctx)
{
	return walk(all, "rooms", &(struct walk){.rooms = fn, .ctx = ctx});
}

int slices_sessions(struct loops *all, slice_sessions_fn *fn, void *ctx)
{
	return walk(all, "sessions", &(struct walk){.sessions = fn, .ctx = ctx});
}
