/* gamectl/list.c
 * Listings: table, wide, csv and name from one row of columns.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "conf/render.h"
#include "flow.h"
#include "frame.h"
#include "real_digits.h"

enum {
	PIPE_COLUMNS = 100, /* where nobody says how wide */
	LAST_MIN = 12,      /* what the last column is left at least */
	CUT_MIN = 12,       /* and one that may be cut */
};

/* Into a pager or head, standard error is still the terminal. */
static size_t columns_of(const struct cmd_call *call)
{
	size_t columns = call->term_out.columns ? call->term_out.columns : call->term_err.columns;

	return columns ? columns : PIPE_COLUMNS;
}

/* "actor.name" within an item. */
static const json_t *value_of(const json_t *item, const char *field)
{
	struct str rest = str_of(field), key;

	while (item && str_cut(&rest, '.', &key))
		item = json_object_getn(item, key.p, key.n);
	return item;
}

static void put_plain(struct buf *out, const json_t *v)
{
	char *text;

	if (!v || json_is_null(v))
		return;
	if (json_is_string(v)) {
		buf_add(out, (struct str){json_string_value(v), json_string_length(v)});
		return;
	}
	text = json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(real_digits(v)));
	if (!text)
		out->failed = true;
	buf_add(out, str_of(text));
	free(text);
}

static struct str cell_text(struct cmd_call *call, const struct cmd_column *c, const json_t *item)
{
	CLEANUP(buf_free) struct buf raw = {0};
	CLEANUP(buf_free) struct buf safe = {0};
	const json_t *v = value_of(item, c->field);

	if (c->show)
		c->show(&raw, call, v, item);
	else
		put_plain(&raw, v);
	if (raw.n == 0)
		buf_addc(&raw, '-');
	conf_render_safe(&safe, buf_str(&raw));
	return arena_str(call->mem, buf_str(&safe));
}

static bool is_shown(const struct cmd_call *call, const struct cmd_column *c)
{
	return !c->wide || call->output == OUT_WIDE || call->output == OUT_CSV;
}

struct grid {
	const struct cmd_column *columns[32];
	size_t width[32], count, rows, stride;
	struct str *cells; /* rows * stride */
};

static size_t taken(const struct grid *g)
{
	size_t last = g->width[g->count - 1], sum = last < LAST_MIN ? last : LAST_MIN;

	for (size_t col = 0; col + 1 < g->count; col++)
		sum += g->width[col] + 2;
	return sum;
}

/* Rows that wrap are unreadable: cut what may be cut, then leave out what may be left out, from the right. */
static void fit(struct grid *g, size_t columns)
{
	for (size_t col = 0; col < g->count; col++)
		while (g->columns[col]->max && g->width[col] > CUT_MIN && taken(g) > columns)
			g->width[col]--;
	while (g->count > 1 && g->columns[g->count - 1]->spare && taken(g) > columns)
		g->count--;
}

static void put_cell(struct cmd_call *call, const struct grid *g, size_t col, size_t used,
		     struct str text, enum term_style style)
{
	bool last = col + 1 == g->count;
	size_t columns = columns_of(call);

	if (g->columns[col]->flow && call->output == OUT_TABLE) {
		flow_put(&call->out, text, used, columns > used ? columns - used : 0);
		buf_addc(&call->out, '\n');
		return;
	}
	if (last && call->output == OUT_TABLE && call->term_out.columns > used + 4)
		text = term_cut(call->mem, text, call->term_out.columns - used);
	else if (!last)
		text = term_cut(call->mem, text, g->width[col]);
	if (g->columns[col]->right)
		term_pad(&call->out, text, g->width[col]);
	buf_add(&call->out, str_of(style ? term_on(&call->term_out, style) : ""));
	buf_add(&call->out, text);
	buf_add(&call->out, str_of(style ? term_off(&call->term_out) : ""));
	if (!last && !g->columns[col]->right)
		term_pad(&call->out, text, g->width[col]);
	buf_add(&call->out, last ? STR("\n") : STR("  "));
}

static void put_table(struct cmd_call *call, const json_t *items, const struct cmd_column *columns)
{
	struct grid g = {.rows = json_array_size(items)};

	for (const struct cmd_column *c = columns; c->title && g.count < ARRAY_LEN(g.columns); c++)
		if (is_shown(call, c))
			g.columns[g.count++] = c;
	g.stride = g.count;
	g.cells = ARENA_ARRAY(call->mem, struct str, g.rows * g.stride + 1);
	for (size_t col = 0; col < g.count; col++) {
		g.width[col] = conf_display_width(str_of(g.columns[col]->title));
		for (size_t row = 0; row < g.rows; row++) {
			struct str text =
				cell_text(call, g.columns[col], json_array_get(items, row));
			unsigned max = call->output == OUT_TABLE ? g.columns[col]->max : 0;
			size_t width = conf_display_width(text);

			if (max && width > max)
				width = max;

			g.cells[row * g.stride + col] = text;
			g.width[col] = width > g.width[col] ? width : g.width[col];
		}
	}
	if (call->output == OUT_TABLE && call->term_out.columns)
		fit(&g, call->term_out.columns);
	for (size_t row = 0; row <= g.rows; row++) {
		size_t used = 0;

		for (size_t col = 0; col < g.count; col++) {
			const struct cmd_column *c = g.columns[col];
			const json_t *item = row ? json_array_get(items, row - 1) : NULL;
			enum term_style style = TERM_PLAIN;

			if (!item)
				style = TERM_BOLD;
			else if (c->style)
				style = c->style(value_of(item, c->field), item);
			put_cell(call, &g, col, used,
				 item ? g.cells[(row - 1) * g.stride + col] : str_of(c->title),
				 style);
			used += g.width[col] + 2;
		}
	}
}

