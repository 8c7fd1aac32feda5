/* lib/conf/rules/presence.h
 * What required_* and excluded_* share: fields that must be there, or hold a value. Thread: any; no state.
 */
#pragma once
#include "conf/rule.h"

/* Written or defaulted, and not null. */
bool presence_has(const struct rule_call *call);
/* Written by the author: what excluded_* forbids. */
bool presence_written(const struct rule_call *call);

/* How the missing field is written. */
void presence_hint(struct buf *out, const struct rule_call *call, const void *arg);

/* A list of fields. */
void fields_compile(struct rule_build *b, const struct str *params, size_t count, struct str raw,
		    void **arg);
size_t fields_present(const struct rule_call *call, const void *arg);
size_t fields_count(const void *arg);
/* Names those of the fields that are (not) there: "a and b". */
void fields_say(struct buf *out, const struct rule_call *call, const void *arg, bool present);

/* Pairs of a field and a value. */
void pairs_compile(struct rule_build *b, const struct str *params, size_t count, struct str raw,
		   void **arg);
size_t pairs_holding(const struct rule_call *call, const void *arg);
/* False: a field holds a wrong value, which has its own finding, so nothing can be said. */
bool pairs_known(const struct rule_call *call, const void *arg);
size_t pairs_count(const void *arg);
/* `mode is "state" and seats is 5` */
void pairs_say(struct buf *out, const void *arg, const char *joint);
