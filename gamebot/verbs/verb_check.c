/* gamebot/verbs/verb_check.c */
#include <inttypes.h>
#include <stdio.h>

#include "scenario.h"
#include "verb.h"

static int check(struct call *call)
{
	int code;
	struct scenario *s = call_scenario(call, &code);
	uint32_t bots = 0;

	if (s == NULL)
		return code;
	for (uint32_t i = 0; i < s->conf->groups.count; i++)
		bots += scenario_group_bots(s, i);
	printf(STR_FMT ": %" PRIu32 " bots in %" PRIu32 " groups, %zu thresholds, no errors\n",
	       STR_ARG(s->name), bots, s->conf->groups.count, s->thresholds.count);
	return EXIT_DONE;
}

const struct verb verb_check = {
	.name = "check",
	.place = 2,
	.word = "SCENARIO",
	.run = check,
	.summary = "Check a scenario without playing it",
};
