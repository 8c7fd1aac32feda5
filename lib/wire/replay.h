/* lib/wire/replay.h
 * Replay files: what the players of a lockstep room did, in the frames they received. docs/wire.md, "Replay file", is the
 * specification.
 *
 *	"GSREPLAY"  version 4  then blocks:  length 4  crc32c 4  frames back to back	big endian
 *
 * The first frame is JOINED (what a client that sits down before the first frame would read), then come the room's
 * ordered frames (MEMBER, ROOM, CONFIG, DELAY, BUNDLE, EMPTY) as they went out, and HASH where the clients agreed on a state.
 *
 * Thread: any; no state but the reader's. A file may end in the middle of a block (its writer was killed): what stands
 * before counts.
 */
#pragma once
#include "base/buf.h"
#include "wire/frame.h"

enum { REPLAY_VERSION = 1, REPLAY_HEAD = 12, REPLAY_BLOCK_HEAD = 8 };

struct replay {
	struct str rest, block; /* not yet read, of the file and of its current block */
	const char *torn;       /* why reading ended before the file did; NULL: it did not */
};

void replay_put_head(struct buf *out);
void replay_put_block(struct buf *out, struct str frames);

/* False: no replay file, or of a version that is not known (`torn` says which). */
bool replay_open(struct replay *r, struct str file);
/* The next frame; payload is a view into the file. False at the end, or where the file is damaged (`torn`). */
bool replay_next(struct replay *r, struct wire_frame *frame);
