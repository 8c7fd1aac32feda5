/* gamesrvd/net/entrance.c */
#include "gamesrvd/net/entrance.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gamesrvd/net/admission.h"
#include "gamesrvd/net/gate_play.h"
#include "gamesrvd/obs/metrics.h"
#include "schemas/builtin.h"

enum {
	INPUT_BYTES = GATE_HEAD_MAX + 8192, /* a head and what follows it at once */
	LINGER_US = 1000000,
	LINGER_BYTES = 65536, /* of a refused client that goes on sending */
	UNCOUNTED_MAX = 256,  /* refused connections at a time that were not let in */
};

struct entrance {
	struct entrances *all;
	struct entrance *next, **link;
	ev_io io;
	struct wheel_timer deadline;
	struct arrival from;
	char *in; /* the beginning of a head */
	uint32_t in_n, seen, swallowed;
	bool answered;
};

struct entrances {
	struct loop *loop;
	struct entrance *first;
	uint32_t uncounted;
	char *input, *output; /* of whoever has its turn */
};

#ifdef __SANITIZE_THREAD__
/* libev leaves a descriptor in its epoll set when its watcher stops, and takes it out when an event comes for nobody: by then
 * another loop may be about to close it. Both are fine with the kernel; the tool takes descriptors for memory. */
const char *__tsan_default_suppressions(void);
const char *__tsan_default_suppressions(void)
{
	return "called_from_lib:libev.so.4\n";
}
#endif

struct handover { /* to another loop's transport */
	struct task task;
	struct arrival from;
	size_t n;
	char bytes[];
};

/* Takes it apart; the descriptor stays open. */
static void forget(struct entrance *e)
{
	struct entrances *all = e->all;

	ev_io_stop(all->loop->ev, &e->io);
	wheel_cancel(&e->deadline);
	*e->link = e->next;
	if (e->next != NULL)
		e->next->link = e->link;
	all->uncounted -= e->from.counted == NULL;
	free(e->in);
	free(e);
}

static void end(struct entrance *e)
{
	struct arrival from = e->from;

	forget(e);
	close(from.fd);
	admission_leave(from.counted, from.address);
}

/* Says it, then swallows what still comes: a close with unread input would take the answer back on its way. */
static void say(struct entrance *e, struct str words)
{
	metric_add(METRIC_players_refused_total, 1);
	if (send(e->from.fd, words.p, words.n, MSG_NOSIGNAL | MSG_DONTWAIT) < (ssize_t)words.n) {
		end(e);
		return;
	}
	(void)!shutdown(e->from.fd, SHUT_WR);
	free(e->in);
	e->in = NULL;
	e->answered = true;
	wheel_in(e->all->loop->wheel, &e->deadline, LINGER_US);
}

static void answer(struct entrance *e, const struct refusal *why)
{
	char text[REFUSAL_BYTES];

	say(e, (struct str){text, refusal_write(why, text)});
}

