/* gamebot/behaviours/behave_lockstep.c: plays a lockstep match: inputs ahead of time, every frame computed, every hash
 * compared with the other bots', snapshots given and taken. */
#include "behaviour.h"
#include "bot_parts.h"
#include "lockstep.h"
#include "pb.h"
#include "play.h"

enum { PENDING = 16 };

struct player {
	struct lockstep lockstep;
	struct bot *bot;
	bool astray; /* it miscalculated on purpose, and was not found out yet */
	bool fresh;  /* nothing was computed since it sat down */
	uint32_t delay, hash_every, tick_us, seat_frame;
	int64_t start_us; /* when frame 0 would have come: the fastest frame tells */
	int64_t last_us, joined_us;
	int64_t due_us, stray_us;
	bool wanted;
	uint32_t wanted_frame;
	struct {
		uint32_t frame;
		int64_t sent_us;
	} pending[PENDING];
	uint32_t pending_at;
};

static void send_hash(struct bot *bot, uint32_t frame, uint64_t hash)
{
	uint8_t bytes[24];
	struct pb_out o = {bytes, bytes + sizeof(bytes), false};

	pb_uint(&o, 1, frame);
	pb_fixed64(&o, 2, hash);
	bot_command(bot, FRAME_HASH, (struct str){(char *)bytes, (size_t)(o.p - bytes)});
}

static void send_snapshot(struct bot *bot)
{
	struct player *p = bot->own;
	uint8_t state[SIM_SIZE], bytes[SIM_SIZE + 32];
	struct pb_out o = {bytes, bytes + sizeof(bytes), false};

	p->wanted = false;
	pb_uint(&o, 1, p->lockstep.sim.frame);
	pb_bytes(&o, 2, (struct str){(char *)state, sim_save(&p->lockstep.sim, state)});
	pb_fixed64(&o, 3, sim_hash(&p->lockstep.sim));
	bot_command(bot, FRAME_SNAPSHOT, (struct str){(char *)bytes, (size_t)(o.p - bytes)});
	bot_count(bot, M_snapshots);
}

static void compare(struct player *p, uint32_t frame)
{
	struct bot *bot = p->bot;
	uint64_t hash = sim_hash(&p->lockstep.sim);
	int same = p->astray || bot->room == NULL ? 0 : room_hash(bot->room, frame, hash);

	if (same > 0)
		bot_count(bot, M_hashes);
	if (same < 0)
		bot_complain(bot, M_hash_mismatches,
			     "frame %u of %s has another hash than for the others", frame,
			     bot->room->id);
	if (p->hash_every && frame % p->hash_every == 0)
		send_hash(bot, frame, hash);
}

static void computed(struct lockstep *l, const struct lockstep_frame *f)
{
	struct player *p = CONTAINER_OF(l, struct player, lockstep);
	struct bot *bot = p->bot;
	int64_t now = bot_now(bot);

	bot_count(bot, M_lockstep_frames);
	for (uint32_t i = 0; i < f->count; i++)
		for (int k = 0; k < PENDING && f->inputs[i].seat == bot->seat; k++)
			if (p->pending[k].sent_us && p->pending[k].frame == f->frame) {
				bot_took(bot, L_input, now - p->pending[k].sent_us);
				p->pending[k].sent_us = 0;
			}
	compare(p, f->frame);
	if (p->joined_us && (int32_t)(f->frame - p->seat_frame) >= 0) {
		bot_took(bot, L_catchup, now - p->joined_us);
		p->joined_us = 0;
	}
	if (p->wanted && (int32_t)(f->frame - p->wanted_frame) >= 0)
		send_snapshot(bot);
}

static void keep_time(struct bot *bot)
{
	struct player *p = bot->own;
	int64_t now = bot_now(bot), start = now - (int64_t)p->lockstep.newest * p->tick_us;

	if (p->last_us)
		bot_took(bot, L_frame, now - p->last_us);
	if (p->lockstep.newest - p->lockstep.sim.frame == LOCKSTEP_KEPT)
		bot_complain(bot, M_gaps, "no state to play from came within %d frames",
			     LOCKSTEP_KEPT);
	p->last_us = now;
	/* The fastest frame seen says how far the match is; it fades, so that clocks may drift. */
	p->start_us = p->start_us == 0 || start < p->start_us
			      ? start
			      : p->start_us + (start - p->start_us) / 64;
}

static int64_t period_of(const struct bot *bot)
{
	return bot->group->conf->rate > 0 ? (int64_t)(1e6 / bot->group->conf->rate) : INT64_MAX / 4;
}

static void plan(struct bot *bot)
{
	struct player *p = bot->own;
	int64_t at = p->due_us;

	if (p->stray_us && p->stray_us < at)
		at = p->stray_us;
	bot_act_at(bot, at);
}

static void begin(struct bot *bot)
{
	const struct conf_scenario_group *g = bot->group->conf;
	struct player *p = bot->own;

	p->due_us = bot_now(bot) + (int64_t)(rng_part(&bot->chance) * (double)period_of(bot));
	/* One of each room: a majority that errs alike would be right. */
	if (g->state_of.miscalculate_every == CONF_WRITTEN &&
	    (bot->index - bot->group->first) % (uint32_t)g->room_size == 0)
		p->stray_us = bot_now(bot) + rng_about(&bot->chance, g->miscalculate_every.us);
	plan(bot);
}

