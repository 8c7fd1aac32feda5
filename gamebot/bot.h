/* gamebot/bot.h
 * One scripted player: its line, its session, its seat, and the checks that are always on. What it does there is its
 * behaviour's (behaviour.h). The protocol is docs/wire.md.
 *
 *	CREATED -> INITIALIZED -> CONNECTED -> PLAYING <-> PAUSED -> DISCONNECTED
 *
 * A broken line leads from any of them back to INITIALIZED: the bot connects again, with back-off, and resumes.
 *
 * Thread: one. Bots live as long as their play.
 */
#pragma once
#include "line.h"
#include "metrics.h"
#include "schemas/builtin.h"
#include "wire/message.h"

struct play;
struct behaviour;
struct bot_room;
struct command;

enum bot_state {
	BOT_CREATED,
	BOT_INITIALIZED, /* wants to be connected */
	BOT_CONNECTED,   /* has a session, no seat */
	BOT_PLAYING,
	BOT_PAUSED, /* in its seat, thinking */
	BOT_DISCONNECTED,
	BOT_STATES
};
extern const char *const bot_state_names[BOT_STATES];

struct group { /* of bots that play alike */
	const struct conf_scenario_group *conf;
	const struct behaviour *behaviour;
	struct link_plan *lines; /* NULL: good lines */
	uint32_t first, count;   /* bots */
	uint8_t delivery;        /* Gamesrv__V1__Delivery */
};

struct bot_seat { /* what a bot knows of another member's messages */
	uint32_t bot, stay, counter;
	bool known;
};

struct bot {
	struct play *play;
	const struct group *group;
	uint32_t index;
	enum bot_state state;
	struct line line;
	struct timer reconnect, rejoin, heartbeat, act, pause;
	struct rng chance; /* what it plays */
	struct rng fate;   /* what its lines suffer, how it backs off */
	void *own;         /* the behaviour's */
	bool done;         /* has done what its behaviour is for */
	bool finishing;    /* the run is over: nothing new */

	/* Session */
	char name[48], path[64]; /* path: where to reconnect to; empty: anywhere */
	uint8_t token[256];
	uint16_t token_n;
	uint32_t epoch;
	bool greeted; /* WELCOME came on this line */
	bool ever, ever_seated;
	uint32_t session_seq, room_seq; /* the last of each stream */
	uint32_t client_seq;            /* of the last command */
	struct command *unacked, **unacked_last;
	uint32_t unacked_count;
	uint64_t server_time_us; /* of its last heartbeat: goes back in ours */
	int64_t opened_us, hello_us, lost_us, heard_us, join_us; /* 0: not now */
	uint32_t failures; /* connections in a row that led to nothing */
	uint32_t after_ms; /* the server's hint for the next connection */
	uint32_t heartbeat_ms, misses, backoff_min_ms, backoff_max_ms;

	/* Seat */
	struct bot_room *room;
	char room_key[64];
	uint32_t seat, mode;
	uint64_t revision; /* of the last CONFIG */
	bool leaving;      /* asked to */

	/* Relay messages */
	uint32_t stay, counter; /* rooms entered; messages sent in this one */
	uint32_t echo_next;     /* of its own messages, the next that must come back */
	bool echo_free;         /* after a RESYNC any may */
	struct bot_seat *seats;
	uint32_t seats_room;
	uint32_t refused[16], refused_count; /* the last messages the server did not carry out */
};

void bot_init(struct bot *bot, struct play *play, const struct group *group, uint32_t index);
void bot_fini(struct bot *bot);
void bot_start(struct bot *bot); /* CREATED -> INITIALIZED, and on from there */
/* The run is over: waits for what is on its way; bot_leave() ends it. */
void bot_leave(struct bot *bot);
bool bot_is_settled(const struct bot *bot); /* nothing of its own is on its way any more */
bool bot_is_seated(const struct bot *bot);

/* ---- For behaviours ---- */

void bot_count(struct bot *bot, enum metric metric);
void bot_took(struct bot *bot, enum latency latency, int64_t us);
int64_t bot_now(const struct bot *bot);
/* Calls the behaviour's act() then; moves it if it was set. */
void bot_act_in(struct bot *bot, int64_t after_us);
void bot_act_at(struct bot *bot, int64_t at_us);
void bot_forget(struct bot *bot); /* its session: the next HELLO begins another */
/* Gives up the seat; the answer leads to left(). */
void bot_leave_room(struct bot *bot);
void bot_join_room(struct bot *bot);
/* Cuts its own line; it comes back after `away_us`. */
void bot_cut(struct bot *bot, enum line_cut how, int64_t away_us);
/* One command, numbered, kept until the server has acknowledged it. */
void bot_command(struct bot *bot, uint16_t type, struct str payload);
/* A relay message of the group's size that was due at `due_us`. */
void bot_say(struct bot *bot, int64_t due_us);
/* A frame as given, without number or record, for rogues. */
void bot_frame(struct bot *bot, uint16_t type, uint8_t flags, uint32_t seq, struct str payload);
/* Something that must not be. Says the first few on standard error. */
void bot_complain(struct bot *bot, enum metric check, const char *fmt, ...) PRINTF(3, 4);
