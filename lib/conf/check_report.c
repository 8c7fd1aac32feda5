/* lib/conf/check_report.c: findings about documents. */
#include "conf/check_walk.h"

#include <stdlib.h>

static void add_path(struct check_walk *w, struct conf_finding *f, const struct spot *at)
{
	CLEANUP(buf_free) struct buf path = {0};

	buf_add(&path, w->doc->kind->top.name);
	buf_addc(&path, '/');
	buf_add(&path, w->doc->name.n ? w->doc->name : STR("?"));
	spot_path(&path, at);
	f->path = arena_take(w->c->d->mem, &path);
}

static void hint_use(struct check_walk *w, struct conf_finding *f, const struct spot *at,
		     const struct yaml_node *node)
{
	struct conf_mark use = at != NULL && at->use.line ? at->use : node_use(node);

	if (use.line != 0)
		diags_hint(w->c->d, f, "used at line %u, column %u", use.line, use.column);
}

bool check_may_guess(struct conf_check *c, uint32_t candidates)
{
	enum { MOST = 50000 };

	if (c->guesses > MOST)
		return false;
	c->guesses += candidates;
	return true;
}

/* One finding tells that there are more than anybody reads, so that a text of a few megabytes does not become
 * gigabytes of findings. */
static bool is_listed(struct check_walk *w, enum conf_severity severity, const char *code,
		      const struct yaml_node *node)
{
	struct conf_check *c = w->c;

	if (c->listed[severity] > CONF_CHECK_LISTED)
		return false;
	if (c->listed[severity]++ < CONF_CHECK_LISTED)
		return true;
	diags_add(c->d, severity, code, yaml_place(c->source, node),
		  "more than %d %s in this file: from here on they are not listed",
		  CONF_CHECK_LISTED, severity == CONF_ERROR ? "errors" : "warnings");
	return false;
}

struct conf_finding *check_report(struct check_walk *w, const struct spot *at,
				  enum conf_severity severity, const char *code,
				  const struct yaml_node *node, const char *fmt, ...)
{
	const struct conf_field *field = at ? spot_field(at) : NULL;
	struct conf_finding *f;
	va_list args;

	if (!is_listed(w, severity, code, node))
		return &w->c->spare;
	va_start(args, fmt);
	f = diags_vadd(w->c->d, severity, code, yaml_place(w->c->source, node), fmt, args);
	va_end(args);
	if (at != NULL)
		add_path(w, f, at);
	hint_use(w, f, at, node);
	if (field != NULL)
		f->rule = field->at;
	f->secret = at != NULL && spot_secret(at);
	return f;
}

void check_hint(struct check_walk *w, struct conf_finding *f, const char *fmt, ...)
{
	struct str use = f->hint, text;
	va_list args;

	if (f == &w->c->spare)
		return;
	va_start(args, fmt);
	text = arena_vprintf(w->c->scratch, fmt, args);
	va_end(args);
	if (use.n)
		diags_hint(w->c->d, f, STR_FMT "; " STR_FMT, STR_ARG(text), STR_ARG(use));
	else
		diags_hint(w->c->d, f, STR_FMT, STR_ARG(text));
}

/* "-5" at the beginning of a line of its own. */
static bool is_tight_dash(const struct conf_source *src, const struct yaml_node *node)
{
	struct str line = conf_source_line(src, node->start.line);
	size_t at = 0;

	while (at < line.n && line.p[at] == ' ')
		at++;
	return node->style == YAML_PLAIN && node->n > 1 && node->text[0] == '-' &&
	       node->start.column == at + 1;
}

/* What a YAML author may have meant by one value where a list or a mapping belongs. */
static void hint_scalar(struct check_walk *w, struct conf_finding *f, const struct conf_type *t,
			const struct yaml_node *node, bool secret)
{
	struct str text = yaml_text(node);

	if (t->base == CONF_LIST && is_tight_dash(w->c->source, node))
		check_hint(w, f, "a space belongs behind the dash: \"- item\"");
	else if (t->base == CONF_LIST && !secret && node->n <= 40 && node->style <= YAML_DOUBLE)
		check_hint(w, f, "a list%s is written [" STR_FMT "]",
			   str_find(text, ',') < 0 ? " of one" : "", STR_ARG(text));
	else if (t->base == CONF_LIST)
		check_hint(w, f, "write each item on a line of its own, behind \"- \"");
	else if (t->base == CONF_MAP)
		check_hint(w, f, "write \"key: value\" on lines of their own, or {key: value}");
	else
		check_hint(w, f, "write the fields of " STR_FMT " on lines of their own",
			   STR_ARG(t->fields->name));
}

static void hint_collection(struct check_walk *w, struct conf_finding *f, const struct conf_type *t,
			    const struct yaml_node *node)
{
	if (t->base == CONF_LIST && (t->elem->base == CONF_STRUCT || t->elem->base == CONF_MAP))
		check_hint(w, f, "begin each item with \"- \", the first one too");
	else if (t->base == CONF_LIST)
		check_hint(w, f, "write the items as [a, b], or each behind \"- \"");
	else if (node->n == 1)
		check_hint(w, f, "write it without the dash or the brackets");
	else
		check_hint(w, f, "it holds one mapping, not several");
}

