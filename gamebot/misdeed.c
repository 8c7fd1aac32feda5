/* gamebot/misdeed.c */
#include "misdeed.h"

#include "bot_parts.h"
#include "pb.h"
#include "play.h"

static void garbage(struct bot *bot)
{
	char bytes[200];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)rng_next(&bot->chance);
	(void)line_send(&bot->line,
			(struct str){bytes, 1 + rng_below(&bot->chance, sizeof(bytes) - 1)});
}

static void silence(struct bot *bot)
{
	(void)bot;
}

/* A frame whose header was tampered with at one place. */
static void tampered(struct bot *bot, size_t at, uint8_t value)
{
	uint8_t frame[WIRE_HEADER + 4] = {0};
	const struct wire_header head = {
		.flags = WIRE_UNORDERED, .type = FRAME_HEARTBEAT, .length = 4};

	wire_header_write(frame, &head);
	frame[WIRE_HEADER] = 0x08; /* time_us: 5 */
	frame[WIRE_HEADER + 1] = 5;
	frame[WIRE_HEADER + 2] = 0x18; /* session_seq: 1 */
	frame[WIRE_HEADER + 3] = 1;
	frame[at] = value;
	(void)line_send(&bot->line, (struct str){(char *)frame, sizeof(frame)});
}

static void bad_magic(struct bot *bot)
{
	tampered(bot, 0, 0x0f);
}

static void bad_version(struct bot *bot)
{
	tampered(bot, 4, 9);
}

static void bad_flags(struct bot *bot)
{
	tampered(bot, 5, WIRE_ENCRYPTED | WIRE_UNORDERED);
}

static void unknown_type(struct bot *bot)
{
	tampered(bot, 6, 0x7f);
}

static void lying_length(struct bot *bot)
{
	tampered(bot, 12, 0x7f);
}

static void short_length(struct bot *bot)
{
	tampered(bot, 15, 2);
}

static void servers_frame(struct bot *bot)
{
	bot_frame(bot, FRAME_WELCOME, WIRE_UNORDERED, bot->client_seq, STR(""));
}

static void join_first(struct bot *bot)
{
	bot_frame(bot, FRAME_JOIN, 0, 1, STR(""));
}

static void seq_gap(struct bot *bot)
{
	bot_frame(bot, FRAME_LEAVE, 0, bot->client_seq + 7, STR(""));
}

static void no_protobuf(struct bot *bot)
{
	bot_frame(bot, FRAME_JOIN, 0, bot->client_seq + 1,
		  STR("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"));
}

static void hello_twice(struct bot *bot)
{
	bot_send_hello(bot);
}

static void oversize(struct bot *bot)
{
	static char zeros[100000];

	bot_frame(bot, FRAME_RELAY, 0, bot->client_seq + 1, (struct str){zeros, sizeof(zeros)});
}

static void nested_batch(struct bot *bot)
{
	uint8_t bytes[64];
	struct pb_out o = {bytes, bytes + sizeof(bytes), false};
	uint8_t inner[WIRE_HEADER];
	const struct wire_header head = {.flags = WIRE_UNORDERED, .type = FRAME_BATCH};

	wire_header_write(inner, &head);
	pb_bytes(&o, 1, (struct str){(char *)inner, sizeof(inner)});
	bot_frame(bot, FRAME_BATCH, WIRE_UNORDERED, bot->client_seq,
		  (struct str){(char *)bytes, (size_t)(o.p - bytes)});
}

static void not_in_a_room(struct bot *bot)
{
	uint8_t bytes[16];
	struct pb_out o = {bytes, bytes + sizeof(bytes), false};

	pb_bytes(&o, 1, STR("hello?"));
	bot_command(bot, FRAME_RELAY, (struct str){(char *)bytes, (size_t)(o.p - bytes)});
}

static void flood(struct bot *bot)
{
	for (int i = 0; i < 1000; i++)
		not_in_a_room(bot);
}

const struct misdeed misdeeds[] = {
	{"silence", "says nothing at all", .commit = silence},
	{"garbage", "bytes that mean nothing", .commit = garbage},
	{"bad-magic", "a frame that begins wrongly", .commit = bad_magic},
	{"bad-version", "a frame of a version that does not exist", .commit = bad_version},
	{"bad-flags", "a frame with a reserved flag", .commit = bad_flags},
	{"unknown-type", "a frame of a type that does not exist", .commit = unknown_type},
	{"lying-length", "a frame that promises 2 GB", .commit = lying_length},
	{"short-length", "a frame with bytes behind its end", .commit = short_length},
	{"servers-frame", "a frame that only servers send", .commit = servers_frame},
	{"join-first", "JOIN before HELLO", .commit = join_first},
	{"seq-gap", "a command that skips numbers", .greeted = true, .commit = seq_gap},
	{"no-protobuf", "a payload that is no protobuf", .greeted = true, .commit = no_protobuf},
	{"hello-twice", "a second HELLO", .greeted = true, .commit = hello_twice},
	{"oversize", "a message of 100 KB", .greeted = true, .commit = oversize},
	{"nested-batch", "a BATCH in a BATCH", .greeted = true, .commit = nested_batch},
	{"not-in-a-room", "a relay message without a seat", .greeted = true, .tolerated = true,
	 .commit = not_in_a_room},
	{"flood", "a thousand commands at once", .greeted = true, .tolerated = true,
	 .commit = flood},
};
const size_t misdeeds_count = ARRAY_LEN(misdeeds);
