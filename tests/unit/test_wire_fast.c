/* tests/unit/test_wire_fast.c: readers and writers in place, held against protobuf-c. */
#include "test.h"

#include <stdlib.h>

#include "wire/fast.h"
#include "wire/message.h"
#include "wire/names.h"

enum { ROUNDS = 20000 };

static struct shared_pool *pool;
static uint64_t seed = 0x9e3779b97f4a7c15u;

__attribute__((constructor)) static void start(void)
{
	pool = shared_pool_new(1 << 20);
}

__attribute__((destructor)) static void stop(void)
{
	shared_pool_free(pool);
}

static uint64_t draw(void) /* xorshift64 */
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	return seed ^= seed << 17;
}

/* Zeros, small numbers, and any number of bits. */
static uint64_t number(void)
{
	uint64_t kind = draw() % 4;

	return kind == 0 ? 0 : kind == 1 ? draw() % 200 : draw() >> (draw() % 64);
}

static uint32_t number32(void)
{
	return (uint32_t)number();
}

static struct str data(void)
{
	static char bytes[300];
	size_t n = draw() % 3 ? draw() % 40 : draw() % sizeof(bytes);

	for (size_t i = 0; i < n; i++)
		bytes[i] = (char)draw();
	return (struct str){bytes, n};
}

static ProtobufCBinaryData binary(struct str s)
{
	return (ProtobufCBinaryData){s.n, (uint8_t *)(uintptr_t)s.p};
}

/* The one frame in `s` must be what protobuf-c makes of `m`. */
static void check_put(struct shared *s, uint16_t type, uint8_t flags, uint32_t seq,
		      const ProtobufCMessage *m)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	struct shared *wanted = shared_new(pool, 64);

	CHECK(wire_frame_put(NULL, &wanted, NULL, type, flags, seq, wire_pack(mem, m), true));
	CHECK_INT(s->n, wanted->n);
	CHECK(memcmp(s->bytes, wanted->bytes, s->n) == 0);
	shared_unref(wanted);
}

TEST(relayed_frames_are_what_protobuf_would_write)
{
	for (int i = 0; i < ROUNDS; i++) {
		Gamesrv__V1__Relayed m = GAMESRV__V1__RELAYED__INIT;
		struct shared *s = shared_new(pool, 64);
		uint32_t seq = number32();

		m.seat = number32();
		m.data = binary(data());
		m.delivery = (Gamesrv__V1__Delivery)(draw() % 3);
		m.key = number32();
		CHECK(wire_put_relayed(&s, FRAME_RELAYED, WIRE_UNORDERED, seq, m.seat,
				       (struct str){(char *)m.data.data, m.data.len},
				       (uint8_t)m.delivery, m.key));
		check_put(s, FRAME_RELAYED, WIRE_UNORDERED, seq, &m.base);
		shared_unref(s);
	}
}

TEST(empties_are_what_protobuf_would_write)
{
	for (int i = 0; i < ROUNDS; i++) {
		Gamesrv__V1__Empty empty = GAMESRV__V1__EMPTY__INIT;
		struct shared *s = shared_new(pool, 64);

		empty.frame = number32(), empty.count = number32();
		CHECK(wire_put_empty(&s, 9, empty.frame, empty.count));
		check_put(s, FRAME_EMPTY, 0, 9, &empty.base);
		shared_unref(s);
	}
}

TEST(bundles_are_what_protobuf_would_write)
{
	for (int i = 0; i < ROUNDS / 10; i++) {
		CLEANUP(arena_freep) struct arena *mem = arena_new("test");
		Gamesrv__V1__Bundle m = GAMESRV__V1__BUNDLE__INIT;
		Gamesrv__V1__SeatInput *inputs[64], input[64];
		struct wire_seat_input in[64];
		struct shared *s = shared_new(pool, 64);

		m.n_inputs = draw() % 65;
		m.inputs = inputs;
		m.frame = number32();
		for (size_t k = 0; k < m.n_inputs; k++) {
			in[k] = (struct wire_seat_input){number32(), arena_str(mem, data()),
							 draw() & 1};
			gamesrv__v1__seat_input__init(&input[k]);
			input[k].seat = in[k].seat;
			input[k].data = binary(in[k].data);
			input[k].repeated = in[k].repeated;
			inputs[k] = &input[k];
		}
		CHECK(wire_put_bundle(&s, 3, m.frame, in, (uint32_t)m.n_inputs));
		check_put(s, FRAME_BUNDLE, 0, 3, &m.base);
		shared_unref(s);
	}
}

/* Now and then one byte is changed or the end is cut off. */
static struct str spoiled(struct str payload)
{
	char *p = (char *)(uintptr_t)payload.p;

	if (payload.n == 0 || draw() % 2)
		return payload;
	if (draw() % 4 == 0)
		payload.n = draw() % payload.n;
	else
		p[draw() % (payload.n < 12 || draw() % 2 ? payload.n : 12)] = (char)draw();
	return payload;
}

