/* gamesrvd/control/route.c */
#include "gamesrvd/control/route.h"

#include <stdio.h>

void route_split(const struct op *op, struct str *method, struct str *path)
{
	*path = str_of(op->route);
	str_cut(path, ' ', method);
}

static bool is_parameter(struct str part)
{
	return part.n > 2 && part.p[0] == '{' && part.p[part.n - 1] == '}';
}

/* Number of parameters, or -1: does not fit. */
static int fit(struct str path, const struct target *target, struct op_value *values)
{
	struct str rest = {path.p + 1, path.n - 1}, part;
	size_t i = 0;
	int parameters = 0;

	while (str_cut(&rest, '/', &part)) {
		if (i == target->segment_count)
			return -1;
		if (is_parameter(part))
			values[parameters++] =
				(struct op_value){{part.p + 1, part.n - 2}, target->segments[i]};
		else if (!str_eq(part, target->segments[i]))
			return -1;
		i++;
	}
	return i == target->segment_count ? parameters : -1;
}

static void allow(struct route *out, struct str method)
{
	size_t n = strlen(out->allow);

	out->path_known = true;
	if (strstr(out->allow, "GET") != NULL && str_is(method, "GET"))
		return;
	snprintf(out->allow + n, sizeof(out->allow) - n, "%s" STR_FMT, n ? ", " : "",
		 STR_ARG(method));
}

void route_find(struct str method, const struct target *target, struct route *out)
{
	struct op_value values[TARGET_SEGMENTS_MAX];
	int best = TARGET_SEGMENTS_MAX + 1;

	*out = (struct route){.op = NULL};
	if (str_is(method, "HEAD"))
		method = STR("GET");
	for (size_t i = 0; i < ops_table_count; i++) {
		struct str its_method, path;
		int parameters;

		route_split(ops_table[i], &its_method, &path);
		parameters = fit(path, target, values);
		if (parameters < 0)
			continue;
		if (!str_eq(method, its_method)) {
			allow(out, its_method);
		} else if (parameters < best) {
			best = parameters;
			out->op = ops_table[i];
			out->value_count = (size_t)parameters;
			memcpy(out->values, values, sizeof(*values) * (size_t)parameters);
		}
	}
	for (size_t i = 0; out->op != NULL && i < target->query_count; i++)
		out->values[out->value_count++] = target->query[i];
}

const struct op_value *route_stranger(const struct route *route)
{
	for (size_t i = 0; i < route->value_count; i++) {
		const struct op_param *p = route->op->params;

		while (p != NULL && p->name != NULL &&
		       !(str_is(route->values[i].name, p->name) && strcmp(p->in, "body") != 0))
			p++;
		if (p == NULL || p->name == NULL)
			return &route->values[i];
	}
	return NULL;
}
