/* tests/fuzz/fuzz_replay.c
 * Any bytes as a replay file: reading ends, each frame lies within the file, and what ended it early has words.
 */
#include <stdlib.h>

#include "fuzz.h"
#include "wire/replay.h"

static void must(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str file = {(const char *)data, size};
	struct wire_frame frame;
	size_t frames = 0;
	struct replay r;

	if (!replay_open(&r, file)) {
		must(r.torn != NULL);
		return 0;
	}
	while (replay_next(&r, &frame)) {
		must(frame.payload.n == frame.head.length);
		must(frame.payload.p >= file.p &&
		     frame.payload.p + frame.payload.n <= file.p + file.n);
		frames++;
	}
	must(frames <= size / WIRE_HEADER);
	must(!replay_next(&r, &frame));
	return 0;
}
