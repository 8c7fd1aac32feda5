/* lib/conf/rules/bound.h
 * What min, max, gte, lte, gt, lt and len share. Thread: any; no state.
 */
#pragma once
#include "conf/rule.h"

/* One struct rule_number in the unit of the type. */
void bound_compile(struct rule_build *b, const struct str *params, size_t count, struct str raw,
		   void **arg);
/* `12000 is above the maximum 9999`. */
void bound_say(struct buf *out, const struct rule_call *call, const struct rule_number *n,
	       const char *how);
enum bound_side { BOUND_LOW, BOUND_HIGH };
/* minimum, exclusiveMaximum, minLength, maxItems ...; nothing for texts with a unit. */
void bound_json(json_t *schema, const struct conf_type *t, const struct rule_number *n,
		enum bound_side side, bool open);
