/* lib/conf/diags.c */
#include "conf/diags.h"

#include <errno.h>
#include <stdlib.h>

struct diags diags_into(struct arena *mem)
{
	return (struct diags){.mem = mem};
}

static void count(struct diags *d, const struct conf_finding *f)
{
	if (f->severity == CONF_ERROR)
		d->errors++;
	else
		d->warnings++;
}

struct conf_finding *diags_vadd(struct diags *d, enum conf_severity severity, const char *code,
				struct conf_place at, const char *fmt, va_list args)
{
	struct str message = arena_vprintf(d->mem, fmt, args);
	struct conf_finding *f = vec_push(d->mem, &d->list);

	*f = (struct conf_finding){
		.code = code, .severity = severity, .at = at, .message = message};
	count(d, f);
	return f;
}

struct conf_finding *diags_add(struct diags *d, enum conf_severity severity, const char *code,
			       struct conf_place at, const char *fmt, ...)
{
	struct conf_finding *f;
	va_list args;

	va_start(args, fmt);
	f = diags_vadd(d, severity, code, at, fmt, args);
	va_end(args);
	return f;
}

void diags_hint(struct diags *d, struct conf_finding *f, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	f->hint = arena_vprintf(d->mem, fmt, args);
	va_end(args);
}

void diags_move(struct diags *d, const struct diags *from)
{
	const struct conf_finding *f;

	VEC_EACH (&from->list, f) {
		struct conf_finding *copy = vec_push(d->mem, &d->list);

		*copy = *f;
		if (d->mem != from->mem) {
			copy->path = arena_str(d->mem, f->path);
			copy->message = arena_str(d->mem, f->message);
			copy->hint = arena_str(d->mem, f->hint);
		}
		count(d, copy);
	}
}

static int by_number(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int by_mark(struct conf_mark a, struct conf_mark b)
{
	return a.line != b.line ? by_number(a.line, b.line) : by_number(a.column, b.column);
}

static struct str place_path(const struct conf_place *at)
{
	return at->source ? at->source->path : (struct str){"", 0};
}

static int by_place(const struct conf_place *a, const struct conf_place *b)
{
	int c = a->source == b->source ? 0 : str_cmp(place_path(a), place_path(b));

	if (c == 0)
		c = by_mark(a->start, b->start);
	return c;
}

/* A total order over all that is shown, so that twins lie side by side and the order never depends on which
 * thread found what first. */
static int by_output(const void *left, const void *right)
{
	const struct conf_finding *a = left, *b = right;
	int c = by_place(&a->at, &b->at);

	if (c == 0)
		c = str_cmp(a->path, b->path);
	if (c == 0)
		c = strcmp(a->code, b->code);
	if (c == 0)
		c = str_cmp(a->message, b->message);
	if (c == 0)
		c = by_number(a->severity, b->severity);
	if (c == 0)
		c = by_mark(a->at.end, b->at.end);
	if (c == 0)
		c = by_place(&a->rule, &b->rule);
	if (c == 0)
		c = str_cmp(a->hint, b->hint);
	return c;
}

void diags_sort(struct diags *d)
{
	const struct conf_finding *f;
	struct conf_finding *kept = d->list.items;

	if (d->list.count == 0)
		return;
	qsort(d->list.items, d->list.count, sizeof(*d->list.items), by_output);
	d->errors = d->warnings = 0;
	VEC_EACH (&d->list, f) {
		if (kept > d->list.items && by_output(kept - 1, f) == 0)
			continue;
		*kept = *f;
		count(d, kept++);
	}
	d->list.count = (size_t)(kept - d->list.items);
}
