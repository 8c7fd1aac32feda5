/* gamesrvd/config/ask.c
 * A question to the store, whose answer lies in an arena of this thread. When the memory ends over there, the
 * jump must end over there, too.
 */
#include <errno.h>

#include "gamesrvd/config/state.h"

struct asking {
	struct arena *mem;
	config_ask_fn *fn;
	void *ctx;
	struct store_db *db;
	struct str problem;
	int rc;
};

static int ask(void *arg)
{
	struct asking *a = arg;

	a->rc = a->fn(a->db, a->ctx);
	if (a->rc < 0)
		a->problem = arena_str(a->mem, str_of(store_problem(a->db)));
	return 0;
}

static void on_store(struct store_db *db, void *arg)
{
	struct asking *a = arg;

	a->db = db;
	if (arena_try(ask, a) == -ENOMEM)
		a->rc = -ENOMEM;
	if (a->rc == -ENOMEM)
		a->problem = STR("out of memory");
}

int config_ask(struct config *c, struct arena *mem, config_ask_fn *fn, void *ctx,
	       struct str *problem)
{
	struct asking a = {.mem = mem, .fn = fn, .ctx = ctx, .problem = STR("")};

	store_call(c->store, on_store, &a);
	*problem = a.problem;
	return a.rc;
}
