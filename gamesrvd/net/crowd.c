/* gamesrvd/net/crowd.c */
#include "gamesrvd/net/crowd.h"

#include <errno.h>
#include <stdlib.h>

#include "gamesrvd/net/session.h"
#include "wire/frame.h"

enum { FIRST_BUCKETS = 64, FIRST_MEMBERS = 8 };

static uint32_t place(const struct crowds *c, struct id room)
{
	return (uint32_t)((room.v * 0x9e3779b97f4a7c15u) >> 32) & c->mask;
}

static struct crowd *find(const struct crowds *c, struct id room)
{
	struct crowd *crowd = c->buckets ? c->buckets[place(c, room)] : NULL;

	while (crowd != NULL && !id_eq(crowd->room, room))
		crowd = crowd->next;
	return crowd;
}

void crowds_fini(struct crowds *c)
{
	for (uint32_t i = 0; c->buckets != NULL && i <= c->mask; i++) {
		while (c->buckets[i] != NULL) {
			struct crowd *crowd = c->buckets[i];

			c->buckets[i] = crowd->next;
			free(crowd->members);
			free(crowd);
		}
	}
	free(c->buckets);
	*c = (struct crowds){0};
}

/* False only when there are no buckets at all: otherwise long chains serve as well. */
static bool widen(struct crowds *c)
{
	struct crowds wider = {.mask = c->buckets ? c->mask * 2 + 1 : FIRST_BUCKETS - 1,
			       .count = c->count};

	wider.buckets = calloc((size_t)wider.mask + 1, sizeof(struct crowd *));
	if (wider.buckets == NULL)
		return c->buckets != NULL;
	for (uint32_t i = 0; c->buckets != NULL && i <= c->mask; i++) {
		while (c->buckets[i] != NULL) {
			struct crowd *crowd = c->buckets[i],
				     **to = &wider.buckets[place(&wider, crowd->room)];

			c->buckets[i] = crowd->next;
			crowd->next = *to;
			*to = crowd;
		}
	}
	free(c->buckets);
	*c = wider;
	return true;
}

static struct crowd *gather(struct crowds *c, struct id room)
{
	struct crowd *crowd;

	if ((c->buckets == NULL || c->count > c->mask) && !widen(c))
		return NULL;
	crowd = calloc(1, sizeof(*crowd));
	if (crowd == NULL)
		return NULL;
	crowd->room = room;
	crowd->next = c->buckets[place(c, room)];
	c->buckets[place(c, room)] = crowd;
	c->count++;
	return crowd;
}

static void disband(struct crowds *c, struct crowd *crowd)
{
	struct crowd **link = &c->buckets[place(c, crowd->room)];

	while (*link != crowd)
		link = &(*link)->next;
	*link = crowd->next;
	c->count--;
	free(crowd->members);
	free(crowd);
}

int crowd_join(struct crowds *c, struct id room, struct session *s)
{
	struct crowd *crowd = find(c, room);

	if (s->crowd != NULL && s->crowd == crowd)
		return 0;
	crowd_leave(c, s);
	if (crowd == NULL)
		crowd = gather(c, room);
	if (crowd == NULL)
		return -ENOMEM;
	if (crowd->count == crowd->room_for) {
		uint32_t wide = crowd->room_for ? crowd->room_for * 2 : FIRST_MEMBERS;
		struct session **wider = realloc(crowd->members, wide * sizeof(struct session *));

		if (wider == NULL && crowd->count == 0)
			disband(c, crowd);
		if (wider == NULL)
			return -ENOMEM;
		crowd->members = wider;
		crowd->room_for = wide;
	}
	s->crowd = crowd;
	s->crowd_at = crowd->count;
	crowd->members[crowd->count++] = s;
	return 0;
}

void crowd_leave(struct crowds *c, struct session *s)
{
	struct crowd *crowd = s->crowd;
	struct session *last;

	if (crowd == NULL)
		return;
	last = crowd->members[--crowd->count];
	crowd->members[s->crowd_at] = last;
	last->crowd_at = s->crowd_at;
	s->crowd = NULL;
	if (crowd->count == 0)
		disband(c, crowd);
}

/* How many there are, and how many bytes of them tell a changed configuration: nobody asked to receive much of that at
 * once. */
static uint32_t count_frames(const struct shared *frames, uint32_t *config)
{
	struct str all = {(const char *)frames->bytes, frames->n}, whole, frame;
	uint32_t at = 0, count = 0;

	for (*config = 0; wire_ws_next(all, &at, &whole, &frame); count++) {
		uint16_t type = (uint16_t)((uint8_t)frame.p[6] << 8 | (uint8_t)frame.p[7]);

		if (UNLIKELY(type == FRAME_CONFIG))
			*config += (uint32_t)whole.n;
	}
	return count;
}

void crowd_cast(struct net *n, struct id room, struct shared *frames)
{
	struct crowd *crowd = find(&n->crowds, room);
	struct shared *tastes[4] = {
		frames}; /* by crc32c + 2 * zstd: made once, if anybody likes it */
	uint32_t count, config;

	if (crowd == NULL)
		return;
	count = count_frames(frames, &config);
	/* Nobody joins or leaves meanwhile: a line that breaks here is acted upon later. */
	for (uint32_t i = 0; i < crowd->count; i++) {
		struct session *s = crowd->members[i];
		unsigned taste = s->crc32c + 2u * s->zstd;

		if (s->conn == NULL)
			continue;
		if (UNLIKELY(tastes[taste] == NULL))
			tastes[taste] = session_taste(n, frames, s->crc32c, s->zstd);
		if (UNLIKELY(tastes[taste] == NULL)) {
			session_cut(s, REASON_SERVER_FAULT, STR("out of memory"));
			continue;
		}
		s->frames_out += count;
		s->allowance += config;
		session_write(s, frames, tastes[taste]);
	}
	n->counts.frames_out += (uint64_t)count * crowd->count;
	for (unsigned i = 1; i < ARRAY_LEN(tastes); i++)
		shared_unref(tastes[i]);
}
