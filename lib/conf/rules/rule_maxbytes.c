/* "..." has 70 bytes, above the maximum 64 */
#include "conf/rule.h"
#include "conf/types.h"

static void compile(struct rule_build *b, const struct str *params, size_t count, struct str raw,
		    void **arg)
{
	static const struct conf_type whole = {.base = CONF_UINT, .bits = 64},
				      size = {.base = CONF_SIZE};
	uint64_t *n = ARENA_NEW(b->mem, uint64_t);
	struct type_fail why;

	if (conf_text_parse(&whole, params[0], false, n, &why) ||
	    conf_text_parse(&size, params[0], false, n, &why))
		*arg = n;
	else
		rule_build_error(b, "schema-param", "%s is neither a number of bytes nor a size",
				 type_quote(params[0]).text);
}

static bool passes(const struct rule_call *call, const void *arg)
{
	return ((const struct str *)call->value)->n <= *(const uint64_t *)arg;
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	rule_say_value(out, call);
	buf_printf(out, " has %zu bytes, above the maximum %llu",
		   ((const struct str *)call->value)->n,
		   (unsigned long long)*(const uint64_t *)arg);
}

const struct conf_rule rule_maxbytes = {
	.name = "maxbytes",
	.class = RULE_VALUE,
	.bases = RULE_TEXT,
	.min_params = 1,
	.max_params = 1,
	.params = "N",
	.summary = "the text has at most N bytes in UTF-8; N may be a size such as 1KiB",
	.example = "motd: string `validate:\"maxbytes=1KiB\"`",
	.compile = compile,
	.passes = passes,
	.say = say,
};
