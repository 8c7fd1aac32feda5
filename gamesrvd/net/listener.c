/* gamesrvd/net/listener.c
 * Accepting on every loop. Full: said in HTTP. No descriptors but the reserve: a pause, then again.
 */
#include "gamesrvd/net/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "gamesrvd/net/admission.h"
#include "gamesrvd/net/entrance.h"
#include "gamesrvd/net/listener_bind.h"
#include "gamesrvd/net/turn_away.h"
#include "gamesrvd/obs/metrics.h"
#include "schemas/builtin.h"

enum {
	ACCEPT_TURN = 32, /* at most, before the loop's rooms have their turn */
	PAUSE_US = 200000,
};

struct listening { /* one socket */
	struct door *door;
	ev_io io; /* fd < 0: closed */
	enum listen_kind kind;
	bool dealt;
};

struct door { /* of one loop */
	struct listeners *all;
	struct loop *loop;
	struct entrances *entrances;
	struct listening *sockets;
	unsigned count;
	struct wheel_timer resume;
	int spare_fd;
	bool paused;
	unsigned next; /* loop to deal to */
};

struct listeners {
	struct loops *loops;
	struct admission *admission;
	struct listen_list list;
	struct buf where;
	struct door doors[]; /* by loop */
};

struct dealt { /* an accepted connection on its way to its loop */
	struct task task;
	struct door *door;
	struct arrival from;
	enum listen_kind kind;
};

static const struct conf_server_players *players_of(const struct door *door)
{
	return &conf_server_of(door->loop->config.now->set)->players;
}

/* ---- Pause ---- */

static void watch(struct door *door, bool on)
{
	for (unsigned i = 0; i < door->count; i++) {
		if (door->sockets[i].io.fd < 0)
			continue;
		if (on)
			ev_io_start(door->loop->ev, &door->sockets[i].io);
		else
			ev_io_stop(door->loop->ev, &door->sockets[i].io);
	}
}

static void on_resume(struct wheel_timer *timer)
{
	struct door *door = CONTAINER_OF(timer, struct door, resume);

	if (door->spare_fd < 0)
		door->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	door->paused = false;
	watch(door, true);
}

static void pause_accepting(struct door *door)
{
	if (door->paused)
		return;
	metric_add(METRIC_players_accept_pauses_total, 1);
	door->paused = true;
	watch(door, false);
	wheel_in(door->loop->wheel, &door->resume, PAUSE_US);
}

/* ---- One arrival ---- */

static void welcome(struct door *door, const struct arrival *from, enum listen_kind kind)
{
	struct tcp *tcp = tcp_here();

	if (kind == LISTEN_WS) {
		entrance_begin(door->entrances, from);
	} else if (tcp != NULL) {
		(void)tcp_adopt(tcp, from, (struct str){NULL, 0});
	} else { /* the daemon is stopping */
		close(from->fd);
		admission_leave(from->counted, from->address);
	}
}

static void on_dealt(struct task *task)
{
	struct dealt *d = CONTAINER_OF(task, struct dealt, task);

	welcome(d->door, &d->from, d->kind);
	free(d);
}

static void deal(struct door *door, const struct arrival *from, enum listen_kind kind)
{
	struct door *to = &door->all->doors[door->next++ % door->all->loops->count];
	struct dealt *d;

	if (to == door || (d = malloc(sizeof(*d))) == NULL) {
		welcome(door, from, kind);
		return;
	}
	*d = (struct dealt){.task = {.run = on_dealt}, .door = to, .from = *from, .kind = kind};
	thread_send(to->loop->thread, &d->task);
}

static void receive(struct listening *l, int fd, const struct address *peer)
{
	struct door *door = l->door;
	const struct conf_server_players *players = players_of(door);
	struct admission_limits limits = {(uint32_t)players->connections,
					  (uint32_t)players->per_address,
					  (uint32_t)players->fd_reserve};
	struct arrival from = {
		.fd = fd, .port = address_port(peer), .counted = door->all->admission};
	enum admission_answer answer;

	address_bytes(peer, from.address);
	answer = admission_enter(from.counted, &limits, from.address, fd);
	if (answer != ADMISSION_IN) {
		turn_away(door->entrances, &from, l->kind == LISTEN_TCP,
			  answer == ADMISSION_ADDRESS_FULL);
		if (answer == ADMISSION_NO_DESCRIPTORS)
			pause_accepting(door);
		return;
	}
	metric_add(METRIC_players_accepted_total, 1);
	if (l->dealt)
		deal(door, &from, l->kind);
	else
		welcome(door, &from, l->kind);
}

/* The one in front of the queue would stand there for ever: the spare descriptor lets it in and out again. */
static void out_of_descriptors(struct listening *l)
{
	struct door *door = l->door;
	int fd;

	if (door->spare_fd >= 0) {
		close(door->spare_fd);
		fd = accept4(l->io.fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd >= 0)
			close(fd);
		door->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	}
	pause_accepting(door);
}