static void seated(struct bot *bot, const Gamesrv__V1__Joined *j)
{
	struct player *p = bot->own;

	if (j->lockstep == NULL || j->mode != GAMESRV__V1__MODE__MODE_LOCKSTEP) {
		bot_complain(bot, M_violations, "the room is not of mode lockstep");
		return;
	}
	if (j->resync && p->bot) {
		lockstep_resume(&p->lockstep, j->lockstep->frame);
	} else {
		memset(p, 0, sizeof(*p));
		p->lockstep.computed = computed;
		lockstep_begin(&p->lockstep, j->seed, j->lockstep->frame,
			       j->lockstep->missing_repeats);
	}
	p->bot = bot;
	p->delay = j->lockstep->input_delay;
	p->hash_every = j->lockstep->hash_every;
	p->tick_us = j->tick_us ? j->tick_us : 16000;
	p->seat_frame = j->lockstep->frame;
	p->joined_us = bot_now(bot);
	begin(bot);
}

static void send_input(struct bot *bot)
{
	struct player *p = bot->own;
	int64_t now = bot_now(bot);
	uint32_t frame = (uint32_t)((now - p->start_us) / p->tick_us) + 1 + p->delay;
	uint64_t what = rng_mix(rng_mix(bot->play->scenario->seed + bot->index) + frame);
	uint8_t data[SIM_INPUT], bytes[32];
	struct pb_out o = {bytes, bytes + sizeof(bytes), false};

	memcpy(data, &what, sizeof(data));
	pb_uint(&o, 1, frame);
	pb_bytes(&o, 2, (struct str){(char *)data, sizeof(data)});
	bot_command(bot, FRAME_INPUT, (struct str){(char *)bytes, (size_t)(o.p - bytes)});
	bot_count(bot, M_inputs);
	p->pending[p->pending_at].frame = frame;
	p->pending[p->pending_at].sent_us = now;
	p->pending_at = (p->pending_at + 1) % PENDING;
}

static void act(struct bot *bot)
{
	struct player *p = bot->own;
	int64_t now = bot_now(bot);

	if (!bot_is_seated(bot))
		return;
	if (p->stray_us && now >= p->stray_us) {
		p->stray_us =
			now + rng_about(&bot->chance, bot->group->conf->miscalculate_every.us);
		if (p->last_us && !p->astray) {
			p->lockstep.sim.units[0].x ^= 1;
			p->astray = true;
		}
	}
	if (now >= p->due_us) {
		bot_took(bot, L_lag, now - p->due_us);
		p->due_us = now + period_of(bot);
		if (p->start_us)
			send_input(bot);
	}
	plan(bot);
}

static void desync(struct bot *bot, struct str payload)
{
	struct player *p = bot->own;
	const Gamesrv__V1__Desync *d = bot_unpack(bot, FRAME_DESYNC, payload);

	if (d == NULL)
		return;
	if (p->astray)
		bot_count(bot, M_desyncs_provoked);
	else
		bot_complain(bot, M_desyncs,
			     "frame %u: its hash is %016" PRIx64 ", the majority's %016" PRIx64,
			     d->frame, d->yours, d->majority);
}

static void snapshot(struct bot *bot, struct str payload)
{
	struct player *p = bot->own;
	const Gamesrv__V1__Snapshot *s = bot_unpack(bot, FRAME_SNAPSHOT, payload);
	const char *wrong;

	if (s == NULL)
		return;
	bot_count(bot, M_snapshots);
	p->astray = false;
	wrong = lockstep_snapshot(&p->lockstep, s->frame,
				  (struct str){(char *)s->data.data, s->data.len});
	if (wrong)
		bot_complain(bot, M_violations, "%s", wrong);
}

static void snapshot_wanted(struct bot *bot, struct str payload)
{
	struct player *p = bot->own;
	const Gamesrv__V1__SnapshotWanted *w = bot_unpack(bot, FRAME_SNAPSHOT_WANTED, payload);

	if (w == NULL)
		return;
	p->wanted = true;
	p->wanted_frame = w->frame;
	if (!p->astray && (int32_t)(p->lockstep.sim.frame - w->frame) >= 0)
		send_snapshot(bot);
}

static void late(struct bot *bot, struct str payload)
{
	struct player *p = bot->own;
	const Gamesrv__V1__Late *l = bot_unpack(bot, FRAME_LATE, payload);

	bot_count(bot, M_late);
	for (int k = 0; l && k < PENDING; k++)
		if (p->pending[k].frame == l->frame)
			p->pending[k].frame = l->moved_to;
}

static void delay(struct bot *bot, struct str payload)
{
	struct player *p = bot->own;
	const Gamesrv__V1__Delay *d = bot_unpack(bot, FRAME_DELAY, payload);

	if (d)
		p->delay = d->input_delay;
}

static void frame(struct bot *bot, const struct wire_frame *f)
{
	struct player *p = bot->own;
	const char *wrong;

	switch (f->head.type) {
	case FRAME_BUNDLE:
	case FRAME_EMPTY:
		wrong = lockstep_feed(&p->lockstep, f);
		if (wrong)
			bot_complain(bot, M_gaps, "%s", wrong);
		if (!(f->head.flags & WIRE_UNORDERED))
			keep_time(bot);
		break;
	case FRAME_SNAPSHOT: snapshot(bot, f->payload); break;
	case FRAME_SNAPSHOT_WANTED: snapshot_wanted(bot, f->payload); break;
	case FRAME_DESYNC: desync(bot, f->payload); break;
	case FRAME_LATE: late(bot, f->payload); break;
	case FRAME_DELAY: delay(bot, f->payload); break;
	default: break;
	}
}

static void lost(struct bot *bot)
{
	struct player *p = bot->own;

	p->last_us = 0;
}

const struct behaviour behave_lockstep = {
	.name = "lockstep",
	.summary = "plays lockstep matches: computes every frame and compares every hash",
	.fields = "rate miscalculate_every room_type room_size play pause",
	.size = sizeof(struct player),
	.seated = seated,
	.resumed = begin,
	.act = act,
	.frame = frame,
	.lost = lost,
};
