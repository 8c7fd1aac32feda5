/* gamesrvd/net/reason.c */
#include "gamesrvd/net/reason.h"

#define ROW(reason, name, text, advice, count)                                                     \
	[reason] = {#name, text, CLOSE_REASON + reason, advice, 0, METRIC_##count}
#define ENDED(reason, name, text, advice)                                                          \
	[reason] = {#name,  text, CLOSE_REASON + reason,                                           \
		    advice, 0,    METRIC_sessions_ended_##name##_total}

static const struct reason rows[] = {
	ROW(REASON_NONE, none, "the line fell silent", ADVICE_RESUME, connections_silent_total),
	ENDED(REASON_CLIENT_BYE, client_bye, "goodbye", ADVICE_NONE),
	ENDED(REASON_KICKED, kicked, "an operator ended this session", ADVICE_STOP),
	ENDED(REASON_BANNED, banned, "this player may not come back", ADVICE_STOP),
	ROW(REASON_SUPERSEDED, superseded, "the player connected anew", ADVICE_STOP,
	    connections_superseded_total),
	ENDED(REASON_RESUME_EXPIRED, resume_expired, "the session was not resumed in time",
	      ADVICE_RECONNECT),
	ENDED(REASON_ROOM_CLOSED, room_closed, "the room closed", ADVICE_RECONNECT),
	ENDED(REASON_DRAINED, drained, "this server is taken out of service", ADVICE_RECONNECT),
	ENDED(REASON_PROTOCOL_ERROR, protocol_error, "a frame broke the protocol", ADVICE_STOP),
	[REASON_RATE_LIMITED] = {"rate_limited", "too many messages for too long",
				 CLOSE_REASON + REASON_RATE_LIMITED, ADVICE_RECONNECT, 10000,
				 METRIC_sessions_ended_rate_limited_total},
	ROW(REASON_TOO_SLOW, too_slow, "the client reads too slowly", ADVICE_RESUME,
	    connections_too_slow_total),
	ENDED(REASON_SERVER_FAULT, server_fault, "the server failed", ADVICE_RECONNECT),
};

const struct reason *reason_of(Gamesrv__V1__Reason reason)
{
	return &rows[(size_t)reason < ARRAY_LEN(rows) ? reason : REASON_NONE];
}

uint16_t reason_wire_code(enum wire_error error)
{
	switch (error) {
	case WIRE_TOO_BIG: return CLOSE_TOO_BIG;
	case WIRE_UNKNOWN_TYPE:
	case WIRE_BAD_PAYLOAD:
	case WIRE_NESTED_BATCH: return CLOSE_REASON + REASON_PROTOCOL_ERROR;
	default: return CLOSE_PROTOCOL;
	}
}
