/* gamectl/term.h
 * What a terminal can show: colour, width; and users' text made safe for it.
 *
 * Thread: any after term_init().
 */
#pragma once
#include "base/arena.h"

enum term_style {
	TERM_PLAIN,
	TERM_BOLD,
	TERM_DIM,
	TERM_RED,
	TERM_GREEN,
	TERM_YELLOW,
	TERM_BLUE,
	TERM_CYAN,
	TERM_STYLE_COUNT
};

struct term {
	int fd;
	bool tty, colour;
	unsigned columns; /* 0: not a terminal, no limit */
};

/* `when`: "auto", "always" or "never"; auto = on a terminal, unless NO_COLOR is set or TERM=dumb.
 */
void term_init(struct term *t, int fd, const char *when);
/* Escape sequence that begins or ends a style; "" without colour. */
const char *term_on(const struct term *t, enum term_style style);
const char *term_off(const struct term *t);
/* Users' text, control characters as \xNN, in a style. */
void term_put(struct buf *out, const struct term *t, enum term_style style, struct str text);
/* `text`, or its beginning and an ellipsis: at most `width` columns. */
struct str term_cut(struct arena *mem, struct str text, size_t width);
/* Pads with spaces up to `width` columns, given what `text` takes. */
void term_pad(struct buf *out, struct str text, size_t width);
/* Breaks `text` at spaces into lines of at most `width` columns, each behind `indent` spaces (the
 * first line's indent is the caller's). Line ends in the text stay. */
void term_wrap(struct buf *out, struct str text, size_t indent, size_t width);