static void put_csv_field(struct buf *out, struct str text)
{
	bool quote = str_find(text, ',') >= 0 || str_find(text, '"') >= 0 ||
		     str_find(text, '\n') >= 0 || str_find(text, '\r') >= 0;

	if (!quote) {
		buf_add(out, text);
		return;
	}
	buf_addc(out, '"');
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '"')
			buf_addc(out, '"');
		buf_addc(out, text.p[i]);
	}
	buf_addc(out, '"');
}

static void put_csv(struct cmd_call *call, const json_t *items, const struct cmd_column *columns)
{
	for (const struct cmd_column *c = columns; c->title; c++) {
		put_csv_field(&call->out, str_of(c->field));
		buf_add(&call->out, c[1].title ? STR(",") : STR("\r\n"));
	}
	for (size_t i = 0; i < json_array_size(items); i++)
		for (const struct cmd_column *c = columns; c->title; c++) {
			CLEANUP(buf_free) struct buf text = {0};

			put_plain(&text, value_of(json_array_get(items, i), c->field));
			put_csv_field(&call->out, buf_str(&text));
			buf_add(&call->out, c[1].title ? STR(",") : STR("\r\n"));
		}
}

/* "revision/{revision}" with the braces filled in. */
static void put_name(struct buf *out, const json_t *item, const char *format)
{
	struct str rest = str_of(format), head, field;

	while (rest.p && str_cut(&rest, '{', &head)) {
		CLEANUP(buf_free) struct buf value = {0};
		char name[64];

		buf_add(out, head);
		if (!rest.p || !str_cut(&rest, '}', &field))
			break;
		(void)snprintf(name, sizeof(name), STR_FMT, STR_ARG(field));
		put_plain(&value, value_of(item, name));
		conf_render_safe(out, buf_str(&value));
	}
	buf_addc(out, '\n');
}

int cmd_list(struct cmd_call *call, json_t *reply, const char *items,
	     const struct cmd_column *columns, const char *name, const char *empty)
{
	const json_t *list = json_object_get(reply, items);

	if (cmd_wants_json(call) || !reply)
		return cmd_reply(call, EXIT_DONE, reply);
	if (call->output == OUT_NAME)
		for (size_t i = 0; i < json_array_size(list); i++)
			put_name(&call->out, json_array_get(list, i), name);
	else if (call->output == OUT_CSV)
		put_csv(call, list, columns);
	else if (json_array_size(list) == 0)
		buf_printf(&call->out, "%s\n", empty);
	else
		put_table(call, list, columns);
	json_decref(reply);
	return EXIT_DONE;
}

static void put_span(struct buf *out, int64_t ms)
{
	static const struct {
		int64_t ms;
		const char *unit;
	} units[] = {{86400000, "d"}, {3600000, "h"}, {60000, "m"}, {1000, "s"}};
	int shown = 0;

	if (ms < 1000) {
		buf_printf(out, "%lldms", (long long)ms);
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(units) && shown < 2; i++) {
		if (ms < units[i].ms)
			continue;
		buf_printf(out, "%lld%s", (long long)(ms / units[i].ms), units[i].unit);
		ms %= units[i].ms;
		shown++;
	}
}

/* Fractions count: rounded to seconds, "up 200ms" and "boot 1s ago" would stand side by side. */
static bool read_time(const json_t *value, int64_t *ms)
{
	const char *text = json_string_value(value), *rest;
	struct tm tm = {0};
	int64_t unit = 100;

	rest = text ? strptime(text, "%Y-%m-%dT%H:%M:%S", &tm) : NULL;
	if (!rest)
		return false;
	*ms = (int64_t)timegm(&tm) * 1000;
	if (*rest == '.')
		for (rest++; *rest >= '0' && *rest <= '9' && unit; rest++, unit /= 10)
			*ms += (*rest - '0') * unit;
	return true;
}

int64_t cmd_age_ms(const json_t *time)
{
	struct timespec now;
	int64_t then;

	clock_gettime(CLOCK_REALTIME, &now);
	return read_time(time, &then) ? (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 - then
				      : 0;
}

void cmd_show_time(struct buf *out, const struct cmd_call *call, const json_t *value,
		   const json_t *item)
{
	const char *text = json_string_value(value);
	int64_t then, age;

	(void)item;
	if (!text)
		return;
	if (call->output == OUT_WIDE || !read_time(value, &then)) {
		buf_add(out, str_of(text));
		return;
	}
	age = cmd_age_ms(value);
	if (age > -1000 && age < 1000) {
		buf_add(out, STR("just now"));
		return;
	}
	if (age < 0)
		buf_add(out, STR("in "));
	put_span(out, age < 0 ? -age : age);
	if (age > 0)
		buf_add(out, STR(" ago"));
}

void cmd_show_ms(struct buf *out, const struct cmd_call *call, const json_t *value,
		 const json_t *item)
{
	(void)call;
	(void)item;
	if (json_is_number(value))
		put_span(out, (int64_t)json_number_value(value));
}

void cmd_show_bytes(struct buf *out, const struct cmd_call *call, const json_t *value,
		    const json_t *item)
{
	static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
	double bytes = json_number_value(value);
	size_t unit = 0;

	(void)call;
	(void)item;
	if (!json_is_number(value))
		return;
	for (; bytes >= 1024 && unit + 1 < ARRAY_LEN(units); unit++)
		bytes /= 1024;
	buf_printf(out, unit && bytes < 100 ? "%.1f%s" : "%.0f%s", bytes, units[unit]);
}
