/* lib/conf/rules/text.h
 * What rules on texts share. Thread: any; no state.
 */
#pragma once
#include "conf/rule.h"

static inline struct str text_of(const struct rule_call *call)
{
	return *(const struct str *)call->value;
}
static inline bool char_is_digit(char c)
{
	return c >= '0' && c <= '9';
}
static inline bool char_is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
static inline bool char_is_alnum(char c)
{
	return char_is_alpha(c) || char_is_digit(c);
}
static inline bool char_is_hex(char c)
{
	return char_is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
/* Every byte passes; an empty text does not. */
bool text_all(struct str s, bool (*is)(char c));
/* `"x y" is not <what>` */
void text_say(struct buf *out, const struct rule_call *call, const char *what);
/* A pattern in the dialect of JSON Schema, with its own ^ and $. */
void text_json_pattern(json_t *schema, const char *pattern);

/* One text, at least one byte long: startswith and its kin. */
void text_compile(struct rule_build *b, const struct str *params, size_t count, struct str raw,
		  void **arg);
/* `"x" does not begin with "y"` */
void text_say_with(struct buf *out, const struct rule_call *call, const char *how, const void *arg);
/* JSON Schema's pattern for text that has `arg` in it, between the two ends given. */
void text_json_literal(json_t *schema, const char *before, const void *arg, const char *behind);
