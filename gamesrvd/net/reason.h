/* gamesrvd/net/reason.h
 * Why sessions and connections end: one table for the wire, the log, events and metrics.
 *
 * Thread: any; constant. Names, close codes and advice are those of docs/wire.md.
 */
#pragma once
#include "gamesrvd/net/transport.h"
#include "gamesrvd/obs/metrics.h"
#include "wire/frame.h"
#include "wire/names.h"

struct reason {
	const char *name; /* "client_bye" */
	const char *text; /* what a player's developer reads when nobody says more */
	uint16_t code;    /* WebSocket close code */
	Gamesrv__V1__Advice advice;
	uint32_t retry_ms; /* not before that; 0: at once */
	enum metric count;
};

/* A number that is none gives the row of REASON_NONE. */
const struct reason *reason_of(Gamesrv__V1__Reason reason);
/* The close code for a frame that could not be read. */
uint16_t reason_wire_code(enum wire_error error);
