/* lib/admin/where_eval.c: what a condition says of an item, and items in order. */
#include <stdlib.h>
#include <strings.h>

#include "admin/where_tree.h"

struct unit {
	const char *name;
	char sort; /* d(uration) s(ize) p(ercent) */
	double scale;
};

static const struct unit units[] = {
	{"us", 'd', 1},        {"ms", 'd', 1e3},         {"s", 'd', 1e6}, {"m", 'd', 6e7},
	{"h", 'd', 3.6e9},     {"d", 'd', 8.64e10},      {"B", 's', 1},   {"KiB", 's', 1024},
	{"MiB", 's', 1048576}, {"GiB", 's', 1073741824}, {"%", 'p', 1},
};

size_t where_number_length(struct str s)
{
	size_t i = 0, digits = 0;

	while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
		i++, digits++;
	if (i < s.n && s.p[i] == '.') {
		i++;
		while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
			i++, digits++;
	}
	return digits ? i : 0;
}

char where_quantity(struct str s, double *value)
{
	double sign = 1, sum = 0;
	char sort = 0;

	if (s.n && s.p[0] == '-') {
		sign = -1;
		s.p++;
		s.n--;
	}
	if (s.n == 0 || s.n > 64)
		return 0;
	while (s.n) {
		size_t digits = where_number_length(s), letters = digits, i;
		char text[72];
		struct str unit;

		while (letters < s.n && !(s.p[letters] >= '0' && s.p[letters] <= '9'))
			letters++;
		unit = (struct str){s.p + digits, letters - digits};
		for (i = 0; i < ARRAY_LEN(units) && !str_is(unit, units[i].name); i++)
			;
		if (digits == 0 || i == ARRAY_LEN(units) || (sort && sort != units[i].sort))
			return 0;
		sort = units[i].sort;
		memcpy(text, s.p, digits);
		text[digits] = '\0';
		sum += strtod(text, NULL) * units[i].scale;
		s.p += letters;
		s.n -= letters;
	}
	*value = sign * sum;
	return sort;
}

static const json_t *walk(const struct where_step *step, const json_t *item)
{
	for (; step != NULL && item != NULL; step = step->next) {
		if (step->name.p != NULL)
			item = json_object_getn(item, step->name.p, step->name.n);
		else
			item = json_array_get(item, step->index);
	}
	return item ? item : json_null();
}

static const json_t *value_of(const struct where *w, const json_t *item)
{
	return w->kind == WHERE_PATH ? walk(w->path, item) : w->literal;
}

static struct str text_of(const json_t *v)
{
	return (struct str){json_string_value(v), json_string_length(v)};
}

/* -1, 0, 1; 2: not comparable. */
static int compare(const json_t *a, const json_t *b)
{
	double x, y;

	if (json_is_integer(a) && json_is_integer(b)) {
		json_int_t i = json_integer_value(a), j = json_integer_value(b);

		return i < j ? -1 : i > j;
	}
	if (json_is_number(a) && json_is_number(b)) {
		x = json_number_value(a);
		y = json_number_value(b);
		return x < y ? -1 : x > y;
	}
	if (json_is_string(a) && json_is_string(b)) {
		char sort = where_quantity(text_of(a), &x);

		if (sort && sort == where_quantity(text_of(b), &y))
			return x < y ? -1 : x > y;
		x = str_cmp(text_of(a), text_of(b));
		return x < 0 ? -1 : x > 0;
	}
	if (json_is_boolean(a) && json_is_boolean(b))
		return (json_is_true(a) ? 1 : 0) - (json_is_true(b) ? 1 : 0);
	if (json_is_null(a) && json_is_null(b))
		return 0;
	return json_equal(a, b) ? 0 : 2;
}

static bool holds_text(struct str a, struct str b)
{
	for (size_t i = 0; i + b.n <= a.n; i++) {
		if (strncasecmp(a.p + i, b.p, b.n) == 0)
			return true;
	}
	return false;
}

static bool holds(const json_t *a, const json_t *b)
{
	size_t i;
	const json_t *item;

	if (json_is_string(a) && json_is_string(b))
		return holds_text(text_of(a), text_of(b));
	json_array_foreach(a, i, item)
	{
		if (compare(item, b) == 0)
			return true;
	}
	return json_is_object(a) && json_is_string(b) &&
	       json_object_getn(a, json_string_value(b), json_string_length(b)) != NULL;
}

static bool truth(const json_t *v)
{
	if (json_is_number(v))
		return json_number_value(v) != 0;
	return !json_is_null(v) && !json_is_false(v);
}

bool where_holds(const struct where *w, const json_t *item)
{
	int order;

	switch (w->kind) {
	case WHERE_AND: return where_holds(w->a, item) && where_holds(w->b, item);
	case WHERE_OR: return where_holds(w->a, item) || where_holds(w->b, item);
	case WHERE_NOT: return !where_holds(w->a, item);
	case WHERE_TRUTH: return truth(value_of(w->a, item));
	case WHERE_PATH:
	case WHERE_LITERAL: return truth(value_of(w, item));
	case WHERE_HOLDS: return holds(value_of(w->a, item), value_of(w->b, item));
	default: break;
	}
	order = compare(value_of(w->a, item), value_of(w->b, item));
	switch (w->kind) {
	case WHERE_EQ: return order == 0;
	case WHERE_NE: return order != 0;
	case WHERE_LT: return order == -1;
	case WHERE_LE: return order == -1 || order == 0;
	case WHERE_GT: return order == 1;
	default: return order == 1 || order == 0;
	}
}

static int rank(const json_t *v)
{
	if (json_is_null(v))
		return 0;
	if (json_is_boolean(v))
		return 1;
	return json_is_number(v) ? 2 : json_is_string(v) ? 3 : 4;
}

int sort_compare(const struct sort_keys *keys, const json_t *a, const json_t *b)
{
	for (; keys != NULL; keys = keys->next) {
		const json_t *x = walk(keys->path, a), *y = walk(keys->path, b);
		int order = rank(x) - rank(y);

		if (order == 0 && rank(x) < 4)
			order = compare(x, y);
		if (order != 0)
			return keys->descending ? -order : order;
	}
	return 0;
}
