/* gamectl/drain_view.c */
#include "drain_view.h"

#include <inttypes.h>

#include "base/time.h"
#include "conf/render.h"

enum { QUIET_MS = 10000, ROOMS_SHOWN = 10, LABEL = 10 };

static int64_t number_of(const json_t *object, const char *key)
{
	return (int64_t)json_integer_value(json_object_get(object, key));
}

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static bool is_server(const json_t *drain)
{
	return strcmp(text_of(drain, "target"), "server") == 0;
}

static void put_span(struct cmd_call *call, struct buf *out, const json_t *drain, const char *key)
{
	/* Whole seconds: a countdown that jumps between 900ms and 1s reads badly. */
	int64_t seconds = (number_of(drain, key) + 999) / 1000;
	json_t *up = json_integer((seconds > 0 ? seconds : 1) * 1000);

	cmd_show_ms(out, call, up, drain);
	json_decref(up);
}

static void put_left(struct buf *out, const json_t *drain)
{
	const char *who = is_server(drain) ? "session" : "player";
	int64_t rooms = number_of(drain, "rooms_left"), people = number_of(drain, "sessions_left");

	buf_printf(out, "%" PRId64 " of %" PRId64 " room%s, %" PRId64 " of %" PRId64 " %s%s left",
		   rooms, number_of(drain, "rooms"), number_of(drain, "rooms") == 1 ? "" : "s",
		   people, number_of(drain, "sessions"), who,
		   number_of(drain, "sessions") == 1 ? "" : "s");
}

static void put_eta(struct cmd_call *call, struct buf *out, const json_t *drain)
{
	if (json_is_integer(json_object_get(drain, "eta_ms"))) {
		buf_add(out, STR("about "));
		put_span(call, out, drain, "eta_ms");
		buf_add(out, STR(" to go, "));
	}
	buf_add(out, STR("at most "));
	put_span(call, out, drain, "remaining_ms");
}

void drain_view_line(struct cmd_call *call, struct buf *out, const json_t *drain)
{
	buf_printf(out, "%s: %s, ", text_of(drain, "target"), text_of(drain, "phase"));
	put_left(out, drain);
	if (strcmp(text_of(drain, "outcome"), "running") == 0) {
		buf_add(out, STR(", "));
		put_eta(call, out, drain);
	}
}

/* ---- On a terminal ---- */

static void put_title(struct cmd_call *call, struct buf *out, const char *title)
{
	buf_printf(out, "%s%-*s%s", term_on(&call->term_out, TERM_DIM), LABEL, title,
		   term_off(&call->term_out));
}

static void put_phases(struct cmd_call *call, struct buf *out, const json_t *drain)
{
	static const char *const phases[] = {"cordoned", "lb-wait", "notify", "draining",
					     "drained"};
	const char *phase = text_of(drain, "phase");
	bool past = true;

	for (size_t i = 0; i < ARRAY_LEN(phases); i++) {
		bool now = strcmp(phase, phases[i]) == 0;

		if (i == 1 && number_of(drain, "lb_wait_ms") == 0)
			continue;
		past = past && !now;
		buf_add(out, i ? STR(" > ") : STR(""));
		term_put(out, &call->term_out,
			 now    ? TERM_BOLD
			 : past ? TERM_GREEN
				: TERM_DIM,
			 str_of(phases[i]));
	}
	buf_addc(out, '\n');
}

static void put_rate(struct cmd_call *call, struct buf *out, const json_t *drain)
{
	const json_t *rate = json_object_get(drain, "per_second");

	put_title(call, out, "pace");
	buf_printf(out, "%.1f rooms/s, %.0f %s/s",
		   json_number_value(json_object_get(rate, "rooms")),
		   json_number_value(json_object_get(rate, "sessions")),
		   is_server(drain) ? "sessions" : "players");
	buf_printf(out, "; policy %s, at most %" PRId64 "/s\n", text_of(drain, "policy"),
		   number_of(drain, "rate"));
}

