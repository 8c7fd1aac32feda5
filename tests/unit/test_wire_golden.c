/* tests/unit/test_wire_golden.c: the golden frames, read and written again. */
#include "test.h"

#include <jansson.h>

#include "wire/fast.h"
#include "wire/message.h"
#include "wire/names.h"

struct golden { /* of one test */
	json_t *doc;
	struct shared_pool *pool;
	struct wire_codec *codec;
};

static struct golden start(void)
{
	struct golden g = {
		json_load_file("tests/golden/wire/frames.json", JSON_REJECT_DUPLICATES, NULL),
		shared_pool_new(1 << 16), wire_codec_new(1 << 16)};

	CHECK(g.doc != NULL);
	return g;
}

static void end(struct golden *g)
{
	json_decref(g->doc);
	wire_codec_free(g->codec);
	shared_pool_free(g->pool);
}

static struct str bytes_of(const json_t *frame, uint8_t room[4096])
{
	const char *hex = json_string_value(json_object_get(frame, "hex"));
	size_t n = strlen(hex) / 2;

	CHECK(n <= 4096);
	for (size_t i = 0; i < n; i++) {
		char two[3] = {hex[2 * i], hex[2 * i + 1], 0};

		room[i] = (uint8_t)strtoul(two, NULL, 16);
	}
	return (struct str){(const char *)room, n};
}

static json_int_t number(const json_t *frame, const char *key)
{
	return json_integer_value(json_object_get(frame, key));
}

/* What protobuf-c makes of the payload it read. */
static struct str packed_again(struct arena *mem, const struct wire_frame *f)
{
	ProtobufCMessage *m;

	CHECK_INT(wire_unpack(mem, wire_descriptor(f->head.type), f->payload, &m), WIRE_OK);
	return wire_pack(mem, m);
}

TEST(golden_frames_are_read_and_come_out_the_same)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	struct golden g = start();
	size_t i;
	json_t *frame;

	CHECK(json_array_size(json_object_get(g.doc, "frames")) >= 18);
	json_array_foreach(json_object_get(g.doc, "frames"), i, frame)
	{
		uint8_t room[4096];
		struct str bytes = bytes_of(frame, room), again;
		struct shared *s = shared_new(g.pool, 64);
		struct wire_frame f;
		struct wire_options opt = {.trace = NULL};

		CHECK_INT(wire_frame_read(g.codec, bytes, &f), WIRE_OK);
		CHECK_TEXT(wire_type_name(f.head.type),
			   json_string_value(json_object_get(frame, "type")));
		CHECK_INT(f.head.flags, number(frame, "flags"));
		CHECK_INT(f.head.seq, number(frame, "seq"));
		again = packed_again(mem, &f);
		CHECK(str_eq(again, f.payload));
		opt.crc32c = f.head.flags & WIRE_CRC32C;
		opt.trace = f.head.flags & WIRE_TRACED ? &f.trace : NULL;
		opt.zstd_from = f.head.flags & WIRE_ZSTD ? 1 : 0;
		CHECK(wire_frame_put(g.codec, &s, &opt, f.head.type, f.head.flags & WIRE_UNORDERED,
				     f.head.seq, again, false));
		if (!opt.zstd_from)
			CHECK(str_eq((struct str){(const char *)s->bytes, s->n}, bytes));
		shared_unref(s);
	}
	end(&g);
}

static void frame_named(struct golden *g, const char *name, uint8_t room[4096],
			struct wire_frame *f)
{
	size_t i;
	json_t *frame;

	json_array_foreach(json_object_get(g->doc, "frames"), i, frame)
	{
		if (strcmp(json_string_value(json_object_get(frame, "name")), name) != 0)
			continue;
		CHECK_INT(wire_frame_read(g->codec, bytes_of(frame, room), f), WIRE_OK);
		return;
	}
	fail_msg("no golden frame %s", name);
}

TEST(golden_frames_say_what_is_written_beside_them)
{
	struct golden g = start();
	uint8_t room[4096];
	struct wire_frame f;
	struct wire_relay relay;
	struct wire_hash hash;
	struct wire_heartbeat beat;

	frame_named(&g, "relay-latest-to-two", room, &f);
	CHECK_INT(wire_read_relay(f.payload, &relay), WIRE_OK);
	CHECK(relay.data.n == 2 && memcmp(relay.data.p, "\x00\xff", 2) == 0);
	CHECK_INT(relay.delivery, DELIVERY_LATEST);
	CHECK_INT(relay.key, 300);
	CHECK(relay.to_count == 2 && relay.to[0] == 0 && relay.to[1] == 200);
	CHECK(f.trace.trace_id[1] == 1 && f.trace.flags == 24);
	frame_named(&g, "hash", room, &f);
	CHECK_INT(wire_read_hash(f.payload, &hash), WIRE_OK);
	CHECK(hash.frame == 120 && hash.hash == 0x0123456789abcdef);
	frame_named(&g, "heartbeat", room, &f);
	CHECK_INT(wire_read_heartbeat(f.payload, &beat), WIRE_OK);
	CHECK(beat.time_us == 1700000000000000 && beat.echo_us == 1 && beat.client_seq == 3);
	end(&g);
}
