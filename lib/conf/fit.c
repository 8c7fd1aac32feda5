#include "conf/fit.h"

#include "conf/types.h"
#include "conf/value.h"

static bool passes(const struct fit *want, const void *value)
{
	const struct rule_call call = {
		.type = want->type, .value = value, .state = CONF_WRITTEN, .scope = want->scope};

	return rule_values_pass(want->rules, &call);
}

static bool fits(const struct fit *want, struct str text)
{
	union {
		uint64_t n;
		double f;
		struct str s;
	} value;
	struct type_fail why;
	bool quoted = want->type->base == CONF_STRING;

	return text.n && conf_text_parse(want->type, text, quoted, &value, &why) &&
	       passes(want, &value);
}

static bool safe_plain(struct str text)
{
	static const struct conf_type type = {.base = CONF_STRING};
	struct type_fail why;
	struct str unused;

	if (text.n == 0 || str_is(text, "null") || text.p[text.n - 1] == ' ' ||
	    text.p[text.n - 1] == ':')
		return false;
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];
		bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			    (c >= '0' && c <= '9') || c >= 0x80;

		if (!word &&
		    (i == 0 || !c || !strchr(" _./:@+-", c) || (c == ':' && text.p[i + 1] == ' ')))
			return false;
	}
	return conf_text_parse(&type, text, false, &unused, &why) && !why.code;
}

void fit_yaml_text(struct buf *out, struct str text)
{
	if (safe_plain(text))
		buf_add(out, text);
	else
		conf_text_quote(out, text);
}

static void put(struct buf *out, const struct conf_type *t, struct str text)
{
	if (t->base == CONF_STRING)
		fit_yaml_text(out, text);
	else
		buf_add(out, text);
}

struct search {
	struct buf *out;
	const struct fit *want;
	unsigned left; /* fitting ones to pass over */
};

static bool try(struct search *s, struct str text)
{
	if (!fits(s->want, text) || s->left-- > 0)
		return false;
	put(s->out, s->want->type, text);
	return true;
}

/* A rule whose parameter may itself be a value: for a text max=24 is not. */
static bool names_values(const struct conf_type *t, const struct conf_rule *rule)
{
	static const char *const texts[] = {"oneof",      "oneofci",  "eq",
					    "startswith", "endswith", "contains"};

	for (size_t i = 0; t->base == CONF_STRING && i < ARRAY_LEN(texts); i++) {
		if (strcmp(rule->name, texts[i]) == 0)
			return true;
	}
	return t->base != CONF_STRING;
}

/* Parameters of the rules that name values: oneof=a b, min=1, startswith=x. */
static bool try_params(struct search *s)
{
	for (uint32_t i = s->want->rules->presence; i < s->want->rules->count; i++) {
		const struct rule_use *use = &s->want->rules->uses[i];

		for (; use; use = use->or_else) {
			struct str rest = use->written, one;

			str_cut(&rest, '=', &one);
			while (names_values(s->want->type, use->rule) && rest.p &&
			       str_cut(&rest, ' ', &one)) {
				if (try(s, one))
					return true;
			}
		}
	}
	return false;
}

/* Between two bounds that are not allowed themselves; behind one. */
static bool try_between(struct search *s)
{
	double sum = 0, n = 0;
	CLEANUP(buf_free) struct buf text = {0};

	for (uint32_t i = s->want->rules->presence; i < s->want->rules->count; i++) {
		const struct rule_use *use = &s->want->rules->uses[i];
		const struct rule_number *bound = use->arg;

		if (strcmp(use->rule->name, "gt") != 0 && strcmp(use->rule->name, "lt") != 0 &&
		    strcmp(use->rule->name, "min") != 0 && strcmp(use->rule->name, "max") != 0)
			continue;
		sum += bound->is_float ? bound->f : (double)bound->i;
		n++;
	}
	if (n == 0)
		return false;
	switch (s->want->type->base) {
	case CONF_INT:
	case CONF_UINT: buf_printf(&text, "%lld", (long long)(sum / n) + (n == 1)); break;
	case CONF_DURATION:
		conf_scalar_text(&text, s->want->type, &(struct dur){(int64_t)(sum / n)});
		break;
	case CONF_SIZE:
		conf_scalar_text(&text, s->want->type, &(uint64_t){(uint64_t)(sum / n)});
		break;
	default: conf_scalar_text(&text, s->want->type, &(double){sum / n});
	}
	return try(s, buf_str(&text));
}

