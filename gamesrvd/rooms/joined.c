/* gamesrvd/rooms/joined.c */
#include <stdlib.h>

#include "gamesrvd/rooms/parts.h"

void joined_seat(const struct seat *seat, Gamesrv__V1__Seat *out)
{
	*out = (Gamesrv__V1__Seat)GAMESRV__V1__SEAT__INIT;
	out->seat = seat->number;
	out->player = (char *)(uintptr_t)seat->player;
	out->suspended = seat->suspended;
	out->spectator = seat->spectator;
}

static size_t list_seats(const struct room *room, const struct seat *reader,
			 Gamesrv__V1__Seat *seats, Gamesrv__V1__Seat **list)
{
	struct seat *seat;
	size_t n = 0;

	for (uint32_t number = 0; (seat = seat_next(room, &number)) != NULL; n++) {
		list[n] = &seats[n];
		joined_seat(seat, list[n]);
		if (seat == reader)
			seats[n].suspended = false;
	}
	return n;
}

static void fill(const struct room *room, Gamesrv__V1__Joined *out)
{
	out->room_type = room->type->text;
	out->key = (char *)(uintptr_t)room->key_text;
	out->mode = room->mode->number;
	out->revision = room->pinned_revision;
	out->seed = room->seed;
	out->state = room->state;
	out->tick_us = (uint32_t)room->next->tick.us;
	out->resume_ms = (uint32_t)(room_live(room)->resume.window.us / 1000);
}

struct str joined_pack(const struct room *room, const struct seat *seat, uint32_t room_seq,
		       bool resync)
{
	uint32_t count = seat ? room->players + room->spectators : 0;
	Gamesrv__V1__Seat *seats = calloc(count + 1, sizeof(*seats));
	Gamesrv__V1__Seat **list = calloc(count + 1, sizeof(*list));
	Gamesrv__V1__Joined joined = GAMESRV__V1__JOINED__INIT;
	Gamesrv__V1__Lockstep lockstep = GAMESRV__V1__LOCKSTEP__INIT;
	struct str packed = {NULL, 0};
	char id[ID_TEXT];

	if (seats != NULL && list != NULL) {
		fill(room, &joined);
		joined.room = (char *)(uintptr_t)id_text('r', room->id, id);
		joined.room_seq = room_seq;
		joined.resync = resync;
		if (seat != NULL) {
			joined.seat = seat->number;
			joined.spectator = seat->spectator;
			joined.n_seats = list_seats(room, seat, seats, list);
			joined.seats = list;
		}
		if (room->mode->fill != NULL) {
			room->mode->fill(room, &lockstep);
			joined.lockstep = &lockstep;
		}
		packed = rooms_pack(room->home, &joined.base);
	}
	free(seats);
	free(list);
	return packed;
}
