/* tests/unit/test_room_starved.c
 * Every allocation of rooms fails once, whatever they are doing: a room that cannot go on is closed, with a reason its members
 * hear; who cannot join is told so; the room beside it never notices, and nothing is lost. The build links test_*_starved programs
 * so that malloc(), calloc() and realloc() of ours come here first.
 */
#include <stdio.h>

#include "room_world.h"
#include "starved.h"
#include "test.h"

static void hear_all(struct world *w)
{
	world_settle(w);
	for (uint32_t i = 0; i < w->count; i++) {
		client_heard(w->clients[i]);
		CHECK(!w->clients[i]->broken);
	}
}

static void join(struct client *c, const char *type)
{
	enum room_error rc = client_join(c, type, "k");

	CHECK(rc == ROOM_OK || rc == ROOM_NO_MEMORY);
}

static void cut_and_back(struct client *c)
{
	enum room_error rc;

	if (!c->seated)
		return;
	client_suspend(c);
	if (!c->seated)
		return;
	rc = client_resume(c);
	CHECK(rc == ROOM_OK || rc == ROOM_NO_MEMORY || rc == ROOM_NOT_FOUND || rc == ROOM_NO_SEAT);
}

static void say(struct client *c, const char *text)
{
	if (c->seated)
		client_relay(c, text, DELIVERY_ORDERED);
}

static void relay(struct world *w, struct client **c)
{
	static char large[3000];

	memset(large, 'x', sizeof(large) - 1);
	for (unsigned i = 0; i < 3; i++)
		join(c[i], "relay");
	for (unsigned round = 0; round < 12; round++) {
		say(c[round % 3], round & 1 ? large : "hi");
		world_settle(w);
		cut_and_back(c[2]);
	}
	if (c[0]->seated)
		client_control(c[0], VERB_FINISH);
}

static void lockstep(struct world *w, struct client **c)
{
	char input[100] = {0};

	for (unsigned i = 0; i < 2; i++)
		join(c[i], "lockstep");
	for (uint32_t f = 0; f < 30; f++) {
		for (unsigned i = 0; i < 2; i++) {
			input[0] = (char)(f + i);
			if (c[i]->seated && c[i]->live)
				client_input(c[i], f, (struct str){input, f & 1 ? 100 : 3});
			if (c[i]->seated && f % 10 == 1)
				client_hash(c[i], f - 1, i); /* they never agree */
		}
		world_run(w, 10000);
		if (f == 20)
			join(c[2], "lockstep");
	}
	cut_and_back(c[1]);
	if (c[0]->seated) {
		CLEANUP(buf_free) struct buf file = {0};

		(void)rooms_replay(world_rooms(id_loop(c[0]->room)), c[0]->room, &file);
	}
}

/* Whether an allocation failed on the way. */
static bool with_failure_at(long n, void (*play)(struct world *w, struct client **c))
{
	struct world *w = world_new(NULL);
	struct client *c[3], *ada = world_client(w, "ada", 0), *bob = world_client(w, "bob", 0);
	char name[8];

	CHECK_INT(client_join(ada, "relay", "beside"), ROOM_OK);
	CHECK_INT(client_join(bob, "relay", "beside"), ROOM_OK);
	for (unsigned i = 0; i < 3; i++) {
		snprintf(name, sizeof(name), "p%u", i);
		c[i] = world_client(w, name, i % 2);
	}
	hear_all(w);
	failed = false;
	left = n;
	play(w, c);
	left = -1;
	hear_all(w);
	client_relay(ada, "still here", DELIVERY_ORDERED);
	world_settle(w);
	CHECK_TEXT(client_heard(bob), "RELAYED 0 still here");
	for (unsigned i = 0; i < 3; i++)
		CHECK(c[i]->left == REASON_NONE || c[i]->left == REASON_SERVER_FAULT);
	world_free(w);
	return failed;
}

TEST(a_relay_room_fails_alone)
{
	long n = 0;

	while (with_failure_at(n, relay))
		n++;
	CHECK(n > 20);
}

TEST(a_lockstep_room_fails_alone)
{
	long n = 0;

	while (with_failure_at(n, lockstep))
		n++;
	CHECK(n > 20);
}
