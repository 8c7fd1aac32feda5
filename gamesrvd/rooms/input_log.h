/* gamesrvd/rooms/input_log.h
 * The input log of a lockstep room: its ordered frames, in blocks, bounded in bytes. Whoever joins late or comes back after
 * too long is fed from it, and it is what a replay file holds. Its beginning goes when it is full; the block is used again.
 *
 * Thread: the room's loop.
 */
#pragma once
#include "base/buf.h"

struct log_block;

struct input_log { /* all-zero is empty and keeps nothing */
	struct log_block *first, *last;
	uint64_t bytes, bound, serial;
	uint32_t lost_seq; /* number of the last frame that is lost; good when lost */
	bool lost;
};

struct log_place { /* where somebody reads */
	uint64_t block;
	uint32_t at;
};

/* `seq`: the frame's number. Without memory for it all is lost up to here. */
void log_add(struct input_log *log, uint32_t seq, struct str frame);
void log_fini(struct input_log *log);
/* Where the frames after number `seq` begin; false: some of them are lost. */
bool log_find(const struct input_log *log, uint32_t seq, struct log_place *place);
bool log_begin(const struct input_log *log,
	       struct log_place *place); /* false: the beginning is lost */
/* The frame there, header included; moves on. p == NULL: the end. `*lost`: the place is no longer kept. */
struct str log_next(const struct input_log *log, struct log_place *place, bool *lost);
void log_blocks(const struct input_log *log, struct buf *out); /* as blocks of a replay file */
