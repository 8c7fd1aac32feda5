/* gamesrvd/drain/show.c
 * Cordons and drains as JSON: the shapes Drain, DrainPlan, DrainRoom and Cordon of docs/admin-api.md.
 */
#include "base/time.h"
#include "gamesrvd/config/shapes.h"
#include "gamesrvd/drain/state.h"

static json_t *ms_or_null(int64_t us)
{
	return us >= 0 ? json_integer(us / 1000) : json_null();
}

static json_t *actor_json(const struct drain_note *note)
{
	return json_pack("{s:I, s:o}", "uid", (json_int_t)note->uid, "name",
			 shape_text(str_of(note->actor)));
}

static json_t *room_json(const struct drain_room *room)
{
	char id[ID_TEXT];

	return json_pack("{s:s, s:o, s:o, s:o, s:I, s:I, s:I, s:o, s:o, s:s}", "id",
			 id_text('r', room->id, id), "type", shape_text(room->type), "key",
			 room->key.n ? shape_text(room->key) : json_null(), "state",
			 shape_text(room->state), "players", (json_int_t)room->players, "suspended",
			 (json_int_t)room->suspended, "age_ms", (json_int_t)(room->age_us / 1000),
			 "usual_ms", ms_or_null(room->usual_us ? room->usual_us : -1), "left_ms",
			 ms_or_null(room->left_us), "why", drain_why(room));
}

static json_t *first_rooms(const drain_rooms *rooms)
{
	json_t *list = json_array();

	for (size_t i = 0; i < rooms->count && i < DRAIN_BLOCKERS_SHOWN; i++)
		json_array_append_new(list, room_json(&rooms->items[i]));
	return list;
}

static json_t *notices_json(const struct drain_options *how)
{
	json_t *list = json_array();

	for (size_t i = 0; i < how->notice_count; i++)
		json_array_append_new(list, json_integer(how->notices_ms[i]));
	return list;
}

static json_t *options_json(const struct drain_options *how)
{
	return json_pack("{s:s, s:I, s:I, s:I, s:o}", "policy", drain_policy_name(how->policy),
			 "deadline_ms", (json_int_t)(how->deadline_us / 1000), "lb_wait_ms",
			 (json_int_t)(how->lb_wait_us / 1000), "rate", (json_int_t)how->rate,
			 "notices_ms", notices_json(how));
}

/* Per second, over the last ten seconds. */
static json_t *rate_json(const struct drain_entry *e)
{
	const struct drain_sample *first = e->samples, *last;
	double seconds;

	if (e->sample_count < 2)
		return json_pack("{s:f, s:f}", "rooms", 0.0, "sessions", 0.0);
	last = &e->samples[e->sample_count - 1];
	seconds = (double)(last->at_us - first->at_us) / 1e6;
	return json_pack("{s:f, s:f}", "rooms",
			 ((double)first->left.rooms - last->left.rooms) / seconds, "sessions",
			 ((double)first->left.sessions - last->left.sessions) / seconds);
}

static json_t *ended_json(const struct drain_entry *e)
{
	const struct drain_run *run = &e->run;

	return drain_run_is_over(run) ? shape_time(e->who.wall_us + run->over_us - run->begun_us)
				      : json_null();
}

json_t *drain_json(struct drain *d, struct arena *mem, struct drain_entry *e)
{
	const struct drain_run *run = &e->run;
	int64_t now = time_mono_us(), left = drain_run_deadline_us(run) - now;
	drain_rooms rooms = {0};
	json_t *all, *how = options_json(&run->how);

	if (drain_run_is_over(run))
		left = 0;
	else
		d->host.rooms(d->host.ctx, mem, &e->target, &rooms);
	drain_forecast(&rooms);
	all = json_pack(
		"{s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:I, s:b, s:b, s:I, s:I, s:I, "
		"s:I, s:I, s:I,"
		" s:o, s:o, s:o, s:I}",
		"target", e->target.text, "phase", drain_phase_name(run->phase), "outcome",
		drain_outcome_name(run->outcome), "origin", e->by_signal ? "signal" : "operator",
		"actor", actor_json(&e->who), "message",
		shape_text(str_of(e->who.message ? e->who.message : "")), "begun",
		shape_time(e->who.wall_us), "deadline",
		shape_time(e->who.wall_us + run->how.deadline_us), "ended", ended_json(e),
		"remaining_ms", (json_int_t)(left > 0 ? left / 1000 : 0), "refuses", run->refuses,
		"durable", !e->unsaved && !e->by_signal && e->target.kind != DRAIN_ROOM, "rooms",
		(json_int_t)run->first.rooms, "rooms_left", (json_int_t)run->left.rooms, "sessions",
		(json_int_t)run->first.sessions, "sessions_left", (json_int_t)run->left.sessions,
		"rooms_cut", (json_int_t)run->cut.rooms, "players_cut",
		(json_int_t)run->cut.players, "per_second", rate_json(e), "eta_ms",
		ms_or_null(drain_eta_us(run, &rooms, now)), "blockers", first_rooms(&rooms),
		"blockers_total", (json_int_t)rooms.count);
	if (all == NULL || how == NULL || json_object_update(all, how) < 0) {
		json_decref(all);
		all = NULL;
	}
	json_decref(how);
	return all;
}

