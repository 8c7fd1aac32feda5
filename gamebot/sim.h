/* gamebot/sim.h
 * The game that lockstep bots play: a few units that move, push and hit each other, in whole numbers alone. No floats, no
 * time, no pointers, no order of hashes: the same seed and inputs give the same state on every machine and build.
 *
 * Thread: any; a value.
 */
#pragma once
#include "base/base.h"

enum { SIM_SEATS = 32, SIM_INPUT = 4, SIM_SIZE = 2048 };

struct sim_unit {
	int32_t x, y, dx, dy, hp;
	uint32_t hits;
	uint8_t input[SIM_INPUT], input_n; /* what it does until told otherwise */
};

struct sim {
	uint32_t frame; /* computed last */
	uint64_t chance;
	bool repeats; /* a missing input is the last one again */
	struct sim_unit units[SIM_SEATS];
};

struct sim_input {
	uint8_t seat, n, data[SIM_INPUT];
};

void sim_init(struct sim *sim, uint64_t seed, uint32_t frame, bool repeats);
/* Computes the next frame. Inputs in any order; a seat's second one wins. */
void sim_step(struct sim *sim, const struct sim_input *inputs, uint32_t count);
uint64_t sim_hash(const struct sim *sim);
/* The state as bytes, in an order of its own; gives how many (at most SIM_SIZE). */
uint32_t sim_save(const struct sim *sim, uint8_t out[SIM_SIZE]);
bool sim_load(struct sim *sim, struct str bytes); /* false: no such state, nothing changed */
