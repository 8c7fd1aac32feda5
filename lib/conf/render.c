/* lib/conf/render.c: findings for people, as compilers show theirs. */
#include "conf/render.h"

#include <inttypes.h>

#include "base/utf8.h"

#define WINDOW    160 /* columns of a source line that are shown */
#define TAB_STOP  8
#define LOOK_BACK 400 /* code points before the caret that are worth walking */

static const char *const PLAIN[] = {"", "", "", "", ""};
static const char *const COLOURED[] = {"\033[0m", "\033[1m", "\033[1;31m", "\033[1;35m",
				       "\033[1;32m"};
enum { RESET, BOLD, RED, PURPLE, GREEN };

static const char *const *palette(const struct conf_render *how)
{
	return how->colour ? COLOURED : PLAIN;
}

struct str conf_render_field(struct str path)
{
	ptrdiff_t slash = str_find(path, '/');

	if (slash < 0)
		return path;
	for (size_t i = (size_t)slash; i < path.n; i++)
		if (path.p[i] == '.' || path.p[i] == '[') {
			i += path.p[i] == '.';
			return (struct str){path.p + i, path.n - i};
		}
	return path;
}

static void add_file(struct buf *out, const struct conf_source *src, const struct conf_render *how)
{
	if (src->builtin)
		buf_add(out, str_of(how->rule_dir ? how->rule_dir : "builtin:"));
	conf_render_safe(out, src->path);
}

static void add_headline(struct buf *out, const struct conf_finding *f,
			 const struct conf_render *how)
{
	const char *const *c = palette(how);
	struct str field = conf_render_field(f->path);

	buf_add(out, str_of(c[BOLD]));
	if (f->at.source != NULL) {
		add_file(out, f->at.source, how);
		if (f->at.start.line != 0)
			buf_printf(out, ":%" PRIu32 ":%" PRIu32, f->at.start.line,
				   f->at.start.column);
		buf_add(out, STR(": "));
	}
	buf_add(out, str_of(c[f->severity == CONF_ERROR ? RED : PURPLE]));
	buf_printf(out, "%s: ", f->severity == CONF_ERROR ? "error" : "warning");
	buf_add(out, str_of(c[RESET]));
	if (field.n) {
		conf_render_safe(out, field);
		buf_add(out, STR(": "));
	}
	conf_render_safe(out, f->message);
	buf_printf(out, " [%s]\n", f->code);
}

/* A source line as it is shown: where the walk over it begins, and the window around the mark. */
struct snippet {
	const struct conf_place *at;
	struct str line;
	const char *from; /* the line's start, or close before a mark that lies far to the right */
	uint32_t column;  /* of `from` */
	size_t left;      /* first display column shown, counted from `from` */
	bool secret;
};

static bool in_mark(const struct conf_place *at, uint32_t column)
{
	if (column < at->start.column)
		return false;
	return at->end.line > at->start.line || column < at->end.column;
}

/* The width of a code point at display column `at`; appends what a terminal may see of it. */
static size_t add_cell(struct buf *out, const char *p, size_t len, uint32_t cp, size_t at)
{
	if (cp != '\t')
		return conf_render_unit(out, p, len, cp);
	if (out)
		buf_fill(out, ' ', TAB_STOP - at % TAB_STOP);
	return TAB_STOP - at % TAB_STOP;
}

static struct snippet snippet_of(const struct conf_place *at, bool secret)
{
	struct snippet s = {.at = at, .column = 1, .secret = secret};
	const char *p, *end;
	size_t width = 0;
	uint32_t cp;

	s.line = conf_source_line(at->source, at->start.line);
	s.from = s.line.p;
	end = s.line.p + s.line.n;
	if (at->start.column > LOOK_BACK) {
		s.column = at->start.column - LOOK_BACK / 2;
		s.from = at->source->text.p +
			 conf_source_byte(at->source, (struct conf_mark){at->start.line, s.column});
	}
	p = s.from;
	for (uint32_t c = s.column; p < end && c < at->start.column; c++) {
		size_t len = utf8_next(p, end, &cp);

		width += add_cell(NULL, p, len, cp, width);
		p += len;
	}
	if (width > WINDOW * 3 / 4)
		s.left = width - WINDOW / 2;
	return s;
}

