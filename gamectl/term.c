/* gamectl/term.c */
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "conf/render.h"
#include "term.h"

static const char *const styles[TERM_STYLE_COUNT] = {
	[TERM_PLAIN] = "",        [TERM_BOLD] = "\x1b[1m",   [TERM_DIM] = "\x1b[2m",
	[TERM_RED] = "\x1b[31m",  [TERM_GREEN] = "\x1b[32m", [TERM_YELLOW] = "\x1b[33m",
	[TERM_BLUE] = "\x1b[34m", [TERM_CYAN] = "\x1b[36m",
};

static bool colour_wanted(const struct term *t, const char *when)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	if (strcmp(when, "auto") != 0)
		return strcmp(when, "always") == 0;
	return t->tty && !(no && *no) && term && strcmp(term, "dumb") != 0;
}

void term_init(struct term *t, int fd, const char *when)
{
	struct winsize size = {0};

	*t = (struct term){.fd = fd, .tty = isatty(fd) == 1};
	t->colour = colour_wanted(t, when);
	if (t->tty)
		t->columns =
			ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20 ? size.ws_col : 80;
}

const char *term_on(const struct term *t, enum term_style style)
{
	return t->colour ? styles[style] : "";
}

const char *term_off(const struct term *t)
{
	return t->colour ? "\x1b[0m" : "";
}

void term_put(struct buf *out, const struct term *t, enum term_style style, struct str text)
{
	bool styled = t->colour && style != TERM_PLAIN;

	if (styled)
		buf_add(out, str_of(styles[style]));
	conf_render_safe(out, text);
	if (styled)
		buf_add(out, STR("\x1b[0m"));
}

void term_pad(struct buf *out, struct str text, size_t width)
{
	size_t taken = conf_display_width(text);

	if (taken < width)
		buf_fill(out, ' ', width - taken);
}

static void wrap_line(struct buf *out, struct str line, size_t indent, size_t width)
{
	struct str word;
	size_t column = 0;

	while (str_cut(&line, ' ', &word)) {
		size_t taken = conf_display_width(word);

		if (column > 0 && column + 1 + taken > width) {
			buf_addc(out, '\n');
			buf_fill(out, ' ', indent);
			column = 0;
		} else if (column > 0) {
			buf_addc(out, ' ');
			column++;
		}
		conf_render_safe(out, word);
		column += taken;
	}
}

void term_wrap(struct buf *out, struct str text, size_t indent, size_t width)
{
	struct str line;
	bool first = true;

	while (str_cut(&text, '\n', &line)) {
		if (!first) {
			buf_addc(out, '\n');
			buf_fill(out, ' ', line.n ? indent : 0);
		}
		first = false;
		wrap_line(out, line, indent, width > indent + 20 ? width - indent : 20);
	}
}

struct str term_cut(struct arena *mem, struct str text, size_t width)
{
	size_t end = text.n;

	if (conf_display_width(text) <= width)
		return text;
	while (end > 0 && conf_display_width((struct str){text.p, end}) + 1 > width)
		do
			end--;
		while (end > 0 && ((unsigned char)text.p[end] & 0xc0) == 0x80);
	return arena_printf(mem, STR_FMT "…", (int)end, text.p);
}
