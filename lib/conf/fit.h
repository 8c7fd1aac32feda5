/* lib/conf/fit.h
 * A value that a field's rules let pass, as YAML text: for a document to begin with.
 *
 * Thread: any; no state.
 */
#pragma once
#include "base/buf.h"
#include "conf/rule.h"

/* Asks for a scalar. */
struct fit {
	const struct conf_type *type; /* no ref */
	const struct conf_rules *rules;
	const struct rule_scope
		*scope;     /* fields with values so far, for rules that compare; may be NULL */
	struct str example; /* tried first; may be empty */
	unsigned nth;       /* another one than the `nth` before: lists without repetitions */
};
/* The example, a bound, a choice, or a likely text. False: nothing known fits, and a placeholder was written. */
bool fit_scalar(struct buf *out, const struct fit *want);
/* Text as a YAML scalar of one line, quoted where it must be. */
void fit_yaml_text(struct buf *out, struct str text);
/* How many items or entries the rules ask for at least. */
uint32_t fit_count(const struct conf_rules *rules);