static void on_accept(struct ev_loop *ev, ev_io *io, int revents)
{
	struct listening *l = CONTAINER_OF(io, struct listening, io);

	for (int i = 0; i < ACCEPT_TURN && !l->door->paused; i++) {
		struct address peer = {.size = sizeof(peer.v6)};
		int fd = accept4(io->fd, &peer.any, &peer.size, SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (fd >= 0)
			receive(l, fd, &peer);
		else if (errno == EAGAIN)
			return;
		else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
			out_of_descriptors(l);
		/* else: that one was over before it was accepted */
	}
}

/* ---- Open and close ---- */

static int door_open(void *ctx)
{
	struct door *door = ctx;

	door->resume.fire = on_resume;
	door->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	door->entrances = entrances_open(door->loop);
	if (door->entrances == NULL)
		return -ENOMEM;
	watch(door, true);
	return 0;
}

static int door_pause(void *ctx)
{
	struct door *door = ctx;

	watch(door, false);
	wheel_cancel(&door->resume);
	for (unsigned i = 0; i < door->count; i++) {
		if (door->sockets[i].io.fd >= 0)
			close(door->sockets[i].io.fd);
		door->sockets[i].io.fd = -1;
	}
	return 0;
}

static int door_close(void *ctx)
{
	struct door *door = ctx;

	door_pause(door);
	entrances_close(door->entrances);
	if (door->spare_fd >= 0)
		close(door->spare_fd);
	return 0;
}

static int door_pass(void *door)
{
	return 0;
}

/* Hands each socket to its door. */
static int furnish(struct listeners *l)
{
	for (unsigned i = 0; i < l->loops->count; i++)
		l->doors[i] = (struct door){.all = l, .loop = &l->loops->loop[i], .spare_fd = -1};
	for (unsigned i = 0; i < l->loops->count; i++) {
		struct door *door = &l->doors[i];

		door->sockets = calloc(l->list.count + 1, sizeof(*door->sockets));
		if (door->sockets == NULL)
			return -ENOMEM;
		for (unsigned k = 0; k < l->list.count; k++) {
			const struct listen_one *one = &l->list.items[k];
			struct listening *at = &door->sockets[door->count];

			if (one->loop != i)
				continue;
			*at = (struct listening){
				.door = door, .kind = one->kind, .dealt = one->dealt};
			ev_io_init(&at->io, on_accept, one->fd, EV_READ);
			door->count++;
		}
	}
	return 0;
}

/* To the log, and kept for who asks. */
static void say_where(struct listeners *l)
{
	const struct listen_list *list = &l->list;
	struct address a;
	char text[ADDRESS_TEXT];
	bool ws;

	for (unsigned i = 0; i < list->count; i++) {
		if (list->items[i].loop != 0 || !address_of_socket(list->items[i].fd, &a))
			continue;
		ws = list->items[i].kind == LISTEN_WS;
		address_text(&a, text);
		log_info("players on %s://%s%s", ws ? "ws" : "tcp", text, ws ? "/play" : "");
		buf_printf(&l->where, "%s%s://%s%s", l->where.n > 0 ? " " : "", ws ? "ws" : "tcp",
			   text, ws ? "/play" : "");
	}
	if (list->count == 0)
		log_info("no address for players: name one with --listen or Server.listen");
}

struct snapshot {
	const struct loop *loop;
	struct conf_set *set;
};

static int take_set(void *ctx)
{
	struct snapshot *s = ctx;

	s->set = conf_set_ref(s->loop->config.now->set);
	return 0;
}

/* By the configuration in force. */
static int bind_all(const struct listen_options *options, struct loops *loops,
		    struct listen_list *list, struct buf *why)
{
	struct snapshot s = {.loop = &loops->loop[0]};
	int rc;

	(void)thread_call(loops->loop[0].thread, take_set, &s);
	rc = listeners_check(options, s.set, why) == LISTEN_FINE ? 0 : -1;
	if (rc == 0)
		rc = listen_bind(options, s.set, loops->count, list, why);
	conf_set_unref(s.set);
	return rc;
}

static int call_each(struct listeners *l, int (*fn)(void *door))
{
	int rc = 0;

	for (unsigned i = 0; i < l->loops->count && rc == 0; i++)
		rc = thread_call(l->loops->loop[i].thread, fn, &l->doors[i]);
	return rc;
}

int listeners_open(const struct listen_options *options, struct loops *loops,
		   struct listeners **out, struct buf *why)
{
	struct listeners *l = calloc(1, sizeof(*l) + loops->count * sizeof(l->doors[0]));

	*out = NULL;
	if (l == NULL || (l->admission = admission_new()) == NULL) {
		free(l);
		buf_printf(why, "out of memory");
		return -1;
	}
	l->loops = loops;
	if (bind_all(options, loops, &l->list, why) < 0) {
		admission_free(l->admission);
		free(l);
		return -1;
	}
	if (furnish(l) < 0 || call_each(l, door_open) < 0) {
		buf_printf(why, "out of memory");
		listeners_close(l);
		return -1;
	}
	say_where(l);
	*out = l;
	return 0;
}

struct pausing {
	struct task task;
	struct door *door;
};

static void on_pause(struct task *task)
{
	struct pausing *p = CONTAINER_OF(task, struct pausing, task);

	door_pause(p->door);
	free(p);
}

void listeners_pause(struct listeners *l)
{
	for (unsigned i = 0; i < l->loops->count; i++) {
		struct pausing *p = malloc(sizeof(*p));

		if (p == NULL)
			continue; /* it goes on accepting: nothing is lost */
		*p = (struct pausing){.task = {.run = on_pause}, .door = &l->doors[i]};
		thread_send(l->loops->loop[i].thread, &p->task);
	}
}

void listeners_close(struct listeners *l)
{
	if (l == NULL)
		return;
	(void)call_each(l, door_close);
	(void)call_each(l, door_pass); /* what doors sent each other has arrived */
	for (unsigned i = 0; i < l->loops->count; i++)
		free(l->doors[i].sockets);
	free(l->list.items);
	buf_free(&l->where);
	admission_free(l->admission);
	free(l);
}

struct str listeners_where(const struct listeners *l)
{
	return buf_str(&l->where);
}

uint32_t listeners_connections(const struct listeners *l)
{
	return admission_count(l->admission);
}
