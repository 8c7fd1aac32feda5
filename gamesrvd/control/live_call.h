/* gamesrvd/control/live_call.h
 * Between an operation and the players: ids of a request, rows as JSON, bodies of drains, answers of drains.
 *
 * Thread: live.
 */
#pragma once
#include "gamesrvd/control/config_call.h"
#include "gamesrvd/drain/drain.h"
#include "gamesrvd/drain/slices.h"

/* {id}, of a session ('s') or a room ('r'). False: op_fail() was called. */
bool live_call_id(struct op_call *call, char kind, struct id *out);
/* {name}, a room type. False: op_fail() was called. */
bool live_call_type(struct op_call *call, struct drain_target *out);
/* "operator/ada", who asks, in words of a room. */
struct str live_call_actor(struct op_call *call);
/* body.message, or `fallback`. */
struct str live_call_message(struct op_call *call, struct str fallback);
/* A text field of the body; .p == NULL: not given. */
struct str live_call_text(const struct op_call *call, const char *name);
int live_call_gone(struct op_call *call, char kind, struct id id); /* 404 */

json_t *live_call_session(const struct session_row *row);
json_t *live_call_room(const struct room_row *row);

/* A listing of sessions ('s') or rooms ('r'), by `where`, `sort`, `limit`, `cursor`. */
int live_call_list(struct op_call *call, char kind, const char *key);

/* The ids of those for which body.where holds (or body.all). False: op_fail() was called. */
typedef VEC(struct id) live_ids;
bool live_call_select(struct op_call *call, char kind, live_ids *out);
/* #Bulk */
int live_call_bulk(struct op_call *call, char kind, const live_ids *ids, size_t done);

/* The words of body.text to a room, a session or everybody: {"text","kind","in_ms"}. */
struct live_words {
	struct id id;
	struct str kind, text;
	uint32_t in_ms;
	uint32_t reached;
};
bool live_call_words(struct op_call *call,
		     struct live_words *out); /* false: op_fail() was called */
/* #Done; what was said stands in the log. */
int live_call_said(struct op_call *call, const char *to, const struct live_words *words);
/* #Done */
int live_call_done(struct op_call *call, const char *id, const char *outcome, uint32_t reached);

/* Drains and cordons */
int live_call_drain(struct op_call *call, const struct drain_target *t);
int live_call_cordon(struct op_call *call, const struct drain_target *t, bool on);
struct drain_who live_call_who(struct op_call *call);
int live_call_answer(struct op_call *call, struct drain_answer *answer);

#define LIVE_CALL_MESSAGE                                                                          \
	{                                                                                          \
		"message", "body", "string", "Why; it stands in the log, and players read it",     \
			false                                                                      \
	}
#define LIVE_CALL_SAY                                                                              \
	{"text", "body", "string", "What players read", true},                                     \
		{"kind", "body", "string", "What sort of notice it is to the client: say", false}, \
	{                                                                                          \
		"in_ms", "body", "integer", "What it announces happens after so long", false       \
	}
#define LIVE_CALL_SELECT                                                                           \
	{"where", "body", "string", "Those for which this holds", false},                          \
		{"all", "body", "boolean", "In place of where: all there are", false},             \
	{                                                                                          \
		"dry_run", "body", "boolean", "Answer as if, and change nothing", false            \
	}
#define LIVE_CALL_DRAIN                                                                            \
	{"deadline_ms", "body", "integer", "From now; then what is left is closed: 30 minutes",    \
	 false},                                                                                   \
		{"policy", "body", "string", "wait, end or kick: what becomes of rooms", false},   \
		{"rate", "body", "integer", "Players sent away a second: 200", false},             \
		{"notices_ms", "body", "array", "Players are told so long before", false},         \
		{"message", "body", "string", "Why", false},                                       \
	{                                                                                          \
		"dry_run", "body", "boolean", "Answer with the plan, and change nothing", false    \
	}
