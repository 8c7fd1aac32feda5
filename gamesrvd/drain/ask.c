/* gamesrvd/drain/ask.c
 * What operators ask of cordons and drains.
 */
#include <inttypes.h>

#include "base/log.h"
#include "base/time.h"
#include "conf/set.h"
#include "gamesrvd/config/config.h"
#include "gamesrvd/drain/state.h"
#include "schemas/builtin.h"

static const struct drain_options defaults = {
	.policy = DRAIN_WAIT, .deadline_us = INT64_C(1800) * 1000000, .rate = 200};

static void fail(struct drain_answer *out, struct arena *mem, int status, const char *code,
		 json_t *details, const char *fmt, ...) PRINTF(6, 7);
static void fail(struct drain_answer *out, struct arena *mem, int status, const char *code,
		 json_t *details, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	out->message = arena_vprintf(mem, fmt, args);
	va_end(args);
	out->status = status;
	out->code = code;
	out->body = details;
}

static void done(struct drain_answer *out, json_t *body)
{
	*out = (struct drain_answer){.status = 200, .body = body};
}

static bool is_there(struct drain *d, struct arena *mem, const struct drain_target *t,
		     struct drain_answer *out)
{
	if (d->host.exists == NULL || d->host.exists(d->host.ctx, t))
		return true;
	fail(out, mem, 404, "not_found", NULL, "there is no %s",
	     t->kind == DRAIN_ROOM ? arena_printf(mem, "room %s", t->text + 5).p
				   : arena_printf(mem, "room type %s", t->text + 9).p);
	return false;
}

/* ---- Options ---- */

static int64_t configured_lb_wait_us(struct drain *d)
{
	struct conf_set *set = config_snapshot(d->host.config, NULL);
	int64_t us = conf_server_of(set)->shutdown.lb_wait.us;

	conf_set_unref(set);
	return us;
}

/* Those who may play on are told long before; who is to be sent away now is not kept waiting. */
static void default_notices(struct drain_options *how)
{
	static const uint32_t usual_ms[] = {600000, 60000};

	how->notice_count = 0;
	for (size_t i = 0; how->policy == DRAIN_WAIT && i < ARRAY_LEN(usual_ms); i++)
		how->notices_ms[how->notice_count++] = usual_ms[i];
}

static struct drain_options options(struct drain *d, const struct drain_target *t,
				    const struct drain_options *base, const struct drain_wish *wish)
{
	struct drain_options how = base ? *base : defaults;

	if (wish->given & DRAIN_GIVEN_DEADLINE)
		how.deadline_us = wish->how.deadline_us;
	if (wish->given & DRAIN_GIVEN_POLICY)
		how.policy = wish->how.policy;
	if (wish->given & DRAIN_GIVEN_RATE)
		how.rate = wish->how.rate;
	if (wish->given & DRAIN_GIVEN_LB_WAIT)
		how.lb_wait_us = wish->how.lb_wait_us;
	else if (base == NULL && t->kind == DRAIN_SERVER)
		how.lb_wait_us = configured_lb_wait_us(d);
	if (wish->given & DRAIN_GIVEN_NOTICES) {
		memcpy(how.notices_ms, wish->how.notices_ms, sizeof(how.notices_ms));
		how.notice_count = wish->how.notice_count;
	} else if (base == NULL || how.policy != base->policy) {
		default_notices(&how);
	}
	if (t->kind != DRAIN_SERVER)
		how.lb_wait_us = 0;
	if (!(wish->given & DRAIN_GIVEN_LB_WAIT) && how.lb_wait_us > how.deadline_us)
		how.lb_wait_us = how.deadline_us;
	return how;
}

static bool are_possible(struct arena *mem, const struct drain_options *how,
			 struct drain_answer *out)
{
	if (how->lb_wait_us <= how->deadline_us)
		return true;
	fail(out, mem, 400, "bad_request", NULL,
	     "lb_wait_ms: %" PRId64 " leaves nothing of the deadline of %" PRId64
	     ", which counts from the beginning",
	     how->lb_wait_us / 1000, how->deadline_us / 1000);
	return false;
}

/* ---- Drain ---- */

static void answer(struct drain *d, struct arena *mem, struct drain_entry *e, const char *outcome,
		   struct drain_answer *out)
{
	done(out, json_pack("{s:s, s:o, s:n}", "outcome", outcome, "drain", drain_json(d, mem, e),
			    "plan"));
}

static void join(struct drain *d, struct arena *mem, struct drain_entry *e,
		 const struct drain_wish *wish, struct drain_answer *out)
{
	struct drain_options how = options(d, &e->target, &e->run.how, wish);
	int64_t now = time_mono_us();

	/* A deadline given counts from now: who says "5 more minutes" means from now. */
	if (wish->given & DRAIN_GIVEN_DEADLINE)
		how.deadline_us += now - e->run.begun_us;
	if (!are_possible(mem, &how, out))
		return;
	if (wish->given != 0) {
		drain_run_change(&e->run, &how, now);
		drain_step(d, e);
		(void)drain_keep(d, e);
		log_info("drain of %s: changed: policy %s, %" PRId64 " s left", e->target.text,
			 drain_policy_name(how.policy),
			 (drain_run_deadline_us(&e->run) - now) / 1000000);
	}
	answer(d, mem, e, wish->given ? "changed" : "joined", out);
}

