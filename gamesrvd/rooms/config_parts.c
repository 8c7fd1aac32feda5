/* gamesrvd/rooms/config_parts.c */
#include "gamesrvd/rooms/config_parts.h"

#include "wire/config_payload.h"

enum { END = 4 /* what wire_config_end() adds at most */ };

static void free_buf(void *arg)
{
	buf_free(arg);
}

static void begin(struct config_parts *p)
{
	p->now.n = p->elements = 0;
	wire_config_begin(&p->now, p->revision, p->pinned);
	p->empty = p->now.n;
}

static void finish(struct config_parts *p, bool more)
{
	wire_config_end(&p->now, p->complete, more);
	if (p->now.failed)
		arena_oom(p->mem, p->now.n);
	vec_add(p->mem, &p->done, arena_str(p->mem, buf_str(&p->now)));
}

void config_parts_init(struct config_parts *p, struct arena *mem, uint64_t revision,
		       uint64_t pinned, bool complete)
{
	*p = (struct config_parts){
		.mem = mem, .revision = revision, .pinned = pinned, .complete = complete};
	arena_defer(mem, free_buf, &p->now);
	begin(p);
}

struct config_place config_parts_add(struct config_parts *p, struct str element)
{
	struct config_place at;

	if (p->empty + element.n + END > CONFIG_PART) {
		p->left_out++;
		return (struct config_place){0};
	}
	if (p->now.n + element.n + END > CONFIG_PART || p->elements == CONFIG_PART_ELEMENTS) {
		finish(p, true);
		begin(p);
	}
	at = (struct config_place){(uint32_t)p->done.count, (uint32_t)p->now.n,
				   (uint32_t)element.n};
	buf_add(&p->now, element);
	p->elements++;
	return at;
}

void config_parts_end(struct config_parts *p)
{
	if (p->now.n > p->empty || (p->complete && p->done.count == 0))
		finish(p, false);
	buf_free(&p->now);
}
