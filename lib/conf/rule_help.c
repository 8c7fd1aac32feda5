/* What many rules share: parameters in the unit of a type, comparing, and values in messages. */
#include <inttypes.h>
#include <stdio.h>

#include "base/utf8.h"
#include "conf/rule.h"
#include "conf/types.h"
#include "conf/value.h"

void rule_build_error(struct rule_build *b, const char *code, const char *fmt, ...)
{
	char text[400];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (b->written.n)
		diags_add(b->d, CONF_ERROR, code, b->at, "%s: %s", type_quote(b->written).text,
			  text);
	else
		diags_add(b->d, CONF_ERROR, code, b->at, "%s", text);
	b->failed = true;
}

static bool counted(const struct conf_type *t)
{
	return (RULE_COUNTED & RULE_ON(t->base)) != 0;
}

static bool parse_whole(const struct conf_type *t, struct str param, struct rule_number *out,
			struct type_fail *why)
{
	/* By 64 bits first, so that a bound outside the field's width is told as such. */
	const struct conf_type wide = {.base = t->base, .bits = 64};
	union {
		int64_t i;
		uint64_t u;
	} n;
	__int128 low = t->base == CONF_INT ? conf_int_min(t) : 0, high = conf_int_max(t);

	if (conf_text_parse(&wide, param, false, &n, why)) {
		out->i = t->base == CONF_INT ? (__int128)n.i : (__int128)n.u;
		if (out->i >= low && out->i <= high)
			return true;
	} else if (strcmp(why->code, "range") != 0) {
		return false;
	}
	if (t->base == CONF_INT)
		return type_refuse(why, "range", "outside %s (%" PRId64 " to %" PRIu64 ")",
				   conf_type_name(t), conf_int_min(t), conf_int_max(t));
	return type_refuse(why, "range", "outside %s (0 to %" PRIu64 ")", conf_type_name(t),
			   conf_int_max(t));
}

bool rule_number_parse(struct rule_build *b, struct str param, struct rule_number *out)
{
	static const struct conf_type count = {.base = CONF_UINT, .bits = 32};
	struct type_fail why = {.message = "", .hint = ""};
	CLEANUP(buf_free) struct buf text = {0};
	struct conf_type t = *b->type;
	uint32_t n;
	uint64_t size;
	struct dur dur;
	bool good;

	*out = (struct rule_number){0};
	t.negative = true; /* what allows negative durations is a bound like this one */
	switch (t.base) {
	case CONF_INT:
	case CONF_UINT:
		good = parse_whole(&t, param, out, &why);
		if (good)
			buf_add(&text, param);
		break;
	case CONF_FLOAT:
	case CONF_PERCENT:
		out->is_float = true;
		good = conf_text_parse(&t, param, false, &out->f, &why);
		if (good)
			conf_scalar_text(&text, &t, &out->f);
		break;
	case CONF_DURATION:
		good = conf_text_parse(&t, param, false, &dur, &why);
		if (good)
			conf_scalar_text(&text, &t, &dur);
		out->i = good ? dur.us : 0;
		break;
	case CONF_SIZE:
		good = conf_text_parse(&t, param, false, &size, &why);
		if (good)
			conf_scalar_text(&text, &t, &size);
		out->i = good ? (__int128)size : 0;
		break;
	default:
		good = conf_text_parse(&count, param, false, &n, &why);
		out->i = good ? n : 0;
		if (good)
			buf_printf(&text, "%" PRIu32, n);
		else if (strcmp(why.code, "range") == 0)
			type_refuse(&why, "range", "a count is 0 to %" PRIu32, UINT32_MAX);
	}
	if (!good) {
		if (str_find(param, ';') >= 0)
			type_hint(&why, "a comma stands between two rules");
		rule_build_error(b, "schema-param", "%s%s%s", why.message, why.hint[0] ? "; " : "",
				 why.hint);
		return false;
	}
	out->text = arena_take(b->mem, &text);
	return true;
}

static size_t count_of(const struct conf_type *t, const void *value)
{
	if (t->base == CONF_STRING)
		return utf8_count(*(const struct str *)value);
	return t->base == CONF_LIST ? ((const struct conf_list *)value)->count
				    : ((const struct conf_map *)value)->count;
}

/* Bytes of a text often say enough: at most as many code points, at least a quarter. */
static int compare_text(const struct rule_call *call, __int128 with)
{
	__int128 bytes = (__int128)((const struct str *)call->value)->n, n;

	if (bytes < with)
		return -1;
	if (bytes > with * 4)
		return 1;
	n = (__int128)count_of(call->type, call->value);
	return (n > with) - (n < with);
}

int rule_compare(const struct rule_call *call, const struct rule_number *with)
{
	const struct conf_type *t = call->type;
	__int128 n;

	switch (t->base) {
	case CONF_INT: n = conf_int(t, call->value); break;
	case CONF_UINT:
	case CONF_SIZE: n = conf_uint(t, call->value); break;
	case CONF_DURATION: n = ((const struct dur *)call->value)->us; break;
	case CONF_STRING: return compare_text(call, with->i);
	case CONF_FLOAT:
	case CONF_PERCENT: {
		double f = *(const double *)call->value;

		return (f > with->f) - (f < with->f);
	}
	default: n = (__int128)count_of(t, call->value);
	}
	return (n > with->i) - (n < with->i);
}

void rule_say_value(struct buf *out, const struct rule_call *call)
{
	const struct conf_type *t = call->type;

	if (call->field && call->field->secret) {
		buf_add(out, STR("the secret"));
	} else if (t->base == CONF_LIST) {
		size_t n = count_of(t, call->value);

		buf_printf(out, "%zu item%s", n, n == 1 ? "" : "s");
	} else if (t->base == CONF_MAP) {
		size_t n = count_of(t, call->value);

		buf_printf(out, "%zu entr%s", n, n == 1 ? "y" : "ies");
	} else if (t->base == CONF_STRING || t->base == CONF_REF) {
		buf_printf(out, "%s", type_quote(*(const struct str *)call->value).text);
	} else {
		conf_scalar_text(out, t, call->value);
	}
}

void rule_say_measure(struct buf *out, const struct rule_call *call)
{
	size_t n;

	rule_say_value(out, call);
	if (!counted(call->type)) {
		buf_add(out, STR(" is"));
	} else if (call->type->base == CONF_STRING) {
		n = count_of(call->type, call->value);
		buf_printf(out, " has %zu character%s,", n, n == 1 ? "" : "s");
	} else {
		buf_add(out, count_of(call->type, call->value) == 1 ? STR(" is") : STR(" are"));
	}
}

bool rule_values_pass(const struct conf_rules *rules, const struct rule_call *call)
{
	for (uint32_t i = rules ? rules->presence : 0; rules && i < rules->count; i++) {
		if (!rule_use_passes(&rules->uses[i], call))
			return false;
	}
	return true;
}
