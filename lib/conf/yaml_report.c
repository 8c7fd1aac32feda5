/* lib/conf/yaml_report.c: findings of the reader, with the path of the node at hand. */
#include "base/utf8.h"
#include "conf/path.h"
#include "conf/yaml_reader.h"

/* Where the reader stands, from the document's root: "waves[0].boss". The top collection's coming item or
 * value is the node at hand. */
static struct str path_here(struct yaml_reader *r)
{
	CLEANUP(buf_free) struct buf path = {0};
	const struct yaml_frame *f;

	VEC_EACH (&r->frames, f) {
		bool top = f + 1 == r->frames.items + r->frames.count;

		if (f->node->kind == YAML_SEQ)
			path_add_index(&path, f->node->n - (top ? 0 : 1));
		else if (f->key != NULL && f->key->kind == YAML_SCALAR && (f->key_taken || !top))
			path_add_key(&path, yaml_text(f->key));
	}
	if (path.failed)
		arena_oom(r->d->mem, path.room);
	return arena_take(r->d->mem, &path);
}

PRINTF(6, 0)
static struct conf_finding *report(struct yaml_reader *r, enum conf_severity severity,
				   const char *code, struct conf_mark start, struct conf_mark end,
				   const char *fmt, va_list args)
{
	struct conf_place at = {r->src, start, end};
	struct conf_finding *f;

	if (end.line == 0)
		at.end = (struct conf_mark){start.line, start.column + 1};
	else if (end.column == YAML_LINE_END)
		at.end = conf_source_mark(r->src, conf_source_byte(r->src, end));
	if (r->listed >= YAML_FINDINGS_MAX) {
		if (r->unlisted++ == 0)
			r->first_unlisted = (struct conf_finding){.code = code, .at = at};
		return NULL;
	}
	r->listed++;
	f = diags_vadd(r->d, severity, code, at, fmt, args);
	if (r->frames.count > 0)
		f->path = path_here(r);
	return f;
}

struct conf_finding *yaml_report(struct yaml_reader *r, const char *code, struct conf_mark start,
				 struct conf_mark end, const char *fmt, ...)
{
	struct conf_finding *f;
	va_list args;

	r->failed = true;
	va_start(args, fmt);
	f = report(r, CONF_ERROR, code, start, end, fmt, args);
	va_end(args);
	return f;
}

struct conf_finding *yaml_warn(struct yaml_reader *r, const char *code, struct conf_mark start,
			       struct conf_mark end, const char *fmt, ...)
{
	struct conf_finding *f;
	va_list args;

	va_start(args, fmt);
	f = report(r, CONF_WARNING, code, start, end, fmt, args);
	va_end(args);
	return f;
}

void yaml_hint(struct yaml_reader *r, struct conf_finding *f, const char *fmt, ...)
{
	va_list args;

	if (f == NULL)
		return;
	va_start(args, fmt);
	f->hint = arena_vprintf(r->d->mem, fmt, args);
	va_end(args);
}

void yaml_report_missing_space(struct yaml_reader *r, struct conf_mark start, struct str text)
{
	size_t word = yaml_missing_colon_space(text), n = word;
	struct conf_mark end = start;

	while (n < text.n && text.p[n] != ' ' && text.p[n] != '\n')
		n++;
	end.column += (uint32_t)utf8_count((struct str){text.p, n});
	yaml_hint(r, yaml_report(r, "missing-space", start, end, "missing space after the colon"),
		  "write " STR_FMT ": " STR_FMT, (int)word, text.p, (int)(n - word - 1),
		  text.p + word + 1);
}

static struct str text_under(const struct yaml_node *root, const char *key)
{
	const struct yaml_node *n = root ? yaml_get(root, str_of(key)) : NULL;

	return n && n->kind == YAML_SCALAR ? yaml_text(n) : (struct str){"", 0};
}

void yaml_report_paths(struct yaml_reader *r, const struct yaml_node *root)
{
	struct str kind = {"", 0}, name = {"", 0};

	if (r->findings_before == r->d->list.count)
		return;
	if (root != NULL && root->kind == YAML_MAP) {
		kind = text_under(root, "kind");
		name = text_under(root, "name");
	}
	for (size_t i = r->findings_before; i < r->d->list.count; i++) {
		struct conf_finding *f = &r->d->list.items[i];
		const char *between = f->path.n == 0 || f->path.p[0] == '[' ? "" : ".";

		if (kind.n == 0 || name.n == 0)
			f->path = (struct str){"", 0};
		else
			f->path = arena_printf(r->d->mem, STR_FMT "/" STR_FMT "%s" STR_FMT,
					       STR_ARG(kind), STR_ARG(name), between,
					       STR_ARG(f->path));
	}
	r->findings_before = r->d->list.count;
}

void yaml_report_unlisted(struct yaml_reader *r)
{
	const struct conf_finding *f = &r->first_unlisted;

	if (r->unlisted > 0)
		diags_add(r->d, CONF_ERROR, f->code, f->at,
			  "%u more findings of this file, from here on, are not listed",
			  r->unlisted);
}
