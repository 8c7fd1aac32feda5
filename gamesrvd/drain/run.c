/* gamesrvd/drain/run.c */
#include "gamesrvd/drain/run.h"

static const char *const phases[] = {"active", "cordoned", "lb-wait",
				     "notify", "draining", "drained"};
static const char *const policies[] = {"wait", "end", "kick"};

const char *drain_phase_name(enum drain_phase phase)
{
	return phases[phase];
}

const char *drain_policy_name(enum drain_policy policy)
{
	return policies[policy];
}

const char *drain_outcome_name(enum drain_outcome outcome)
{
	static const char *const names[] = {"running", "drained", "cut", "aborted"};

	return names[outcome];
}

bool drain_phase_parse(struct str name, enum drain_phase *out)
{
	for (int i = 0; i < DRAIN_PHASE_COUNT; i++) {
		if (str_is(name, phases[i])) {
			*out = (enum drain_phase)i;
			return true;
		}
	}
	return false;
}

bool drain_policy_parse(struct str name, enum drain_policy *out)
{
	for (int i = 0; i < DRAIN_POLICY_COUNT; i++) {
		if (str_is(name, policies[i])) {
			*out = (enum drain_policy)i;
			return true;
		}
	}
	return false;
}

void drain_run_init(struct drain_run *run, const struct drain_target *target,
		    const struct drain_options *how, int64_t now_us)
{
	*run = (struct drain_run){.target = *target,
				  .how = *how,
				  .phase = DRAIN_CORDONED,
				  .begun_us = now_us,
				  .stepped_us = now_us};
}

/* ---- Words to the players ---- */

static uint32_t ms_until(int64_t at_us, int64_t now_us)
{
	return at_us > now_us ? (uint32_t)((at_us - now_us) / 1000) : 0;
}

static struct str words(const struct drain_run *run)
{
	if (run->target.kind != DRAIN_SERVER)
		return run->how.policy == DRAIN_WAIT ? STR("This room takes nobody in any more.")
						     : STR("This room is about to end.");
	return run->how.policy == DRAIN_WAIT
		       ? STR("This server is going down; matches may end before.")
		       : STR("This server is going down; matches are ended.");
}

/* Notices whose time had passed already when it began (or was changed) are covered by the one said then. */
static void pass_notices(struct drain_run *run, int64_t now_us)
{
	for (size_t i = 0; i < run->how.notice_count; i++)
		if (run->acts_us - (int64_t)run->how.notices_ms[i] * 1000 <= now_us)
			run->said |= 1u << i;
}

static void say_when_due(struct drain_run *run, const struct drain_world *world, int64_t now_us)
{
	uint32_t before = run->said;

	pass_notices(run, now_us);
	if (run->said != before)
		world->say(world->ctx, &run->target, words(run), ms_until(run->acts_us, now_us));
}

/* ---- Phases ---- */

/* policy wait: rooms have until the deadline. Otherwise as long as the longest notice. */
static int64_t act_time(const struct drain_run *run, int64_t now_us)
{
	int64_t deadline = drain_run_deadline_us(run), longest = 0;

	if (run->how.policy == DRAIN_WAIT)
		return deadline;
	for (size_t i = 0; i < run->how.notice_count; i++)
		if ((int64_t)run->how.notices_ms[i] * 1000 > longest)
			longest = (int64_t)run->how.notices_ms[i] * 1000;
	return now_us + longest < deadline ? now_us + longest : deadline;
}

/* Until doors shut newcomers are still served, so what there is to empty may grow. */
static void look(struct drain_run *run, const struct drain_world *world)
{
	run->left = world->left(world->ctx, &run->target);
	if (run->left.rooms > run->first.rooms)
		run->first.rooms = run->left.rooms;
	if (run->left.sessions > run->first.sessions)
		run->first.sessions = run->left.sessions;
}

static void begin_refusing(struct drain_run *run, const struct drain_world *world, int64_t now_us)
{
	world->refuse(world->ctx, &run->target, true);
	run->refuses = true;
	run->acts_us = act_time(run, now_us);
	look(run, world);
	run->phase = DRAIN_NOTIFY;
	if (run->left.rooms + run->left.sessions == 0)
		return; /* nobody there to be told */
	world->mark(world->ctx, &run->target, true);
	world->say(world->ctx, &run->target, words(run), ms_until(run->acts_us, now_us));
	pass_notices(run, now_us);
}

