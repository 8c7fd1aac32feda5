/* gamebot/bot_relay.c: what is in the messages that bots exchange, and what must be true of them. */
#include <stdlib.h>

#include "bot_parts.h"
#include "pb.h"
#include "play.h"

struct content {
	uint32_t bot, tag, stay, counter;
	int64_t due_us;
};

static uint32_t get32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

uint32_t bot_content_check(const uint8_t *content)
{
	uint64_t sum = 0;

	for (int i = 0; i < 28; i += 4)
		sum = (sum ^ get32(content + i)) * 0x9e3779b97f4a7c15ull;
	return (uint32_t)(sum >> 32);
}

static bool read_content(struct str data, struct content *out)
{
	const uint8_t *p = (const uint8_t *)data.p;

	if (data.n < BOT_CONTENT || get32(p) != BOT_MAGIC || get32(p + 28) != bot_content_check(p))
		return false;
	*out = (struct content){get32(p + 4), get32(p + 8), get32(p + 12), get32(p + 16), 0};
	memcpy(&out->due_us, p + 20, sizeof(out->due_us));
	for (size_t i = BOT_CONTENT; i < data.n; i++)
		if (p[i] != (uint8_t)(out->counter + i))
			return false;
	return true;
}

void bot_forget_seats(struct bot *bot)
{
	if (bot->seats)
		memset(bot->seats, 0, bot->seats_room * sizeof(*bot->seats));
}

static struct bot_seat *seat_of(struct bot *bot, uint32_t seat)
{
	if (seat >= 65536)
		return NULL;
	if (seat >= bot->seats_room) {
		uint32_t room = seat + 8;
		struct bot_seat *seats = reallocarray(bot->seats, room, sizeof(*seats));

		if (seats == NULL)
			return NULL;
		memset(seats + bot->seats_room, 0, (room - bot->seats_room) * sizeof(*seats));
		bot->seats = seats;
		bot->seats_room = room;
	}
	return &bot->seats[seat];
}

void bot_refused(struct bot *bot, uint32_t counter)
{
	bot->refused[bot->refused_count++ % ARRAY_LEN(bot->refused)] = counter;
	if (counter == bot->echo_next)
		bot->echo_next++;
}

static bool was_refused(const struct bot *sender, uint32_t counter)
{
	uint32_t n = sender->refused_count < ARRAY_LEN(sender->refused)
			     ? sender->refused_count
			     : ARRAY_LEN(sender->refused);

	for (uint32_t i = 0; i < n; i++)
		if (sender->refused[i] == counter)
			return true;
	return false;
}

/* `wanted` is the counter that must come next; gives the one after `came`. */
static uint32_t follow(struct bot *bot, const struct content *c, uint32_t wanted)
{
	const struct bot *sender = &bot->play->bots[c->bot];

	if ((int32_t)(c->counter - wanted) < 0) {
		bot_complain(bot, M_duplicated, "message %u of %s came again", c->counter,
			     sender->name);
		return wanted;
	}
	for (uint32_t missing = wanted; missing != c->counter; missing++)
		if (!was_refused(sender, missing))
			bot_complain(bot, M_lost, "message %u of %s came, %u did not", c->counter,
				     sender->name, missing);
	return c->counter + 1;
}

static void own_echo(struct bot *bot, const struct content *c, uint32_t seat, bool ordered)
{
	if (seat != bot->seat)
		bot_complain(bot, M_misrouted, "its own message comes from seat %u; its seat is %u",
			     seat, bot->seat);
	if (c->stay != bot->stay)
		return; /* of a stay before this one */
	bot_took(bot, L_echo, bot_now(bot) - c->due_us);
	if (!ordered || bot->echo_free) {
		bot->echo_free = bot->echo_free && !ordered;
		bot->echo_next = c->counter + 1;
		return;
	}
	bot->echo_next = follow(bot, c, bot->echo_next);
}

static void others(struct bot *bot, const struct content *c, uint32_t seat, bool ordered)
{
	struct bot_seat *s = seat_of(bot, seat);

	bot_took(bot, L_delivery, bot_now(bot) - c->due_us);
	if (s == NULL || !ordered)
		return;
	if (!s->known || s->bot != c->bot || s->stay != c->stay)
		*s = (struct bot_seat){c->bot, c->stay, c->counter, true};
	s->counter = follow(bot, c, s->counter);
}

void bot_relayed(struct bot *bot, struct str payload, bool ordered)
{
	struct pb_in in = pb_of(payload);
	struct str data = STR("");
	uint32_t seat = 0;
	struct content c;

	while (pb_next(&in)) {
		if (in.field == 1)
			seat = (uint32_t)in.value;
		else if (in.field == 2)
			data = in.bytes;
	}
	bot_count(bot, M_delivered);
	bot->play->metrics.counts[M_relay_bytes] += data.n;
	if (in.bad || !read_content(data, &c) || c.bot >= bot->play->bot_count) {
		bot_complain(bot, M_misrouted, "a relay message of %zu bytes that no bot sent",
			     data.n);
		return;
	}
	if (bot->room && c.tag != bot->room->tag)
		bot_complain(bot, M_misrouted, "a message of %s for another room",
			     bot->play->bots[c.bot].name);
	if (c.bot == bot->index)
		own_echo(bot, &c, seat, ordered);
	else
		others(bot, &c, seat, ordered);
}

void bot_count_unheard(struct bot *bot)
{
	if (bot_is_settled(bot) || bot->group->delivery || bot->room == NULL)
		return;
	for (uint32_t i = bot->echo_next; i != bot->counter; i++)
		if (!was_refused(bot, i))
			bot_complain(bot, M_lost, "its message %u never came back", i);
}
