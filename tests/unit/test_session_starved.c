/* tests/unit/test_session_starved.c
 * Every allocation of sessions fails once, whatever they are doing: the session it hit may end, or be told to come back; the
 * one beside it hears everything, and at the end all is given back. The build links test_*_starved programs so that malloc(),
 * calloc() and realloc() of ours come here first.
 */
#include "net_world.h"
#include "starved.h"

static struct str large(void)
{
	static char bytes[20000];

	return (struct str){bytes, sizeof(bytes)};
}

/* The test's own frames are made with all the memory there is. */
static void cast_well(uint32_t seq, uint32_t count, size_t size)
{
	struct net *n = net_at(0);
	struct room_sink sink = net_sink(n);
	struct shared *frames;
	static char data[4000];

	world_allocates = true;
	frames = shared_new(n->loop->pool, 256);
	for (uint32_t i = 0; i < count; i++)
		CHECK(wire_put_relayed(&frames, FRAME_RELAYED, 0, seq + i, 1,
				       (struct str){data, size}, 0, 0));
	world_allocates = false;
	sink.broadcast(sink.ctx, world.room, 1, frames);
	shared_unref(frames);
}

static void keep_token(struct fake_conn *f, struct seen *seen)
{
	CLEANUP(arena_freep) struct arena *mem = NULL;
	struct got got;

	world_allocates = true;
	mem = arena_new("test");
	while (next_frame(f, mem, &got)) {
		const Gamesrv__V1__Welcome *w = (const Gamesrv__V1__Welcome *)got.message;

		if (got.type == FRAME_WELCOME && w->resume_token.len > 0) {
			seen->token_n = w->resume_token.len;
			memcpy(seen->token, w->resume_token.data, w->resume_token.len);
		}
	}
	world_allocates = false;
}

/* What a player does in a life, some of it on a line that sticks. */
static void live(uint32_t *seq)
{
	struct seen seen = {0};
	struct fake_conn *f = dial(0);

	if (f->open)
		hello(f, "ada", no_token, 0, 0);
	keep_token(f, &seen);
	if (f->open && session_of(f)->player != NULL)
		join(f, 1);
	cast_well(*seq, 2, 100);
	f->stuck = true;
	for (int i = 0; i < 20; i++)
		cast_well(*seq + 2 + (uint32_t)i, 1, 2000);
	*seq += 22;
	if (f->open)
		net_session_say(net_at(0), session_of(f)->id, STR("say"), large(), 0);
	line_breaks(f);
	turn();
	f = dial(0);
	if (f->open && seen.token_n > 0)
		hello(f, "", token_of(&seen), 1, 0);
	else if (f->open)
		hello(f, "ada", no_token, 0, 0);
	if (f->open && session_of(f)->state == SESSION_LIVE)
		give_payload(f, FRAME_LEAVE, 0, session_of(f)->client_seq + 1, STR(""));
	if (f->open && session_of(f)->state == SESSION_LIVE)
		give_payload(f, FRAME_BYE, 0, 0, STR(""));
	turn();
}

static void check_bob(struct fake_conn *bob, uint32_t until)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	struct got got;
	uint32_t seq = 0;

	while (next_frame(bob, mem, &got)) {
		if (got.type == FRAME_RELAYED)
			CHECK_INT(got.seq, ++seq);
	}
	CHECK_INT(seq, until);
	CHECK(bob->open);
}

TEST(no_allocation_that_fails_hurts_anybody_else)
{
	long k = 0;

	do {
		struct fake_conn *bob;
		uint32_t seq = 1;

		world_begin();
		bob = login("bob", NULL);
		join(bob, 1);
		failed = false;
		left = k++;
		live(&seq);
		left = -1;
		cast(seq, 1, 10, 0);
		check_bob(bob, seq);
		/* And she can come back. */
		if (!id_is(player_find(world.all.players, STR("ada"))))
			CHECK_INT(session_of(login("ada", NULL))->state, SESSION_LIVE);
		world_end();
	} while (failed);
	print_message("%ld allocations\n", k - 1);
	CHECK(k > 10);
}
