/* gamebot/bot_send.c: HELLO, numbered commands, and sending them again. */
#include <stdlib.h>

#include "bot_parts.h"
#include "pb.h"
#include "play.h"

enum { COMMANDS_KEPT = 4096 };

static struct str build(struct bot *bot, uint16_t type, uint8_t flags, uint32_t seq,
			struct str payload)
{
	struct play *play = bot->play;

	play->out->n = 0;
	if (!wire_frame_put(play->codec, &play->out, NULL, type, flags, seq, payload, false))
		return STR("");
	return (struct str){(char *)play->out->bytes, play->out->n};
}

void bot_frame(struct bot *bot, uint16_t type, uint8_t flags, uint32_t seq, struct str payload)
{
	(void)line_send(&bot->line, build(bot, type, flags, seq, payload));
}

void bot_send_hello(struct bot *bot)
{
	uint8_t bytes[512];
	struct pb_out o = {bytes, bytes + sizeof(bytes), false};

	pb_bytes(&o, 1,
		 bot->play->scenario->token ? str_of(bot->play->scenario->token)
					    : str_of(bot->name));
	pb_bytes(&o, 2, (struct str){(char *)bot->token, bot->token_n});
	pb_uint(&o, 3, bot->session_seq);
	pb_uint(&o, 4, bot->room_seq);
	pb_uint(&o, 5, 1);
	pb_bytes(&o, 6, STR("gamebot " GAMESRV_VERSION));
	pb_uint(&o, 7, bot->group->conf->zstd);
	pb_uint(&o, 8, bot->group->conf->crc32c);
	bot->hello_us = bot_now(bot);
	bot_frame(bot, FRAME_HELLO, WIRE_UNORDERED, bot->client_seq,
		  (struct str){(char *)bytes, (size_t)(o.p - bytes)});
}

static struct command *keep(struct bot *bot, struct str frame)
{
	struct command *c = malloc(sizeof(*c) + frame.n);

	if (c == NULL)
		return NULL;
	*c = (struct command){
		.seq = bot->client_seq, .n = (uint32_t)frame.n, .counter = UINT32_MAX};
	memcpy(c->frame, frame.p, frame.n);
	*bot->unacked_last = c;
	bot->unacked_last = &c->next;
	bot->unacked_count++;
	return c;
}

/* Kept first: what the line does not take now goes out after a resume. */
static struct command *command(struct bot *bot, uint16_t type, struct str payload)
{
	struct str frame;
	struct command *c;

	if (bot->unacked_count >= COMMANDS_KEPT) {
		bot_count(bot, M_slow_sends);
		return NULL;
	}
	frame = build(bot, type, 0, bot->client_seq + 1, payload);
	bot->client_seq++;
	c = frame.n ? keep(bot, frame) : NULL;
	if (c == NULL) {
		bot->client_seq--;
		return NULL;
	}
	bot_count(bot, M_sent);
	if (bot->greeted)
		(void)line_send(&bot->line, frame);
	return c;
}

void bot_command(struct bot *bot, uint16_t type, struct str payload)
{
	(void)command(bot, type, payload);
}

void bot_forget_commands(struct bot *bot, uint32_t up_to)
{
	while (bot->unacked && bot->unacked->seq <= up_to) {
		struct command *next = bot->unacked->next;

		free(bot->unacked);
		bot->unacked = next;
		bot->unacked_count--;
	}
	if (bot->unacked == NULL)
		bot->unacked_last = &bot->unacked;
}

void bot_resend(struct bot *bot)
{
	for (struct command *c = bot->unacked; c; c = c->next) {
		(void)line_send(&bot->line, (struct str){(char *)c->frame, c->n});
		bot_count(bot, M_resent);
	}
}

void bot_join_room(struct bot *bot)
{
	uint8_t bytes[192];
	struct pb_out o = {bytes, bytes + sizeof(bytes), false};
	struct command *c;

	pb_bytes(&o, 2, bot->group->conf->room_type);
	pb_bytes(&o, 3, str_of(bot->room_key));
	c = command(bot, FRAME_JOIN, (struct str){(char *)bytes, (size_t)(o.p - bytes)});
	if (c)
		c->join = true;
	bot->join_us = bot_now(bot);
}

void bot_leave_room(struct bot *bot)
{
	bot->leaving = true;
	bot_command(bot, FRAME_LEAVE, STR(""));
}

static void put32(uint8_t *p, uint32_t v)
{
	memcpy(p, &v, sizeof(v)); /* read by bots of this process alone */
}

void bot_say(struct bot *bot, int64_t due_us)
{
	static uint8_t data[1 << 15], bytes[(1 << 15) + 32];
	uint32_t n = (uint32_t)bot->group->conf->bytes;
	struct pb_out o = {bytes, bytes + sizeof(bytes), false};
	struct command *c;

	if (line_waiting(&bot->line) > (1 << 18)) {
		bot_count(bot, M_slow_sends);
		return;
	}
	put32(data, BOT_MAGIC);
	put32(data + 4, bot->index);
	put32(data + 8, bot->room->tag);
	put32(data + 12, bot->stay);
	put32(data + 16, bot->counter);
	memcpy(data + 20, &due_us, sizeof(due_us));
	put32(data + 28, bot_content_check(data));
	for (uint32_t i = 32; i < n; i++)
		data[i] = (uint8_t)(bot->counter + i);
	pb_bytes(&o, 1, (struct str){(char *)data, n});
	pb_uint(&o, 2, bot->group->delivery);
	pb_uint(&o, 3, bot->group->delivery == 1 ? bot->index + 1 : 0);
	c = command(bot, FRAME_RELAY, (struct str){(char *)bytes, (size_t)(o.p - bytes)});
	if (c)
		c->counter = bot->counter++;
	bot_took(bot, L_lag, bot_now(bot) - due_us);
}
