/* gamectl/commands/cmd_token.c */
#include "remote.h"

static int token(struct cmd_call *call)
{
	const char *player = cmd_arg(call, "player");
	json_t *body = json_pack("{s:s, s:I}", "player", player, "ttl_s",
				 (json_int_t)(cmd_duration_ms(call, "ttl") / 1000)),
	       *reply = NULL;
	int code = remote_post(call, "/v1/tokens", body, &reply);

	json_decref(body);
	if (code != EXIT_DONE || cmd_wants_json(call))
		return code == EXIT_DONE ? cmd_reply(call, EXIT_DONE, reply) : code;
	return cmd_ok(call, "%s", json_string_value(json_object_get(reply, "token")));
}

const struct cmd cmd_token = {
	.name = "token",
	.group = CMD_ACT,
	.place = 20,
	.params = "player",
	.options =
		(const struct cmd_option[]){
			{.name = "ttl",
			 .arg = "TIME",
			 .doc = "Good for so long, 30d at most",
			 .fallback = "1h",
			 .value = CMD_DURATION},
			{.name = NULL},
		},
	.online = true,
	.run = token,
	.summary = "Make a token that says who a player is",
	.text = "With Server.players.auth: token, players show such a token in their HELLO. This "
		"one is signed with the "
		"server's own key (made at its first start, in its data directory); a login "
		"service signs its players' tokens "
		"with a key of its own, whose public half stands in Server.players.keys. Tokens "
		"are PASETO v4.public.",
	.examples = "gamectl token ada\tfor an hour\n"
		    "gamectl token ada --ttl 5m\tfor a test\n",
	.exits = "5 no daemon answers\n",
};
