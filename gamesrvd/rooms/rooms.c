/* gamesrvd/rooms/rooms.c
 * The rooms of a loop: their slab, what happens at the end of each turn, their memory for packing.
 */
#include <stdlib.h>

#include "gamesrvd/obs/metrics.h"
#include "gamesrvd/rooms/parts.h"
#include "gamesrvd/rooms/room_config.h"

static void bury(struct rooms *r)
{
	struct room *room;

	while ((room = r->dead) != NULL) {
		r->dead = room->dead_next;
		room_free(room);
	}
}

static void tell_metrics(struct rooms *r)
{
	if (r->messages == 0 && r->bytes == 0 && r->ticks == 0)
		return;
	metric_add(METRIC_room_messages_total, r->messages);
	metric_add(METRIC_room_bytes_total, r->bytes);
	metric_add(METRIC_room_ticks_total, r->ticks);
	r->messages = r->bytes = r->ticks = 0;
}

/* The end of a turn: frames leave. What a flush brings about (a seat that becomes suspended) may gather more: once again. */
static void on_turn(struct loop_hook *hook)
{
	struct rooms *r = CONTAINER_OF(hook, struct rooms, turn);
	struct room *room;

	while ((room = r->dirty) != NULL) {
		r->dirty = room->dirty_next;
		room->dirty = false;
		stream_flush(room);
	}
	bury(r);
	tell_metrics(r);
}

static void on_config(struct loop_hook *hook)
{
	live_adopt(CONTAINER_OF(hook, struct rooms, config));
}

struct rooms *rooms_new(struct loop *loop, struct room_directory *dir, const struct room_sink *sink)
{
	struct rooms *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	r->configs = room_configs_new();
	if (r->configs == NULL) {
		free(r);
		return NULL;
	}
	r->loop = loop;
	r->dir = dir;
	r->sink = *sink;
	r->reading = arena_new("frame");
	slab_init(&r->slab, sizeof(struct room), loop->index, ID_SLOTS_MAX);
	r->before = conf_set_ref(loop->config.now->set);
	r->before_revision = loop->config.now->revision;
	r->turn.call = on_turn;
	r->config.call = on_config;
	loop_before_sleep(loop, &r->turn);
	loop_on_config(loop, &r->config);
	loop->rooms = r;
	return r;
}

void rooms_free(struct rooms *r)
{
	uint32_t slot = 0;
	struct room *room;
	struct id id;

	if (r == NULL)
		return;
	/* Nobody is listening any more. */
	while ((room = slab_next(&r->slab, &slot, &id)) != NULL) {
		room->loops = 0;
		room_close(room, REASON_DRAINED, "server", "the server ends");
	}
	bury(r);
	loop_unhook(r->loop, &r->turn);
	loop_unhook(r->loop, &r->config);
	r->loop->rooms = NULL;
	slab_fini(&r->slab);
	conf_set_unref(r->before);
	room_configs_free(r->configs);
	arena_free(r->reading);
	free(r->scratch);
	free(r);
}

struct room *rooms_find(const struct rooms *r, struct id id)
{
	struct room *room = slab_find(&r->slab, id);

	return room && !room_is_over(room) ? room : NULL;
}

uint8_t *rooms_scratch(struct rooms *r, size_t size)
{
	size_t room = r->scratch_room ? r->scratch_room : 512;
	uint8_t *more;

	if (size <= r->scratch_room)
		return r->scratch;
	while (room < size)
		room *= 2;
	more = realloc(r->scratch, room);
	if (more == NULL)
		return NULL;
	r->scratch = more;
	r->scratch_room = room;
	return more;
}

struct str rooms_pack(struct rooms *r, const ProtobufCMessage *message)
{
	size_t size = protobuf_c_message_get_packed_size(message);
	uint8_t *at = rooms_scratch(r, size ? size : 1);

	if (at == NULL)
		return (struct str){NULL, 0};
	return (struct str){(const char *)at, protobuf_c_message_pack(message, at)};
}
