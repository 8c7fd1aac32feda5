/* gamesrvd/control/ops/op_token.c */
#include <inttypes.h>

#include "base/time.h"
#include "gamesrvd/control/config_call.h"
#include "gamesrvd/net/net.h"

enum { TTL_DEFAULT_S = 3600, TTL_MAX_S = 30 * 24 * 3600 };

static int token(struct op_call *call)
{
	const char *player;
	int64_t ttl;
	CLEANUP(buf_free) struct buf text = {0};
	CLEANUP(buf_free) struct buf why = {0};
	char expires[TIME_TEXT];

	if (!config_call_body(call))
		return -1;
	player = json_string_value(json_object_get(call->body, "player"));
	ttl = config_call_int(call, "ttl_s", TTL_DEFAULT_S);
	if (player == NULL)
		return op_fail(call, 400, "bad-request", NULL, "player: whose token is it to be?");
	if (ttl < 1 || ttl > TTL_MAX_S)
		return op_fail(call, 400, "bad-request", NULL, "ttl_s: is not within 1 and %d",
			       TTL_MAX_S);
	if (net_token(call->daemon->net, str_of(player), ttl, &text, &why) < 0)
		return op_fail(call, 400, "bad-request", NULL, "player: %s",
			       why.p ? why.p : "out of memory");
	return op_reply(call,
			json_pack("{s:s, s:s, s:s}", "player", player, "token", text.p, "expires",
				  time_text(time_wall_us() + ttl * 1000000, expires)));
}

const struct op op_token = {
	.route = "POST /v1/tokens",
	.access = OP_WRITE,
	.body = OP_BODY,
	.run = token,
	.summary = "A token that says who a player is, signed with this server's own key",
	.params =
		(const struct op_param[]){
			{"player", "body", "string", "Whose: 1 to 64 bytes that can be seen", true},
			{"ttl_s", "body", "integer", "Good for so many seconds; 3600 when left out",
			 false},
			CONFIG_CALL_END,
		},
	.answer = "Token",
};
