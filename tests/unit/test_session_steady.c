/* tests/unit/test_session_steady.c: players who play take no memory, on either side of a mailbox. The build links test_*_steady
 * programs so that malloc(), calloc() and realloc() of ours come here first. */
#include "net_world.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);

static unsigned long taken;

void *__wrap_malloc(size_t size)
{
	taken += !world_allocates;
	return __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	taken += !world_allocates;
	return __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
	taken += !world_allocates;
	return __real_realloc(p, size);
}

static uint32_t room_seq, client_seq;

static void cast_from(unsigned loop)
{
	struct net *n = net_at(loop);
	struct room_sink sink = net_sink(n);
	struct shared *frames = shared_new(n->loop->pool, 256);

	for (int i = 0; i < 3; i++)
		CHECK(wire_put_relayed(&frames, FRAME_RELAYED, 0, ++room_seq, 1, STR("a move"), 0,
				       0));
	sink.broadcast(sink.ctx, world.room, 3, frames);
	shared_unref(frames);
}

static void play(struct fake_conn *f)
{
	client_seq++;
	relay(f, client_seq, "a move");
	cast_from(0);
	cast_from(1);
	if (client_seq % 16 == 0)
		beat(f, session_of(f)->seq);
	if (client_seq % 32 == 0) {
		struct room_sink sink = net_sink(net_at(1));

		sink.tell(sink.ctx, session_of(f)->id, FRAME_LATE, STR(""));
	}
	turn();
}

TEST(who_plays_takes_no_memory)
{
	struct fake_conn *f;

	world_begin();
	world.players.rate = world.players.burst = 100000;
	f = login("ada", NULL);
	join(f, 1);
	client_seq = 1;
	for (int i = 0; i < 200; i++)
		play(f);
	taken = 0;
	for (int i = 0; i < 2000; i++)
		play(f);
	CHECK_INT(taken, 0);
	CHECK(f->open);
	world_end();
}
