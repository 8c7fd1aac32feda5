/* "x" does not fit the pattern [a-z]{2} */
#include "conf/rules/ere.h"
#include "conf/rules/text.h"
#include "conf/types.h"

struct pattern {
	const struct ere *re;
	struct str text;
};

static void compile(struct rule_build *b, const struct str *params, size_t count, struct str raw,
		    void **arg)
{
	struct pattern *p = ARENA_NEW(b->mem, struct pattern);
	struct str why;

	p->text = arena_str(b->mem, params[0]);
	p->re = ere_compile(b->mem, p->text, &why);
	if (p->re)
		*arg = p;
	else
		rule_build_error(b, "schema-param", STR_FMT, STR_ARG(why));
}

static bool passes(const struct rule_call *call, const void *arg)
{
	return ere_matches(((const struct pattern *)arg)->re, text_of(call));
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	rule_say_value(out, call);
	buf_add(out, STR(" does not fit the pattern "));
	buf_add(out, ((const struct pattern *)arg)->text);
}

static void hint(struct buf *out, const struct rule_call *call, const void *arg)
{
	const struct conf_field *f = call->field;

	if (f && call->type == f->type && f->example.n)
		buf_printf(out, "for example " STR_FMT, STR_ARG(f->example));
}

static void json_schema(json_t *schema, const struct conf_type *type, const void *arg)
{
	CLEANUP(buf_free) struct buf pattern = {0};

	ere_to_javascript(&pattern, ((const struct pattern *)arg)->re);
	json_object_set_new(schema, "pattern", json_stringn(buf_str(&pattern).p, pattern.n));
}

const struct conf_rule rule_pattern = {
	.name = "pattern",
	.class = RULE_VALUE,
	.bases = RULE_TEXT,
	.min_params = 1,
	.max_params = 1,
	.params = "'ERE'",
	.summary = "the whole text fits this POSIX extended regular expression; `.` is a code "
		   "point, classes such "
		   "as `[:alpha:]` are ASCII",
	.example = "code: string `validate:\"pattern='[A-Z]{2}[0-9]+'\"`",
	.compile = compile,
	.passes = passes,
	.say = say,
	.hint = hint,
	.json_schema = json_schema,
};
