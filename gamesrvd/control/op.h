/* gamesrvd/control/op.h
 * An admin operation: one file in gamesrvd/control/ops/, function first, row last. Route, access check, body
 * limit, audit and OpenAPI follow from the row; the build finds the file by its name (op_x.c -> op_x).
 *
 * Thread: run() is called on the thread its row names; the call is moved there and back, so run() may use it
 * freely. The answer is written by the control thread after run() returned.
 */
#pragma once
#include <jansson.h>
#include <sys/types.h>

#include "base/arena.h"

struct daemon; /* what the process is made of: control/daemon.h */

enum op_access { OP_READ, OP_WRITE };
enum op_thread {
	OP_ON_CONTROL, /* answers from memory at once; never a file, a lock or SQLite */
	OP_ON_WORK,    /* parses, plans, applies; one at a time */
	OP_ON_STORE,   /* reads the history */
	OP_ON_LIVE,    /* looks at players and rooms, drives drains; may wait for loops and store */
	OP_THREAD_COUNT
};
enum op_body { OP_NO_BODY, OP_BODY, OP_BUNDLE_BODY }; /* which limit of Server.admin holds */

struct op_peer {
	uid_t uid;
	pid_t pid;
	char name[64]; /* login name, or the number */
	enum op_access may;
};

struct op_value { /* decoded, valid UTF-8 */
	struct str name, value;
};

struct op_call {
	struct arena *mem; /* of this call, freed after the answer went out */
	struct daemon *daemon;
	const struct op *op;
	struct op_peer peer;
	const struct op_value *args; /* of the path and the query: op_arg() */
	size_t arg_count;
	json_t *body; /* an object, checked for depth and duplicate keys; NULL: OP_NO_BODY */
	/* The answer: */
	int status;       /* HTTP; 200 unless op_fail() set it */
	json_t *reply;    /* owned by the call */
	struct str text;  /* instead of reply: text/plain */
	struct buf bytes; /* instead of reply, where has_bytes; owned by the call */
	bool has_bytes;
	const char *audit; /* what was done to what, for the log; NULL: the route says it all */
	uint32_t turn;     /* of a stream: run() was called so often before */
	int64_t again_ms;  /* op_again() */
};

struct op_param { /* of the path ({name}), the query, or the body's top level */
	const char *name;
	const char *in;   /* "path" "query" "body" */
	const char *type; /* JSON Schema type, or "#Name" for a named shape */
	const char *doc;
	bool required;
};

struct op {
	const char *route; /* "POST /v1/config/apply", "GET /v1/revisions/{n}" */
	enum op_access access;
	enum op_thread thread;
	enum op_body body;
	bool at_once; /* while its thread is busy: on control, as OP_ON_CONTROL; run() asks where it is */
	bool plain; /* for probes: also on the loopback HTTP listener, where nobody is asked who they are */
	int (*run)(struct op_call *call); /* 0, or what op_fail() gave back */
	const char *summary;
	const struct op_param *params; /* ends with .name == NULL; may be NULL */
	const char *answer;            /* name of the answer's shape in openapi, "Plan" */
	const char *bytes;             /* media type of an answer that is no JSON: op_bytes() */
};

extern const struct op *const ops_table[]; /* generated from the folder */
extern const size_t ops_table_count;

/* The decoded value of a path or query parameter; .p == NULL: not given. */
struct str op_arg(const struct op_call *call, const char *name);
/* Fills in status, the error object and takes `details` (may be NULL). Gives back -1. */
int op_fail(struct op_call *call, int status, const char *code, json_t *details, const char *fmt,
	    ...) PRINTF(5, 6);
/* Takes `reply` (an object; NULL means out of memory) and adds apiVersion. Gives back 0. */
int op_reply(struct op_call *call, json_t *reply);
/* Answers text/plain; `text` lives in call->mem or is static. Gives back 0. */
int op_text(struct op_call *call, struct str text);
/* Takes `bytes` and answers them as they are, as what the row's `bytes` says they are. Gives back 0. */
int op_bytes(struct op_call *call, struct buf *bytes);
/* The answer is one line of a stream: run() is called again after `ms`, with an arena of its own, until it does not
 * say so. Whoever went away is not served any more. */
void op_again(struct op_call *call, int64_t ms);
/* Says in the log what was done to what ("kick s-2000ck, player ada"), besides who and how it ended. */
void op_audit(struct op_call *call, const char *fmt, ...) PRINTF(2, 3);
/* A query parameter as a whole number within min..max. Not given: *out = fallback. False: op_fail() was called. */
bool op_int(struct op_call *call, const char *name, int64_t min, int64_t max, int64_t fallback,
	    int64_t *out);

/* A listing's `where`, `sort`, `limit` and `cursor` (rows OP_PAGE_PARAMS of its table). Takes `items` (an array of
 * objects; NULL: out of memory), answers `reply` plus the page under `key` and "next_cursor" (null: the last). */
int op_page(struct op_call *call, json_t *reply, const char *key, json_t *items);
#define OP_PAGE_PARAMS                                                                             \
	{"where", "query", "string",                                                               \
	 "Only items for which this holds: kind == \"Arena\" && spec.hp > 3", false},              \
		{"sort", "query", "string", "Fields, comma-separated; - in front: descending",     \
		 false},                                                                           \
		{"limit", "query", "integer", "At most this many items, 1 to 10000", false},       \
	{                                                                                          \
		"cursor", "query", "string", "next_cursor of the page before", false               \
	}
