/* gamesrvd/net/net_loop.c: what one loop holds of players. */
#include "gamesrvd/net/net_loop.h"

#include <stdlib.h>

#include "gamesrvd/net/session.h"

const struct conn_events net_events = {session_opened, session_message, session_writable,
				       session_closed};

static void sweep(struct task *task)
{
	struct net *n = CONTAINER_OF(task, struct net, sweep);

	n->sweeping = false;
	while (n->lost != NULL)
		session_settle(n->lost);
}

static void tell_metrics(struct loop_hook *hook)
{
	struct net *n = CONTAINER_OF(hook, struct net, before_sleep);
	const struct net_counts *c = &n->counts;

	if (c->frames_in + c->frames_out == 0)
		return;
	metric_add(METRIC_frames_in_total, c->frames_in);
	metric_add(METRIC_bytes_in_total, c->bytes_in);
	metric_add(METRIC_frames_out_total, c->frames_out);
	metric_add(METRIC_bytes_out_total, c->bytes_out);
	metric_add(METRIC_frames_dropped_total, c->dropped);
	metric_add(METRIC_frames_limited_total, c->limited);
	n->counts = (struct net_counts){0};
}

static bool same_times(const struct conf_server_players *a, const struct conf_server_players *b)
{
	return a->hello.us == b->hello.us && a->heartbeat.us == b->heartbeat.us &&
	       a->misses == b->misses && a->suspect_misses == b->suspect_misses &&
	       a->resume.us == b->resume.us && a->queue.soft_for.us == b->queue.soft_for.us;
}

static void adopt(struct loop_hook *hook)
{
	struct net *n = CONTAINER_OF(hook, struct net, on_config);
	struct conf_server_players before = n->bounds;
	struct session *s;
	uint32_t slot = 0;
	struct id id;

	n->players = &conf_server_of(n->loop->config.now->set)->players;
	n->bounds = *n->players;
	if (same_times(&before, n->players))
		return;
	while ((s = slab_next(&n->sessions, &slot, &id)) != NULL)
		session_rearm(s);
}

struct net *net_new(struct net_all *all, struct loop *loop, const struct room_port *rooms)
{
	struct net *n = calloc(1, sizeof(*n));

	if (n == NULL)
		return NULL;
	n->all = all;
	n->loop = loop;
	n->rooms = rooms;
	n->players = &conf_server_of(loop->config.now->set)->players;
	n->bounds = *n->players;
	n->sweep.run = sweep;
	slab_init(&n->sessions, sizeof(struct session), loop->index, ID_SLOTS_MAX);
	n->codec = wire_codec_new((uint32_t)n->players->message);
	n->scratch = arena_new("frame");
	if (n->codec == NULL) {
		net_free(n);
		return NULL;
	}
	loop->net = n;
	n->before_sleep.call = tell_metrics;
	loop_before_sleep(loop, &n->before_sleep);
	n->on_config.call = adopt;
	loop_on_config(loop, &n->on_config);
	return n;
}

void net_forget(struct net *n)
{
	struct session *s;
	uint32_t slot = 0;
	struct id id;

	n->closing = true;
	while ((s = slab_next(&n->sessions, &slot, &id)) != NULL)
		session_drop(s);
}

void net_free(struct net *n)
{
	if (n == NULL)
		return;
	net_forget(n);
	loop_unhook(n->loop, &n->before_sleep);
	loop_unhook(n->loop, &n->on_config);
	slab_fini(&n->sessions);
	crowds_fini(&n->crowds);
	wire_codec_free(n->codec);
	arena_free(n->scratch);
	net_mail_free_spare(n);
	free(n);
}
