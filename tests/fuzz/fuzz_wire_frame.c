/* tests/fuzz/fuzz_wire_frame.c
 * Any bytes as a frame and as ready frames of a room: what is let through lies within its bounds, is put again to the same
 * bytes, and a BATCH that was checked gives all of its frames.
 */
#include <stdlib.h>

#include "fuzz.h"
#include "wire/fast.h"
#include "wire/message.h"
#include "wire/names.h"

enum { MAX = 16384 };

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void check_again(struct wire_codec *codec, struct shared_pool *pool,
			const struct wire_frame *f, struct str bytes)
{
	struct wire_options opt = {.crc32c = f->head.flags & WIRE_CRC32C,
				   .trace = f->head.flags & WIRE_TRACED ? &f->trace : NULL};
	struct shared *s = shared_new(pool, 64);

	must(s != NULL &&
	     wire_frame_put(codec, &s, &opt, f->head.type, f->head.flags & WIRE_UNORDERED,
			    f->head.seq, f->payload, false));
	must(f->head.flags & WIRE_ZSTD ||
	     str_eq((struct str){(const char *)s->bytes, s->n}, bytes));
	shared_unref(s);
}

static void check_batch(struct str payload)
{
	struct wire_frame f;
	uint32_t at = 0, count = 0;
	bool fine = wire_batch_check(payload) == WIRE_OK;

	while (wire_batch_next(payload, &at, &f)) {
		must(at <= payload.n && f.head.type != FRAME_BATCH);
		must(f.payload.p >= payload.p &&
		     f.payload.p + f.payload.n <= payload.p + payload.n);
		count++;
	}
	must(!fine || (at == payload.n && count <= WIRE_BATCH_FRAMES));
}

static void check_walk(struct str batch)
{
	struct str whole, frame;
	uint32_t at = 0, before = 0;

	while (wire_ws_next(batch, &at, &whole, &frame)) {
		must(whole.p == batch.p + before && at == before + whole.n && at <= batch.n);
		must(frame.p + frame.n == whole.p + whole.n && frame.n < whole.n);
		before = at;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct wire_codec *codec;
	static struct shared_pool *pool;
	struct str bytes = {(const char *)data, size};
	struct wire_frame f;

	if (codec == NULL) {
		codec = wire_codec_new(MAX);
		pool = shared_pool_new(1 << 20);
		must(codec != NULL && pool != NULL);
	}
	check_walk(bytes);
	check_batch(bytes);
	if (wire_frame_read(codec, bytes, &f) != WIRE_OK)
		return 0;
	must(f.payload.n <= MAX && wire_descriptor(f.head.type) != NULL);
	check_again(codec, pool, &f, bytes);
	if (f.head.type == FRAME_BATCH)
		check_batch(f.payload);
	return 0;
}