void check_wrong_shape(struct check_walk *w, struct spot *at, const struct conf_type *t,
		       const struct yaml_node *node)
{
	bool secret = spot_secret(at);
	struct conf_finding *f;
	size_t word;

	if (node->kind != YAML_SCALAR) {
		f = check_report(w, at, CONF_ERROR, "type", node, "this is %s, not %s",
				 conf_node_is(node), conf_type_wanted(t));
		hint_collection(w, f, t, node);
		return;
	}
	word = t->base == CONF_LIST ? 0 : yaml_missing_space(w->c->source, node);
	if (word > 0) {
		struct str rest = {node->text + word + 1, node->n - word - 1};

		f = check_report(w, at, CONF_ERROR, "missing-space", node,
				 "missing space after the colon");
		if (!secret)
			check_hint(w, f, "write " STR_FMT ": " STR_FMT, (int)word, node->text,
				   STR_ARG(rest));
		return;
	}
	if (secret)
		f = check_report(w, at, CONF_ERROR, "type", node, "this is text, not %s",
				 conf_type_wanted(t));
	else
		f = check_report(w, at, CONF_ERROR, "type", node, "%s is not %s",
				 type_quote(yaml_text(node)).text, conf_type_wanted(t));
	hint_scalar(w, f, t, node, secret);
}

/* `color: #ff0000`: the text that YAML took for a comment; empty: there is none, or one that is meant. */
static struct str lost_comment(const struct conf_source *src, const struct yaml_node *key)
{
	struct str line = conf_source_line(src, key->end.line), rest;
	size_t at = conf_source_byte(src, key->end) - (size_t)(line.p - src->text.p);

	while (at < line.n && (line.p[at] == ' ' || line.p[at] == '\t' || line.p[at] == ':'))
		at++;
	rest = str_trim((struct str){line.p + at, line.n - at});
	if (rest.n < 2 || rest.n > 40 || rest.p[0] != '#' || rest.p[1] == ' ' || rest.p[1] == '#')
		return (struct str){"", 0};
	return rest;
}

void check_null(struct check_walk *w, struct spot *at, const struct conf_type *t,
		const struct yaml_node *node)
{
	const struct conf_field *field = spot_field(at);
	const struct yaml_node *key = NULL;
	struct conf_finding *f;
	bool own = at->how == AT_FIELD && field != NULL, secret = spot_secret(at);
	struct str comment = {"", 0};

	if (node->n == 0 && at->how != AT_ITEM)
		spot_child(w, at, &key);
	if (key != NULL && !secret)
		comment = lost_comment(w->c->source, key);
	f = check_report(w, at, CONF_ERROR, "null", key ? key : node,
			 key ? "nothing stands behind the key" : "null is not %s",
			 conf_type_wanted(t));
	if (comment.n > 0)
		check_hint(w, f, "# begins a comment; as a text it is written \"" STR_FMT "\"",
			   STR_ARG(comment));
	else if (t->base == CONF_STRING && node->n > 0)
		check_hint(w, f, "the word itself is written \"" STR_FMT "\"",
			   STR_ARG(yaml_text(node)));
	else if (t->base == CONF_STRING)
		check_hint(w, f, "an empty text is written \"\"");
	else if (own && field->has_default && !secret)
		check_hint(w, f, "without the key it is " STR_FMT, STR_ARG(field->default_text));
	else if (t->base == CONF_LIST)
		check_hint(w, f, "an empty list is written []");
	else if (t->base == CONF_MAP || t->base == CONF_STRUCT)
		check_hint(w, f, "an empty mapping is written {}");
	else if (own)
		check_hint(w, f, "write a value or remove the key");
}

static int by_start(const void *a, const void *b)
{
	uint32_t left = ((const struct conf_place *)a)->start.line,
		 right = ((const struct conf_place *)b)->start.line;

	return (left > right) - (left < right);
}

static bool before(struct conf_mark a, struct conf_mark b)
{
	return a.line < b.line || (a.line == b.line && a.column < b.column);
}

/* Whether a line that is shown for `f` holds a secret which the finding's own stars do not cover. */
static bool shows_secret(const struct conf_finding *f, uint32_t line,
			 const struct conf_place *secrets, size_t count)
{
	size_t low = 0, high = count;

	while (low < high) { /* the first that begins behind the line */
		size_t middle = (low + high) / 2;

		if (secrets[middle].start.line > line)
			high = middle;
		else
			low = middle + 1;
	}
	while (low-- > 0) {
		const struct conf_place *s = &secrets[low];
		bool covered = f->secret && line == f->at.start.line &&
			       !before(s->start, f->at.start) && !before(f->at.end, s->end);

		if (s->end.line >= line && !covered)
			return true;
		if (s->start.line < line) /* secrets of one document do not overlap */
			return false;
	}
	return false;
}

void check_hide_secrets(struct check_walk *w)
{
	struct diags *d = w->c->d;

	if (w->secrets.count > 0)
		qsort(w->secrets.items, w->secrets.count, sizeof(w->secrets.items[0]), by_start);
	for (; w->c->looked_at < d->list.count; w->c->looked_at++) {
		struct conf_finding *f = &d->list.items[w->c->looked_at];

		if (w->secrets.count > 0 && f->at.source == w->c->source)
			f->no_line = shows_secret(f, f->at.start.line, w->secrets.items,
						  w->secrets.count) ||
				     (f->also.start.line != 0 &&
				      shows_secret(f, f->also.start.line, w->secrets.items,
						   w->secrets.count));
	}
}
