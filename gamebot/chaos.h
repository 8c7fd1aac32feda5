/* gamebot/chaos.h
 * What a bad line does: delays, jitter, stalls, bandwidth, cuts, half-open ends. It stands between a bot's socket and its
 * messages, so that a line of chaos takes one descriptor, not three as a proxy beside it would: 15,000 fit into a
 * process (docs/decisions/0023). To the server it looks the same: what is not read here fills its socket.
 *
 * Thread: one. A link lives as long as one connection; cuts are drawn anew for each.
 */
#pragma once
#include "line.h"

struct conf_scenario_chaos; /* schemas/builtin.h */

struct link_plan { /* of all lines of a group, for one connection each */
	const struct conf_scenario_chaos *chaos;
	int64_t zero_us; /* the end of the ramp, from which the scenario's times count; 0: not yet */
	bool over;       /* no more faults */
	/* The link cut its line (which is closed already, or half open). */
	void (*cut)(struct line *line, enum line_cut how);
};

/* Joins the line, which is being opened; the plan outlives it. Chance decides whether this line is one of the bad share: it comes from `bot`,
 * so that a bot's lines are all bad or all good, while the moments come from `chance`. Out of memory: no chaos. */
void link_new(struct line *line, const struct link_plan *plan, struct rng bot, struct rng chance);
void link_free(struct link *link);  /* NULL is fine */
void link_begin(struct link *link); /* the plan's zero_us is known now */

/* Bytes on their way out or in. True: the link took them, and passes them on in its time. */
bool link_up(struct link *link, struct str bytes);
bool link_down(struct link *link, struct str bytes);
bool link_reads(const struct link *link); /* does it want bytes of the socket now */
size_t link_read_room(const struct link *link, size_t room);
uint32_t link_waiting(const struct link *link);
/* The other end closed while the link did not read: it finds out once it reads again. */
void link_peer_closed(struct link *link);
