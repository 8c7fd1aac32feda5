/* lib/conf/rules/choice.h
 * What oneof, noneof and oneofci share: a list of values of the type. Thread: any; no state.
 */
#pragma once
#include "conf/rule.h"

#define CHOICE_BASES (RULE_NUMBERS | RULE_TEXT | RULE_ON(CONF_REF))

struct choice;
void choice_compile(struct rule_build *b, const struct str *params, size_t count, struct str raw,
		    void **arg);
bool choice_has(const struct rule_call *call, const struct choice *c);
bool choice_has_caseless(const struct rule_call *call, const struct choice *c); /* texts only */
void choice_say(struct buf *out, const struct rule_call *call, const struct choice *c,
		const char *how);
void choice_hint(struct buf *out, const struct rule_call *call, const struct choice *c);
json_t *choice_json(const struct conf_type *t, const struct choice *c); /* NULL: cannot say */