json_t *drain_cordon_json(const struct drain_entry *e)
{
	return json_pack("{s:s, s:o, s:o, s:o}", "target", e->target.text, "time",
			 shape_time(e->cordon.wall_us), "actor", actor_json(&e->cordon), "message",
			 shape_text(str_of(e->cordon.message ? e->cordon.message : "")));
}

/* ---- Plan ---- */

struct type_sum {
	struct str type;
	uint32_t rooms, players;
	int64_t usual_us;
};

static json_t *types_json(struct arena *mem, const drain_rooms *rooms)
{
	VEC(struct type_sum) sums = {0};
	const struct drain_room *room;
	struct type_sum *sum;
	json_t *list = json_array();

	VEC_EACH (rooms, room) {
		VEC_EACH (&sums, sum)
			if (str_eq(sum->type, room->type))
				break;
		if (sum == NULL || sum == sums.items + sums.count) {
			sum = vec_push(mem, &sums);
			*sum = (struct type_sum){.type = room->type, .usual_us = room->usual_us};
		}
		sum->rooms++;
		sum->players += room->players;
	}
	VEC_EACH (&sums, sum)
		json_array_append_new(
			list,
			json_pack("{s:o, s:I, s:I, s:o}", "type", shape_text(sum->type), "rooms",
				  (json_int_t)sum->rooms, "players", (json_int_t)sum->players,
				  "usual_ms", ms_or_null(sum->usual_us ? sum->usual_us : -1)));
	return list;
}

/* Rooms that by all forecasts will still be there at the deadline: those in front. */
static size_t late_rooms(const struct drain_run *run, const drain_rooms *rooms)
{
	size_t n = 0;

	while (run->how.policy == DRAIN_WAIT && n < rooms->count &&
	       (rooms->items[n].left_us < 0 || rooms->items[n].left_us > run->how.deadline_us))
		n++;
	return n;
}

json_t *drain_plan_json(struct arena *mem, const struct drain_run *run, const drain_rooms *rooms)
{
	drain_rooms late = {.items = rooms->items, .count = late_rooms(run, rooms)};
	json_t *how = options_json(&run->how);
	json_t *all =
		json_pack("{s:s, s:I, s:I, s:o, s:o, s:o, s:I}", "target", run->target.text,
			  "rooms", (json_int_t)run->left.rooms, "sessions",
			  (json_int_t)run->left.sessions, "types", types_json(mem, rooms), "eta_ms",
			  ms_or_null(drain_eta_us(run, rooms, run->begun_us)), "blockers",
			  first_rooms(&late), "blockers_total", (json_int_t)late.count);

	if (all == NULL || how == NULL || json_object_update(all, how) < 0) {
		json_decref(all);
		all = NULL;
	}
	json_decref(how);
	return all;
}

/* ---- Listings ---- */

json_t *drain_one(struct drain *d, struct arena *mem, const struct drain_target *t, bool *over)
{
	struct drain_entry *e = drain_find(d, t);

	*over = true;
	if (e == NULL || !e->drains)
		return NULL;
	*over = drain_run_is_over(&e->run);
	return drain_json(d, mem, e);
}

static const char *state_of(const struct drain *d)
{
	struct drain_brief brief = drain_brief(d);

	if (brief.phase != DRAIN_ACTIVE)
		return drain_phase_name(brief.phase);
	return brief.cordoned ? "cordoned" : "active";
}

json_t *drain_list(struct drain *d, struct arena *mem)
{
	json_t *cordons = json_array(), *drains = json_array();

	for (size_t i = 0; i < d->entry_count; i++) {
		if (d->entries[i]->cordoned)
			json_array_append_new(cordons, drain_cordon_json(d->entries[i]));
		if (d->entries[i]->drains)
			json_array_append_new(drains, drain_json(d, mem, d->entries[i]));
	}
	return json_pack("{s:s, s:o, s:o}", "state", state_of(d), "cordons", cordons, "drains",
			 drains);
}
