/* gamesrvd/drain/players.c */
#include "gamesrvd/drain/players.h"

#include "base/log.h"
#include "conf/set.h"
#include "gamesrvd/config/config.h"
#include "gamesrvd/drain/slices.h"

#define ACTOR STR("drain")

/* What one step may look at on each loop; the rest has its turn a tenth of a second later. */
enum { SWEEP_ROWS = 128, SWEEP_SLICES = 16, SWEEP_ROWS_LAST = 1024 /* no tick matters any more */ };

static bool is_meant(const struct drain_target *t, struct str type, struct id id)
{
	return t->kind == DRAIN_SERVER || (t->kind == DRAIN_ROOM && id_eq(id, t->room)) ||
	       (t->kind == DRAIN_ROOMTYPE && str_eq(type, drain_target_type_of(t)));
}

/* ---- Each room of a target ---- */

struct each_room {
	const struct drain_target *t;
	struct arena *mem;
	void (*fn)(struct loop *loop, const struct room_row *row, void *ctx);
	void *ctx;
	uint32_t cursor;
};

static int each_in_slice(struct loop *loop, void *ctx)
{
	struct each_room *e = ctx;
	struct room_row *rows = ARENA_ARRAY(e->mem, struct room_row, SWEEP_ROWS);
	size_t n = rooms_rows(loop->rooms, e->mem, &e->cursor, rows, SWEEP_ROWS);

	for (size_t i = 0; i < n; i++)
		if (is_meant(e->t, rows[i].type, rows[i].id))
			e->fn(loop, &rows[i], e->ctx);
	return 0;
}

static void each_room(struct players *p, struct each_room *e)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("drain");
	unsigned count = p->loops->count;

	e->mem = mem;
	for (unsigned i = 0; i < count; i++) {
		do {
			arena_reset(mem);
			if (slices_ask(p->loops, id_make(i, 0, 1), each_in_slice, e) < 0)
				log_warn("drain: out of memory; some rooms of loop%u were passed "
					 "over",
					 i);
		} while (e->cursor != 0);
	}
}

/* ---- Doors ---- */

struct door {
	struct id room;
	bool on;
};

static int cordon_room(struct loop *loop, void *ctx)
{
	const struct door *door = ctx;

	(void)rooms_set_cordon(loop->rooms, door->room, door->on, ACTOR);
	return 0;
}

static void refuse(void *ctx, const struct drain_target *t, bool on)
{
	struct players *p = ctx;
	struct door door = {t->room, on};

	if (t->kind == DRAIN_ROOM) {
		(void)slices_ask(p->loops, t->room, cordon_room, &door); /* gone is fine */
		return;
	}
	rooms_cordon(p->rooms, drain_target_type_of(t), on);
	if (t->kind == DRAIN_SERVER)
		net_cordon(p->net, on);
	slices_settle(p->loops);
}

static void mark_one(struct loop *loop, const struct room_row *row, void *ctx)
{
	const bool *draining = ctx;

	(void)rooms_set_draining(loop->rooms, row->id, *draining, ACTOR);
}

static void mark(void *ctx, const struct drain_target *t, bool draining)
{
	struct each_room each = {.t = t, .fn = mark_one, .ctx = &draining};

	each_room(ctx, &each);
}

/* ---- Words ---- */

struct words {
	struct str text;
	uint32_t in_ms;
};

static void say_in_room(struct loop *loop, const struct room_row *row, void *ctx)
{
	const struct words *w = ctx;

	(void)rooms_say(loop->rooms, row->id, STR("drain"), w->text, w->in_ms);
}

static int say_on_loop(struct loop *loop, void *ctx)
{
	const struct words *w = ctx;

	(void)net_say_all(loop->net, STR("drain"), w->text, w->in_ms);
	return 0;
}

static void say(void *ctx, const struct drain_target *t, struct str text, uint32_t in_ms)
{
	struct players *p = ctx;
	struct words w = {text, in_ms};
	struct each_room each = {.t = t, .fn = say_in_room, .ctx = &w};

	if (t->kind == DRAIN_SERVER)
		(void)slices_each(p->loops, say_on_loop, &w);
	else
		each_room(p, &each);
}

/* ---- Who is left ---- */

static uint32_t taken(const struct room_row *row)
{
	return row->taken + row->spectators;
}

static void count_one(struct loop *loop, const struct room_row *row, void *ctx)
{
	struct drain_left *left = ctx;

	left->rooms++;
	left->sessions += taken(row);
}

static struct drain_left left(void *ctx, const struct drain_target *t)
{
	struct players *p = ctx;
	struct drain_left sum = {0};
	struct each_room each = {.t = t, .fn = count_one, .ctx = &sum};

	if (t->kind == DRAIN_SERVER)
		return (struct drain_left){rooms_open(p->rooms), net_sessions(p->net)};
	each_room(p, &each);
	return sum;
}

/* ---- Sending away ---- */

struct sweeping {
	const struct drain_target *t;
	const struct drain_order *order;
	struct arena *mem;
	uint32_t rooms_cursor, sessions_cursor;
	int64_t budget;
	struct drain_swept swept;
};

static size_t slice_of(const struct sweeping *s)
{
	return s->order->all ? SWEEP_ROWS_LAST : SWEEP_ROWS;
}

static void sweep_room(struct sweeping *s, struct loop *loop, const struct room_row *row)
{
	const struct drain_order *order = s->order;
	bool empty = taken(row) == 0;

	if (empty || order->all || (order->close && s->budget > 0)) {
		if (rooms_close(loop->rooms, row->id, GAMESRV__V1__REASON__REASON_DRAINED, ACTOR,
				order->all ? STR("the deadline of the drain") : STR("drained")) !=
			    ROOM_OK ||
		    empty)
			return;
		s->budget -= taken(row);
		s->swept.rooms++;
		s->swept.players += taken(row);
	} else if (order->finish) {
		(void)rooms_finish(loop->rooms, row->id, ACTOR, STR("drained"));
	}
}

