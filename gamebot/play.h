/* gamebot/play.h
 * A run: its bots, the rooms they met, what was counted, and what the scenario says about how it ends.
 *
 * Thread: one.
 */
#pragma once
#include "bot.h"
#include "chaos.h"
#include "room.h"
#include "scenario.h"

enum play_phase { PLAY_RAMP, PLAY_READY, PLAY_ON, PLAY_SETTLE, PLAY_LEAVE, PLAY_OVER };
enum play_end { PLAY_TIME, PLAY_DONE, PLAY_INTERRUPTED, PLAY_NOT_READY, PLAY_UNREACHABLE };

struct play {
	const struct scenario *scenario;
	struct loop *loop;
	struct lines lines;
	struct metrics metrics;
	struct arena *scratch; /* of one frame */
	struct wire_codec *codec;
	struct shared_pool *pool;
	struct shared *out; /* the frame that is being written */
	struct rooms rooms;
	struct bot *bots;
	uint32_t bot_count, started;
	struct group *groups;
	uint32_t group_count;
	struct link_plan *line_plans;
	/* Of the time between the end of the ramp and the end of play: what rates are made of. */
	uint64_t played[METRIC_COUNT], played_latencies[LATENCY_COUNT];
	uint32_t states[BOT_STATES];
	uint32_t complaints;
	enum play_phase phase;
	enum play_end end;
	int64_t begin_us, zero_us, over_us; /* first bot, end of the ramp, end of play */
	int64_t until_us;                   /* of the phase */
	uint32_t peak_playing;
	struct timer tick, ramp;
	/* Each second, for progress on a terminal; may be NULL. */
	void (*progress)(struct play *play);
	volatile int *interrupted;
};

/* 0, or -1: errno. */
int play_run(struct play *play, const struct scenario *scenario,
	     void (*progress)(struct play *play), volatile int *interrupted);
void play_free(struct play *play);
void play_state(struct bot *bot, enum bot_state state); /* moves the bot, and the counts */
