/* gamesrvd/drain/drain.h
 * Who takes in nobody new (cordons), and what empties itself (drains): the server, room types, single rooms.
 *
 * Thread: everything marked "live" on the live thread, which may wait for loops and the store; drain_open(),
 * drain_serve() and drain_close() by main; what is marked "any" from any.
 * Durable: cordons and drains of the server and of types are in the store before they are acknowledged, and a restarted daemon goes on
 * with the same deadline. A room ends with its process, and its drain and cordon with it. An orderly stop ends the server's drain:
 * what it was for has happened.
 * Errors: an answer is an HTTP status, a stable code, a text and a JSON shape of docs/admin-api.md.
 */
#pragma once
#include <jansson.h>
#include <sys/types.h>

#include "gamesrvd/drain/forecast.h"

struct drain;
struct config;
struct store;
struct thread;

struct drain_host {
	struct thread *live;
	struct store *store;
	struct config *config; /* Server.shutdown */
	struct drain_world world;
	/* live: the rooms of a target, for plans and blockers; the texts live in `mem`. */
	void (*rooms)(void *ctx, struct arena *mem, const struct drain_target *t, drain_rooms *out);
	/* live: whether there is such a thing; NULL: yes. */
	bool (*exists)(void *ctx, const struct drain_target *t);
	void *ctx; /* of the two above */
	/* live: the process is to stop; each second, what is waited for and for how long at most. */
	void (*waiting)(void *ctx, const char *text, int64_t left_us);
	void (*gone)(void *ctx); /* live: the process is to stop, and everybody is gone */
	void *stop_ctx;
};

/* Reads what the store holds. NULL: `why` tells. */
struct drain *drain_open(const struct drain_host *host, struct buf *why);
/* Before players get in: refuses what is cordoned, goes on with drains. Nobody else runs on live yet. */
void drain_serve(struct drain *d);
void drain_close(struct drain *d); /* after live stopped; NULL is fine */

/* ---- What operators ask: live ---- */

struct drain_who {
	uid_t uid;
	const char *name;
	struct str message;
};

struct drain_answer {
	int status;       /* 200, or the error's HTTP status */
	const char *code; /* NULL: fine, `body` is the answer */
	struct str message;
	json_t *body; /* the taker's reference; an error's details may be NULL */
};

enum {
	DRAIN_GIVEN_DEADLINE = 1,
	DRAIN_GIVEN_POLICY = 2,
	DRAIN_GIVEN_RATE = 4,
	DRAIN_GIVEN_NOTICES = 8,
	DRAIN_GIVEN_LB_WAIT = 16
};
struct drain_wish {
	struct drain_options how;
	unsigned
		given; /* which of them; the others have defaults, or stay as they are when a drain runs already */
};

/* Begins a drain; of one that runs already: joins it, and changes what is given. */
void drain_begin(struct drain *d, struct arena *mem, const struct drain_target *t,
		 const struct drain_who *who, const struct drain_wish *wish,
		 struct drain_answer *out);
/* What drain_begin() would touch, how long it would take and what would hold it up. Changes nothing. */
void drain_plan(struct drain *d, struct arena *mem, const struct drain_target *t,
		const struct drain_wish *wish, struct drain_answer *out);
void drain_abort(struct drain *d, struct arena *mem, const struct drain_target *t,
		 const struct drain_who *who, struct drain_answer *out);
void drain_cordon(struct drain *d, struct arena *mem, const struct drain_target *t,
		  const struct drain_who *who, bool on, struct drain_answer *out);
/* All cordons and drains, those that ended within the last minutes too. New reference. */
json_t *drain_list(struct drain *d, struct arena *mem);
/* The newest drain of a target; NULL: there is none. New reference. *over: nothing more will happen to it. */
json_t *drain_one(struct drain *d, struct arena *mem, const struct drain_target *t, bool *over);

/* ---- any ---- */

struct drain_brief {
	enum drain_phase phase; /* of the server */
	bool cordoned, stopping;
	int64_t deadline_us; /* time_mono_us(); 0: no drain runs */
	uint32_t others;     /* drains of types and rooms that run */
};
struct drain_brief drain_brief(const struct drain *d);
/* The process is to end. now = false: the server is drained with Server.shutdown, or the drain that runs goes on with its own deadline
 * if that is nearer. now = true: everybody is told to come back later, at once. host.gone() follows in both cases; a call
 * with `now` while the first still waits hurries it. */
void drain_stop(struct drain *d, bool now);
