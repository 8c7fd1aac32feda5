/* gamesrvd/loop/wheel.c
 * Time in grains of 8192 us, six levels of 64 slots: a slot of level 0 is one grain, of level 1 64 grains, and so on. A
 * timer stands on the level of the highest digit (base 64) in which its grain differs from the present one, so slots
 * behind the present one on a level are always empty. When time passes into a new slot of a level, the timers of that
 * slot move down or fire. One bit a slot says that it may hold timers (a cancelled one leaves its bit behind).
 *
 * The loop is woken for the earliest timer, not for each slot on its way down: every slot remembers its earliest grain.
 */
#include "gamesrvd/loop/wheel.h"

#include <stdlib.h>

#include "base/time.h"

enum { GRAIN_LOG2 = 13, LEVELS = 6, DIGIT = 6, SLOTS = 64, DIGIT_MASK = SLOTS - 1 };

#define GRAIN_MAX   (((uint64_t)1 << (LEVELS * DIGIT)) - 1) /* 17 years after boot */
#define GRAIN_NEVER UINT64_MAX

struct slot {
	struct wheel_timer *first;
	uint64_t earliest; /* grain; a bound: who stood for it may be gone */
};

struct wheel {
	struct ev_loop *loop;
	ev_timer alarm;
	uint64_t now;            /* grain up to which everything fired */
	uint64_t wake;           /* grain the alarm is set for */
	struct wheel_timer *due; /* being fired */
	uint64_t taken[LEVELS];
	struct slot slots[LEVELS][SLOTS];
};

static uint64_t grain_from(int64_t us) /* the first that does not begin before it */
{
	uint64_t grain = us <= 0 ? 0 : ((uint64_t)us + (1 << GRAIN_LOG2) - 1) >> GRAIN_LOG2;

	return grain < GRAIN_MAX ? grain : GRAIN_MAX;
}

static uint64_t grain_of(int64_t us)
{
	return us <= 0 ? 0 : (uint64_t)us >> GRAIN_LOG2;
}

static void link_into(struct wheel_timer **list, struct wheel_timer *timer)
{
	timer->next = *list;
	timer->link = list;
	if (timer->next != NULL)
		timer->next->link = &timer->next;
	*list = timer;
}

void wheel_cancel(struct wheel_timer *timer)
{
	if (timer->link == NULL)
		return;
	*timer->link = timer->next;
	if (timer->next != NULL)
		timer->next->link = timer->link;
	timer->link = NULL;
	timer->next = NULL;
}

/* `grain` is later than w->now. */
static void place(struct wheel *w, struct wheel_timer *timer, uint64_t grain)
{
	unsigned level = (unsigned)(63 - __builtin_clzll(grain ^ w->now)) / DIGIT;
	unsigned digit = (grain >> (level * DIGIT)) & DIGIT_MASK;
	struct slot *slot = &w->slots[level][digit];
	uint64_t bit = (uint64_t)1 << digit;

	if (!(w->taken[level] & bit) || slot->first == NULL || grain < slot->earliest)
		slot->earliest = grain;
	w->taken[level] |= bit;
	link_into(&slot->first, timer);
}

/* The earliest grain of any timer; GRAIN_NEVER: there is none. Forgets slots that cancelling left empty. */
static uint64_t earliest(struct wheel *w)
{
	uint64_t first = GRAIN_NEVER;

	for (unsigned level = 0; level < LEVELS; level++) {
		while (w->taken[level] != 0) {
			const struct slot *slot =
				&w->slots[level][__builtin_ctzll(w->taken[level])];

			if (slot->first != NULL) {
				first = slot->earliest < first ? slot->earliest : first;
				break;
			}
			w->taken[level] &= w->taken[level] - 1;
		}
	}
	return first;
}

static void set_alarm(struct wheel *w, uint64_t grain, int64_t now_us)
{
	int64_t wait_us = (int64_t)(grain << GRAIN_LOG2) - now_us;

	w->wake = grain;
	ev_timer_stop(w->loop, &w->alarm);
	if (grain == GRAIN_NEVER)
		return;
	ev_now_update(w->loop); /* the wait counts from now, not from the beginning of this turn */
	ev_timer_set(&w->alarm, wait_us > 0 ? (double)wait_us / 1e6 : 0., 0.);
	ev_timer_start(w->loop, &w->alarm);
}

