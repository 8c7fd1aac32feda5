/* gamesrvd/rooms/live.c
 * Configuration that changes while rooms run. The loop has adopted a snapshot between two of its turns; before anything else
 * runs, each room type looks at its new document, and members hear what of it they may read.
 */
#include "base/log.h"
#include "gamesrvd/rooms/parts.h"
#include "gamesrvd/rooms/room_config.h"

static struct room_config_key key_of(const struct room *room)
{
	const struct conf_snapshot *now = room->home->loop->config.now;

	return (struct room_config_key){
		.type = room->type->name,
		.pinned = room->pinned,
		.now = now->set,
		.pinned_revision = room->pinned_revision,
		.revision = now->revision,
	};
}

static void look_up(const struct rooms *r, struct room_type *type)
{
	unsigned loop = r->loop->index;

	type->here[loop].live = conf_room_type_find(r->loop->config.now->set, type->name);
	type->here[loop].looked = true;
}

static void warn_of_durability(struct room *room)
{
	bool *warned = &room->type->here[room->home->loop->index].warned;

	if (*warned || str_is(room->next->durability, "none"))
		return;
	*warned = true;
	log_warn("room type %s wants durability local: this version keeps no journal, its rooms "
		 "end with the server",
		 room->type->text);
}

void live_room_opened(struct room *room)
{
	if (!room->type->here[room->home->loop->index].looked)
		look_up(room->home, room->type);
	warn_of_durability(room);
}

void live_tell(struct seat *seat)
{
	struct rooms *r = seat->room->home;
	struct room_config_key key = key_of(seat->room);
	struct id session = seat->session;
	const struct str *parts;
	size_t count = room_config_complete(r->configs, &key, &parts);

	for (size_t i = 0; i < count && id_eq(seat->session, session); i++)
		r->sink.tell(r->sink.ctx, session, FRAME_CONFIG_NOW, parts[i]);
}

static void adopt(struct room *room)
{
	struct rooms *r = room->home;
	struct room_config_key key = key_of(room);
	const struct str *parts;
	size_t count = room_config_change(r->configs, &key, r->before, r->before_revision, &parts);

	for (size_t i = 0; i < count && !room_is_over(room); i++)
		stream_payload(room, FRAME_CONFIG, parts[i]);
	if (!room_is_over(room) && room->mode->config != NULL)
		room->mode->config(room);
	if (!room_is_over(room) &&
	    wheel_is_set(&room->empty)) { /* empty_ttl may be another: it counts from now */
		wheel_cancel(&room->empty);
		room_players_changed(room);
	}
}

void live_adopt(struct rooms *r)
{
	const struct conf_snapshot *now = r->loop->config.now;
	uint32_t slot = 0;
	struct room *room;
	struct id id;

	for (struct room_type *type = directory_types(r->dir); type != NULL; type = type->next) {
		if (type->here[r->loop->index].looked)
			look_up(r, type);
	}
	while ((room = slab_next(&r->slab, &slot, &id)) != NULL) {
		if (!room_is_over(room))
			adopt(room);
	}
	conf_set_unref(r->before);
	r->before = conf_set_ref(now->set);
	r->before_revision = now->revision;
	room_configs_trim(r->configs);
}
