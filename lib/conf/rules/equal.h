/* lib/conf/rules/equal.h
 * What eq and ne share: one value of the type, or a count for lists and maps. Thread: any; no state.
 */
#pragma once
#include "conf/rule.h"

#define EQUAL_BASES                                                                                \
	(RULE_NUMBERS | RULE_COUNTED | RULE_ON(CONF_BOOL) | RULE_ON(CONF_TIME) | RULE_ON(CONF_REF))

struct equal {
	struct rule_number number; /* numbers, and the count for lists and maps */
	struct str text;           /* the value as people write it */
	union {
		uint64_t n;
		double f;
		struct str s;
	} value;
};

void equal_compile(struct rule_build *b, const struct str *params, size_t count, struct str raw,
		   void **arg);
bool equal_is(const struct rule_call *call, const struct equal *to);
/* `"a" is not "b"` */
void equal_say(struct buf *out, const struct rule_call *call, const struct equal *to);
json_t *equal_json(const struct conf_type *t,
		   const struct equal *to); /* const's value; NULL: cannot say */
