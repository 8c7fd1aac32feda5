/* gamebot/bot_room.c: seats, what rooms show, and refusals. */
#include <jansson.h>

#include "behaviour.h"
#include "bot_parts.h"
#include "play.h"

static void rejoin_in(struct bot *bot, int64_t after_us)
{
	bot->join_us = 0;
	timer_in(bot->play->loop, &bot->rejoin, after_us);
}

void bot_joined(struct bot *bot, struct str payload)
{
	const Gamesrv__V1__Joined *j = bot_unpack(bot, FRAME_JOINED, payload);
	struct bot_room *room;
	bool is_new;

	if (j == NULL)
		return;
	room = rooms_get(&bot->play->rooms, str_of(j->room), j->seed, str_of(bot->room_key),
			 &is_new);
	if (room == NULL)
		return;
	if (is_new)
		bot_count(bot, M_rooms);
	if (strcmp(room->key, bot->room_key) != 0)
		bot_complain(bot, M_misrouted, "joined %s, which belongs to key %s, with key %s",
			     j->room, room->key, bot->room_key);
	if (j->resync && bot->room && (bot->room != room || bot->seat != j->seat))
		bot_complain(bot, M_misrouted, "was in seat %u of %s, is back in seat %u of %s",
			     bot->seat, bot->room->id, j->seat, room->id);
	if (!j->resync) {
		bot_count(bot, M_joins);
		bot_took(bot, L_join, bot_now(bot) - bot->join_us);
		bot->stay++;
		bot->counter = bot->echo_next = 0;
		bot->echo_free = false;
		bot_forget_seats(bot);
	}
	bot->join_us = 0;
	bot->room = room;
	bot->seat = j->seat;
	bot->mode = j->mode;
	bot->room_seq = j->room_seq;
	bot->revision = 0;
	bot->ever_seated = true;
	play_state(bot, BOT_PLAYING);
	bot_plan_pause(bot);
	if (bot->group->behaviour->seated)
		bot->group->behaviour->seated(bot, j);
}

void bot_rejoin(struct timer *timer)
{
	struct bot *bot = CONTAINER_OF(timer, struct bot, rejoin);

	if (bot->greeted && bot->room == NULL && bot->join_us == 0 && !bot->finishing)
		bot_join_room(bot);
}

void bot_left(struct bot *bot, struct str payload)
{
	const Gamesrv__V1__Left *l = bot_unpack(bot, FRAME_LEFT, payload);
	bool asked = bot->leaving;

	if (l == NULL)
		return;
	if (bot->room == NULL) {
		bot_complain(bot, M_misrouted, "LEFT %s without having been there", l->room);
		return;
	}
	if (!str_is(str_of(l->room), bot->room->id))
		bot_complain(bot, M_misrouted, "LEFT %s, but it is in %s", l->room, bot->room->id);
	if (!asked)
		bot_count(bot, M_left);
	bot->room = NULL;
	bot->leaving = false;
	play_state(bot, BOT_CONNECTED);
	if (bot->group->behaviour->left)
		bot->group->behaviour->left(bot);
	if (!asked && bot->join_us == 0)
		rejoin_in(bot, rng_about(&bot->fate, 1000000));
}

void bot_error(struct bot *bot, struct str payload)
{
	const Gamesrv__V1__Error *e = bot_unpack(bot, FRAME_ERROR, payload);
	struct command *c;

	if (e == NULL)
		return;
	bot_count(bot, M_refused);
	for (c = bot->unacked; c && c->seq != e->client_seq; c = c->next)
		;
	if (c && c->counter != UINT32_MAX)
		bot_refused(bot, c->counter);
	if (c == NULL || !c->join)
		return;
	bot_count(bot, M_joins_refused);
	rejoin_in(bot, rng_about(&bot->fate,
				 1000 * (int64_t)(e->retry_after_ms ? e->retry_after_ms : 1000)));
}

static int64_t field_of(const json_t *document, struct str path, bool *there)
{
	struct str name;
	char key[64];

	while (document && str_cut(&path, '.', &name) && name.n < sizeof(key)) {
		memcpy(key, name.p, name.n);
		key[name.n] = '\0';
		document = json_object_get(document, key);
	}
	*there = *there && json_is_integer(document);
	return json_integer_value(document);
}

static void check_document(struct bot *bot, const Gamesrv__V1__Document *doc, uint64_t revision)
{
	const struct conf_list *all = &bot->play->scenario->conf->invariants;
	const struct conf_scenario_invariant *inv = all->items;

	for (uint32_t i = 0; i < all->count; i++) {
		const struct str *fields = inv[i].fields.items;
		bool there = true;
		json_t *json;
		int64_t sum;

		if (!str_is(inv[i].kind, doc->kind) || (inv[i].state_of.document == CONF_WRITTEN &&
							!str_is(inv[i].document, doc->name)))
			continue;
		json = json_loadb((char *)doc->json.data, doc->json.len, JSON_DECODE_ANY, NULL);
		sum = field_of(json, fields[0], &there) + field_of(json, fields[1], &there);
		json_decref(json);
		if (!there || sum != inv[i].sum)
			bot_complain(bot, M_config_broken,
				     "%s/%s at revision %" PRIu64 ": " STR_FMT " + " STR_FMT
				     " is %" PRId64 ", not %" PRId64,
				     doc->kind, doc->name, revision, STR_ARG(fields[0]),
				     STR_ARG(fields[1]), sum, inv[i].sum);
	}
}

void bot_config(struct bot *bot, struct str payload)
{
	const Gamesrv__V1__Config *c = bot_unpack(bot, FRAME_CONFIG, payload);

	if (c == NULL)
		return;
	bot_count(bot, M_config_frames);
	if (c->revision < bot->revision)
		bot_complain(bot, M_config_broken, "revision %" PRIu64 " after %" PRIu64,
			     c->revision, bot->revision);
	bot->revision = c->revision;
	for (size_t i = 0; i < c->n_documents; i++)
		check_document(bot, c->documents[i], c->revision);
}