static const char *why(const json_t *room)
{
	static const struct {
		const char *word, *text;
	} whys[] = {
		{"empty", "empty, closes now"}, {"suspended", "all away"}, {"open", "no match yet"},
		{"running", "playing"},         {"ending", "closes soon"},
	};

	for (size_t i = 0; i < ARRAY_LEN(whys); i++)
		if (strcmp(text_of(room, "why"), whys[i].word) == 0)
			return whys[i].text;
	return text_of(room, "why");
}

/* On one line of the terminal: what wraps cannot be painted over. */
static void put_room(struct cmd_call *call, struct buf *out, const json_t *room)
{
	CLEANUP(buf_free) struct buf line = {0};
	CLEANUP(buf_free) struct buf safe = {0};
	size_t columns = call->term_out.columns;

	buf_printf(&line, "%-10s %-12.12s %3" PRId64 " player%s  %s for ", text_of(room, "id"),
		   text_of(room, "type"), number_of(room, "players"),
		   number_of(room, "players") == 1 ? " " : "s", why(room));
	cmd_show_ms(&line, call, json_object_get(room, "age_ms"), room);
	if (json_is_integer(json_object_get(room, "usual_ms"))) {
		buf_add(&line, STR(", usually "));
		cmd_show_ms(&line, call, json_object_get(room, "usual_ms"), room);
	}
	conf_render_safe(&safe, buf_str(&line));
	buf_add(out, columns > LABEL ? term_cut(call->mem, buf_str(&safe), columns - LABEL)
				     : buf_str(&safe));
	buf_addc(out, '\n');
}

static void put_rooms(struct cmd_call *call, struct buf *out, const json_t *from, const char *title)
{
	const json_t *rooms = json_object_get(from, "blockers");
	size_t n = json_array_size(rooms);
	int64_t total = number_of(from, "blockers_total");

	for (size_t i = 0; i < n && i < ROOMS_SHOWN; i++) {
		put_title(call, out, i ? "" : title);
		put_room(call, out, json_array_get(rooms, i));
	}
	if (total > (int64_t)n) {
		put_title(call, out, "");
		buf_printf(out, "and %" PRId64 " more\n", total - (int64_t)n);
	}
}

static size_t count_lines(struct str text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == '\n';
	return n;
}

static void paint(struct cmd_call *call, struct drain_view *v, const json_t *drain)
{
	CLEANUP(buf_free) struct buf page = {0};

	put_title(call, &page, "drain");
	term_put(&page, &call->term_out, TERM_BOLD, str_of(text_of(drain, "target")));
	buf_add(&page, STR("  "));
	put_phases(call, &page, drain);
	put_title(call, &page, "left");
	put_left(&page, drain);
	buf_addc(&page, '\n');
	if (strcmp(text_of(drain, "outcome"), "running") == 0) {
		put_title(call, &page, "time");
		put_eta(call, &page, drain);
		buf_addc(&page, '\n');
		put_rate(call, &page, drain);
		put_rooms(call, &page, drain, "waits for");
	}
	if (v->lines > 0)
		buf_printf(&call->out, "\x1b[%zuA\x1b[J", v->lines);
	buf_add(&call->out, buf_str(&page));
	v->lines = count_lines(buf_str(&page));
	(void)cmd_flush(call);
}

/* ---- Elsewhere ---- */

/* What counts for "something changed": not the seconds. */
static struct str gist(struct cmd_call *call, const json_t *drain)
{
	return arena_printf(call->mem, "%s %" PRId64 " %" PRId64, text_of(drain, "phase"),
			    number_of(drain, "rooms_left"), number_of(drain, "sessions_left"));
}

static void print(struct cmd_call *call, struct drain_view *v, const json_t *drain)
{
	int64_t now = time_mono_us() / 1000;
	struct str text = gist(call, drain);

	if (str_eq(text, buf_str(&v->last)) && now - v->printed_ms < QUIET_MS)
		return;
	buf_free(&v->last);
	buf_add(&v->last, text);
	v->printed_ms = now;
	drain_view_line(call, &call->out, drain);
	buf_addc(&call->out, '\n');
	(void)cmd_flush(call);
}

