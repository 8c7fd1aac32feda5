/* gamebot/bot_parts.h
 * Between the files bot*.c.
 *
 * Thread: one.
 */
#pragma once
#include <inttypes.h>

#include "bot.h"
#include "wire/names.h"

/* A command that the server has not acknowledged yet: sent again after a resume. */
struct command {
	struct command *next;
	uint32_t seq, n;
	uint32_t counter; /* of a relay message; UINT32_MAX: it is none */
	bool join;
	uint8_t frame[];
};

/* bot_line.c */
void bot_connect(struct bot *bot);
void bot_reconnect(struct timer *timer);
void bot_heartbeat(struct timer *timer);
void bot_send_heartbeat(struct bot *bot);
void bot_finish(struct bot *bot); /* no new play; what is on its way may arrive */
/* Ends the line by the bot's own will; it comes back after `after_us`. */
void bot_go_back(struct bot *bot, int64_t after_us);
extern const struct line_events bot_line_events;
void bot_was_cut(struct line *line, enum line_cut how); /* link_plan.cut */

/* bot_session.c */
void bot_welcome(struct bot *bot, struct str payload,
		 uint32_t seq); /* seq: where the session's stream goes on */
void bot_bye(struct bot *bot, struct str payload);

/* bot_send.c */
void bot_send_hello(struct bot *bot);
void bot_forget_commands(struct bot *bot, uint32_t up_to);
void bot_resend(struct bot *bot);

/* bot_receive.c */
void bot_receive(struct bot *bot, struct str bytes);
/* Unpacks into play->scratch; NULL, and the complaint is made. */
const void *bot_unpack(struct bot *bot, uint16_t type, struct str payload);

/* bot_room.c */
void bot_joined(struct bot *bot, struct str payload);
void bot_left(struct bot *bot, struct str payload);
void bot_config(struct bot *bot, struct str payload);
void bot_error(struct bot *bot, struct str payload);
void bot_rejoin(struct timer *timer);
void bot_plan_pause(struct bot *bot);

/* bot_relay.c */
void bot_relayed(struct bot *bot, struct str payload, bool ordered);
void bot_forget_seats(struct bot *bot);
void bot_count_unheard(struct bot *bot); /* at the end: what never came back is lost */
void bot_refused(struct bot *bot, uint32_t counter);
/* A message of bots begins with: magic, bot, room's tag, stay, counter (4 bytes each), due time (8), a check of these
 * (4); behind it every byte follows from counter and place. All in this machine's order. */
enum { BOT_MAGIC = 0x626f7421, BOT_CONTENT = 32 };
uint32_t bot_content_check(const uint8_t *content);
