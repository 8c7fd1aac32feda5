/* gamesrvd/control/live_rows.c
 * Sessions and rooms as JSON: the shapes Session and Room of docs/admin-api.md.
 */
#include <inttypes.h>

#include "gamesrvd/config/shapes.h"
#include "gamesrvd/control/live_call.h"

static json_t *id_json(char kind, struct id id)
{
	char text[ID_TEXT];

	return id_is(id) ? json_string(id_text(kind, id, text)) : json_null();
}

static json_t *text_or_null(struct str s)
{
	return s.n > 0 ? shape_text(s) : json_null();
}

static json_t *ms(int64_t us)
{
	return json_real((double)us / 1000);
}

/* Adds `more` to `all`; NULL when either found no memory. */
static json_t *joined(json_t *all, json_t *more)
{
	if (all == NULL || more == NULL || json_object_update(all, more) < 0) {
		json_decref(all);
		all = NULL;
	}
	json_decref(more);
	return all;
}

json_t *live_call_session(const struct session_row *s)
{
	bool seated = id_is(s->room);

	return joined(json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:I}",
				"id", id_json('s', s->id), "player", shape_text(s->player), "state",
				shape_text(s->state), "room", id_json('r', s->room), "seat",
				seated ? json_integer(s->seat) : json_null(), "revision",
				seated ? json_integer((json_int_t)s->revision) : json_null(),
				"transport", text_or_null(s->transport), "address",
				text_or_null(s->address), "client_build",
				text_or_null(s->client_build), "rtt_ms",
				s->rtt_us >= 0 ? ms(s->rtt_us) : json_null(), "age_ms",
				(json_int_t)(s->age_us / 1000), "idle_ms",
				(json_int_t)(s->idle_us / 1000)),
		      json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "epoch",
				(json_int_t)s->epoch, "resumes", (json_int_t)s->resumes,
				"messages_in", (json_int_t)s->messages_in, "messages_out",
				(json_int_t)s->messages_out, "bytes_in", (json_int_t)s->bytes_in,
				"bytes_out", (json_int_t)s->bytes_out, "dropped",
				(json_int_t)s->dropped, "queue_bytes", (json_int_t)s->queue_bytes,
				"queue_max_bytes", (json_int_t)s->queue_max_bytes));
}

static json_t *members_json(const struct room_row *r)
{
	json_t *list = json_array();

	for (size_t i = 0; r->members != NULL && i < r->taken + r->spectators; i++) {
		const struct room_seat_row *m = &r->members[i];

		json_array_append_new(list, json_pack("{s:I, s:o, s:o, s:b, s:b}", "seat",
						      (json_int_t)m->seat, "session",
						      id_json('s', m->session), "player",
						      shape_text(m->player), "suspended",
						      m->suspended, "spectator", m->spectator));
	}
	return list;
}

static json_t *lockstep_json(const struct room_row *r)
{
	if (!str_is(r->mode, "lockstep"))
		return json_null();
	return json_pack("{s:I, s:I, s:I, s:I, s:o, s:I, s:b, s:o}", "frame", (json_int_t)r->frame,
			 "input_delay", (json_int_t)r->input_delay, "late_inputs",
			 (json_int_t)r->late_inputs, "confirmed_frame",
			 (json_int_t)r->confirmed_frame, "confirmed_hash",
			 json_sprintf("%016" PRIx64, r->confirmed_hash), "desyncs",
			 (json_int_t)r->desyncs, "log_complete", r->log_complete, "evidence",
			 text_or_null(r->evidence));
}

json_t *live_call_room(const struct room_row *r)
{
	return joined(
		joined(json_pack(
			       "{s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:I}",
			       "id", id_json('r', r->id), "type", shape_text(r->type), "key",
			       text_or_null(r->key), "state", shape_text(r->state), "mode",
			       shape_text(r->mode), "why", text_or_null(r->why), "seats",
			       (json_int_t)r->seats, "taken", (json_int_t)r->taken, "suspended",
			       (json_int_t)r->suspended, "spectators", (json_int_t)r->spectators,
			       "loop", (json_int_t)id_loop(r->id), "revision",
			       (json_int_t)r->revision, "pinned", (json_int_t)r->pinned),
		       json_pack("{s:b, s:b, s:b, s:b, s:b, s:I, s:o, s:I, s:I, s:I}", "locked",
				 r->locked, "cordoned", r->cordoned, "draining", r->draining,
				 "paused", r->paused, "degraded", r->degraded, "age_ms",
				 (json_int_t)(r->age_us / 1000), "tick_ms", ms(r->tick_us), "ticks",
				 (json_int_t)r->ticks, "late_ticks", (json_int_t)r->late_ticks,
				 "skipped_ticks", (json_int_t)r->skipped_ticks)),
		json_pack("{s:o, s:o, s:I, s:I, s:I, s:o, s:o, s:o, s:o}", "tick_cost_ms",
			  ms(r->tick_cost_us), "tick_cost_max_ms", ms(r->tick_cost_max_us),
			  "messages_in", (json_int_t)r->messages_in, "bytes_out",
			  (json_int_t)r->bytes_out, "log_bytes", (json_int_t)r->log_bytes, "seed",
			  json_sprintf("%016" PRIx64, r->seed), "lockstep", lockstep_json(r),
			  "note", text_or_null(r->note), "members",
			  r->members ? members_json(r) : json_null()));
}
