/* gamesrvd/control/live_call.c */
#include "gamesrvd/control/live_call.h"

#include <errno.h>

bool live_call_id(struct op_call *call, char kind, struct id *out)
{
	struct str text = op_arg(call, "id");

	if (id_parse(kind, text, out))
		return true;
	op_fail(call, 404, "not_found", NULL,
		"\"" STR_FMT "\" is no %s; their ids look like %c-2000ck", STR_ARG(text),
		kind == 's' ? "session" : "room", kind);
	return false;
}

bool live_call_type(struct op_call *call, struct drain_target *out)
{
	if (drain_target_type(out, op_arg(call, "name")))
		return true;
	op_fail(call, 404, "not_found", NULL, "there is no such room type");
	return false;
}

int live_call_gone(struct op_call *call, char kind, struct id id)
{
	char text[ID_TEXT];

	return op_fail(call, 404, "not_found", NULL, "there is no %s %s (any more)",
		       kind == 's' ? "session" : "room", id_text(kind, id, text));
}

struct str live_call_actor(struct op_call *call)
{
	return arena_printf(call->mem, "operator/%s", call->peer.name);
}

struct str live_call_text(const struct op_call *call, const char *name)
{
	const json_t *value = json_object_get(call->body, name);

	return (struct str){json_string_value(value), json_string_length(value)};
}

struct str live_call_message(struct op_call *call, struct str fallback)
{
	struct str message = live_call_text(call, "message");

	return message.n > 0 ? message : fallback;
}

/* ---- Words to players ---- */

bool live_call_words(struct op_call *call, struct live_words *out)
{
	struct str kind;
	int64_t in_ms;

	if (!config_call_body(call))
		return false;
	kind = live_call_text(call, "kind");
	in_ms = config_call_int(call, "in_ms", 0);
	out->kind = kind.n > 0 ? kind : STR("say");
	out->text = live_call_text(call, "text");
	if (out->text.n == 0 || in_ms > UINT32_MAX) {
		op_fail(call, 400, "bad_request", NULL,
			out->text.n == 0 ? "text: is empty"
					 : "in_ms: is above the maximum 4294967295");
		return false;
	}
	out->in_ms = (uint32_t)in_ms;
	return true;
}

int live_call_done(struct op_call *call, const char *id, const char *outcome, uint32_t reached)
{
	op_audit(call, "%s %s", outcome, id);
	return op_reply(call, json_pack("{s:s, s:s, s:I}", "id", id, "outcome", outcome, "reached",
					(json_int_t)reached));
}

int live_call_said(struct op_call *call, const char *to, const struct live_words *words)
{
	struct str shown = {words->text.p, words->text.n < 200 ? words->text.n : 200};
	int rc = live_call_done(call, to, "said", words->reached);

	op_audit(call, "said to %s (%u players): " STR_FMT, to, words->reached, STR_ARG(shown));
	return rc;
}

/* ---- Drains ---- */

struct drain_who live_call_who(struct op_call *call)
{
	return (struct drain_who){call->peer.uid, call->peer.name,
				  live_call_message(call, STR(""))};
}

int live_call_answer(struct op_call *call, struct drain_answer *answer)
{
	if (answer->code == NULL)
		return op_reply(call, answer->body);
	return op_fail(call, answer->status, answer->code, answer->body, STR_FMT,
		       STR_ARG(answer->message));
}

static bool refuse(struct op_call *call, const char *what)
{
	op_fail(call, 400, "bad_request", NULL, "%s", what);
	return false;
}

static bool read_notices(struct op_call *call, struct drain_wish *wish)
{
	const json_t *list = json_object_get(call->body, "notices_ms");

	if (json_array_size(list) > DRAIN_NOTICES_MAX)
		return refuse(call, "notices_ms: at most 8");
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *value = json_array_get(list, i);

		if (!json_is_integer(value) || json_integer_value(value) < 0 ||
		    json_integer_value(value) > INT64_C(30) * 86400000)
			return refuse(call, "notices_ms: are milliseconds, at most 30 days");
		wish->how.notices_ms[wish->how.notice_count++] =
			(uint32_t)json_integer_value(value);
	}
	wish->given |= list != NULL ? DRAIN_GIVEN_NOTICES : 0;
	return true;
}

static bool read_time(struct op_call *call, const char *name, int64_t *us, struct drain_wish *wish,
		      unsigned bit)
{
	int64_t ms = config_call_int(call, name, -1);

	if (ms < 0)
		return true;
	if (ms > INT64_C(30) * 86400000) {
		op_fail(call, 400, "bad_request", NULL, "%s: is above 30 days", name);
		return false;
	}
	*us = ms * 1000;
	wish->given |= bit;
	return true;
}

static bool read_wish(struct op_call *call, struct drain_wish *wish)
{
	struct str policy = live_call_text(call, "policy");
	int64_t rate = config_call_int(call, "rate", -1);

	if (policy.p != NULL && !drain_policy_parse(policy, &wish->how.policy))
		return refuse(call, "policy: is none of wait, end, kick");
	if (rate == 0 || rate > 1000000)
		return refuse(call, "rate: is not within 1 to 1000000 players a second");
	if (rate > 0)
		wish->how.rate = (uint32_t)rate;
	wish->given |=
		(policy.p != NULL ? DRAIN_GIVEN_POLICY : 0) | (rate > 0 ? DRAIN_GIVEN_RATE : 0);
	return read_notices(call, wish) &&
	       read_time(call, "deadline_ms", &wish->how.deadline_us, wish, DRAIN_GIVEN_DEADLINE) &&
	       read_time(call, "lb_wait_ms", &wish->how.lb_wait_us, wish, DRAIN_GIVEN_LB_WAIT);
}

int live_call_drain(struct op_call *call, const struct drain_target *t)
{
	struct drain_who who;
	struct drain_wish wish = {.given = 0};
	struct drain_answer answer = {0};
	bool dry;

	if (!config_call_body(call) || !read_wish(call, &wish))
		return -1;
	dry = config_call_flag(call, "dry_run");
	who = live_call_who(call);
	op_audit(call, "drain %s%s", t->text, dry ? " (dry run)" : "");
	if (dry)
		drain_plan(call->daemon->drain, call->mem, t, &wish, &answer);
	else
		drain_begin(call->daemon->drain, call->mem, t, &who, &wish, &answer);
	return live_call_answer(call, &answer);
}

int live_call_cordon(struct op_call *call, const struct drain_target *t, bool on)
{
	struct drain_answer answer = {0};
	struct drain_who who;

	if (!config_call_body(call))
		return -1;
	who = live_call_who(call);
	op_audit(call, "%s %s", on ? "cordon" : "uncordon", t->text);
	drain_cordon(call->daemon->drain, call->mem, t, &who, on, &answer);
	return live_call_answer(call, &answer);
}
