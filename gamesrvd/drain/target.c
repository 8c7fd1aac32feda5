/* gamesrvd/drain/target.c */
#include "gamesrvd/drain/target.h"

#include <stdio.h>

#define TYPE_PREFIX STR("roomtype/")
#define ROOM_PREFIX STR("room/")

struct drain_target drain_target_server(void)
{
	return (struct drain_target){.kind = DRAIN_SERVER, .text = "server"};
}

bool drain_target_type(struct drain_target *out, struct str type)
{
	*out = (struct drain_target){.kind = DRAIN_ROOMTYPE};
	if (type.n == 0 || type.n + TYPE_PREFIX.n >= sizeof(out->text))
		return false;
	(void)snprintf(out->text, sizeof(out->text), "%s" STR_FMT, TYPE_PREFIX.p, STR_ARG(type));
	return true;
}

struct drain_target drain_target_room(struct id room)
{
	struct drain_target t = {.kind = DRAIN_ROOM, .room = room};
	char text[ID_TEXT];

	(void)snprintf(t.text, sizeof(t.text), "%s%s", ROOM_PREFIX.p, id_text('r', room, text));
	return t;
}

static struct str behind(struct str text, struct str prefix)
{
	return (struct str){text.p + prefix.n, text.n - prefix.n};
}

bool drain_target_parse(struct drain_target *out, struct str text)
{
	struct id room;

	if (str_is(text, "server")) {
		*out = drain_target_server();
		return true;
	}
	if (str_starts(text, TYPE_PREFIX))
		return drain_target_type(out, behind(text, TYPE_PREFIX));
	if (!str_starts(text, ROOM_PREFIX) || !id_parse('r', behind(text, ROOM_PREFIX), &room))
		return false;
	*out = drain_target_room(room);
	return true;
}

struct str drain_target_type_of(const struct drain_target *t)
{
	return t->kind == DRAIN_ROOMTYPE ? behind(str_of(t->text), TYPE_PREFIX) : STR("");
}

bool drain_target_eq(const struct drain_target *a, const struct drain_target *b)
{
	return strcmp(a->text, b->text) == 0;
}
