/* bench/peers/epoll/room.h: who is in which room, and what waits to be sent there. */
#pragma once
#include "base/base.h"

enum { ROOMS = 1 << 16, FRAME_HEAD = 16 };

enum mode {
	DIRECT, /* every message is sent to each member at once */
	CORK,   /* the same frames; a room's frames of one loop turn leave in one send per member */
	TICK    /* one frame per member and tick */
};

struct line { /* one connection */
	int fd;
	uint32_t room, index; /* its place in the room */
	bool open;
	uint8_t *partial, *unsent;
	uint32_t partial_n, unsent_n, unsent_room;
};

extern int epoll_fd;

void line_send(struct line *l, const void *p, size_t n);
void room_join(struct line *l, uint32_t room);
void room_leave(struct line *l);
void room_message(uint32_t room, enum mode mode, const uint8_t *p, size_t n);
void rooms_flush(enum mode mode);
size_t frame_head(uint8_t *out, unsigned opcode, size_t n);
