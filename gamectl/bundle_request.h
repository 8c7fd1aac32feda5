/* gamectl/bundle_request.h
 * A bundle on its way to the daemon: only files that differ from the revision in force travel, the others are
 * named by their digest. What the daemon then misses (its history was pruned, another revision came in
 * between) is sent in a second try.
 *
 * Thread: one. Lives until bundle_request_free(); the bundle's texts live in the call's arena.
 */
#pragma once
#include "admin/client.h"
#include "base/digest.h"
#include "cmd.h"
#include "conf/bundle.h"

struct bundle_request {
	struct bundle bundle;
	bool has_bundle;       /* false: from a saved plan, whose unchanged texts are not here */
	int64_t base_revision; /* the revision the digests were compared with; 0: nothing in force */
	char base_digest[DIGEST_HEX_SIZE]; /* of that revision; "": none */
	json_t *body;                      /* callers add message, confirm_ms and the like */
};

/* Reads the directory and asks the daemon what it has. EXIT_DONE, or the exit code of what was told. */
int bundle_request_read(struct cmd_call *call, const char *path, struct bundle_request *req);
/* Sends it to /v1/config/{verb}. EXIT_DONE with *reply (a new reference), or the exit code of what was told. */
int bundle_request_send(struct cmd_call *call, struct bundle_request *req, const char *verb,
			json_t **reply);
void bundle_request_free(struct bundle_request *req);
