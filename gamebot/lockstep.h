/* gamebot/lockstep.h
 * Frames of lockstep: what a BUNDLE or an EMPTY says, the simulation they drive, and the way back to an earlier frame when a
 * snapshot asks for it. Shared by the lockstep behaviour and `gamebot replay`.
 *
 * Thread: one. Embedded in its owner; holds no memory of its own.
 */
#pragma once
#include "sim.h"
#include "wire/frame.h"

enum { LOCKSTEP_KEPT = 512, LOCKSTEP_INPUTS = 16 };

struct lockstep_frame {
	uint32_t frame; /* from 0 */
	uint8_t count;
	struct sim_input inputs[LOCKSTEP_INPUTS];
};

struct lockstep {
	struct sim sim;
	bool has_state; /* else the frames that come are kept until a snapshot, or the log's beginning, came */
	uint32_t
		newest; /* frame of the room's stream; sim.frame lags behind while a state is waited for */
	struct lockstep_frame kept[LOCKSTEP_KEPT]; /* inputs of the last frames */
	void (*computed)(struct lockstep *l,
			 const struct lockstep_frame *frame); /* after each; may be NULL */
};

/* `next`: the first frame of the room's stream that will come. */
void lockstep_begin(struct lockstep *l, uint64_t seed, uint32_t next, bool repeats);
/* After a resync: the state stays; what was missed comes from the log, or a snapshot does. */
void lockstep_resume(struct lockstep *l, uint32_t next);
/* BUNDLE or EMPTY; UNORDERED ones are the log's, beside the room's stream. NULL: fine; else what is wrong (static). */
const char *lockstep_feed(struct lockstep *l, const struct wire_frame *frame);
/* Takes the state after `frame`, and computes from there what came since. NULL or what is wrong. */
const char *lockstep_snapshot(struct lockstep *l, uint32_t frame, struct str state);
