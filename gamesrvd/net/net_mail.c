/* gamesrvd/net/net_mail.c
 * What rooms say, on its way: at once when the members are on the room's loop, else one mail for each (room, loop, flush).
 * A mail goes back to the loop that sent it, to be used again.
 */
#include <stdlib.h>

#include "base/log.h"
#include "gamesrvd/net/session.h"

enum mail_kind { MAIL_CAST, MAIL_TELL, MAIL_LEFT };

struct net_mail {
	struct task task; /* its mail carries it back, too */
	struct net_mail *next;
	struct net *home;
	struct loop *to;
	enum mail_kind kind;
	struct id room, session;
	uint16_t type;
	Gamesrv__V1__Reason reason;
	struct shared *bytes;
};

static struct net_mail *take(struct net *n)
{
	struct net_mail *m = n->spare;

	if (m == NULL) {
		for (struct mail *back = mailbox_take(&n->returned); back != NULL;) {
			m = CONTAINER_OF(back, struct net_mail, task.mail);
			back = back->next;
			m->next = n->spare;
			n->spare = m;
		}
		m = n->spare;
	}
	if (m == NULL)
		return calloc(1, sizeof(*m));
	n->spare = m->next;
	return m;
}

void net_mail_free_spare(struct net *n)
{
	struct mail *back = mailbox_take(&n->returned);

	while (n->spare != NULL) {
		struct net_mail *m = n->spare;

		n->spare = m->next;
		free(m);
	}
	while (back != NULL) {
		struct net_mail *m = CONTAINER_OF(back, struct net_mail, task.mail);

		back = back->next;
		free(m);
	}
}

static struct str text_of(const struct shared *bytes)
{
	return (struct str){(const char *)bytes->bytes, bytes->n};
}

static void tell_here(struct net *n, struct id session, uint16_t type, struct str payload)
{
	struct session *s = session_find(n, session);

	if (s != NULL)
		session_put(s, type, payload);
}

static void left_here(struct net *n, struct id session, struct id room, Gamesrv__V1__Reason reason,
		      struct str text)
{
	struct session *s = session_find(n, session);

	if (s != NULL)
		session_left(s, room, reason, text);
}

static void read_mail(struct task *task)
{
	struct net_mail *m = CONTAINER_OF(task, struct net_mail, task);
	struct net *here = m->to->net;

	switch (here != NULL ? m->kind : (enum mail_kind) - 1) {
	case MAIL_CAST: crowd_cast(here, m->room, m->bytes); break;
	case MAIL_TELL: tell_here(here, m->session, m->type, text_of(m->bytes)); break;
	case MAIL_LEFT: left_here(here, m->session, m->room, m->reason, text_of(m->bytes)); break;
	}
	shared_unref(m->bytes);
	mailbox_put(&m->home->returned, &m->task.mail);
}

/* Takes the reference to `bytes`. */
static void post(struct net *from, unsigned to, struct net_mail like, struct shared *bytes)
{
	struct net_mail *m = bytes ? take(from) : NULL;

	if (m == NULL) {
		shared_unref(bytes);
		/* Their clients see it by the numbers, and resume. */
		log_error("out of memory: frames for players on loop%u are lost", to);
		return;
	}
	*m = like;
	m->task.run = read_mail;
	m->home = from;
	m->to = &from->all->loops->loop[to];
	m->bytes = bytes;
	thread_send(m->to->thread, &m->task);
}

static struct shared *copy(struct net *n, struct str text)
{
	struct shared *bytes = shared_new(n->loop->pool, (uint32_t)text.n);

	if (bytes != NULL && text.n > 0)
		memcpy(bytes->bytes, text.p, text.n);
	if (bytes != NULL)
		bytes->n = (uint32_t)text.n;
	return bytes;
}

/* ---- What rooms call ---- */

static void broadcast(void *ctx, struct id room, uint64_t loops, struct shared *frames)
{
	struct net *n = ctx;

	if (loops >> n->loop->index & 1)
		crowd_cast(n, room, frames);
	loops &= ~(1ull << n->loop->index);
	while (loops != 0) {
		unsigned to = (unsigned)__builtin_ctzll(loops);

		loops &= loops - 1;
		post(n, to, (struct net_mail){.kind = MAIL_CAST, .room = room}, shared_ref(frames));
	}
}

static void tell(void *ctx, struct id session, uint16_t type, struct str payload)
{
	struct net *n = ctx;
	unsigned to = id_loop(session);

	if (to == n->loop->index)
		tell_here(n, session, type, payload);
	else
		post(n, to, (struct net_mail){.kind = MAIL_TELL, .session = session, .type = type},
		     copy(n, payload));
}

static void left(void *ctx, struct id session, struct id room, Gamesrv__V1__Reason reason,
		 struct str text)
{
	struct net *n = ctx;
	unsigned to = id_loop(session);

	if (to == n->loop->index)
		left_here(n, session, room, reason, text);
	else
		post(n, to,
		     (struct net_mail){
			     .kind = MAIL_LEFT, .session = session, .room = room, .reason = reason},
		     copy(n, text));
}

struct room_sink net_sink(struct net *n)
{
	return (struct room_sink){n, broadcast, tell, left};
}
