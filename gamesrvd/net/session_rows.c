/* gamesrvd/net/session_rows.c: what operators see of sessions, and do to them. */
#include <arpa/inet.h>

#include "base/time.h"
#include "gamesrvd/net/session.h"

static struct str address_text(struct arena *mem, const struct conn *c)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	char text[INET6_ADDRSTRLEN] = "";
	bool v4 = memcmp(c->address, mapped, sizeof(mapped)) == 0;

	inet_ntop(v4 ? AF_INET : AF_INET6, v4 ? c->address + 12 : c->address, text, sizeof(text));
	return arena_printf(mem, v4 ? "%s:%u" : "[%s]:%u", text, c->port);
}

static void fill(const struct session *s, struct arena *mem, int64_t now, struct session_row *row)
{
	*row = (struct session_row){
		.id = s->id,
		.room = s->room,
		.player = arena_str(mem, s->player ? player_name(s->player) : STR("")),
		.state = str_of(session_state_name(s->state)),
		.client_build = arena_str(mem, str_of(s->build ? s->build : "")),
		.epoch = s->epoch,
		.seat = s->seat,
		.messages_in = s->frames_in,
		.messages_out = s->frames_out,
		.bytes_in = s->bytes_in,
		.bytes_out = s->bytes_out,
		.resumes = s->resumes,
		.dropped = s->dropped,
		.queue_max_bytes = s->queue_max,
		.age_us = now - s->born_us,
		.idle_us = now - s->heard_us,
		.rtt_us = s->rtt_us,
		.revision = id_is(s->room) ? s->revision : 0,
	};
	if (s->conn == NULL)
		return;
	row->transport = str_of(s->conn->transport->name);
	row->address = address_text(mem, s->conn);
	row->queue_bytes = s->conn->backlog + (s->outq ? s->outq->bytes : 0);
}

size_t net_session_rows(struct net *n, struct arena *mem, uint32_t *cursor,
			struct session_row *rows, size_t max)
{
	int64_t now = time_mono_us();
	struct session *s = NULL;
	struct id id;
	size_t count = 0;

	while (count < max && (s = slab_next(&n->sessions, cursor, &id)) != NULL)
		fill(s, mem, now, &rows[count++]);
	if (count < max)
		*cursor = 0;
	return count;
}

bool net_session_describe(struct net *n, struct arena *mem, struct id id, struct session_row *row)
{
	const struct session *s = session_find(n, id);

	if (s != NULL)
		fill(s, mem, time_mono_us(), row);
	return s != NULL;
}

bool net_session_end(struct net *n, struct id id, Gamesrv__V1__Reason reason, struct str text)
{
	struct session *s = session_find(n, id);

	if (s != NULL)
		session_end(s, reason, text);
	return s != NULL;
}

static void notice(struct session *s, const char *kind, const char *text, uint32_t in_ms)
{
	Gamesrv__V1__Notice frame = GAMESRV__V1__NOTICE__INIT;

	frame.kind = (char *)kind;
	frame.text = (char *)text;
	frame.in_ms = in_ms;
	session_put_message(s, FRAME_NOTICE, &frame.base);
}

bool net_session_say(struct net *n, struct id id, struct str kind, struct str text, uint32_t in_ms)
{
	struct session *s = session_find(n, id);
	CLEANUP(buf_free) struct buf words = {0};

	if (s == NULL || s->player == NULL)
		return false;
	buf_add(&words, kind);
	buf_addc(&words, '\0');
	buf_add(&words, text);
	if (!words.failed)
		notice(s, words.p, words.p + kind.n + 1, in_ms);
	return true;
}

uint32_t net_say_all(struct net *n, struct str kind, struct str text, uint32_t in_ms)
{
	uint32_t slot = 0, count = 0;
	struct id id;

	while (slab_next(&n->sessions, &slot, &id) != NULL)
		count += net_session_say(n, id, kind, text, in_ms);
	return count;
}
