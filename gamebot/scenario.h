/* gamebot/scenario.h
 * A scenario file, checked: by the schema language (schemas/scenario.yaml), and by what only gamebot knows
 * (behaviours, thresholds).
 *
 * Thread: one. Views into the loaded set, which lives as long as the arena given.
 */
#pragma once
#include "conf/set.h"
#include "schemas/builtin.h"
#include "threshold.h"

struct scenario {
	const struct conf_scenario *conf;
	struct str name;
	struct conf_set *set;
	VEC(struct threshold) thresholds;
	/* What the command line may win over. */
	char connect[256], tag[32];
	int64_t duration_us;
	uint64_t seed;
	uint32_t bots;     /* 0: as the groups say */
	const char *token; /* for all bots, instead of their names; NULL */
};

/* NULL with findings in `d`. `path` is what findings call the file. */
struct scenario *scenario_load(struct arena *mem, struct str path, struct str text,
			       struct diags *d);
/* How many bots of a group play, after --bots. */
uint32_t scenario_group_bots(const struct scenario *s, uint32_t group);
const struct conf_scenario_group *scenario_group(const struct scenario *s, uint32_t group);
const struct conf_scenario_chaos *scenario_chaos(const struct scenario *s,
						 struct str name); /* NULL */
