/* gamesrvd/net/listener_bind.c */
#include "gamesrvd/net/listener_bind.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "schemas/builtin.h"

enum { GIVEN_FIRST = 3, BACKLOG = 4096 };

/* ---- Which ---- */

static unsigned number_of(const char *text)
{
	unsigned value = 0;

	if (text == NULL || *text == '\0')
		return 0;
	for (; *text >= '0' && *text <= '9' && value < 100000000; text++)
		value = value * 10 + (unsigned)(*text - '0');
	return *text == '\0' ? value : 0;
}

unsigned listen_given(void)
{
	unsigned count = number_of(getenv("LISTEN_FDS"));

	if (number_of(getenv("LISTEN_PID")) != (unsigned)getpid())
		return 0;
	return count < LISTEN_MAX ? count : LISTEN_MAX;
}

static enum listen_kind given_kind(unsigned index)
{
	struct str names = str_of(getenv("LISTEN_FDNAMES")), name;

	for (unsigned i = 0; str_cut(&names, ':', &name); i++) {
		if (i == index)
			return str_is(name, "tcp") ? LISTEN_TCP : LISTEN_WS;
	}
	return LISTEN_WS;
}

static size_t add(struct str text, enum listen_kind kind, struct address *out,
		  enum listen_kind *kinds, size_t count, struct buf *why)
{
	struct address found[ADDRESSES_OF_ONE];
	size_t n = address_resolve(text, found, ADDRESSES_OF_ONE, why);

	for (size_t i = 0; i < n && count < LISTEN_MAX; i++) {
		out[count] = found[i];
		kinds[count++] = kind;
	}
	return count;
}

static size_t add_list(const struct conf_list *list, enum listen_kind kind, struct address *out,
		       enum listen_kind *kinds, size_t count, struct buf *why)
{
	const struct str *items = list->items;

	for (uint32_t i = 0; i < list->count && why->n == 0; i++)
		count = add(items[i], kind, out, kinds, count, why);
	return count;
}

static size_t given_addresses(unsigned given, struct address *out, enum listen_kind *kinds,
			      struct buf *why)
{
	for (unsigned i = 0; i < given; i++) {
		kinds[i] = given_kind(i);
		if (!address_of_socket((int)(GIVEN_FIRST + i), &out[i])) {
			buf_printf(why, "descriptor %u, which LISTEN_FDS gives, is no TCP socket",
				   GIVEN_FIRST + i);
			return 0;
		}
	}
	return given;
}

size_t listen_addresses(const struct listen_options *options, const struct conf_set *set,
			struct address out[LISTEN_MAX], enum listen_kind kinds[LISTEN_MAX],
			struct buf *why)
{
	const struct conf_server *server = conf_server_of(set);
	unsigned given = listen_given();
	size_t count = 0;

	if (given > 0)
		return given_addresses(given, out, kinds, why);
	for (size_t i = 0; i < options->listen_count && why->n == 0; i++)
		count = add(str_of(options->listen[i]), LISTEN_WS, out, kinds, count, why);
	if (options->listen_count == 0)
		count = add_list(&server->listen, LISTEN_WS, out, kinds, count, why);
	return add_list(&server->listen_tcp, LISTEN_TCP, out, kinds, count, why);
}

/* ---- Bind ---- */

static bool push(struct listen_list *list, int fd, enum listen_kind kind, unsigned loop, bool dealt)
{
	if (list->count == list->room) {
		unsigned room = list->room ? list->room * 2 : 16;
		struct listen_one *items = realloc(list->items, room * sizeof(*items));

		if (items == NULL)
			return false;
		list->items = items;
		list->room = room;
	}
	list->items[list->count++] = (struct listen_one){fd, kind, loop, dealt};
	return true;
}

static bool on(int fd, int level, int option)
{
	int yes = 1;

	return setsockopt(fd, level, option, &yes, sizeof(yes)) == 0;
}

