/* tests/unit/test_rooms_threads.c
 * Rooms on three real loops with players on all of them, who join, talk and leave as fast as they can; under
 * ThreadSanitizer in the full run. Then a cordon: once it was acknowledged by every loop nobody gets in any more.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

#include "gamesrvd/rooms/room.h"
#include "set_help.h"
#include "wire/names.h"

enum { LOOPS = 3, ACTORS = 40 };

struct actor {
	struct room_request ask;
	struct id session, room;
	bool asking;
};

struct stage { /* what one loop plays */
	struct task task;
	struct loop *loop;
	struct room_sink sink;
	struct actor actors[ACTORS];
	uint64_t dice, heard;
};

static struct stage stages[LOOPS];
static struct room_directory *dir;
static _Atomic bool stop;
static _Atomic int resting; /* loops whose driver stopped */
static _Atomic long pending, joins, refused, told;

static uint32_t dice(struct stage *s, uint32_t sides)
{
	s->dice = s->dice * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(s->dice >> 33) % sides;
}

static struct actor *actor_of(struct stage *s, struct id session)
{
	return &s->actors[id_slot(session)];
}

/* ---- The sink: touches the bytes on the thread they went to, so that a data race would show ---- */

struct parcel {
	struct task task;
	struct shared *frames;
	unsigned loop;
};

static void unpack_parcel(struct task *task)
{
	struct parcel *p = CONTAINER_OF(task, struct parcel, task);

	for (uint32_t i = 0; i < p->frames->n; i += 16)
		stages[p->loop].heard += p->frames->bytes[i];
	shared_unref(p->frames);
	free(p);
	atomic_fetch_sub(&pending, 1);
}

static void on_broadcast(void *ctx, struct id room, uint64_t loops, struct shared *frames)
{
	for (unsigned i = 0; i < LOOPS; i++) {
		struct parcel *p;

		if (!(loops >> i & 1))
			continue;
		p = malloc(sizeof(*p));
		*p = (struct parcel){{.run = unpack_parcel}, shared_ref(frames), i};
		atomic_fetch_add(&pending, 1);
		thread_send(stages[i].loop->thread, &p->task);
	}
}

static void on_tell(void *ctx, struct id session, uint16_t type, struct str payload)
{
	atomic_fetch_add(&told, 1);
}

struct goodbye {
	struct task task;
	struct id session, room;
};

static void say_goodbye(struct task *task)
{
	struct goodbye *g = CONTAINER_OF(task, struct goodbye, task);
	struct actor *a = actor_of(&stages[id_loop(g->session)], g->session);

	if (id_eq(a->room, g->room))
		a->room = ID_NONE;
	free(g);
	atomic_fetch_sub(&pending, 1);
}

static void on_left(void *ctx, struct id session, struct id room, Gamesrv__V1__Reason reason,
		    struct str text)
{
	struct goodbye *g = malloc(sizeof(*g));

	*g = (struct goodbye){{.run = say_goodbye}, session, room};
	atomic_fetch_add(&pending, 1);
	thread_send(stages[id_loop(session)].loop->thread, &g->task);
}

/* ---- The players ---- */

static void on_done(struct room_request *q)
{
	struct actor *a = CONTAINER_OF(q, struct actor, ask);

	a->asking = false;
	if (q->verb == ROOM_JOIN && q->error == ROOM_OK) {
		a->room = q->room;
		atomic_fetch_add(&joins, 1);
	} else if (q->verb == ROOM_JOIN && q->error == ROOM_CORDONED) {
		atomic_fetch_add(&refused, 1);
	} else if (q->verb != ROOM_JOIN) {
		a->room = q->verb == ROOM_RESUME && q->error == ROOM_OK ? a->room : ID_NONE;
	}
	atomic_fetch_sub(&pending, 1);
}

static void ask(struct stage *s, struct actor *a, enum room_verb verb)
{
	static const char *const types[] = {"relay", "lockstep"}, *const keys[] = {"", "a", "b",
										   "c"};

	a->ask = (struct room_request){
		.verb = verb,
		.room = verb == ROOM_JOIN ? ID_NONE : a->room,
		.session = a->session,
		.type = str_of(types[dice(s, 2)]),
		.key = str_of(keys[dice(s, 4)]),
		.player = STR("somebody"),
		.done = on_done,
	};
	a->asking = true;
	atomic_fetch_add(&pending, 1);
	rooms_ask(s->loop, &a->ask);
}