/* Writes the shown part of the line; gives where the mark begins in it and how wide it is. */
static void add_line(struct buf *out, const struct snippet *s, size_t *mark, size_t *mark_width)
{
	const char *p = s->from, *end = s->line.p + s->line.n;
	size_t at = 0, shown = 0, len, cell;
	uint32_t cp;

	*mark = SIZE_MAX;
	*mark_width = 0;
	if (s->left > 0 || s->from > s->line.p) {
		buf_add(out, STR("..."));
		shown = 3;
	}
	for (uint32_t c = s->column; p < end && at < s->left + WINDOW; c++, p += len, at += cell) {
		bool marked = in_mark(s->at, c), visible = at >= s->left;

		len = utf8_next(p, end, &cp);
		if (c == s->at->start.column)
			*mark = shown;
		if (s->secret && marked) {
			buf_addc(out, '*');
			cell = 1;
		} else {
			cell = add_cell(visible ? out : NULL, p, len, cp, at);
		}
		if (marked)
			*mark_width += cell;
		if (visible)
			shown += cell;
	}
	if (p < end)
		buf_add(out, STR("..."));
	if (*mark == SIZE_MAX) /* behind the line's end */
		*mark = shown;
	if (*mark_width == 0)
		*mark_width = 1;
}

static void add_snippet(struct buf *out, const struct conf_place *at, char mark_with, int gutter,
			bool secret, const char *const *colour)
{
	struct snippet s;
	size_t mark, mark_width;

	if (at->source == NULL || at->start.line == 0 || at->start.line > at->source->line_count)
		return;
	s = snippet_of(at, secret);
	buf_printf(out, "  %*" PRIu32 " | ", gutter, at->start.line);
	add_line(out, &s, &mark, &mark_width);
	buf_printf(out, "\n  %*s | ", gutter, "");
	buf_fill(out, ' ', mark);
	buf_add(out, str_of(colour[mark_with == '^' ? GREEN : BOLD]));
	buf_fill(out, mark_with, mark_width);
	buf_add(out, str_of(colour[RESET]));
	buf_addc(out, '\n');
}

static int digits(uint32_t n)
{
	int count = 1;

	while (n >= 10) {
		n /= 10;
		count++;
	}
	return count;
}

static void add_snippets(struct buf *out, const struct conf_finding *f,
			 const struct conf_render *how)
{
	const char *const *colour = palette(how);
	uint32_t at = f->at.start.line, also = f->also.start.line;
	int gutter = digits(at > also ? at : also);

	if (f->no_line)
		return;
	if (also != 0 && also < at)
		add_snippet(out, &f->also, '-', gutter, f->secret, colour);
	add_snippet(out, &f->at, '^', gutter, f->secret, colour);
	if (also != 0 && also > at)
		add_snippet(out, &f->also, '-', gutter, f->secret, colour);
}

static void add_footer(struct buf *out, const struct conf_finding *f, const struct conf_render *how)
{
	bool rule = f->rule.source != NULL && f->rule.start.line != 0;

	if (!rule && f->hint.n == 0)
		return;
	buf_add(out, STR("  "));
	if (rule) {
		buf_add(out, STR("rule at "));
		add_file(out, f->rule.source, how);
		buf_printf(out, ":%" PRIu32, f->rule.start.line);
		if (f->hint.n)
			buf_add(out, STR("; "));
	}
	conf_render_safe(out, f->hint);
	buf_addc(out, '\n');
}

void conf_render_finding(struct buf *out, const struct conf_finding *f,
			 const struct conf_render *how)
{
	add_headline(out, f, how);
	add_snippets(out, f, how);
	add_footer(out, f, how);
}

void conf_render_text(struct buf *out, const struct diags *d, const struct conf_render *how)
{
	size_t shown = how->max && how->max < d->list.count ? how->max : d->list.count;

	for (size_t i = 0; i < shown; i++)
		conf_render_finding(out, &d->list.items[i], how);
	if (shown < d->list.count)
		buf_printf(out, "%zu more not shown (--max-findings 0 shows all %zu)\n",
			   d->list.count - shown, d->list.count);
}
