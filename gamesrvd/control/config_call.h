/* gamesrvd/control/config_call.h
 * Between an operation and the configuration: a body becomes a request, an answer becomes a reply.
 *
 * Thread: that of the operation.
 */
#pragma once
#include "gamesrvd/config/config.h"
#include "gamesrvd/control/daemon.h"
#include "gamesrvd/control/op.h"

/* Refuses what the row's parameters do not name, and values of another type. False: op_fail() was called. */
bool config_call_body(struct op_call *call);
/* A field of the checked body, or what holds without it. */
int64_t config_call_int(const struct op_call *call, const char *name, int64_t fallback);
bool config_call_flag(const struct op_call *call, const char *name);

/* Who asks, and the fields that every write has. */
struct config_request config_call_request(struct op_call *call);
/* The same with the bundle. False: op_fail() was called. */
bool config_call_bundle(struct op_call *call, struct config_request *out);
/* The set in force, until the call is answered. */
const struct conf_set *config_call_set(struct op_call *call, uint64_t *revision);
/* 404, with details.did_you_mean where something is near. `name` empty: it was about the kind alone. */
int config_call_no_document(struct op_call *call, const struct conf_set *set, struct str kind,
			    struct str name);
int config_call_answer(struct op_call *call, struct config_answer *answer);

/* {n}: a number, or "current". False: op_fail() was called. */
bool config_call_revision(struct op_call *call, int64_t *out);
int config_call_storage(struct op_call *call, int rc); /* the store's error as the API says it */

#define CONFIG_CALL_BUNDLE                                                                         \
	{"files", "body", "object", "Path to text", false},                                        \
		{"unchanged", "body", "object",                                                    \
		 "Path to digest, of files that are as in the revision in force", false},          \
		{"base_revision", "body", "integer",                                               \
		 "Refuse (409 conflict) unless this revision is in force", false},                 \
	{                                                                                          \
		"max_findings", "body", "integer", "Show at most so many; 0: all", false           \
	}
#define CONFIG_CALL_WRITE                                                                          \
	{"message", "body", "string", "Why", false},                                               \
		{"dry_run", "body", "boolean", "Answer as if, and change nothing", false},         \
	{                                                                                          \
		"allow_delete", "body", "integer", "So many documents may be removed", false       \
	}
#define CONFIG_CALL_END                                                                            \
	{                                                                                          \
		NULL, NULL, NULL, NULL, false                                                      \
	}
