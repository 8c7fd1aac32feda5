/* gamesrvd/net/session_timer.c: what a session's one timer waits for, by its state. */
#include "base/time.h"
#include "gamesrvd/net/session.h"

enum { LATE_US = 200000, SECOND_LOOK_US = 500000 };

/* Heartbeats that did not come. Each may be late by a quarter of the time between two. */
static int64_t misses(const struct session *s, int64_t now)
{
	int64_t beat = s->net->players->heartbeat.us, over = now - s->heard_us - beat / 4;

	return over > 0 ? over / beat : 0;
}

static void watch(struct session *s, int64_t now)
{
	int64_t beat = s->net->players->heartbeat.us;
	int64_t next = s->heard_us + beat / 4 + (misses(s, now) + 1) * beat;
	int64_t slow = session_slow_at(s);

	wheel_set(s->net->loop->wheel, &s->timer, slow < next ? slow : next);
}

static void check_line(struct session *s)
{
	const struct conf_server_players *bounds = s->net->players;
	int64_t now = time_mono_us(), missed = misses(s, now);

	if (missed >= bounds->misses) {
		session_cut(s, REASON_NONE, STR("no heartbeat came"));
		return;
	}
	if (session_slow_at(s) <= now) {
		session_cut(s, REASON_TOO_SLOW,
			    STR("the client read too slowly for Server.players.queue.soft_for"));
		return;
	}
	s->state = missed >= bounds->suspect_misses ? SESSION_SUSPECT : SESSION_LIVE;
	watch(s, now);
}

int64_t session_window(const struct session *s)
{
	return id_is(s->room) ? s->seat_us : s->net->players->resume.us;
}

/* The loop itself was held up: what clients sent meanwhile is read only now, so nobody is judged yet. */
static bool held_up(struct session *s)
{
	if (s->state == SESSION_SUSPENDED || time_mono_us() - s->timer.at_us < LATE_US)
		return false;
	wheel_in(s->net->loop->wheel, &s->timer, SECOND_LOOK_US);
	return true;
}

void session_fire(struct wheel_timer *timer)
{
	struct session *s = CONTAINER_OF(timer, struct session, timer);

	if (held_up(s))
		return;
	switch ((enum session_state)s->state) {
	case SESSION_NEW:
		session_fault(s, CLOSE_REASON + REASON_PROTOCOL_ERROR, "no HELLO came in time");
		break;
	case SESSION_AUTHED:
		session_cut(s, REASON_NONE, STR("the room did not answer in time"));
		break;
	case SESSION_LIVE:
	case SESSION_SUSPECT: check_line(s); break;
	case SESSION_SUSPENDED: session_end(s, REASON_RESUME_EXPIRED, STR("")); break;
	}
}

void session_rearm(struct session *s)
{
	const struct conf_server_players *p = s->net->players;
	int64_t now = time_mono_us(), at;

	switch ((enum session_state)s->state) {
	case SESSION_NEW: at = s->heard_us + p->hello.us; break;
	case SESSION_AUTHED: at = s->heard_us + p->heartbeat.us * p->misses; break;
	case SESSION_SUSPENDED: at = s->silent_us + session_window(s); break;
	default: watch(s, now); return;
	}
	wheel_set(s->net->loop->wheel, &s->timer, at);
}