/* The first socket of an address binds without SO_REUSEPORT, which fails when anybody else listens there, and gets it
 * afterwards, so that those of the other loops may join. */
static int bind_one(struct address *a, bool first)
{
	int fd = socket(a->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -1;
	if (on(fd, SOL_SOCKET, SO_REUSEADDR) && (first || on(fd, SOL_SOCKET, SO_REUSEPORT)) &&
	    (a->any.sa_family == AF_INET || on(fd, IPPROTO_IPV6, IPV6_V6ONLY)) &&
	    on(fd, IPPROTO_TCP, TCP_NODELAY) && bind(fd, &a->any, a->size) == 0 &&
	    (!first || on(fd, SOL_SOCKET, SO_REUSEPORT)) && address_of_socket(fd, a))
		return fd;
	close(fd);
	return -1;
}

static int fail(const struct address *a, struct buf *why)
{
	char text[ADDRESS_TEXT];

	buf_printf(
		why, "cannot listen on %s: %s%s", address_text(a, text), strerror(errno),
		errno == EADDRINUSE
			? "; another program uses it, choose another with --listen or Server.listen"
		: errno == EACCES        ? "; ports below 1024 need CAP_NET_BIND_SERVICE"
		: errno == EADDRNOTAVAIL ? "; it is no address of this machine"
					 : "");
	return -1;
}

/* All loops share the port that the kernel chose for the first. */
static int bind_on_loops(struct address a, enum listen_kind kind, unsigned loops,
			 struct listen_list *list, struct buf *why)
{
	for (unsigned i = 0; i < loops; i++) {
		int fd = bind_one(&a, i == 0);

		if (fd < 0)
			return fail(&a, why);
		if (!push(list, fd, kind, i, false)) {
			close(fd);
			errno = ENOMEM;
			return fail(&a, why);
		}
	}
	return 0;
}

static int take_given(const struct address *addresses, const enum listen_kind *kinds, size_t count,
		      struct listen_list *list, struct buf *why)
{
	for (size_t i = 0; i < count; i++) {
		int fd = (int)(GIVEN_FIRST + i);

		if (fcntl(fd, F_SETFD, FD_CLOEXEC) < 0 ||
		    fcntl(fd, F_SETFL, O_NONBLOCK | O_RDWR) < 0 ||
		    !on(fd, IPPROTO_TCP, TCP_NODELAY) || !push(list, fd, kinds[i], 0, true))
			return fail(&addresses[i], why);
	}
	return 0;
}

static int listen_each(struct listen_list *list, struct buf *why)
{
	for (unsigned i = 0; i < list->count; i++) {
		struct address a;

		if (listen(list->items[i].fd, BACKLOG) == 0)
			continue;
		address_of_socket(list->items[i].fd, &a);
		return fail(&a, why);
	}
	return 0;
}

int listen_bind(const struct listen_options *options, const struct conf_set *set, unsigned loops,
		struct listen_list *list, struct buf *why)
{
	struct address addresses[LISTEN_MAX];
	enum listen_kind kinds[LISTEN_MAX];
	size_t count = listen_addresses(options, set, addresses, kinds, why);
	int rc = why->n > 0 ? -1 : 0;

	*list = (struct listen_list){.items = NULL};
	if (rc == 0 && listen_given() > 0) {
		rc = take_given(addresses, kinds, count, list, why);
	} else {
		for (size_t i = 0; i < count && rc == 0; i++)
			rc = bind_on_loops(addresses[i], kinds[i], loops, list, why);
	}
	if (rc == 0)
		rc = listen_each(list, why);
	if (rc < 0)
		listen_close_all(list);
	return rc;
}

void listen_close_all(struct listen_list *list)
{
	for (unsigned i = 0; i < list->count; i++)
		close(list->items[i].fd);
	free(list->items);
	*list = (struct listen_list){.items = NULL};
}
