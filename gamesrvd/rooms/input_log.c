/* gamesrvd/rooms/input_log.c */
#include "gamesrvd/rooms/input_log.h"

#include <stdlib.h>

#include "wire/replay.h"

enum { BLOCK = 16 * 1024, BLOCK_MIN = 512 };

struct log_block {
	struct log_block *next;
	uint64_t serial;
	uint32_t n, room;
	uint32_t first_seq, last_seq;
	char bytes[];
};

static void lose_first(struct input_log *log)
{
	struct log_block *block = log->first;

	log->lost = true;
	log->lost_seq = block->last_seq;
	log->first = block->next;
	if (log->first == NULL)
		log->last = NULL;
	log->bytes -= block->room;
}

/* The oldest block, taken out, where it is large enough; else NULL, and it is gone. */
static struct log_block *reuse(struct input_log *log, uint32_t room)
{
	struct log_block *block = log->first;

	lose_first(log);
	if (block->room == room)
		return block;
	free(block);
	return NULL;
}

static struct log_block *take_block(struct input_log *log, size_t needed)
{
	uint32_t size = log->bound / 4 < BLOCK ? (uint32_t)(log->bound / 4) : BLOCK;
	struct log_block *block = NULL;

	if (size < BLOCK_MIN)
		size = BLOCK_MIN;
	if (size < needed)
		size = (uint32_t)needed;
	while (log->first != NULL && log->bytes + size > log->bound && block == NULL)
		block = reuse(log, size);
	if (block == NULL && size <= log->bound)
		block = malloc(sizeof(*block) + size);
	if (block != NULL) {
		block->room = size;
		block->n = 0;
		block->next = NULL;
		block->serial = ++log->serial;
		log->bytes += size;
	}
	return block;
}

static bool grow(struct input_log *log, uint32_t seq, size_t needed)
{
	struct log_block *block = take_block(log, needed);

	if (block == NULL)
		return false;
	block->first_seq = seq;
	if (log->last != NULL)
		log->last->next = block;
	else
		log->first = block;
	log->last = block;
	return true;
}

void log_add(struct input_log *log, uint32_t seq, struct str frame)
{
	struct log_block *last = log->last;

	if ((last == NULL || last->room - last->n < frame.n) && !grow(log, seq, frame.n)) {
		log_fini(log);
		log->lost = true;
		log->lost_seq = seq;
		return;
	}
	last = log->last;
	memcpy(last->bytes + last->n, frame.p, frame.n);
	last->n += (uint32_t)frame.n;
	last->last_seq = seq;
}

void log_fini(struct input_log *log)
{
	struct log_block *block;

	while ((block = log->first) != NULL) {
		lose_first(log);
		free(block);
	}
}

static struct log_block *block_at(const struct input_log *log, uint64_t serial)
{
	struct log_block *block = log->first;

	if (block == NULL || block->serial > serial)
		return NULL;
	while (block != NULL && block->serial != serial)
		block = block->next;
	return block;
}

static struct str frame_at(const struct log_block *block, uint32_t at, struct wire_header *head)
{
	uint32_t total;

	if (at >= block->n || wire_header_read((const uint8_t *)block->bytes + at, UINT32_MAX, head,
					       &total) != WIRE_OK)
		return (struct str){NULL, 0};
	return (struct str){block->bytes + at, total};
}

bool log_begin(const struct input_log *log, struct log_place *place)
{
	*place = (struct log_place){log->first ? log->first->serial : log->serial + 1, 0};
	return !log->lost;
}

bool log_find(const struct input_log *log, uint32_t seq, struct log_place *place)
{
	struct log_block *block = log->first;
	struct wire_header head;
	struct str frame;

	if (log->lost && (int32_t)(seq - log->lost_seq) < 0)
		return false;
	while (block != NULL && (int32_t)(block->last_seq - seq) <= 0)
		block = block->next;
	*place = (struct log_place){block ? block->serial : log->serial + 1, 0};
	while (block != NULL && (frame = frame_at(block, place->at, &head)).p != NULL &&
	       (int32_t)(head.seq - seq) <= 0)
		place->at += (uint32_t)frame.n;
	return true;
}

struct str log_next(const struct input_log *log, struct log_place *place, bool *lost)
{
	struct log_block *block = block_at(log, place->block);
	struct wire_header head;
	struct str frame;

	*lost = block == NULL && place->block <= log->serial;
	if (block == NULL)
		return (struct str){NULL, 0};
	if (place->at >= block->n && block->next != NULL) {
		block = block->next;
		*place = (struct log_place){block->serial, 0};
	}
	frame = frame_at(block, place->at, &head);
	place->at += (uint32_t)frame.n;
	return frame;
}

void log_blocks(const struct input_log *log, struct buf *out)
{
	for (const struct log_block *block = log->first; block != NULL; block = block->next) {
		if (block->n > 0)
			replay_put_block(out, (struct str){block->bytes, block->n});
	}
}
