/* gamectl/live.h
 * Players and rooms as words of the command line, and what verbs that act on them share.
 *
 * Thread: one. Texts live in the call's arena.
 *
 *	s-2000ck  session/s-2000ck  player/ada		a session
 *	r-2000ck  room/r-2000ck				a room
 *	roomtype/duel  RoomType/duel			all rooms of a type
 *	server						everything
 */
#pragma once
#include "cmd.h"

enum live_kind { LIVE_SERVER, LIVE_ROOMTYPE, LIVE_ROOM, LIVE_SESSION };

struct live_thing {
	enum live_kind kind;
	const char *id;   /* of the session or room, or the type's name; NULL: server */
	const char *path; /* of the API: "/v1/rooms/r-2000ck" */
	const char *name; /* as drains are named: "room/r-2000ck" */
};

/* Reads a word; `allowed` has a bit for each kind that fits here. EXIT_DONE, or the exit code of what was told. player/NAME asks the
 * daemon for its session. */
int live_thing(struct cmd_call *call, const char *word, unsigned allowed, struct live_thing *out);

/* {"message": --message}; the row has CMD_OPT_MESSAGE. NULL: told (the text is no UTF-8). */
json_t *live_message(struct cmd_call *call);

/* Shuts or opens the doors of "thing?" (the server by default): `verb` of the API, and what is said of it then. */
int live_doors(struct cmd_call *call, const char *verb, const char *outcome);

/* One verb on many: the words of "thing...?", or --where / --all with a question first (rows LIVE_MANY_OPTIONS). */
struct live_many {
	enum live_kind kind;
	const char *verb;   /* of the API: "kick" */
	const char *what;   /* "session" */
	const char *done;   /* "kicked" */
	const char *plural; /* of the API: "/v1/sessions" */
};
int live_many(struct cmd_call *call, const struct live_many *m);

#define LIVE_OPT_MESSAGE                                                                           \
	{                                                                                          \
		.name = "message", .brief = 'm', .arg = "TEXT",                                    \
		.doc = "Why; it stands in the log, and players read it"                            \
	}
#define LIVE_MANY_OPTIONS                                                                          \
	{.name = "where", .arg = "EXPR", .doc = "All for which this holds, as in: idle_ms > 10m"}, \
		{.name = "all", .doc = "All there are"},                                           \
		{.name = "dry-run", .doc = "Say which ones, and do nothing"}, LIVE_OPT_MESSAGE,    \
		CMD_OPT_YES,                                                                       \
	{                                                                                          \
		.name = NULL                                                                       \
	}