/* One step above or below a number, in the unit it is written in. */
static bool try_near(struct search *s, const struct conf_type *t, const void *value, int step)
{
	CLEANUP(buf_free) struct buf text = {0};

	switch (t->base) {
	case CONF_INT: buf_printf(&text, "%lld", (long long)conf_int(t, value) + step); break;
	case CONF_UINT: buf_printf(&text, "%lld", (long long)conf_uint(t, value) + step); break;
	case CONF_SIZE:
		conf_scalar_text(&text, t, &(uint64_t){conf_uint(t, value) + (uint64_t)step});
		break;
	case CONF_DURATION:
		conf_scalar_text(&text, t,
				 &(struct dur){((const struct dur *)value)->us + step * 1000000});
		break;
	case CONF_FLOAT:
	case CONF_PERCENT:
		conf_scalar_text(&text, t, &(double){*(const double *)value + step});
		break;
	default: conf_scalar_text(&text, t, value);
	}
	return try(s, buf_str(&text));
}

/* Rules that compare with another field: its value, or one beside it. */
static bool try_siblings(struct search *s)
{
	const struct rule_call call = {.type = s->want->type, .scope = s->want->scope};

	for (uint32_t i = s->want->rules->presence; i < s->want->rules->count; i++) {
		const struct rule_use *use = &s->want->rules->uses[i];
		enum conf_state state;
		const void *other;

		if (!use->compares || use->or_else)
			continue;
		other = rule_ref_get(use->arg, &call, &state);
		for (int step = -1; other && step <= 1; step++) {
			if (try_near(s, rule_ref_field(use->arg)->type, other, step))
				return true;
		}
	}
	return false;
}

static const char *const candidates[CONF_BASE_COUNT][24] = {
	[CONF_BOOL] = {"false", "true"},
	[CONF_INT] = {"1", "2", "3", "10", "100", "0", "-1"},
	[CONF_UINT] = {"1", "2", "3", "10", "100", "0"},
	[CONF_FLOAT] = {"1", "0.5", "2", "10", "100", "0", "-1"},
	[CONF_DURATION] = {"1s", "1m", "10s", "1h", "100ms", "1ms", "1d", "0s"},
	[CONF_SIZE] = {"1KiB", "1MiB", "64KiB", "1GiB", "1B", "0B"},
	[CONF_PERCENT] = {"50%", "100%", "10%", "1%", "0%"},
	[CONF_TIME] = {"2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"},
	[CONF_STRING] = {"text",
			 "word",
			 "a",
			 "b",
			 "ab",
			 "abc",
			 "text-1",
			 "127.0.0.1:7350",
			 "https://example.com",
			 "#ffcc00",
			 "someone@example.com",
			 "127.0.0.1",
			 "::1",
			 "10.0.0.0/8",
			 "example.com",
			 "1.0.0",
			 "YQ==",
			 "6fa459ea-ee8a-3ca4-894e-db77e160355e",
			 "2026-01-01T00:00:00Z",
			 "2026-01-01",
			 "Europe/Berlin",
			 "0 4 * * *",
			 "some longer text, to be replaced"},
};

/* A text as long as the rules want it. */
static bool try_length(struct search *s)
{
	static const char filler[] =
		"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
	uint32_t n = fit_count(s->want->rules);

	return n < sizeof(filler) && try(s, (struct str){filler, n});
}

static bool search(struct search *s)
{
	const char *const *it = candidates[s->want->type->base];
	bool number = (RULE_NUMBERS & RULE_ON(s->want->type->base)) != 0;

	if (try(s, s->want->example))
		return true;
	/* 1 says more than a bound of -500 would. */
	if (number && try(s, str_of(it[0])))
		return true;
	if (s->want->rules && try_params(s))
		return true;
	if (s->want->rules && number && try_between(s))
		return true;
	if (s->want->rules && try_siblings(s))
		return true;
	for (it += number; *it; it++) {
		if (try(s, str_of(*it)))
			return true;
	}
	return s->want->type->base == CONF_STRING && s->want->rules && try_length(s);
}

bool fit_scalar(struct buf *out, const struct fit *want)
{
	struct search s = {out, want, want->nth};

	if (search(&s))
		return true;
	s.left = 0;
	if (want->nth > 0 && search(&s))
		return true;
	buf_add(out, want->type->base == CONF_STRING ? STR("CHANGE-ME")
						     : str_of(candidates[want->type->base][0]));
	return false;
}

uint32_t fit_count(const struct conf_rules *rules)
{
	static const char *const names[] = {"min", "gte", "gt", "len", "eq"};

	for (uint32_t i = rules ? rules->presence : 0; rules && i < rules->count; i++) {
		const struct rule_use *use = &rules->uses[i];

		for (size_t k = 0; !use->or_else && use->arg && k < 4; k++) {
			const struct rule_number *n = use->arg;

			if (strcmp(use->rule->name, names[k]) == 0 && !n->is_float && n->i >= 0 &&
			    n->i < 64)
				return (uint32_t)n->i + (k == 2);
		}
		if (strcmp(use->rule->name, "notblank") == 0)
			return 1;
	}
	return 0;
}
