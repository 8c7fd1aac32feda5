/* gamebot/chaos.c */
#include "chaos.h"

#include <stdlib.h>

#include "schemas/builtin.h"

enum { DOWN_MAX = 1 << 20, PIECES_A_SECOND = 50 };

struct chunk {
	struct chunk *next;
	int64_t due_us;
	uint32_t n, at;
	char bytes[];
};

struct way { /* one direction */
	const struct conf_scenario_way *conf;
	struct link *link;
	struct chunk *first, **last;
	uint32_t waiting; /* bytes in the chunks */
	int64_t last_due_us, busy_until_us, stalled_until_us;
	struct timer release, stall;
};

struct link {
	struct line *line;
	const struct conf_scenario_chaos *conf;
	const struct link_plan *plan;
	struct rng chance;
	struct way up, down;
	struct timer cut;
};

static struct loop *loop_of(const struct link *link)
{
	return link->line->all->loop;
}

static bool is_on(const struct link *link)
{
	const struct conf_scenario_chaos *conf = link->conf;
	int64_t at = loop_now(loop_of(link)) - link->plan->zero_us;

	if (link->plan->over)
		return false;
	if (link->plan->zero_us == 0) /* the ramp: a bad line is bad from the start on */
		return conf->begin.us == 0;
	return at >= conf->begin.us && (conf->state_of.end != CONF_WRITTEN || at < conf->end.us);
}

static uint32_t piece_of(const struct way *w)
{
	uint64_t piece = w->conf->rate / PIECES_A_SECOND;

	if (w->conf->rate == 0)
		return UINT32_MAX;
	return piece < 1 ? 1 : piece > 65536 ? 65536 : (uint32_t)piece;
}

/* Passes bytes on; the line may be over afterwards, and the link with it. */
static void pass(struct way *w, struct str bytes)
{
	struct line *line = w->link->line;

	if (w == &w->link->up)
		line_write(line, bytes);
	else
		line_feed(line, bytes);
}

static void plan_release(struct way *w)
{
	int64_t at;

	if (w->first == NULL)
		return;
	at = w->first->due_us;
	if (at < w->busy_until_us)
		at = w->busy_until_us;
	if (at < w->stalled_until_us)
		at = w->stalled_until_us;
	timer_set(loop_of(w->link), &w->release, at);
}

/* Passes one piece on. False: the link is gone. */
static bool release_one(struct way *w, int64_t now)
{
	struct chunk *c = w->first;
	struct line *line = w->link->line;
	struct link *link = w->link;
	uint32_t n = c->n - c->at, most = piece_of(w);
	struct str bytes;

	if (n > most)
		n = most;
	bytes = (struct str){c->bytes + c->at, n};
	c->at += n;
	w->waiting -= n;
	if (w->conf->rate)
		w->busy_until_us = now + (int64_t)((uint64_t)n * 1000000 / w->conf->rate);
	if (c->at == c->n) {
		w->first = c->next;
		if (w->first == NULL)
			w->last = &w->first;
		pass(w, bytes);
		free(c);
	} else {
		pass(w, bytes);
	}
	return line->link == link;
}

static void release(struct timer *timer)
{
	struct way *w = CONTAINER_OF(timer, struct way, release);
	struct line *line = w->link->line;
	int64_t now = loop_now(loop_of(w->link));

	while (w->first && w->first->due_us <= now && w->busy_until_us <= now &&
	       w->stalled_until_us <= now)
		if (!release_one(w, now))
			return;
	plan_release(w);
	line_rewatch(line);
}

static bool push(struct way *w, struct str bytes)
{
	struct link *link = w->link;
	int64_t now = loop_now(loop_of(link)), due = now;
	struct chunk *c;

	if (is_on(link)) {
		due += w->conf->delay.us;
		if (w->conf->jitter.us && rng_part(&link->chance) * 100 < w->conf->jitter_share)
			due += (int64_t)(rng_part(&link->chance) * (double)w->conf->jitter.us);
	}
	if (due < w->last_due_us)
		due = w->last_due_us; /* nothing overtakes */
	if (w->first == NULL && due == now && w->stalled_until_us <= now &&
	    (w->conf->rate == 0 || !is_on(link)))
		return false;
	c = malloc(sizeof(*c) + bytes.n);
	if (c == NULL)
		return false;
	*c = (struct chunk){.due_us = due, .n = (uint32_t)bytes.n};
	memcpy(c->bytes, bytes.p, bytes.n);
	*w->last = c;
	w->last = &c->next;
	w->last_due_us = due;
	w->waiting += c->n;
	plan_release(w);
	return true;
}

bool link_up(struct link *link, struct str bytes)
{
	return push(&link->up, bytes);
}

bool link_down(struct link *link, struct str bytes)
{
	if (!push(&link->down, bytes))
		return false;
	line_rewatch(link->line);
	return true;
}

