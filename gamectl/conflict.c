/* gamectl/conflict.c */
#include "conflict.h"

#include <inttypes.h>
#include <stdio.h>

#include "conf/render.h"
#include "render_changes.h"

enum { CLASHES_SHOWN = 50, LINES_SHOWN = 40 };

static struct str text_of(const json_t *object, const char *key)
{
	const json_t *v = json_object_get(object, key);

	return json_is_string(v) ? (struct str){json_string_value(v), json_string_length(v)}
				 : STR("-");
}

static const char *const columns[] = {"path", "base", "mine", "theirs"};
static const char *const titles[] = {"BOTH CHANGED", "BASE", "MINE", "THEIRS"};
enum { COLUMNS = ARRAY_LEN(columns) };

static struct str cell(struct arena *mem, const json_t *clash, size_t column)
{
	CLEANUP(buf_free) struct buf safe = {0};

	conf_render_safe(&safe, text_of(clash, columns[column]));
	return arena_str(mem, buf_str(&safe));
}

static void put_clashes(struct cmd_call *call, struct buf *out, const json_t *clashes)
{
	const struct term *t = &call->term_err;
	size_t count = json_array_size(clashes);
	size_t shown = count > CLASHES_SHOWN ? CLASHES_SHOWN : count;
	size_t width[COLUMNS];

	for (size_t c = 0; c < COLUMNS; c++) {
		width[c] = strlen(titles[c]);
		for (size_t row = 0; row < shown; row++) {
			struct str text = cell(call->mem, json_array_get(clashes, row), c);
			size_t n = conf_display_width(text);

			width[c] = n > width[c] ? n : width[c];
		}
	}
	for (size_t row = 0; row <= shown; row++) {
		for (size_t c = 0; c < COLUMNS; c++) {
			struct str text = row ? cell(call->mem, json_array_get(clashes, row - 1), c)
					      : str_of(titles[c]);

			buf_add(out, str_of(row ? "" : term_on(t, TERM_BOLD)));
			buf_add(out, text);
			buf_add(out, str_of(row ? "" : term_off(t)));
			if (c + 1 < COLUMNS) {
				term_pad(out, text, width[c]);
				buf_add(out, STR("  "));
			}
		}
		buf_addc(out, '\n');
	}
	if (count > shown)
		buf_printf(out, "… and %zu more\n", count - shown);
}

/* The first to change what this started from. */
static void put_winner(struct cmd_call *call, struct buf *out, const json_t *winner)
{
	const json_t *message = json_object_get(winner, "message");

	buf_printf(out, "first came revision %" PRId64 ": ",
		   (int64_t)json_integer_value(json_object_get(winner, "revision")));
	conf_render_safe(out, text_of(json_object_get(winner, "actor"), "name"));
	buf_add(out, STR(", "));
	cmd_show_time(out, call, json_object_get(winner, "time"), winner);
	if (json_string_length(message) > 0) {
		buf_add(out, STR(", \""));
		conf_render_safe(out, text_of(winner, "message"));
		buf_addc(out, '"');
	}
	buf_addc(out, '\n');
}

static void put_theirs(struct cmd_call *call, struct buf *out, const json_t *details)
{
	change_views views = {0};

	buf_printf(out,
		   "no field was changed by both sides; since revision %" PRId64
		   " others changed:\n",
		   (int64_t)json_integer_value(json_object_get(details, "base_revision")));
	change_views_of_json(call->mem, json_object_get(details, "theirs"), &views);
	render_changes(out, &call->term_err, &views,
		       &(struct render_changes){.max_lines = LINES_SHOWN});
}

int conflict_fail(struct cmd_call *call, struct str message, json_t *details)
{
	static const char hint[] = "gamectl diff shows what runs now; plan again on top of it";
	const json_t *clashes = json_object_get(details, "clashes");
	CLEANUP(buf_free) struct buf text = {0};
	bool json = cmd_wants_json(call);

	(void)cmd_error_with(call, EXIT_CONFLICT, "conflict", details, json ? hint : NULL, STR_FMT,
			     STR_ARG(message));
	if (json)
		return EXIT_CONFLICT;
	if (json_is_object(json_object_get(details, "winner")))
		put_winner(call, &text, json_object_get(details, "winner"));
	if (json_array_size(clashes) > 0)
		put_clashes(call, &text, clashes);
	else if (json_array_size(json_object_get(details, "theirs")) > 0)
		put_theirs(call, &text, details);
	buf_printf(&text, "%s\n", hint);
	(void)fwrite(text.p ? text.p : "", 1, text.n, stderr);
	return EXIT_CONFLICT;
}