/* Unhooks what stands in slots that time passes on its way to `grain`, on all levels. */
static struct wheel_timer *pass(struct wheel *w, uint64_t grain)
{
	struct wheel_timer *passed = NULL;

	for (unsigned level = 0; level < LEVELS; level++) {
		uint64_t from = w->now >> (level * DIGIT), to = grain >> (level * DIGIT), reach;

		if (from == to)
			break;
		reach = from >> DIGIT == to >> DIGIT ? ((uint64_t)2 << (to & DIGIT_MASK)) - 1
						     : UINT64_MAX;
		for (uint64_t slots = w->taken[level] & reach; slots != 0; slots &= slots - 1) {
			struct slot *slot = &w->slots[level][__builtin_ctzll(slots)];

			while (slot->first != NULL) {
				struct wheel_timer *timer = slot->first;

				wheel_cancel(timer);
				link_into(&passed, timer);
			}
		}
		w->taken[level] &= ~reach;
	}
	return passed;
}

/* Fires everything of w->due, whose timers may be cancelled or set anew by those that fire before them. */
static void fire_due(struct wheel *w)
{
	while (w->due != NULL) {
		struct wheel_timer *timer = w->due;

		wheel_cancel(timer);
		timer->fire(timer);
	}
}

void wheel_advance(struct wheel *w, int64_t now_us)
{
	uint64_t grain = grain_of(now_us);
	struct wheel_timer *passed;

	if (grain <= w->now)
		return;
	passed = pass(w, grain);
	w->now = grain;
	while (passed != NULL) {
		struct wheel_timer *timer = passed;
		uint64_t due = grain_from(timer->at_us);

		passed = timer->next;
		timer->link = NULL;
		if (due <= grain)
			link_into(&w->due, timer);
		else
			place(w, timer, due);
	}
	fire_due(w);
}

static void on_alarm(struct ev_loop *loop, struct ev_timer *alarm, int revents)
{
	struct wheel *w = alarm->data;

	w->wake = 0; /* nothing that is set meanwhile moves the alarm: it is set below */
	wheel_advance(w, time_mono_us());
	set_alarm(w, earliest(w), time_mono_us());
}

struct wheel *wheel_new(struct ev_loop *loop)
{
	struct wheel *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	w->loop = loop;
	w->now = grain_of(time_mono_us());
	w->wake = GRAIN_NEVER;
	ev_init(&w->alarm, on_alarm);
	w->alarm.data = w;
	return w;
}

void wheel_free(struct wheel *w)
{
	if (w == NULL)
		return;
	ev_timer_stop(w->loop, &w->alarm);
	for (unsigned level = 0; level < LEVELS; level++) {
		for (unsigned i = 0; i < SLOTS; i++) {
			while (w->slots[level][i].first != NULL)
				wheel_cancel(w->slots[level][i].first);
		}
	}
	free(w);
}

void wheel_set(struct wheel *w, struct wheel_timer *timer, int64_t at_us)
{
	uint64_t grain = grain_from(at_us);

	wheel_cancel(timer);
	timer->at_us = at_us;
	if (grain <= w->now)
		grain = w->now + 1;
	place(w, timer, grain);
	if (grain < w->wake)
		set_alarm(w, grain, time_mono_us());
}

void wheel_in(struct wheel *w, struct wheel_timer *timer, int64_t after_us)
{
	wheel_set(w, timer, time_mono_us() + after_us);
}

uint32_t wheel_count(const struct wheel *w)
{
	uint32_t count = 0;

	for (unsigned level = 0; level < LEVELS; level++) {
		for (unsigned i = 0; i < SLOTS; i++) {
			for (const struct wheel_timer *t = w->slots[level][i].first; t; t = t->next)
				count++;
		}
	}
	return count;
}
