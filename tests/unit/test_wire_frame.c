/* tests/unit/test_wire_frame.c: headers, checksums, compression, what is ready for a WebSocket. */
#include "test.h"

#include "wire/crc32c.h"
#include "wire/frame.h"
#include "wire/message.h"
#include "wire/names.h"

static struct shared_pool *pool;
static struct wire_codec *codec;

__attribute__((constructor)) static void start(void)
{
	pool = shared_pool_new(1 << 20);
	codec = wire_codec_new(4096);
}

__attribute__((destructor)) static void stop(void)
{
	wire_codec_free(codec);
	shared_pool_free(pool);
}

static struct str str_in(const struct shared *s)
{
	return (struct str){(const char *)s->bytes, s->n};
}

/* The one frame that wire_frame_put() makes of this, without a WebSocket header. */
static struct shared *one(const struct wire_options *opt, uint16_t type, uint8_t flags,
			  uint32_t seq, struct str payload)
{
	struct shared *s = shared_new(pool, 64);

	CHECK(wire_frame_put(codec, &s, opt, type, flags, seq, payload, false));
	return s;
}

static void check_read(struct str bytes, enum wire_error wanted)
{
	struct wire_frame f;

	CHECK_TEXT(wire_error_name(wire_frame_read(codec, bytes, &f)), wire_error_name(wanted));
}

TEST(a_frame_comes_back_as_it_was_put)
{
	struct shared *s = one(NULL, FRAME_RELAY, WIRE_UNORDERED, 0xdeadbeef, STR("hello"));
	struct wire_frame f;

	CHECK_INT(s->n, WIRE_HEADER + 5);
	CHECK(memcmp(s->bytes,
		     "\xf0\xf0\xf0\xf0\x01\x10\x00\x13\xde\xad\xbe\xef\x00\x00\x00\x05hello",
		     s->n) == 0);
	CHECK_INT(wire_frame_read(codec, str_in(s), &f), WIRE_OK);
	CHECK_INT(f.head.type, FRAME_RELAY);
	CHECK_INT(f.head.flags, WIRE_UNORDERED);
	CHECK(f.head.seq == 0xdeadbeef);
	CHECK_STR(f.payload, "hello");
	shared_unref(s);
}

TEST(every_wrong_header_has_its_own_name)
{
	struct shared *s = one(NULL, FRAME_RELAY, 0, 1, STR("hello"));
	static const struct {
		uint8_t at, value;
		enum wire_error wanted;
	} cases[] = {
		{0, 0xf1, WIRE_BAD_MAGIC},     {3, 0x00, WIRE_BAD_MAGIC},
		{4, 0, WIRE_BAD_VERSION},      {4, 2, WIRE_BAD_VERSION},
		{5, 2, WIRE_BAD_FLAGS},        {5, 0x20, WIRE_BAD_FLAGS},
		{5, 0x80, WIRE_BAD_FLAGS},     {6, 0x02, WIRE_UNKNOWN_TYPE},
		{7, 0, WIRE_UNKNOWN_TYPE},     {7, 0xff, WIRE_UNKNOWN_TYPE},
		{12, 0xff, WIRE_TOO_BIG},      {14, 0x10, WIRE_TOO_BIG},
		{15, 6, WIRE_SHORT},           {15, 4, WIRE_LONG},
		{5, WIRE_CRC32C, WIRE_SHORT},  {5, WIRE_TRACED, WIRE_SHORT},
		{5, WIRE_ZSTD, WIRE_BAD_ZSTD},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		uint8_t before = s->bytes[cases[i].at];

		s->bytes[cases[i].at] = cases[i].value;
		check_read(str_in(s), cases[i].wanted);
		s->bytes[cases[i].at] = before;
	}
	for (uint32_t n = 0; n < s->n; n++)
		check_read((struct str){(char *)s->bytes, n}, WIRE_SHORT);
	check_read(str_in(s), WIRE_OK);
	shared_unref(s);
}

TEST(the_checksum_is_that_of_rfc_3720_by_instruction_and_by_table)
{
	static const struct {
		uint8_t first;
		int step;
		uint32_t wanted;
	} rfc[] = {{0, 0, 0x8a9136aa},
		   {0xff, 0, 0x62a8ab43},
		   {0, 1, 0x46dd794e},
		   {31, -1, 0x113fdb5c}};
	uint8_t bytes[32];

	for (size_t i = 0; i < ARRAY_LEN(rfc); i++) {
		for (int k = 0; k < 32; k++)
			bytes[k] = (uint8_t)(rfc[i].first + k * rfc[i].step);
		CHECK(wire_crc32c(0, bytes, 32) == rfc[i].wanted);
		CHECK(wire_crc32c_table(0, bytes, 32) == rfc[i].wanted);
	}
	CHECK(wire_crc32c(0, "123456789", 9) == 0xe3069283);
	CHECK(wire_crc32c_table(0, "123456789", 9) == 0xe3069283);
	CHECK(wire_crc32c(wire_crc32c(0, "1234", 4), "56789", 5) == 0xe3069283);
}

