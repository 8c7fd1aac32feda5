/* tests/unit/test_room_steady.c
 * In a steady state a tick takes nothing from malloc. The build links test_*_steady programs so that malloc(), calloc() and
 * realloc() of ours come here first.
 */
#include "room_world.h"
#include "test.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);

static unsigned long taken;

void *__wrap_malloc(size_t size)
{
	taken++;
	return __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	taken++;
	return __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
	taken++;
	return __real_realloc(p, size);
}

/* Members that listen to nothing, so that only the room's own doing is counted: connected as far as it knows. */
static void deafen(struct world *w)
{
	for (uint32_t i = 0; i < w->count; i++)
		w->clients[i]->live = false;
}

static const uint8_t relay_payload[] = {0x0a, 4, 'm', 'o', 'v', 'e'};

static unsigned long of_relay(const char *flush)
{
	CLEANUP(buf_free) struct buf types = {0};
	struct client *c[4];
	struct world *w;
	unsigned long before = 0;

	buf_printf(&types,
		   "kind: RoomType\nname: relay\nmode: relay\ntick: 10ms\nstart_delay: 0s\nflush: "
		   "%s\n",
		   flush);
	w = world_new(types.p);
	for (unsigned i = 0; i < 4; i++) {
		c[i] = world_client(w, "p", 0);
		CHECK_INT(client_join(c[i], "relay", ""), ROOM_OK);
	}
	world_settle(w);
	deafen(w);
	for (unsigned tick = 0; tick < 2000; tick++) {
		if (tick == 1000) /* the ring is full by now, the pool knows its sizes */
			before = taken;
		for (unsigned i = 0; i < 4; i++)
			client_send(
				c[i], FRAME_RELAY,
				(struct str){(const char *)relay_payload, sizeof(relay_payload)});
		world_run(w, 10000);
	}
	before = taken - before;
	world_free(w);
	return before;
}

TEST(relay_takes_nothing_however_it_flushes)
{
	CHECK_INT(of_relay("immediate"), 0);
	CHECK_INT(of_relay("turn"), 0);
	CHECK_INT(of_relay("tick"), 0);
}

TEST(lockstep_takes_nothing_once_its_log_is_full)
{
	struct world *w = world_new(
		"kind: RoomType\nname: lockstep\nmode: lockstep\ntick: 10ms\nstart_delay: 0s\n"
		"log: 32KiB\n");
	unsigned long before = 0;
	struct client *c[4];

	for (unsigned i = 0; i < 4; i++) {
		c[i] = world_client(w, "p", 0);
		CHECK_INT(client_join(c[i], "lockstep", ""), ROOM_OK);
	}
	world_settle(w);
	deafen(w);
	for (unsigned tick = 0; tick < 4000; tick++) {
		if (tick == 2000)
			before = taken;
		for (unsigned i = 0; i < 4; i++)
			client_input(c[i], tick, tick / 3 & 1 ? STR("a") : STR("b"));
		world_run(w, 10000);
	}
	before = taken - before;
	/* What the test itself takes to pack an input. */
	CHECK_INT(before, 4 * 2000);
	world_free(w);
}
