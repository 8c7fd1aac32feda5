/* tests/unit/test_replay.c: replay files, whole and damaged */
#include "test.h"
#include "wire/names.h"
#include "wire/replay.h"

static void put_frame(struct buf *out, uint16_t type, uint8_t flags, const char *payload)
{
	uint8_t head[WIRE_HEADER];

	wire_header_write(head, &(struct wire_header){.type = type,
						      .flags = flags,
						      .seq = 7,
						      .length = (uint32_t)strlen(payload)});
	buf_add(out, (struct str){(const char *)head, sizeof(head)});
	buf_add(out, str_of(payload));
}

/* Two blocks: JOINED and MEMBER; EMPTY. */
static struct buf sample(void)
{
	CLEANUP(buf_free) struct buf first = {0}, second = {0};
	struct buf file = {0};

	put_frame(&first, FRAME_JOINED, 0, "one");
	put_frame(&first, FRAME_MEMBER, WIRE_UNORDERED, "");
	put_frame(&second, FRAME_EMPTY, 0, "three");
	replay_put_head(&file);
	replay_put_block(&file, buf_str(&first));
	replay_put_block(&file, buf_str(&second));
	return file;
}

static unsigned read_all(struct str file, const char **torn)
{
	struct wire_frame frame;
	struct replay r;
	unsigned n = 0;

	if (replay_open(&r, file)) {
		while (replay_next(&r, &frame))
			n++;
	}
	*torn = r.torn;
	return n;
}

TEST(frames_come_back_as_they_went_in)
{
	CLEANUP(buf_free) struct buf file = sample();
	struct wire_frame frame;
	struct replay r;

	CHECK(replay_open(&r, buf_str(&file)));
	CHECK(replay_next(&r, &frame));
	CHECK_INT(frame.head.type, FRAME_JOINED);
	CHECK_INT(frame.head.seq, 7);
	CHECK_STR(frame.payload, "one");
	CHECK(replay_next(&r, &frame) && frame.payload.n == 0);
	CHECK(replay_next(&r, &frame));
	CHECK_STR(frame.payload, "three");
	CHECK(!replay_next(&r, &frame));
	CHECK(r.torn == NULL);
}

TEST(a_file_may_end_anywhere_and_whole_blocks_count)
{
	CLEANUP(buf_free) struct buf file = sample();
	size_t first = REPLAY_HEAD + REPLAY_BLOCK_HEAD + 2 * WIRE_HEADER + 3;
	const char *torn;

	for (size_t n = REPLAY_HEAD; n < file.n; n++) {
		unsigned frames = read_all((struct str){file.p, n}, &torn);

		CHECK_INT(frames, n >= first ? 2 : 0);
		if (n == REPLAY_HEAD || n == first)
			CHECK(torn == NULL);
		else
			CHECK_TEXT(torn, "its last block is incomplete");
	}
}

TEST(a_flipped_bit_ends_the_reading_where_it_is)
{
	CLEANUP(buf_free) struct buf file = sample();
	const char *torn;

	file.p[file.n - 1] ^= 1;
	CHECK_INT(read_all(buf_str(&file), &torn), 2);
	CHECK_TEXT(torn, "a block's checksum is wrong");
}

TEST(what_is_no_replay_file_says_so)
{
	CLEANUP(buf_free) struct buf file = sample();
	const char *torn;

	CHECK_INT(read_all(STR("GSREPLAY"), &torn), 0);
	CHECK_TEXT(torn, "this is no replay file");
	file.p[11] = 9;
	CHECK_INT(read_all(buf_str(&file), &torn), 0);
	CHECK_TEXT(torn, "it was written by another version");
}

TEST(a_block_with_something_else_than_plain_frames_is_refused)
{
	CLEANUP(buf_free) struct buf file = {0}, block = {0};
	const char *torn;

	put_frame(&block, FRAME_EMPTY, WIRE_CRC32C, "crc?");
	replay_put_head(&file);
	replay_put_block(&file, buf_str(&block));
	CHECK_INT(read_all(buf_str(&file), &torn), 0);
	CHECK_TEXT(torn, "a block holds something else than plain frames");
}