static int sweep_rooms(struct loop *loop, void *ctx)
{
	struct sweeping *s = ctx;
	size_t max = slice_of(s);
	struct room_row *rows = ARENA_ARRAY(s->mem, struct room_row, max);
	size_t n = rooms_rows(loop->rooms, s->mem, &s->rooms_cursor, rows, max);

	for (size_t i = 0; i < n; i++)
		if (is_meant(s->t, rows[i].type, rows[i].id))
			sweep_room(s, loop, &rows[i]);
	return 0;
}

static int sweep_sessions(struct loop *loop, void *ctx)
{
	struct sweeping *s = ctx;
	size_t max = slice_of(s);
	struct session_row *rows = ARENA_ARRAY(s->mem, struct session_row, max);
	size_t n = net_session_rows(loop->net, s->mem, &s->sessions_cursor, rows, max);

	for (size_t i = 0; i < n; i++) {
		/* Who did not say yet who it is may be somebody who comes back; newcomers are refused when they say it. */
		if (rows[i].player.n == 0)
			continue;
		if (!s->order->all && (id_is(rows[i].room) || s->budget <= 0))
			continue;
		if (!net_session_end(loop->net, rows[i].id, GAMESRV__V1__REASON__REASON_DRAINED,
				     STR("this server is going down")))
			continue;
		s->swept.sessions++;
		s->budget--;
	}
	return 0;
}

/* Some slices, from where the last step stopped; at the deadline all of them. */
static void sweep_loop(struct players *p, struct sweeping *s, unsigned i,
		       int (*fn)(struct loop *loop, void *ctx), uint32_t *cursor)
{
	bool whole = s->order->all || s->order->finish || s->t->kind != DRAIN_SERVER;
	unsigned slices = 0;

	if (whole)
		*cursor = 0;
	do {
		arena_reset(s->mem);
		if (slices_ask(p->loops, id_make(i, 0, 1), fn, s) < 0) {
			log_warn("drain: out of memory; loop%u is looked at again", i);
			return;
		}
	} while (*cursor != 0 && (whole || ++slices < SWEEP_SLICES));
}

static void all_rooms(struct players *p, struct sweeping *s)
{
	bool server = s->t->kind == DRAIN_SERVER;

	for (unsigned i = 0; i < p->loops->count; i++) {
		s->rooms_cursor = server ? p->rooms_next[i] : 0;
		sweep_loop(p, s, i, sweep_rooms, &s->rooms_cursor);
		if (server)
			p->rooms_next[i] = s->rooms_cursor;
	}
}

static void all_sessions(struct players *p, struct sweeping *s)
{
	for (unsigned i = 0; i < p->loops->count; i++) {
		s->sessions_cursor = p->sessions_next[i];
		sweep_loop(p, s, i, sweep_sessions, &s->sessions_cursor);
		p->sessions_next[i] = s->sessions_cursor;
	}
}

/* The server's drain sends away those who are in no room first; who comes out of a room that is closed here is paid for in the
 * next step, as one of them. At the deadline rooms come first, so that players hear why. */
static struct drain_swept sweep(void *ctx, const struct drain_target *t,
				const struct drain_order *order)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("drain");
	struct sweeping s = {.t = t, .order = order, .mem = mem, .budget = order->budget};
	bool server = t->kind == DRAIN_SERVER;

	if (order->all)
		all_rooms(ctx, &s);
	if (server)
		all_sessions(ctx, &s);
	if (!order->all)
		all_rooms(ctx, &s);
	s.swept.spent = server ? s.swept.sessions : s.swept.players;
	return s.swept;
}

struct drain_world players_world(struct players *p)
{
	return (struct drain_world){p, refuse, mark, say, left, sweep};
}

/* ---- For plans ---- */

struct listing {
	struct players *p;
	struct arena *mem;
	const struct drain_target *t;
	drain_rooms *out;
};

static bool list_slice(void *ctx, struct loop *loop, const struct room_row *rows, size_t n)
{
	struct listing *l = ctx;

	for (size_t i = 0; i < n; i++) {
		const struct room_row *row = &rows[i];

		if (!is_meant(l->t, row->type, row->id))
			continue;
		*vec_push(l->mem, l->out) = (struct drain_room){
			.id = row->id,
			.type = arena_str(l->mem, row->type),
			.key = arena_str(l->mem, row->key),
			.state = arena_str(l->mem, row->state),
			.players = taken(row),
			.suspended = row->suspended,
			.age_us = row->age_us,
			.usual_us = rooms_usual_life(l->p->rooms, row->type),
		};
	}
	return true;
}

void players_rooms(void *players, struct arena *mem, const struct drain_target *t, drain_rooms *out)
{
	struct players *p = players;
	struct listing l = {p, mem, t, out};

	if (slices_rooms(p->loops, list_slice, &l) < 0)
		arena_oom(mem, 0);
}

static bool type_exists(struct players *p, const struct drain_target *t)
{
	struct conf_set *set = config_snapshot(p->config, NULL);
	bool known = conf_doc_find(set, STR("RoomType"), drain_target_type_of(t)) != NULL;

	conf_set_unref(set);
	return known || left(p, t).rooms > 0; /* rooms of a type that was removed live on */
}

bool players_exists(void *players, const struct drain_target *t)
{
	if (t->kind == DRAIN_SERVER)
		return true;
	return t->kind == DRAIN_ROOMTYPE ? type_exists(players, t) : left(players, t).rooms > 0;
}
