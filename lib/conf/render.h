/* lib/conf/render.h
 * Findings as people and programs see them. One renderer for gamectl, the daemon's log and the API.
 *
 * Thread: any; reads findings, writes to the given buffer. Control characters in users' text are shown
 * as \xNN and never reach a terminal; tabs, wide and combining characters keep the caret in line.
 */
#pragma once
#include <jansson.h>

#include "base/buf.h"
#include "conf/diags.h"

struct conf_render {
	bool colour;
	size_t max;           /* at most this many findings; 0 = all */
	const char *rule_dir; /* prefix for places in built-in schemas, NULL: "builtin:" */
};

void conf_render_text(struct buf *out, const struct diags *d, const struct conf_render *how);
/* One finding, as conf_render_text() shows each. */
void conf_render_finding(struct buf *out, const struct conf_finding *f,
			 const struct conf_render *how);
/* {"apiVersion","valid","findings":[...],"total":N}; a new reference, NULL: out of memory. */
json_t *conf_render_json(const struct diags *d, size_t max);
/* The user's bytes made safe for a terminal: control characters and bad UTF-8 as \xNN. */
void conf_render_safe(struct buf *out, struct str text);
/* One code point (or bad byte: cp == UTF8_BAD) of such text; gives its columns. `out` may be NULL. */
size_t conf_render_unit(struct buf *out, const char *p, size_t len, uint32_t cp);
/* The part of a path behind Kind/name, or the whole path when nothing is behind. */
struct str conf_render_field(struct str path);
/* Columns a terminal gives to this UTF-8 text (wide 2, combining 0). */
size_t conf_display_width(struct str text);