static void swallow(struct entrance *e)
{
	ssize_t n = recv(e->from.fd, e->all->input, INPUT_BYTES, 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	e->swallowed += n > 0 ? (uint32_t)n : 0;
	if (n <= 0 || e->swallowed > LINGER_BYTES)
		end(e);
}

static void adopt(const struct arrival *from, struct str bytes)
{
	struct ws *ws = ws_here();

	if (ws != NULL) {
		(void)ws_adopt(ws, from, bytes);
		return;
	}
	close(from->fd); /* the daemon is stopping */
	admission_leave(from->counted, from->address);
}

static void arrive(struct task *task)
{
	struct handover *h = CONTAINER_OF(task, struct handover, task);

	adopt(&h->from, (struct str){h->bytes, h->n});
	free(h);
}

/* `bytes`: the new head, and what came behind the client's. */
static void hand_to(struct entrance *e, struct loop *to, struct str bytes)
{
	struct handover *h = malloc(sizeof(*h) + bytes.n);

	if (h == NULL) {
		end(e);
		return;
	}
	*h = (struct handover){.task = {.run = arrive}, .from = e->from, .n = bytes.n};
	memcpy(h->bytes, bytes.p, bytes.n);
	forget(e);
	thread_send(to->thread, &h->task);
}

static void pass(struct entrance *e, const struct gate_play *gate, struct str rest)
{
	struct entrances *all = e->all;
	struct str bytes = {all->output, gate->head_n + rest.n};
	struct arrival from = e->from;

	memcpy(all->output, gate->head, gate->head_n);
	memcpy(all->output + gate->head_n, rest.p, rest.n);
	if (gate->loop != GATE_PLAY_ANY_LOOP && (unsigned)gate->loop < all->loop->all->count &&
	    (unsigned)gate->loop != all->loop->index) {
		hand_to(e, &all->loop->all->loop[gate->loop], bytes);
		return;
	}
	forget(e);
	adopt(&from, bytes);
}

static bool keep(struct entrance *e, struct str bytes)
{
	char *room = realloc(e->in, bytes.n);

	if (room == NULL)
		return false;
	memcpy(room, bytes.p, bytes.n);
	e->in = room;
	e->in_n = (uint32_t)bytes.n;
	return true;
}

static void look(struct entrance *e, struct str bytes)
{
	const struct conf_server_players *players =
		&conf_server_of(e->all->loop->config.now->set)->players;
	struct gate_play_rules rules = {players->origins.items, players->origins.count};
	struct gate_play gate;

	switch (gate_play_read(&e->seen, &rules, bytes, &gate)) {
	case GATE_HEAD:
		pass(e, &gate, (struct str){bytes.p + gate.bytes, bytes.n - gate.bytes});
		return;
	case GATE_REFUSED: answer(e, &gate.refusal); return;
	case GATE_MORE: break;
	}
	if (!keep(e, bytes))
		end(e);
}

static void on_readable(struct ev_loop *ev, ev_io *io, int revents)
{
	struct entrance *e = io->data;
	char *input = e->all->input;
	ssize_t n;

	if (e->answered) {
		swallow(e);
		return;
	}
	if (e->in_n > 0)
		memcpy(input, e->in, e->in_n);
	n = recv(e->from.fd, input + e->in_n, INPUT_BYTES - e->in_n, 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0)
		end(e);
	else
		look(e, (struct str){input, e->in_n + (size_t)n});
}

static void on_deadline(struct wheel_timer *timer)
{
	struct entrance *e = CONTAINER_OF(timer, struct entrance, deadline);
	struct refusal late;

	if (e->answered || e->in_n == 0) { /* who never said a word may be no HTTP client */
		end(e);
		return;
	}
	refusal_set(&late, 408, "timeout", "the request head did not come to its end in time");
	answer(e, &late);
}

static struct entrance *enter(struct entrances *all, const struct arrival *from)
{
	struct entrance *e = calloc(1, sizeof(*e));

	if (e == NULL) {
		close(from->fd);
		admission_leave(from->counted, from->address);
		return NULL;
	}
	*e = (struct entrance){.all = all,
			       .next = all->first,
			       .link = &all->first,
			       .deadline = {.fire = on_deadline},
			       .from = *from};
	if (e->next != NULL)
		e->next->link = &e->next;
	all->first = e;
	all->uncounted += from->counted == NULL;
	ev_io_init(&e->io, on_readable, from->fd, EV_READ);
	e->io.data = e;
	ev_io_start(all->loop->ev, &e->io);
	return e;
}

void entrance_begin(struct entrances *all, const struct arrival *from)
{
	const struct conf_server_players *players =
		&conf_server_of(all->loop->config.now->set)->players;
	struct entrance *e = enter(all, from);

	if (e != NULL)
		wheel_in(all->loop->wheel, &e->deadline, players->handshake.us);
}

void entrance_turn_away(struct entrances *all, const struct arrival *from, struct str words)
{
	struct entrance *e;

	if (all->uncounted >= UNCOUNTED_MAX) {
		metric_add(METRIC_players_refused_total, 1);
		close(from->fd);
		return;
	}
	e = enter(all, from);
	if (e != NULL)
		say(e, words);
}

struct entrances *entrances_open(struct loop *loop)
{
	struct entrances *all = calloc(1, sizeof(*all));

	if (all == NULL)
		return NULL;
	all->loop = loop;
	all->input = malloc(INPUT_BYTES);
	all->output = malloc(INPUT_BYTES + GATE_PLAY_HEAD_MAX);
	if (all->input == NULL || all->output == NULL) {
		entrances_close(all);
		return NULL;
	}
	return all;
}

void entrances_close(struct entrances *all)
{
	if (all == NULL)
		return;
	while (all->first != NULL)
		end(all->first);
	free(all->input);
	free(all->output);
	free(all);
}
