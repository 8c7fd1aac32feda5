/* gamebot/bot_receive.c: every frame, and the numbers of the two streams. */
#include "behaviour.h"
#include "bot_parts.h"
#include "pb.h"
#include "play.h"

const void *bot_unpack(struct bot *bot, uint16_t type, struct str payload)
{
	ProtobufCMessage *message = NULL;

	if (wire_unpack(bot->play->scratch, wire_descriptor(type), payload, &message) == WIRE_OK)
		return message;
	bot_complain(bot, M_violations, "a %s that cannot be read", wire_type_name(type));
	return NULL;
}

static void acknowledge(struct bot *bot, uint32_t seq)
{
	if (seq > bot->client_seq)
		bot_complain(bot, M_violations, "%u commands acknowledged, but only %u were sent",
			     seq, bot->client_seq);
	else
		bot_forget_commands(bot, seq);
}

static void acknowledged(struct bot *bot, struct str payload)
{
	struct pb_in in = pb_of(payload);
	uint32_t seq = 0;

	while (pb_next(&in))
		if (in.field == 1)
			seq = (uint32_t)in.value;
	acknowledge(bot, seq);
}

static void heartbeat(struct bot *bot, struct str payload)
{
	struct pb_in in = pb_of(payload);
	uint64_t time = 0, echo = 0;
	uint32_t seq = 0;

	while (pb_next(&in)) {
		if (in.field == 1)
			time = in.value;
		else if (in.field == 2)
			echo = in.value;
		else if (in.field == 5)
			seq = (uint32_t)in.value;
	}
	acknowledge(bot, seq);
	bot->server_time_us = time;
	if (echo && (int64_t)echo <= bot_now(bot))
		bot_took(bot, L_heartbeat, bot_now(bot) - (int64_t)echo);
	else if (time)
		bot_send_heartbeat(bot);
}

/* Counts up by one when ordered, repeats the last otherwise. False: to be left out, it came before. */
static bool number_fits(struct bot *bot, const struct wire_header *head)
{
	bool room = head->type >= FRAME_RELAYED;
	uint32_t *last = room ? &bot->room_seq : &bot->session_seq;
	bool ordered = !(head->flags & WIRE_UNORDERED);

	if (head->type == FRAME_WELCOME || head->type == FRAME_BYE)
		return true;
	if (room && bot->room == NULL) {
		bot_complain(bot, M_misrouted, "%s of a room it is not in",
			     wire_type_name(head->type));
		return false;
	}
	if (!ordered) {
		if ((int32_t)(head->seq - *last) > 0)
			bot_complain(bot, M_gaps,
				     "%s comes after %u of the %s's stream, but the last was %u",
				     wire_type_name(head->type), head->seq,
				     room ? "room" : "session", *last);
		return true;
	}
	if (head->seq == *last + 1) {
		*last = head->seq;
		return true;
	}
	if ((int32_t)(head->seq - *last) <= 0) {
		bot_complain(bot, M_duplicated, "%s %u of the %s's stream came again",
			     wire_type_name(head->type), head->seq, room ? "room" : "session");
		return false;
	}
	bot_complain(bot, M_gaps, "%s %u of the %s's stream follows %u", wire_type_name(head->type),
		     head->seq, room ? "room" : "session", *last);
	*last = head->seq;
	return true;
}

static void one(struct bot *bot, struct str bytes, bool inside);

static void batch(struct bot *bot, struct str payload)
{
	const Gamesrv__V1__Batch *b = bot_unpack(bot, FRAME_BATCH, payload);

	for (size_t i = 0; b && i < b->n_frames && bot->line.state == LINE_OPEN; i++)
		one(bot, (struct str){(char *)b->frames[i].data, b->frames[i].len}, true);
}

static void greeted_frame(struct bot *bot, const struct wire_frame *frame)
{
	switch (frame->head.type) {
	case FRAME_RELAYED:
	case FRAME_DIRECT:
		bot_relayed(bot, frame->payload, !(frame->head.flags & WIRE_UNORDERED));
		break;
	case FRAME_ACK: acknowledged(bot, frame->payload); break;
	case FRAME_HEARTBEAT: heartbeat(bot, frame->payload); break;
	case FRAME_JOINED: bot_joined(bot, frame->payload); break;
	case FRAME_LEFT: bot_left(bot, frame->payload); break;
	case FRAME_ERROR: bot_error(bot, frame->payload); break;
	case FRAME_CONFIG:
	case FRAME_CONFIG_NOW: bot_config(bot, frame->payload); break;
	case FRAME_NOTICE: bot_count(bot, M_notices); break;
	default:
		if (bot->group->behaviour->frame)
			bot->group->behaviour->frame(bot, frame);
	}
}

static void one(struct bot *bot, struct str bytes, bool inside)
{
	struct wire_frame frame;
	enum wire_error error = wire_frame_read(bot->play->codec, bytes, &frame);

	bot_count(bot, M_frames_in);
	if (error != WIRE_OK || (inside && frame.head.type == FRAME_BATCH)) {
		bot_complain(bot, M_violations, "a frame that cannot be read: %s",
			     wire_error_text(error != WIRE_OK ? error : WIRE_NESTED_BATCH));
		return;
	}
	if (frame.head.type ==
	    FRAME_BATCH) { /* the server's has a number when a resume must bring it again */
		if (number_fits(bot, &frame.head))
			batch(bot, frame.payload);
		return;
	}
	if (frame.head.type == FRAME_BYE) {
		bot_bye(bot, frame.payload);
		return;
	}
	if (!bot->greeted && frame.head.type != FRAME_WELCOME) {
		bot_complain(bot, M_violations, "%s before WELCOME",
			     wire_type_name(frame.head.type));
		return;
	}
	if (frame.head.type == FRAME_WELCOME) {
		bot_welcome(bot, frame.payload, frame.head.seq);
		return;
	}
	if (number_fits(bot, &frame.head))
		greeted_frame(bot, &frame);
}

void bot_receive(struct bot *bot, struct str bytes)
{
	bot->heard_us = bot_now(bot);
	one(bot, bytes, false);
	arena_reset(bot->play->scratch);
}