static void talk(struct stage *s, const struct actor *a)
{
	static const char relay[] = {0x0a, 2, 'h', 'i'}, input[] = {0x08, 5, 0x12, 1, 'x'};
	bool sent;

	if (dice(s, 2))
		sent = rooms_message(s->loop, a->room, a->session, FRAME_RELAY, 1,
				     (struct str){relay, sizeof(relay)});
	else
		sent = rooms_message(s->loop, a->room, a->session, FRAME_INPUT, 1,
				     (struct str){input, sizeof(input)});
	CHECK(sent);
}

static void act(struct stage *s)
{
	struct actor *a = &s->actors[dice(s, ACTORS)];

	if (a->asking)
		return;
	if (!id_is(a->room)) {
		ask(s, a, ROOM_JOIN);
		return;
	}
	switch (dice(s, 8)) {
	case 0: ask(s, a, ROOM_LEAVE); break;
	case 1: ask(s, a, ROOM_RESUME); break;
	default: talk(s, a);
	}
}

static void drive(struct task *task)
{
	struct stage *s = CONTAINER_OF(task, struct stage, task);

	if (atomic_load(&stop)) {
		atomic_fetch_add(&resting, 1);
		return;
	}
	for (unsigned i = 0; i < 4; i++)
		act(s);
	thread_send(s->loop->thread, &s->task);
}

static int enter(void *ctx)
{
	struct stage *s = ctx;

	return rooms_new(s->loop, dir, &s->sink) ? 0 : -1;
}

static int leave(void *ctx)
{
	struct stage *s = ctx;

	rooms_free(s->loop->rooms);
	return 0;
}

static int nothing(void *ctx)
{
	return 0;
}

static void pause_ms(long ms)
{
	nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
}

static void on_each(int (*fn)(void *ctx))
{
	for (unsigned i = 0; i < LOOPS; i++)
		CHECK_INT(thread_call(stages[i].loop->thread, fn, &stages[i]), 0);
}

static void begin(struct loops *loops)
{
	static const struct room_sink sink = {NULL, on_broadcast, on_tell, on_left};

	for (unsigned i = 0; i < LOOPS; i++) {
		struct stage *s = &stages[i];

		s->loop = &loops->loop[i];
		s->sink = sink;
		s->dice = i + 1;
		for (uint32_t k = 0; k < ACTORS; k++)
			s->actors[k].session = id_make(i, k, 1);
	}
	on_each(enter);
	for (unsigned i = 0; i < LOOPS; i++) {
		stages[i].task.run = drive;
		thread_send(stages[i].loop->thread, &stages[i].task);
	}
}

/* Everybody who is in may leave; nobody may come. */
static void check_cordon(void)
{
	uint32_t before, now;

	rooms_cordon(dir, STR(""), true);
	on_each(nothing);
	before = rooms_seated(dir);
	for (unsigned i = 0; i < 50; i++) {
		pause_ms(2);
		now = rooms_seated(dir);
		CHECK(now <= before);
		before = now;
	}
	CHECK(atomic_load(&refused) > 0);
}

static void end(void)
{
	atomic_store(&stop, true);
	while (atomic_load(&resting) < LOOPS || atomic_load(&pending) > 0)
		pause_ms(1);
	on_each(leave);
	while (atomic_load(&pending) > 0) /* the last goodbyes */
		pause_ms(1);
}

TEST(rooms_on_three_loops_stand_the_storm_and_a_cordon_lets_nobody_through)
{
	struct loaded l = LOAD(NULL, "rooms.yaml",
			       "kind: RoomType\nname: relay\nmode: relay\nseats: 8\nempty_ttl: "
			       "0s\nstart_delay: 0s\n---\n"
			       "kind: RoomType\nname: lockstep\nmode: lockstep\ntick: 2ms\nseats: "
			       "8\nempty_ttl: 0s\n"
			       "start_delay: 0s\n");
	struct publication *pub = publication_new(l.set, 1);
	struct loops *loops = loops_start(LOOPS, pub);

	check_clean(&l);
	CHECK(loops != NULL);
	dir = room_directory_new();
	begin(loops);
	for (unsigned i = 0; i < 100 && atomic_load(&joins) < 2000; i++)
		pause_ms(10);
	check_cordon();
	rooms_cordon(dir, STR(""), false);
	pause_ms(50);
	end();
	CHECK_INT(rooms_open(dir), 0);
	CHECK_INT(rooms_seated(dir), 0);
	print_message("%ld joins, %ld refused, %ld told\n", atomic_load(&joins),
		      atomic_load(&refused), atomic_load(&told));
	loops_stop(loops);
	room_directory_free(dir);
	publication_free(pub);
	unload(&l);
}
