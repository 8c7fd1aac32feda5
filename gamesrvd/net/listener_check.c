/* gamesrvd/net/listener_check.c
 * What a start and a change of the configuration must not do: let other machines in where anybody is who they say.
 */
#include <errno.h>

#include "gamesrvd/net/listener_bind.h"
#include "schemas/builtin.h"

/* The first address that other machines reach; NULL: none. */
static const struct address *open_to_others(const struct address *addresses, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!address_is_loopback(&addresses[i]))
			return &addresses[i];
	}
	return NULL;
}

enum listen_fault listeners_check(const struct listen_options *options, const struct conf_set *set,
				  struct buf *why)
{
	struct address addresses[LISTEN_MAX];
	enum listen_kind kinds[LISTEN_MAX];
	size_t count = listen_addresses(options, set, addresses, kinds, why);
	const struct address *open = open_to_others(addresses, count);
	char text[ADDRESS_TEXT];

	if (why->n > 0)
		return LISTEN_BAD_ADDRESS;
	if (open == NULL || !str_is(conf_server_of(set)->players.auth, "dev"))
		return LISTEN_FINE;
	buf_printf(why,
		   "auth dev believes every name, and %s is reached from other machines; set "
		   "Server.players.auth to token, or "
		   "listen on 127.0.0.1 or [::1]",
		   address_text(open, text));
	return LISTEN_OPEN_TO_ALL;
}

static const struct conf_doc *server_doc(const struct conf_set *set)
{
	uint32_t count;
	const struct conf_doc *const *docs = conf_docs_of(set, STR("Server"), &count);

	return docs != NULL && count > 0 ? docs[0] : NULL;
}

static int prepare(void *self, const struct conf_set *next, struct diags *d)
{
	CLEANUP(buf_free) struct buf why = {0};
	enum listen_fault fault = listeners_check(self, next, &why);
	const struct conf_doc *doc = server_doc(next);
	struct conf_finding *f;

	if (fault == LISTEN_FINE)
		return 0;
	f = diags_add(d, CONF_ERROR, fault == LISTEN_OPEN_TO_ALL ? "dev-auth" : "listen-address",
		      doc != NULL ? doc->at : (struct conf_place){0}, STR_FMT,
		      STR_ARG(buf_str(&why)));
	f->path = doc == NULL
			  ? STR("Server")
			  : arena_printf(d->mem, "Server/" STR_FMT ".%s", STR_ARG(doc->name),
					 fault == LISTEN_OPEN_TO_ALL ? "players.auth" : "listen");
	return -EINVAL;
}

static void nothing(void *self)
{
}

struct config_part listeners_part(const struct listen_options *options)
{
	return (struct config_part){.name = "listeners",
				    .self = (void *)(uintptr_t)options,
				    .prepare = prepare,
				    .commit = nothing,
				    .abandon = nothing};
}
