/* lib/conf/source.h
 * One text file of a bundle as read, and where its lines begin.
 *
 * Thread: immutable after source_new(); any thread may read. Owned by the arena given.
 * Lines end at LF, CRLF or a lone CR, as editors count them. Columns count Unicode code points from 1; a
 * byte that is no UTF-8 counts as one.
 */
#pragma once
#include "base/arena.h"

struct conf_mark {
	uint32_t line, column; /* from 1; 0 = no place */
};

struct conf_source {
	struct str path; /* relative to the bundle, '/' between parts */
	struct str text; /* as on disk, byte-order mark included */
	uint32_t *lines; /* byte offset where each line begins, the first after a byte-order mark */
	uint32_t line_count;
	bool ascii;   /* no byte above 0x7f behind the mark: columns are bytes */
	bool suspect; /* holds bytes that YAML text must not hold: the reader looks for them */
	bool builtin; /* compiled in, not of the bundle: set by who makes it */
};

/* Copies neither path nor text: both outlive the source. One byte behind the text must be readable; when it
 * is NUL, as behind arena_str() and literals, the YAML reader need not copy the text through a buffer. */
struct conf_source *conf_source_new(struct arena *mem, struct str path, struct str text);
struct conf_mark conf_source_mark(const struct conf_source *src, size_t byte);
/* A mark behind the end of its line or of the text gives that end. */
size_t conf_source_byte(const struct conf_source *src, struct conf_mark mark);
struct str conf_source_line(const struct conf_source *src,
			    uint32_t line); /* without its line end */
/* The same place in UTF-16 units from 1, as JavaScript and editors count. */
uint32_t conf_source_utf16_column(const struct conf_source *src, struct conf_mark mark);
/* Code points that YAML text must not hold unescaped: controls but tab and line ends, NEL, LS, PS, a
 * byte-order mark in the middle, U+FFFE and U+FFFF. */
bool conf_source_forbidden(uint32_t cp);
