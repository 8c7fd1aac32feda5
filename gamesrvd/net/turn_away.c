/* gamesrvd/net/turn_away.c */
#include "gamesrvd/net/turn_away.h"

#include "gamesrvd/net/refusal.h"
#include "wire/message.h"

static const char full_text[] = "this server has no place for another player now; come back later";
static const char address_full_text[] =
	"this address has as many connections as one may have (Server.players.per_address); close "
	"one, or come back later";

static void turn_away_ws(struct entrances *all, const struct arrival *from, bool address_full,
			 int retry_s)
{
	char text[REFUSAL_BYTES];
	struct refusal why;

	if (address_full)
		refusal_set(&why, 429, "too_many_connections", "%s", address_full_text);
	else
		refusal_set(&why, 503, "full", "%s", full_text);
	why.retry_after_s = retry_s;
	entrance_turn_away(all, from, (struct str){text, refusal_write(&why, text)});
}

/* What it can read is a BYE. */
static void turn_away_tcp(struct entrances *all, const struct arrival *from, bool address_full,
			  int retry_s)
{
	Gamesrv__V1__Bye bye = GAMESRV__V1__BYE__INIT;
	struct wire_header head = {.flags = WIRE_UNORDERED,
				   .type = GAMESRV__V1__FRAME_TYPE__FRAME_BYE};
	uint8_t frame[WIRE_HEADER + sizeof(address_full_text) + 32];

	bye.advice = GAMESRV__V1__ADVICE__ADVICE_RECONNECT;
	bye.retry_after_ms = (uint32_t)retry_s * 1000;
	bye.text = (char *)(uintptr_t)(address_full ? address_full_text : full_text);
	head.length = (uint32_t)gamesrv__v1__bye__pack(&bye, frame + WIRE_HEADER);
	wire_header_write(frame, &head);
	entrance_turn_away(all, from, (struct str){(char *)frame, WIRE_HEADER + head.length});
}

void turn_away(struct entrances *all, struct arrival *from, bool tcp, bool address_full)
{
	int retry_s =
		1 + from->port % 5; /* who was refused together shall not come back together */

	from->counted = NULL;
	if (tcp)
		turn_away_tcp(all, from, address_full, retry_s);
	else
		turn_away_ws(all, from, address_full, retry_s);
}