TEST(both_ways_to_the_checksum_agree_at_every_length_and_place)
{
	uint8_t bytes[300];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 151 + (i >> 3));
	for (size_t from = 0; from < 9; from++)
		for (size_t n = 0; from + n <= sizeof(bytes); n++)
			CHECK(wire_crc32c(7, bytes + from, n) ==
			      wire_crc32c_table(7, bytes + from, n));
}

TEST(a_checksum_covers_header_trace_and_payload)
{
	struct wire_trace trace = {.trace_id = {1}, .parent_id = {2}, .flags = 1};
	struct wire_options opt = {.crc32c = true, .trace = &trace};
	struct shared *s = one(&opt, FRAME_RELAY, 0, 1, STR("hello"));
	struct wire_frame f;

	CHECK_INT(s->n, WIRE_HEADER + WIRE_TRACE + 5 + WIRE_CRC);
	CHECK_INT(wire_frame_read(codec, str_in(s), &f), WIRE_OK);
	CHECK(memcmp(&f.trace, &trace, sizeof(trace)) == 0);
	CHECK_STR(f.payload, "hello");
	for (uint32_t i = 8; i < s->n; i++) { /* what comes before has errors of its own */
		if (i >= 12 && i < 16)
			continue; /* the length */
		s->bytes[i] ^= 0x40;
		check_read(str_in(s), WIRE_BAD_CRC);
		s->bytes[i] ^= 0x40;
	}
	shared_unref(s);
}

TEST(what_gets_smaller_travels_compressed)
{
	char text[4096];
	struct wire_options opt = {.zstd_from = 100, .crc32c = true};
	struct shared *s;
	struct wire_frame f;

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = "the same again "[i % 15];
	s = one(&opt, FRAME_CONFIG, 0, 5, (struct str){text, sizeof(text)});
	CHECK(s->n < 200);
	CHECK_INT(wire_frame_read(codec, str_in(s), &f), WIRE_OK);
	CHECK_INT(f.head.flags, WIRE_ZSTD | WIRE_CRC32C);
	CHECK(str_eq(f.payload, (struct str){text, sizeof(text)}));
	shared_unref(s);
}

TEST(what_does_not_get_smaller_travels_as_it_is)
{
	uint8_t noise[256];
	struct wire_options opt = {.zstd_from = 1};
	struct shared *s;

	for (uint32_t i = 0; i < sizeof(noise); i++)
		noise[i] = (uint8_t)(wire_crc32c(0, &i, sizeof(i)) >> 24);
	s = one(&opt, FRAME_RELAY, 0, 1, (struct str){(char *)noise, sizeof(noise)});
	CHECK_INT(s->n, WIRE_HEADER + 256);
	CHECK_INT(s->bytes[5], 0);
	shared_unref(s);
	s = one(&opt, FRAME_LEAVE, 0, 1, STR(""));
	CHECK_INT(s->n, WIRE_HEADER);
	shared_unref(s);
}

TEST(a_payload_that_inflates_beyond_the_bound_is_refused)
{
	static char big[1 << 20];
	struct wire_codec *large = wire_codec_new(sizeof(big));
	struct wire_options opt = {.zstd_from = 1};
	struct shared *s = shared_new(pool, 64);

	CHECK(wire_frame_put(large, &s, &opt, FRAME_RELAY, 0, 1, (struct str){big, sizeof(big)},
			     false));
	CHECK(s->n < 200);
	check_read(str_in(s), WIRE_TOO_BIG);
	s->bytes[s->n - 1] ^= 1;
	shared_unref(s);
	wire_codec_free(large);
}

TEST(zstd_frames_come_one_at_a_time_and_whole)
{
	/* echo -n "" | zstd: an empty frame; twice; a skippable one; cut off */
	static const char *const payloads[] = {
		"\x28\xb5\x2f\xfd\x20\x00\x01\x00\x00\x28\xb5\x2f\xfd\x20\x00\x01\x00\x00",
		"\x50\x2a\x4d\x18\x00\x00\x00\x00", "\x28\xb5\x2f\xfd\x20\x00\x01\x00"};
	static const size_t sizes[] = {18, 8, 8};
	struct shared *s = one(NULL, FRAME_RELAY, WIRE_ZSTD, 1, (struct str){payloads[0], 9});

	check_read(str_in(s), WIRE_OK);
	shared_unref(s);
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		s = one(NULL, FRAME_RELAY, WIRE_ZSTD, 1, (struct str){payloads[i], sizes[i]});
		check_read(str_in(s), WIRE_BAD_ZSTD);
		shared_unref(s);
	}
}

