/* gamesrvd/control/control.c */
#include "gamesrvd/control/control.h"

#include <stdlib.h>

#include "admin/version.h"
#include "gamesrvd/control/conn.h"
#include "gamesrvd/control/daemon.h"

/* The most Server.admin.connections may say, as many again on their way out, and those told to leave. */
enum { SLOTS = 1024 + 1024 + CONN_LEAVING_MAX };
#define DRAIN_GRACE_S 5.0

const struct control_limits control_limits_default = {64, 1 << 20, 64 << 20, 30, 120};

const char *daemon_state_name(enum daemon_state state)
{
	static const char *const names[] = {"starting", "ready", "stopping"};

	return names[state];
}

static void on_peer_known(void *ctx, uint64_t tag, const struct op_peer *peer, enum peer_role role)
{
	conn_peer_known(ctx, (struct conn_id){(uint32_t)tag, (uint32_t)(tag >> 32)}, peer, role);
}

struct control *control_open(struct daemon *daemon, int unix_fd, int http_fd)
{
	struct control *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	admin_builtin_fingerprint(); /* loads the built-in kinds once, before anybody waits for it */
	c->daemon = daemon;
	c->loop = thread_loop(daemon->control_thread);
	c->limits = control_limits_default;
	c->slot_count = SLOTS;
	c->conns = calloc(SLOTS, sizeof(*c->conns));
	if (c->conns == NULL)
		goto no_conns;
	c->peers = peers_open(daemon->control_thread, on_peer_known, c);
	if (c->peers == NULL)
		goto no_peers;
	if (accept_open(c, unix_fd, http_fd) < 0)
		goto no_listeners;
	return c;
no_listeners:
	peers_close(c->peers);
no_peers:
	free(c->conns);
no_conns:
	free(c);
	return NULL;
}

void control_set_limits(struct control *c, const struct control_limits *limits)
{
	c->limits = *limits;
}

static uint32_t jobs_away(const struct control *c)
{
	return c->jobs[OP_ON_WORK] + c->jobs[OP_ON_STORE] + c->jobs[OP_ON_LIVE];
}

static void finish_drain(struct control *c)
{
	void (*drained)(void *ctx) = c->drained;

	c->drained = NULL;
	ev_timer_stop(c->loop, &c->grace);
	ev_prepare_stop(c->loop, &c->check);
	if (drained != NULL)
		drained(c->drained_ctx);
}

static void on_grace_over(struct ev_loop *loop, struct ev_timer *timer, int revents)
{
	finish_drain(timer->data);
}

/* Once a loop turn: connections end in many places. */
static void on_check(struct ev_loop *loop, struct ev_prepare *check, int revents)
{
	struct control *c = check->data;

	if (jobs_away(c) == 0 && c->open + c->leaving == 0)
		finish_drain(c);
}

void control_job_over(struct control *c)
{
	if (c->drained != NULL && jobs_away(c) == 0) {
		ev_timer_stop(c->loop, &c->grace);
		ev_timer_set(&c->grace, DRAIN_GRACE_S, 0.);
		ev_timer_start(c->loop, &c->grace);
	}
}

void control_drain(struct control *c, void (*done)(void *ctx), void *ctx)
{
	if (c->draining)
		return;
	c->draining = true;
	c->drained = done;
	c->drained_ctx = ctx;
	accept_close(c);
	for (uint32_t i = 0; i < c->slot_count; i++) {
		if (c->conns[i] != NULL)
			conn_stop_if_idle(c->conns[i]);
	}
	ev_timer_init(&c->grace, on_grace_over, DRAIN_GRACE_S, 0.);
	ev_prepare_init(&c->check, on_check);
	c->grace.data = c->check.data = c;
	ev_prepare_start(c->loop, &c->check);
	control_job_over(c);
	/* The loop may have nothing else to wake up for. */
	ev_feed_event(c->loop, &c->check, EV_PREPARE);
}

void control_close(struct control *c)
{
	if (c == NULL)
		return;
	if (!c->draining) {
		c->draining = true;
		accept_close(c);
	}
	for (uint32_t i = 0; i < c->slot_count; i++) {
		if (c->conns[i] != NULL)
			conn_close(c->conns[i]);
	}
	peers_close(c->peers);
	free(c->conns);
	free(c);
}
