/* gamesrvd/rooms/seat.c
 * Seats are allocated when they are first taken and stay until the room ends: what comes and goes in a steady state
 * takes no memory. A message finds its seat in one probe.
 */
#include <errno.h>
#include <stdlib.h>

#include "gamesrvd/rooms/parts.h"

int seats_init(struct room *room)
{
	uint32_t size = 4;

	room->players_max = (uint32_t)room->next->seats;
	room->seats_max = room->players_max + ROOM_SPECTATORS;
	while (size < room->seats_max * 2)
		size *= 2;
	room->seats = calloc(room->seats_max, sizeof(struct seat *));
	room->index = calloc(size, sizeof(uint16_t));
	room->index_mask = size - 1;
	return room->seats && room->index ? 0 : -ENOMEM;
}

void seats_fini(struct room *room)
{
	for (uint32_t i = 0; room->seats && i < room->seats_max; i++) {
		if (room->seats[i] != NULL)
			wheel_cancel(&room->seats[i]->expiry);
		free(room->seats[i]);
	}
	free(room->seats);
	free(room->index);
	room->seats = NULL;
	room->index = NULL;
}

static uint32_t index_at(const struct room *room, struct id session)
{
	return (uint32_t)((session.v * 0x9e3779b97f4a7c15u) >> 40) & room->index_mask;
}

static void index_add(struct room *room, const struct seat *seat)
{
	uint32_t at = index_at(room, seat->session);

	while (room->index[at] != 0)
		at = (at + 1) & room->index_mask;
	room->index[at] = (uint16_t)(seat->number + 1);
}

/* Leaving is rare: the index is made anew instead of being mended. */
static void index_rebuild(struct room *room)
{
	uint32_t number = 0;
	struct seat *seat;

	memset(room->index, 0, (room->index_mask + 1) * sizeof(room->index[0]));
	while ((seat = seat_next(room, &number)) != NULL)
		index_add(room, seat);
}

struct seat *seat_find(const struct room *room, struct id session)
{
	for (uint32_t at = index_at(room, session); room->index[at] != 0;
	     at = (at + 1) & room->index_mask) {
		struct seat *seat = room->seats[room->index[at] - 1];

		if (id_eq(seat->session, session))
			return seat;
	}
	return NULL;
}

struct seat *seat_next(const struct room *room, uint32_t *number)
{
	while (*number < room->seats_max) {
		struct seat *seat = room->seats[(*number)++];

		if (seat != NULL && seat->taken)
			return seat;
	}
	return NULL;
}

bool seats_full(const struct room *room, bool spectator)
{
	return spectator ? room->spectators >= ROOM_SPECTATORS : room->players >= room->players_max;
}

static struct seat *free_seat(struct room *room, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++) {
		if (room->seats[i] == NULL) {
			room->seats[i] = calloc(1, sizeof(struct seat));
			return room->seats[i] ? (room->seats[i]->number = i, room->seats[i]) : NULL;
		}
		if (!room->seats[i]->taken)
			return room->seats[i];
	}
	return NULL;
}

struct seat *seat_take(struct room *room, struct id session, bool spectator)
{
	struct seat *seat = spectator ? free_seat(room, room->players_max, room->seats_max)
				      : free_seat(room, 0, room->players_max);

	if (seat == NULL)
		return NULL;
	seat->room = room;
	seat->session = session;
	seat->taken = true;
	seat->suspended = true; /* until its first frame may leave */
	seat->spectator = spectator;
	seat->since = ++room->home->arrivals;
	index_add(room, seat);
	room->players += !spectator;
	room->spectators += spectator;
	room->suspended++;
	directory_seats(room->type, 1);
	return seat;
}

void seat_give(struct seat *seat)
{
	struct room *room = seat->room;

	seat_set_live(seat, false);
	wheel_cancel(&seat->expiry);
	seat->taken = false;
	seat->session = ID_NONE;
	room->players -= !seat->spectator;
	room->spectators -= seat->spectator;
	room->suspended--;
	index_rebuild(room);
	directory_seats(room->type, -1);
}

void seat_set_live(struct seat *seat, bool live)
{
	struct room *room = seat->room;
	unsigned loop = id_loop(seat->session);

	if (seat->suspended != live)
		return;
	seat->suspended = !live;
	if (live) {
		room->live++;
		room->suspended--;
		if (room->live_on[loop]++ == 0)
			room->loops |= 1ull << loop;
	} else {
		room->live--;
		room->suspended++;
		if (--room->live_on[loop] == 0)
			room->loops &= ~(1ull << loop);
	}
}

struct seat *seat_owner(const struct room *room)
{
	struct seat *owner = NULL, *seat;

	for (uint32_t number = 0; (seat = seat_next(room, &number)) != NULL;) {
		if (!seat->spectator && (owner == NULL || seat->since < owner->since))
			owner = seat;
	}
	return owner;
}
