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

static void put_winner(struct buf *out, const json_t *winner)
{
	struct str message = text_of(winner, "message");
	struct str who = text_of(json_object_get(winner, "actor"), "name");

	buf_printf(out, "revision %" PRId64 " is in force: ",
		   (int64_t)json_integer_value(json_object_get(winner, "revision")));
	conf_render_safe(out, who);
	buf_add(out, STR(", "));
	conf_render_safe(out, text_of(winner, "time"));
	if (message.n && !str_is(message, "-")) {
		buf_add(out, STR(", \""));
		conf_render_safe(out, message);
		buf_addc(out, '"');
	}
	buf_addc(out, '\n');
}

int conflict_fail(struct cmd_call *call, struct str message, json_t *details)
{
	static const char hint[] =
		"look at what runs now (gamectl diff), then plan again on top of it";
	const json_t *clashes = json_object_get(details, "clashes");
	const json_t *theirs = json_object_get(details, "theirs");
	CLEANUP(buf_free) struct buf text = {0};
	change_views views = {0};

	(void)cmd_error_with(call, EXIT_CONFLICT, "conflict", details, hint, STR_FMT,
			     STR_ARG(message));
	if (cmd_wants_json(call))
		return EXIT_CONFLICT;
	if (json_is_object(json_object_get(details, "winner")))
		put_winner(&text, json_object_get(details, "winner"));
	if (json_array_size(clashes) > 0) {
		put_clashes(call, &text, clashes);
	} else if (json_array_size(theirs) > 0) {
		buf_printf(&text,
			   "no field was changed by both sides; theirs since revision %" PRId64
			   ":\n",
			   (int64_t)json_integer_value(json_object_get(details, "base_revision")));
		change_views_of_json(call->mem, theirs, &views);
		render_changes(&text, &call->term_err, &views,
			       &(struct render_changes){.max_lines = LINES_SHOWN});
	}
	(void)fwrite(text.p ? text.p : "", 1, text.n, stderr);
	return EXIT_CONFLICT;
}