static void check_relay(const Gamesrv__V1__Relay *m, const struct wire_relay *r)
{
	CHECK(str_eq(r->data, (struct str){(char *)m->data.data, m->data.len}));
	CHECK_INT(r->delivery, (uint32_t)m->delivery <= UINT8_MAX ? (uint32_t)m->delivery : 0);
	CHECK_INT(r->key, m->key);
	CHECK_INT(r->to_count, m->n_to);
	for (size_t i = 0; i < m->n_to; i++)
		CHECK_INT(r->to[i], m->to[i]);
}

TEST(relays_are_read_as_protobuf_reads_them)
{
	unsigned fine = 0, bad = 0;

	for (int i = 0; i < ROUNDS; i++) {
		CLEANUP(arena_freep) struct arena *mem = arena_new("test");
		Gamesrv__V1__Relay m = GAMESRV__V1__RELAY__INIT;
		struct wire_relay r;
		uint32_t to[70];
		ProtobufCMessage *got;
		struct str payload;
		enum wire_error e;

		m.data = binary(data());
		m.delivery = (Gamesrv__V1__Delivery)(draw() % 4 ? draw() % 3 : number32());
		m.key = number32();
		m.n_to = draw() % 4 ? 0 : draw() % 70;
		m.to = to;
		for (size_t k = 0; k < m.n_to; k++)
			to[k] = number32();
		payload = spoiled(wire_pack(mem, &m.base));
		e = wire_unpack(mem, wire_descriptor(FRAME_RELAY), payload, &got);
		if (e == WIRE_OK && ((Gamesrv__V1__Relay *)got)->n_to > ARRAY_LEN(r.to))
			e = WIRE_BAD_PAYLOAD;
		CHECK_INT(wire_read_relay(payload, &r), e);
		if (e == WIRE_OK)
			check_relay((Gamesrv__V1__Relay *)got, &r);
		e == WIRE_OK ? fine++ : bad++;
	}
	CHECK(fine > ROUNDS / 10 && bad > ROUNDS / 10);
}

static void check_small(struct arena *mem, uint16_t type, const ProtobufCMessage *m)
{
	struct str payload = spoiled(wire_pack(mem, m));
	ProtobufCMessage *got;
	enum wire_error e = wire_unpack(mem, wire_descriptor(type), payload, &got);

	if (type == FRAME_INPUT) {
		struct wire_input in;
		const Gamesrv__V1__Input *g = (Gamesrv__V1__Input *)got;

		CHECK_INT(wire_read_input(payload, &in), e);
		CHECK(e || (in.frame == g->frame &&
			    str_eq(in.data, (struct str){(char *)g->data.data, g->data.len})));
	} else if (type == FRAME_HASH) {
		struct wire_hash h;
		const Gamesrv__V1__Hash *g = (Gamesrv__V1__Hash *)got;

		CHECK_INT(wire_read_hash(payload, &h), e);
		CHECK(e || (h.frame == g->frame && h.hash == g->hash));
	} else {
		struct wire_heartbeat b;
		const Gamesrv__V1__Heartbeat *g = (Gamesrv__V1__Heartbeat *)got;

		CHECK_INT(wire_read_heartbeat(payload, &b), e);
		CHECK(e || (b.time_us == g->time_us && b.echo_us == g->echo_us &&
			    b.session_seq == g->session_seq && b.room_seq == g->room_seq &&
			    b.client_seq == g->client_seq));
	}
}

TEST(inputs_hashes_and_heartbeats_are_read_as_protobuf_reads_them)
{
	for (int i = 0; i < ROUNDS; i++) {
		CLEANUP(arena_freep) struct arena *mem = arena_new("test");
		Gamesrv__V1__Input input = GAMESRV__V1__INPUT__INIT;
		Gamesrv__V1__Hash hash = GAMESRV__V1__HASH__INIT;
		Gamesrv__V1__Heartbeat beat = GAMESRV__V1__HEARTBEAT__INIT;

		input.frame = number32(), input.data = binary(data());
		check_small(mem, FRAME_INPUT, &input.base);
		hash.frame = number32(), hash.hash = number();
		check_small(mem, FRAME_HASH, &hash.base);
		beat.time_us = number(), beat.echo_us = number(), beat.session_seq = number32();
		beat.room_seq = number32(), beat.client_seq = number32();
		check_small(mem, FRAME_HEARTBEAT, &beat.base);
	}
}

TEST(a_relay_to_more_than_64_seats_is_refused)
{
	char payload[2 + 65] = "\x22\x41";
	struct wire_relay r;

	payload[1] = 64;
	CHECK_INT(wire_read_relay((struct str){payload, 2 + 64}, &r), WIRE_OK);
	CHECK_INT(r.to_count, 64);
	payload[1] = 65;
	CHECK_INT(wire_read_relay((struct str){payload, 2 + 65}, &r), WIRE_BAD_PAYLOAD);
}