void drain_view_show(struct cmd_call *call, struct drain_view *v, const json_t *drain)
{
	if (cmd_wants_json(call))
		return;
	if (call->term_out.tty)
		paint(call, v, drain);
	else
		print(call, v, drain);
}

void drain_view_end(struct drain_view *v)
{
	buf_free(&v->last);
}

/* ---- Plan ---- */

static void put_types(struct cmd_call *call, const json_t *plan)
{
	const json_t *types = json_object_get(plan, "types");

	for (size_t i = 0; i < json_array_size(types); i++) {
		const json_t *t = json_array_get(types, i);

		put_title(call, &call->out, i ? "" : "types");
		conf_render_safe(&call->out, str_of(text_of(t, "type")));
		buf_printf(&call->out, ": %" PRId64 " room%s, %" PRId64 " player%s, ",
			   number_of(t, "rooms"), number_of(t, "rooms") == 1 ? "" : "s",
			   number_of(t, "players"), number_of(t, "players") == 1 ? "" : "s");
		if (json_is_integer(json_object_get(t, "usual_ms"))) {
			buf_add(&call->out, STR("usually over after "));
			cmd_show_ms(&call->out, call, json_object_get(t, "usual_ms"), t);
		} else {
			buf_add(&call->out, STR("none ended yet, so nobody knows how long"));
		}
		buf_addc(&call->out, '\n');
	}
}

static void put_notices(struct cmd_call *call, const json_t *plan)
{
	const json_t *notices = json_object_get(plan, "notices_ms");

	put_title(call, &call->out, "notices");
	buf_add(&call->out, STR("at once"));
	for (size_t i = 0; i < json_array_size(notices); i++) {
		buf_add(&call->out, STR(", "));
		cmd_show_ms(&call->out, call, json_array_get(notices, i), plan);
		buf_add(&call->out, STR(" before"));
	}
	buf_addc(&call->out, '\n');
}

void drain_view_plan(struct cmd_call *call, const json_t *plan)
{
	int64_t late = number_of(plan, "blockers_total");
	const char *who = is_server(plan) ? "session" : "player";

	put_title(call, &call->out, "drain");
	term_put(&call->out, &call->term_out, TERM_BOLD, str_of(text_of(plan, "target")));
	buf_printf(&call->out, " would touch %" PRId64 " room%s and %" PRId64 " %s%s\n",
		   number_of(plan, "rooms"), number_of(plan, "rooms") == 1 ? "" : "s",
		   number_of(plan, "sessions"), who, number_of(plan, "sessions") == 1 ? "" : "s");
	put_types(call, plan);
	put_title(call, &call->out, "time");
	if (number_of(plan, "rooms") + number_of(plan, "sessions") == 0) {
		buf_add(&call->out, STR("nobody is there"));
	} else if (json_is_integer(json_object_get(plan, "eta_ms"))) {
		buf_add(&call->out, STR("about "));
		put_span(call, &call->out, plan, "eta_ms");
		buf_add(&call->out, STR(" by how long such rooms lasted before"));
	} else {
		buf_add(&call->out, STR("unknown"));
	}
	buf_add(&call->out, STR("; at most "));
	put_span(call, &call->out, plan, "deadline_ms");
	buf_addc(&call->out, '\n');
	put_notices(call, plan);
	if (late > 0) {
		put_title(call, &call->out, "blocks");
		term_put(&call->out, &call->term_out, TERM_YELLOW,
			 arena_printf(call->mem,
				      "%" PRId64
				      " room%s may still play at the deadline, and %s closed then",
				      late, late == 1 ? "" : "s", late == 1 ? "is" : "are"));
		buf_addc(&call->out, '\n');
		put_rooms(call, &call->out, plan, "");
	}
}
