/* gamebot/lockstep.h
 * Frames of lockstep: what a BUNDLE or an EMPTY says, the simulation they drive, and the way back to an earlier frame when a
 * snapshot asks for it. Shared by the lockstep behaviour and `gamebot replay`.
 *
 * Thread: one. Embedded in its owner; holds no memory of its own.
 */
#pragma once
#include "sim.h"
#include "wire/frame.h"

enum { LOCKSTEP_KEPT = 256, LOCKSTEP_INPUTS = 16 };

struct lockstep_frame {
	uint32_t frame;
	uint8_t count;
	struct sim_input inputs[LOCKSTEP_INPUTS];
};

struct lockstep {
	struct sim sim;
	uint32_t newest; /* the last frame whose inputs are known */
	uint32_t
		again; /* up to here frames may come again: a snapshot brings those behind it along */
	struct lockstep_frame kept
		[LOCKSTEP_KEPT]; /* inputs of the last frames, for a snapshot that lies behind */
	void (*computed)(struct lockstep *l,
			 const struct lockstep_frame *frame); /* after each frame; may be NULL */
};

/* `next`: the first frame that will come. */
void lockstep_begin(struct lockstep *l, uint64_t seed, uint32_t next, bool repeats);
/* BUNDLE or EMPTY. NULL: fine; else what is wrong with it (static). */
const char *lockstep_feed(struct lockstep *l, const struct wire_frame *frame);
/* Takes the state after `frame`, and computes from there what came since. NULL or what is wrong. */
const char *lockstep_snapshot(struct lockstep *l, uint32_t frame, struct str state);
