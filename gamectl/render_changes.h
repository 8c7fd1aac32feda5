/* gamectl/render_changes.h
 * Change lists as people read them: grouped by document, old and new side by side, when each takes effect.
 * One renderer for diff, plan, apply, show and the conflict report.
 *
 *	~ Arena/frozen-keep
 *	    player_hp      100 → 120         live
 *	    waves[0].boss  yeti → ice-king   next match
 *	+ Monster/ice-king
 *
 * Thread: any; views only, nothing is copied.
 */
#pragma once
#include <jansson.h>

#include "base/vec.h"
#include "conf/diff.h"
#include "term.h"

struct change_view {
	struct str op;            /* "added" "removed" "changed" */
	struct str kind, name;    /* document */
	struct str field;         /* empty: the whole document */
	struct str before, after; /* .p == NULL: there is none */
	struct str reload;        /* "live" "next" "restart" */
};
typedef VEC(struct change_view) change_views;

/* From the API's "changes" array, which outlives the views; unknown members are skipped. */
void change_views_of_json(struct arena *mem, const json_t *changes, change_views *out);
void change_views_of_diff(struct arena *mem, const struct conf_diff *diff, change_views *out);

struct render_changes {
	bool reload;      /* say when each takes effect */
	size_t max_lines; /* 0: all; else a last line says how many more there are */
	size_t total;     /* of all changes when `views` was cut already; 0: views->count */
	/* Adds lines below a document whose `count` changes were all shown, and gives how many. NULL: none. */
	size_t (*note)(void *ctx, struct buf *out, const struct change_view *changes, size_t count);
	void *ctx;
};
void render_changes(struct buf *out, const struct term *t, const change_views *views,
		    const struct render_changes *how);
/* "2 documents changed, 1 added, 0 removed" without the zeros; "no difference" for none. */
void render_changes_summary(struct buf *out, uint64_t changed, uint64_t added, uint64_t removed);
/* "live" "next match" "restart" as people read it, and its colour. */
const char *change_when(struct str reload);
enum term_style change_style(struct str reload);