void drain_begin(struct drain *d, struct arena *mem, const struct drain_target *t,
		 const struct drain_who *who, const struct drain_wish *wish,
		 struct drain_answer *out)
{
	struct drain_entry *e = drain_find(d, t);
	struct drain_options how;

	if (e != NULL && drain_entry_runs(e)) {
		join(d, mem, e, wish, out);
		return;
	}
	if (e != NULL && e->drains && e->run.phase == DRAIN_DRAINED) {
		answer(d, mem, e, "joined", out);
		return;
	}
	how = options(d, t, NULL, wish);
	if (!is_there(d, mem, t, out) || !are_possible(mem, &how, out))
		return;
	e = drain_take(d, t);
	if (e == NULL) {
		fail(out, mem, 429, "rate_limited", NULL, "%d drains and cordons are kept already",
		     DRAIN_ENTRIES_MAX);
		return;
	}
	drain_note_set(&e->who, who);
	e->drains = true;
	e->by_signal = false;
	e->sample_count = 0;
	drain_run_init(&e->run, t, &how, time_mono_us());
	drain_show_state(d); /* readyz fails from here on, before anything is refused */
	(void)drain_keep(d, e);
	log_info("drain of %s begins: asked by %s, policy %s, deadline %" PRId64 " s", t->text,
		 e->who.actor, drain_policy_name(how.policy), how.deadline_us / 1000000);
	drain_step(d, e);
	drain_show_state(d);
	drain_wind(d);
	answer(d, mem, e, "started", out);
}

void drain_plan(struct drain *d, struct arena *mem, const struct drain_target *t,
		const struct drain_wish *wish, struct drain_answer *out)
{
	const struct drain_entry *e = drain_find(d, t);
	const struct drain_options *base = e != NULL && drain_entry_runs(e) ? &e->run.how : NULL;
	struct drain_options how = options(d, t, base, wish);
	struct drain_run run;
	drain_rooms rooms = {0};

	if (!is_there(d, mem, t, out) || !are_possible(mem, &how, out))
		return;
	drain_run_init(&run, t, &how, time_mono_us());
	run.left = d->host.world.left(d->host.world.ctx, t);
	d->host.rooms(d->host.ctx, mem, t, &rooms);
	drain_forecast(&rooms);
	done(out, json_pack("{s:s, s:n, s:o}", "outcome", "dry-run", "drain", "plan",
			    drain_plan_json(mem, &run, &rooms)));
}

void drain_abort(struct drain *d, struct arena *mem, const struct drain_target *t,
		 const struct drain_who *who, struct drain_answer *out)
{
	struct drain_entry *e = drain_find(d, t);
	bool active = e != NULL && e->drains && e->run.phase != DRAIN_ACTIVE &&
		      !(t->kind == DRAIN_ROOM && e->run.phase == DRAIN_DRAINED);

	if (!active) {
		fail(out, mem, 409, "wrong_state", NULL, "no drain of %s is under way", t->text);
		return;
	}
	if (t->kind == DRAIN_SERVER && d->stopping) {
		fail(out, mem, 409, "wrong_state", NULL,
		     "gamesrvd was told to end (SIGTERM) and drains before it does; that cannot be "
		     "called off");
		return;
	}
	drain_run_abort(&e->run, &d->host.world, e->cordoned, time_mono_us());
	(void)drain_forget(d, e);
	log_info("drain of %s: called off by %s", t->text, who->name);
	drain_show_state(d);
	drain_wind(d);
	answer(d, mem, e, "aborted", out);
}

/* ---- Cordon ---- */

static void uncordon_drained(struct drain *d, struct drain_entry *e)
{
	drain_run_abort(&e->run, &d->host.world, false, time_mono_us());
	(void)drain_forget(d, e);
}

static bool may_uncordon(struct arena *mem, const struct drain_entry *e, struct drain_answer *out)
{
	if (e == NULL || !drain_entry_runs(e))
		return true;
	fail(out, mem, 409, "wrong_state", NULL, "%s is being drained; abort that to open it again",
	     e->target.text);
	return false;
}

void drain_cordon(struct drain *d, struct arena *mem, const struct drain_target *t,
		  const struct drain_who *who, bool on, struct drain_answer *out)
{
	struct drain_entry *e = drain_find(d, t);
	bool drained = e != NULL && e->drains && e->run.phase == DRAIN_DRAINED;
	bool was = e != NULL && (e->cordoned || drained);

	if (!is_there(d, mem, t, out) || (!on && !may_uncordon(mem, e, out)))
		return;
	e = drain_take(d, t);
	if (e == NULL) {
		fail(out, mem, 429, "rate_limited", NULL, "%d drains and cordons are kept already",
		     DRAIN_ENTRIES_MAX);
		return;
	}
	if (on != e->cordoned) {
		e->cordoned = on;
		drain_note_set(&e->cordon, who);
		drain_show_state(d);
		(void)drain_keep_cordon(d, e);
	}
	d->host.world.refuse(d->host.world.ctx, t, on);
	if (!on && drained)
		uncordon_drained(d, e);
	drain_show_state(d);
	log_info("%s is %s, by %s", t->text, on ? "cordoned" : "open to newcomers", who->name);
	done(out,
	     json_pack("{s:s, s:b, s:b}", "target", t->text, "cordoned", on, "changed", was != on));
	if (!e->cordoned && !e->drains)
		drain_drop(d, e);
}
