/* bench/peers/epoll/room.c */
#include "room.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>

struct room {
	struct line **members;
	uint32_t count, capacity;
	uint8_t *waiting;
	uint32_t waiting_n, waiting_room;
	bool dirty;
};

static struct room rooms[ROOMS];
static uint32_t dirty[ROOMS], dirty_n;
int epoll_fd;

static void *grown(void *p, size_t size)
{
	void *bigger = realloc(p, size);

	if (bigger == NULL)
		abort();
	return bigger;
}

static void wait_writable(struct line *l)
{
	struct epoll_event e = {.events = EPOLLIN | EPOLLOUT, .data.ptr = l};

	epoll_ctl(epoll_fd, EPOLL_CTL_MOD, l->fd, &e);
}

void line_send(struct line *l, const void *p, size_t n)
{
	ssize_t done = 0;

	if (l->unsent_n == 0) {
		done = send(l->fd, p, n, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (done == (ssize_t)n || (done < 0 && errno != EAGAIN))
			return;
		done = done < 0 ? 0 : done;
		wait_writable(l);
	}
	n -= (size_t)done;
	if (l->unsent_n + n > l->unsent_room) {
		l->unsent_room = (uint32_t)(l->unsent_n + n) * 2;
		l->unsent = grown(l->unsent, l->unsent_room);
	}
	memcpy(l->unsent + l->unsent_n, (const uint8_t *)p + done, n);
	l->unsent_n += (uint32_t)n;
}

void room_join(struct line *l, uint32_t index)
{
	struct room *r = &rooms[index % ROOMS];

	if (r->count == r->capacity) {
		r->capacity = r->capacity ? r->capacity * 2 : 8;
		r->members = grown(r->members, r->capacity * sizeof(struct line *));
	}
	l->room = index % ROOMS;
	l->index = r->count;
	l->open = true;
	r->members[r->count++] = l;
}

void room_leave(struct line *l)
{
	struct room *r = &rooms[l->room];

	if (!l->open)
		return;
	r->members[l->index] = r->members[--r->count];
	r->members[l->index]->index = l->index;
	l->open = false;
}

size_t frame_head(uint8_t *out, unsigned opcode, size_t n)
{
	size_t extra = n < 126 ? 0 : n < 65536 ? 2 : 8;

	out[0] = (uint8_t)(0x80 | opcode);
	out[1] = (uint8_t)(extra == 0 ? n : extra == 2 ? 126 : 127);
	for (size_t i = 0; i < extra; i++)
		out[2 + i] = (uint8_t)(n >> (8 * (extra - 1 - i)));
	return 2 + extra;
}

static void send_to_all(const struct room *r, const void *p, size_t n)
{
	for (uint32_t i = 0; i < r->count; i++)
		line_send(r->members[i], p, n);
}

static void wait_in_room(struct room *r, enum mode mode, const uint8_t *p, size_t n)
{
	if (r->waiting_n + n + FRAME_HEAD > r->waiting_room) {
		r->waiting_room = (uint32_t)(r->waiting_n + n + FRAME_HEAD) * 2;
		r->waiting = grown(r->waiting, r->waiting_room);
	}
	if (mode == TICK && r->waiting_n == 0)
		r->waiting_n = FRAME_HEAD; /* for the header, once the length is known */
	if (mode == CORK)
		r->waiting_n += (uint32_t)frame_head(r->waiting + r->waiting_n, 2, n);
	memcpy(r->waiting + r->waiting_n, p, n);
	r->waiting_n += (uint32_t)n;
	if (!r->dirty)
		dirty[dirty_n++] = (uint32_t)(r - rooms);
	r->dirty = true;
}

void room_message(uint32_t room, enum mode mode, const uint8_t *p, size_t n)
{
	uint8_t frame[1024];
	size_t head;

	if (mode != DIRECT) {
		wait_in_room(&rooms[room], mode, p, n);
		return;
	}
	if (n > sizeof(frame) - FRAME_HEAD)
		return;
	head = frame_head(frame, 2, n);
	memcpy(frame + head, p, n);
	send_to_all(&rooms[room], frame, head + n);
}

void rooms_flush(enum mode mode)
{
	for (uint32_t i = 0; i < dirty_n; i++) {
		struct room *r = &rooms[dirty[i]];
		uint8_t *p = r->waiting;

		if (mode == TICK) {
			uint8_t head[FRAME_HEAD];
			size_t n = frame_head(head, 2, r->waiting_n - FRAME_HEAD);

			p += FRAME_HEAD - n;
			memcpy(p, head, n);
		}
		send_to_all(r, p, (size_t)(r->waiting + r->waiting_n - p));
		r->waiting_n = 0;
		r->dirty = false;
	}
	dirty_n = 0;
}
