/* gamesrvd/net/net.c: the players' side of the process: started, stopped, counted. */
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>

#include "base/time.h"
#include "gamesrvd/net/listener.h"
#include "gamesrvd/net/session.h"
#include "gamesrvd/net/token.h"

static const struct room_port real_rooms = {rooms_ask, rooms_message};

struct opening { /* of one loop */
	struct net_all *all;
	struct loop *loop;
	const char *what; /* failed */
};

static int open_loop(void *ctx)
{
	struct opening *o = ctx;
	struct net *n = net_new(o->all, o->loop, &real_rooms);
	struct room_sink sink;
	uint32_t message;

	o->what = "make room for players";
	if (n == NULL)
		return -ENOMEM;
	sink = net_sink(n);
	if (rooms_new(o->loop, o->all->rooms, &sink) == NULL)
		return -ENOMEM;
	message = (uint32_t)n->players->message;
	o->what = "serve WebSockets (is the package libwebsockets-evlib-ev installed?)";
	n->ws = ws_open(o->loop, &net_events, message);
	if (n->ws == NULL)
		return -errno;
	o->what = "serve plain TCP";
	n->tcp = tcp_open(o->loop, &net_events, message);
	return n->tcp ? 0 : -errno;
}

/* Sessions go without a word: nobody acts upon the connections that end now. */
static int close_lines(void *ctx)
{
	struct loop *loop = ctx;
	struct net *n = loop->net;

	if (n != NULL) {
		net_forget(n);
		ws_close(n->ws);
		tcp_close(n->tcp);
	}
	rooms_free(loop->rooms);
	loop->rooms = NULL;
	return 0;
}

static int pass(void *ctx)
{
	return 0;
}

static int close_loop(void *ctx)
{
	struct loop *loop = ctx;

	net_free(loop->net);
	loop->net = NULL;
	return 0;
}

static void on_each(struct loops *loops, int (*fn)(void *ctx))
{
	for (unsigned i = 0; i < loops->count; i++)
		(void)thread_call(loops->loop[i].thread, fn, &loops->loop[i]);
}

int net_open(const struct net_options *options, struct loops *loops, struct net_all **out,
	     struct buf *why)
{
	struct net_all *all = calloc(1, sizeof(*all));

	if (all == NULL || (all->players = player_directory_new()) == NULL) {
		free(all);
		buf_printf(why, "cannot make room for players: %s", strerror(ENOMEM));
		return -1;
	}
	all->options = *options;
	all->rooms = options->rooms;
	all->loops = loops;
	if (token_keys_open(options->data, &all->keys, why) < 0) {
		player_directory_free(all->players);
		free(all);
		return -1;
	}
	randombytes_buf(&all->boot, sizeof(all->boot));
	for (unsigned i = 0; i < loops->count; i++) {
		struct opening opening = {all, &loops->loop[i], NULL};
		int rc = thread_call(loops->loop[i].thread, open_loop, &opening);

		if (rc < 0) {
			buf_printf(why, "cannot %s: %s", opening.what, strerror(-rc));
			net_close(all);
			return -1;
		}
	}
	*out = all;
	return 0;
}

void net_close(struct net_all *n)
{
	if (n == NULL)
		return;
	if (n->listeners != NULL)
		listeners_pause(n->listeners);
	on_each(n->loops, close_lines);
	on_each(n->loops, pass); /* mails that were on their way have been read */
	on_each(n->loops, close_loop);
	listeners_close(n->listeners);
	player_directory_free(n->players);
	sodium_memzero(&n->keys, sizeof(n->keys));
	free(n);
}

int net_listen(struct net_all *n, struct buf *why)
{
	n->listen = (struct listen_options){n->options.listen, n->options.listen_count};
	return listeners_open(&n->listen, n->loops, &n->listeners, why);
}

struct str net_where(const struct net_all *n)
{
	return n->listeners ? listeners_where(n->listeners) : (struct str){"", 0};
}

void net_unlisten(struct net_all *n)
{
	if (n->listeners != NULL)
		listeners_pause(n->listeners);
}

uint32_t net_sessions(const struct net_all *n)
{
	return atomic_load(&n->sessions);
}

uint32_t net_connections(const struct net_all *n)
{
	return atomic_load(&n->connections);
}

void net_cordon(struct net_all *n, bool on)
{
	atomic_store(&n->cordoned, on);
}

int net_token(struct net_all *n, struct str player, int64_t ttl_s, struct buf *token,
	      struct buf *why)
{
	int64_t now = time_wall_us();

	if (!player_name_good(player)) {
		buf_add(why, str_of(token_error_text(TOKEN_BAD_PLAYER)));
		return -1;
	}
	token_mint(&n->keys, player, now, now + ttl_s * 1000000, token);
	if (!token->failed)
		return 0;
	buf_add(why, STR("out of memory"));
	return -1;
}