/* A slow reader leaves what it does not take in its socket. */
bool link_reads(const struct link *link)
{
	const struct way *w = &link->down;

	if (w->stalled_until_us > loop_now(loop_of(link)))
		return false;
	return w->conf->rate ? w->waiting < piece_of(w) : w->waiting < DOWN_MAX;
}

size_t link_read_room(const struct link *link, size_t room)
{
	size_t piece = piece_of(&link->down);

	return link->down.conf->rate && is_on(link) && piece * 2 < room ? piece * 2 : room;
}

uint32_t link_waiting(const struct link *link)
{
	return link->up.waiting;
}

void link_peer_closed(struct link *link)
{
	/* The stall's end reads again, and finds the end of the bytes; without one there is nothing to wait for. */
	if (!timer_is_set(&link->down.release))
		timer_set(loop_of(link), &link->down.release, link->down.stalled_until_us);
}

static void end_stall_later(struct way *w)
{
	timer_set(loop_of(w->link), &w->release, w->stalled_until_us);
	line_rewatch(w->link->line);
}

static void stall(struct timer *timer)
{
	struct way *w = CONTAINER_OF(timer, struct way, stall);
	struct link *link = w->link;
	int64_t now = loop_now(loop_of(link));

	if (is_on(link)) {
		w->stalled_until_us = now + rng_about(&link->chance, w->conf->stall.us);
		end_stall_later(w);
	}
	timer_set(loop_of(link), &w->stall,
		  (w->stalled_until_us > now ? w->stalled_until_us : now) +
			  rng_until_next(&link->chance, w->conf->stall_every.us));
}

static enum line_cut how_to_cut(struct link *link)
{
	struct str how = link->conf->cut_how;

	if (str_is(how, "close"))
		return LINE_CUT_CLOSE;
	if (str_is(how, "reset"))
		return LINE_CUT_RESET;
	if (str_is(how, "half_open"))
		return LINE_CUT_HALF_OPEN;
	return (enum line_cut)rng_below(&link->chance, 3);
}

/* The next moment of cut_at, or by chance; 0: never. */
static int64_t next_cut(struct link *link)
{
	const struct conf_list *at = &link->conf->cut_at;
	int64_t now = loop_now(loop_of(link)), best = 0;

	if (link->conf->state_of.cut_every == CONF_WRITTEN)
		best = now + rng_until_next(&link->chance, link->conf->cut_every.us);
	for (uint32_t i = 0; i < at->count && link->plan->zero_us; i++) {
		int64_t moment = link->plan->zero_us + ((const struct dur *)at->items)[i].us;

		if (moment > now && (best == 0 || moment < best))
			best = moment;
	}
	return best;
}

static void cut(struct timer *timer)
{
	struct link *link = CONTAINER_OF(timer, struct link, cut);
	struct line *line = link->line;
	int64_t next;

	if (is_on(link) && link->plan->zero_us) {
		void (*tell)(struct line *, enum line_cut) = link->plan->cut;
		enum line_cut how = how_to_cut(link);

		if (how == LINE_CUT_HALF_OPEN) {
			line->mute = true;
			line_rewatch(line);
		} else {
			line_drop(line, how, 0); /* and the link with it */
		}
		tell(line, how);
		return;
	}
	next = next_cut(link);
	if (next)
		timer_set(loop_of(link), &link->cut, next);
}

void link_begin(struct link *link)
{
	int64_t next = next_cut(link);

	if (next)
		timer_set(loop_of(link), &link->cut, next);
}

static void start_way(struct way *w, struct link *link, const struct conf_scenario_way *conf)
{
	w->conf = conf;
	w->link = link;
	w->last = &w->first;
	w->release.fire = release;
	w->stall.fire = stall;
	if (conf->state_of.stall_every == CONF_WRITTEN)
		timer_in(loop_of(link), &w->stall,
			 rng_until_next(&link->chance, conf->stall_every.us));
}

void link_new(struct line *line, const struct link_plan *plan, struct rng bot, struct rng chance)
{
	struct link *link;
	int64_t at;

	if (rng_part(&bot) * 100 >= plan->chaos->share)
		return;
	link = calloc(1, sizeof(*link));
	if (link == NULL)
		return;
	link->line = line;
	link->conf = plan->chaos;
	link->plan = plan;
	link->chance = chance;
	link->cut.fire = cut;
	start_way(&link->up, link, &plan->chaos->up);
	start_way(&link->down, link, &plan->chaos->down);
	at = next_cut(link);
	if (at)
		timer_set(loop_of(link), &link->cut, at);
	line->link = link;
}

static void end_way(struct way *w)
{
	timer_cancel(loop_of(w->link), &w->release);
	timer_cancel(loop_of(w->link), &w->stall);
	while (w->first) {
		struct chunk *next = w->first->next;

		free(w->first);
		w->first = next;
	}
}

void link_free(struct link *link)
{
	if (link == NULL)
		return;
	end_way(&link->up);
	end_way(&link->down);
	timer_cancel(loop_of(link), &link->cut);
	free(link);
}