TEST(frames_for_a_websocket_are_walked_again_whatever_their_size)
{
	static const uint32_t sizes[] = {0, 109, 110, 1000, 65519, 65520, 70000};
	static char payload[70000];
	struct shared *s = shared_new(pool, 64);
	struct str whole, frame;
	uint32_t at = 0;

	for (size_t i = 0; i < ARRAY_LEN(sizes); i++)
		CHECK(wire_frame_put(NULL, &s, NULL, FRAME_RELAY, 0, (uint32_t)i,
				     (struct str){payload, sizes[i]}, true));
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		uint32_t n = sizes[i] + WIRE_HEADER, header = n < 126 ? 2 : n < 65536 ? 4 : 10;

		CHECK(wire_ws_next(str_in(s), &at, &whole, &frame));
		CHECK_INT(frame.n, n);
		CHECK_INT(whole.n, n + header);
		CHECK(whole.p + header == frame.p);
		CHECK_INT((uint8_t)frame.p[11], i);
	}
	CHECK(!wire_ws_next(str_in(s), &at, &whole, &frame));
	CHECK_INT(at, s->n);
	shared_unref(s);
}

TEST(bytes_that_are_no_ready_frames_end_the_walk)
{
	static const struct str bad[] = {
		{"\x82", 1},
		{"\x81\x01x", 3},
		{"\x82\x05"
		 "abc",
		 5},
		{"\x82\x81xxxxx", 7},
		{"\x82\x7e\x01", 3},
		{"\x82\x7f\x01\0\0\0\0\0\0\0", 10},
		{"\x02\x01x", 3},
	};
	struct str whole;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		uint32_t at = 0;

		CHECK(!wire_ws_next(bad[i], &at, &whole, NULL));
	}
}

/* A BATCH's payload around these frames. */
static struct str batch_of(char *room, const struct shared *const *frames, size_t count)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		room[n++] = 0x0a;
		room[n++] = (char)frames[i]->n;
		memcpy(room + n, frames[i]->bytes, frames[i]->n);
		n += frames[i]->n;
	}
	return (struct str){room, n};
}

TEST(a_batch_gives_its_frames_in_order)
{
	char room[256];
	struct shared *a = one(NULL, FRAME_RELAY, 0, 1, STR("a")),
		      *b = one(NULL, FRAME_LEAVE, 0, 2, STR(""));
	struct str batch = batch_of(room, (const struct shared *[]){a, b}, 2);
	struct wire_frame f;
	uint32_t at = 0;

	CHECK_INT(wire_batch_check(batch), WIRE_OK);
	CHECK(wire_batch_next(batch, &at, &f));
	CHECK_STR(f.payload, "a");
	CHECK(wire_batch_next(batch, &at, &f));
	CHECK_INT(f.head.type, FRAME_LEAVE);
	CHECK(!wire_batch_next(batch, &at, &f));
	CHECK_INT(wire_batch_check(STR("")), WIRE_OK);
	shared_unref(a);
	shared_unref(b);
}

TEST(a_batch_with_one_bad_frame_is_refused_as_a_whole)
{
	static const struct {
		uint8_t at, value;
		enum wire_error wanted;
	} cases[] = {
		{4, 9, WIRE_BAD_VERSION},
		{5, WIRE_CRC32C, WIRE_SHORT},
		{15, 2, WIRE_SHORT},
		{7, FRAME_BATCH, WIRE_NESTED_BATCH},
		{5, WIRE_ENCRYPTED, WIRE_BAD_FLAGS},
		{15, 0, WIRE_LONG},
		{5, WIRE_ZSTD, WIRE_BAD_FLAGS},
	};
	struct shared *a = one(NULL, FRAME_RELAY, 0, 1, STR("a")),
		      *b = one(NULL, FRAME_RELAY, 0, 2, STR("b"));
	char room[256];

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		uint8_t before = b->bytes[cases[i].at];

		b->bytes[cases[i].at] = cases[i].value;
		CHECK_TEXT(wire_error_name(wire_batch_check(
				   batch_of(room, (const struct shared *[]){a, b}, 2))),
			   wire_error_name(cases[i].wanted));
		b->bytes[cases[i].at] = before;
	}
	CHECK_INT(wire_batch_check(STR("\x0a\x20xx")), WIRE_BAD_PAYLOAD);
	CHECK_INT(wire_batch_check(STR("\x10\x01")), WIRE_BAD_PAYLOAD);
	shared_unref(a);
	shared_unref(b);
}

TEST(a_batch_holds_256_frames_and_no_more)
{
	static char room[300 * 32];
	const struct shared *frames[257];
	struct shared *a = one(NULL, FRAME_LEAVE, 0, 1, STR(""));

	for (size_t i = 0; i < ARRAY_LEN(frames); i++)
		frames[i] = a;
	CHECK_INT(wire_batch_check(batch_of(room, frames, 256)), WIRE_OK);
	CHECK_INT(wire_batch_check(batch_of(room, frames, 257)), WIRE_BAD_PAYLOAD);
	shared_unref(a);
}
