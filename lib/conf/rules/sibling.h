/* lib/conf/rules/sibling.h
 * What eqfield ... ltefield share: comparing a value with another field's. Thread: any; no state.
 */
#pragma once
#include "conf/rule.h"

/* Types that have an order; texts, lists and maps go by their length. */
#define SIBLING_ORDERED (RULE_NUMBERS | RULE_COUNTED | RULE_ON(CONF_TIME))
#define SIBLING_EQUAL                                                                              \
	(SIBLING_ORDERED | RULE_ON(CONF_BOOL) | RULE_ON(CONF_REF) | RULE_ON(CONF_STRUCT))

void sibling_compile(struct rule_build *b, const struct str *params, size_t count, struct str raw,
		     void **arg);
/* False: the other field has no value now, so there is nothing to compare. */
bool sibling_order(const struct rule_call *call, const void *arg, int *order);
bool sibling_equal(const struct rule_call *call, const void *arg, bool *equal);
/* `5 is not above min_hp (10)` */
void sibling_say(struct buf *out, const struct rule_call *call, const void *arg, const char *how);
