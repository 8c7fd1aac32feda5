/* gamesrvd/rooms/rows.c
 * What operators see. All texts are copied: the collector reads them on another thread.
 */
#include <inttypes.h>

#include "gamesrvd/rooms/lockstep.h"

static struct str state_name(const struct room *room)
{
	static const char *const names[] = {"none",    "creating", "open",
					    "running", "ending",   "closed"};

	return str_of(names[room->state]);
}

static struct str evidence(const struct lockstep *ls, struct arena *mem)
{
	uint64_t kept = ls->desyncs < LOCK_EVIDENCE ? ls->desyncs : LOCK_EVIDENCE;
	CLEANUP(buf_free) struct buf text = {0};

	for (uint64_t i = ls->desyncs - kept; i < ls->desyncs; i++) {
		const struct evidence *e = &ls->evidence[i % LOCK_EVIDENCE];

		buf_printf(&text, "%sframe %u: seat %u (%s) %016" PRIx64 ", %u of %u %016" PRIx64,
			   text.n ? "; " : "", e->frame, e->seat, e->player, e->hash, e->agreeing,
			   e->voters, e->majority);
	}
	return arena_take(mem, &text);
}

static void fill_lockstep(const struct lockstep *ls, struct arena *mem, struct room_row *row)
{
	row->frame = ls->next;
	row->desyncs = ls->desyncs;
	row->late_inputs = ls->late;
	row->log_bytes = ls->log.bytes;
	row->log_complete = !ls->log.lost;
	row->confirmed_frame = ls->confirmed_frame;
	row->confirmed_hash = ls->confirmed_hash;
	row->input_delay = ls->delay;
	row->evidence = evidence(ls, mem);
}

static void fill_flags(const struct room *room, struct room_row *row)
{
	row->locked = room->mode->locked && room->mode->locked(room);
	row->cordoned = room->cordoned;
	row->draining = room->draining;
	row->paused = room->paused;
	row->degraded = room->degraded > 0;
}

static void fill_numbers(const struct room *room, struct room_row *row)
{
	row->seats = room->players_max;
	row->taken = room->players;
	row->suspended = room->suspended;
	row->spectators = room->spectators;
	row->remote = room->live - room->live_on[room->home->loop->index];
	row->revision = room->home->loop->config.now->revision;
	row->pinned = room->pinned_revision;
	row->ticks = room->ticks;
	row->late_ticks = room->late_ticks;
	row->skipped_ticks = room->skipped_ticks;
	row->bytes_out = room->bytes_out;
	row->messages_in = room->messages_in;
	row->seed = room->seed;
	row->age_us = time_mono_us() - room->opened_us;
	row->tick_us = room->next->tick.us;
	row->tick_cost_us = room->tick_cost_us;
	row->tick_cost_max_us = room->tick_cost_max_us;
}

static void fill(const struct room *room, struct arena *mem, struct room_row *row)
{
	bool kept = str_is(room->next->durability, "none");

	*row = (struct room_row){.id = room->id};
	row->type = arena_str(mem, room->type->name);
	row->key = arena_str(mem, str_of(room->key_text));
	row->state = state_name(room);
	row->mode = str_of(room->mode->name);
	row->why = arena_printf(mem, "%s: %s", room->actor, room->why);
	row->note = kept ? STR("")
			 : STR("durability local is not kept by this version: the room ends with "
			       "the server");
	fill_flags(room, row);
	fill_numbers(room, row);
	if (room->lockstep != NULL)
		fill_lockstep(room->lockstep, mem, row);
}

size_t rooms_rows(struct rooms *r, struct arena *mem, uint32_t *cursor, struct room_row *rows,
		  size_t max)
{
	struct room *room;
	struct id id;
	size_t n = 0;

	loop_assert(r->loop);
	while (n < max) {
		room = slab_next(&r->slab, cursor, &id);
		if (room == NULL) {
			*cursor = 0;
			break;
		}
		if (!room_is_over(room))
			fill(room, mem, &rows[n++]);
	}
	return n;
}

bool rooms_describe(struct rooms *r, struct arena *mem, struct id id, struct room_row *row)
{
	struct room *room = rooms_find(r, id);
	struct seat *seat;
	size_t n = 0;

	loop_assert(r->loop);
	if (room == NULL)
		return false;
	fill(room, mem, row);
	row->members = ARENA_ARRAY(mem, struct room_seat_row, room->players + room->spectators + 1);
	for (uint32_t number = 0; (seat = seat_next(room, &number)) != NULL;) {
		row->members[n++] = (struct room_seat_row){
			.seat = seat->number,
			.session = seat->session,
			.player = arena_str(mem, str_of(seat->player)),
			.suspended = seat->suspended,
			.spectator = seat->spectator,
		};
	}
	return true;
}

static struct room_count *count_of(struct room_count *counts, size_t *n, const struct room *room,
				   struct arena *mem)
{
	for (size_t i = 0; i < *n; i++) {
		if (counts[i].pinned == room->pinned_revision &&
		    str_eq(counts[i].type, room->type->name))
			return &counts[i];
	}
	counts[*n] = (struct room_count){.type = arena_str(mem, room->type->name),
					 .pinned = room->pinned_revision};
	return &counts[(*n)++];
}

size_t rooms_counts(struct rooms *r, struct arena *mem, struct room_count **out)
{
	uint32_t slot = 0;
	struct room *room;
	struct id id;
	size_t n = 0;

	loop_assert(r->loop);
	*out = ARENA_ARRAY(mem, struct room_count, r->slab.count + 1);
	while ((room = slab_next(&r->slab, &slot, &id)) != NULL) {
		struct room_count *count =
			room_is_over(room) ? NULL : count_of(*out, &n, room, mem);

		if (count == NULL)
			continue;
		count->rooms++;
		count->members += room->players + room->spectators;
		count->suspended += room->suspended;
	}
	return n;
}