static void earn(struct drain_run *run, int64_t now_us)
{
	int64_t most = (int64_t)run->how.rate * 1000000;

	run->budget_us += (now_us - run->stepped_us) * run->how.rate;
	if (run->budget_us > most)
		run->budget_us = most;
}

static void sweep(struct drain_run *run, const struct drain_world *world, int64_t now_us)
{
	bool acts = now_us >= run->acts_us, late = now_us >= drain_run_deadline_us(run);
	struct drain_order order = {
		.finish = acts && !run->finished && run->how.policy == DRAIN_END,
		.close = acts && run->how.policy == DRAIN_KICK,
		.all = late,
	};
	struct drain_swept swept;

	earn(run, now_us);
	/* Less than one player's worth is nobody's turn yet. */
	order.budget = run->budget_us > 0 ? run->budget_us / 1000000 : 0;
	swept = world->sweep(world->ctx, &run->target, &order);
	run->finished = run->finished || order.finish;
	run->budget_us -= swept.spent * 1000000;
	if (late) {
		run->cut.rooms += swept.rooms;
		run->cut.sessions += swept.sessions;
		run->cut.players += swept.players;
	}
	look(run, world);
}

static bool is_empty(const struct drain_run *run)
{
	return run->left.rooms == 0 &&
	       (run->target.kind != DRAIN_SERVER || run->left.sessions == 0);
}

static void end(struct drain_run *run, int64_t now_us)
{
	run->phase = DRAIN_DRAINED;
	run->over_us = now_us;
	run->outcome = run->cut.rooms > 0 ? DRAIN_CUT : DRAIN_DONE;
}

/* One phase on, or not. */
static bool advance(struct drain_run *run, const struct drain_world *world, int64_t now_us)
{
	enum drain_phase before = run->phase;

	switch (run->phase) {
	case DRAIN_CORDONED:
		look(run, world);
		run->phase = DRAIN_LB_WAIT;
		break;
	case DRAIN_LB_WAIT:
		look(run, world);
		if (run->target.kind != DRAIN_SERVER ||
		    now_us >= run->begun_us + run->how.lb_wait_us)
			begin_refusing(run, world, now_us);
		break;
	case DRAIN_NOTIFY:
		look(run, world);
		say_when_due(run, world, now_us);
		if (run->how.policy == DRAIN_WAIT || now_us >= run->acts_us || is_empty(run))
			run->phase = DRAIN_DRAINING;
		break;
	case DRAIN_DRAINING:
		say_when_due(run, world, now_us);
		sweep(run, world, now_us);
		if (is_empty(run))
			end(run, now_us);
		break;
	case DRAIN_ACTIVE:
	case DRAIN_DRAINED:
	case DRAIN_PHASE_COUNT: break;
	}
	return run->phase != before;
}

bool drain_run_step(struct drain_run *run, const struct drain_world *world, int64_t now_us)
{
	bool changed = false;

	while (advance(run, world, now_us))
		changed = true;
	run->stepped_us = now_us;
	return changed;
}

void drain_run_restore(struct drain_run *run, enum drain_phase phase,
		       const struct drain_world *world, int64_t now_us)
{
	if (phase == DRAIN_CORDONED || phase == DRAIN_ACTIVE)
		return;
	run->phase = DRAIN_LB_WAIT;
	if (phase == DRAIN_LB_WAIT)
		return;
	begin_refusing(run, world, now_us);
	run->phase = phase == DRAIN_DRAINED ? DRAIN_DRAINING : phase;
}

void drain_run_abort(struct drain_run *run, const struct drain_world *world, bool keep_refusing,
		     int64_t now_us)
{
	if (run->refuses) {
		world->mark(world->ctx, &run->target, false);
		if (!keep_refusing)
			world->refuse(world->ctx, &run->target, false);
		if (run->phase != DRAIN_DRAINED)
			world->say(world->ctx, &run->target, STR("Play on: it was called off."), 0);
	}
	run->refuses = false;
	run->phase = DRAIN_ACTIVE;
	run->outcome = DRAIN_ABORTED;
	run->over_us = now_us;
}

void drain_run_change(struct drain_run *run, const struct drain_options *how, int64_t now_us)
{
	bool same_policy = run->how.policy == how->policy;

	run->how = *how;
	run->said = 0;
	if (!run->refuses)
		return;
	if (how->policy == DRAIN_WAIT || !same_policy || run->acts_us > drain_run_deadline_us(run))
		run->acts_us = act_time(run, now_us);
	if (!same_policy)
		run->finished = false;
	pass_notices(run, now_us);
}
