/* tests/fuzz/fuzz_lockstep.c
 * What members send into rooms, any bytes in any frame at any time, while others come, go and lose their line. Whatever it
 * is, every frame that leaves can be read, numbers have no gap, and a replay can be read to its end.
 *
 * A text of bytes: each step is an operation, an operand, and for messages a length and the payload.
 */
#include <stdlib.h>

#include "../unit/room_world.h"
#include "fuzz.h"
#include "wire/replay.h"

enum { MEMBERS = 4 };

struct input {
	const uint8_t *p, *end;
};

static uint8_t byte(struct input *in)
{
	return in->p < in->end ? *in->p++ : 0;
}

static struct str bytes(struct input *in)
{
	size_t n = byte(in), left = (size_t)(in->end - in->p);
	struct str s;

	n = n < left ? n : left;
	s = (struct str){(const char *)in->p, n};
	in->p += n;
	return s;
}

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void hear(struct client *c)
{
	(void)client_heard(c); /* aborts on a frame that cannot be read */
	must(!c->broken);
}

static void check_replay(struct client *c)
{
	CLEANUP(buf_free) struct buf file = {0};
	struct wire_frame frame;
	struct replay r;

	if (rooms_replay(world_rooms(id_loop(c->room)), c->room, &file) != ROOM_OK)
		return;
	must(replay_open(&r, buf_str(&file)));
	while (replay_next(&r, &frame))
		must(frame.head.type == FRAME_JOINED || frame.head.type == FRAME_HASH ||
		     frame.head.type >= 0x100);
	must(r.torn == NULL);
}

static const uint16_t types[] = {FRAME_RELAY,    FRAME_INPUT,   FRAME_HASH,
				 FRAME_SNAPSHOT, FRAME_CONTROL, FRAME_LEAVE};

/* Mostly frames that mean something, near the frame that closes. */
static void say_something(struct client *c, uint8_t what, struct input *in)
{
	uint32_t frame = (uint32_t)byte(in);

	switch (what % 3) {
	case 0: client_input(c, frame, bytes(in)); break;
	case 1: client_hash(c, frame / 10 * 10, byte(in) & 1); break;
	default: client_control(c, (Gamesrv__V1__Verb)(frame % 6)); break;
	}
}

static void step(struct world *w, struct client *c, uint8_t op, struct input *in, const char *type)
{
	size_t type_at;

	switch (op & 7) {
	case 0:
		type_at = byte(in) % ARRAY_LEN(types);
		client_send(c, types[type_at], bytes(in));
		break;
	case 1: say_something(c, byte(in), in); break;
	case 2: world_run(w, (int64_t)byte(in) * 1000); break;
	case 3:
		if (c->seated && c->live)
			client_suspend(c);
		break;
	case 4:
		if (c->seated) {
			hear(c);
			c->room_seq -= byte(in) & 1 ? byte(in) : 0;
			client_resume(c);
		}
		break;
	case 5:
		if (c->seated && (byte(in) & 3) == 0)
			client_leave(c);
		break;
	case 6:
		if (!c->seated)
			client_join(c, type, "k");
		break;
	default: world_settle(w); break;
	}
	hear(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, data + size};
	const char *type = byte(&in) & 1 ? "relay" : "lockstep";
	struct world *w = world_new(NULL);
	struct client *c[MEMBERS];

	for (unsigned i = 0; i < MEMBERS; i++) {
		c[i] = world_client(w, "m", i % WORLD_LOOPS);
		client_join(c[i], type, "k");
	}
	while (in.p < in.end) {
		uint8_t op = byte(&in);

		step(w, c[op >> 3 & (MEMBERS - 1)], op, &in, type);
	}
	world_run(w, 100000);
	for (unsigned i = 0; i < MEMBERS; i++) {
		hear(c[i]);
		if (c[i]->seated)
			check_replay(c[i]);
	}
	world_free(w);
	return 0;
}
