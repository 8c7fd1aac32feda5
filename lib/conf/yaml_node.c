/* lib/conf/yaml_node.c: events to nodes, and nodes into the collection that is open. */
#include "base/utf8.h"
#include "conf/yaml_reader.h"

/* Tag and anchor before a node's own text; end.line == 0: there is none. */
struct props {
	struct conf_mark anchor, anchor_end, tag, tag_end, content;
	struct str tag_text;
	size_t content_byte;
};

/* A walk over the source that keeps its mark. */
struct walk {
	const char *p, *end;
	struct conf_mark at;
};

static void step(struct walk *w)
{
	uint32_t cp;
	char c = *w->p;

	w->p += utf8_next(w->p, w->end, &cp);
	if (c == '\n' || (c == '\r' && (w->p == w->end || *w->p != '\n')))
		w->at = (struct conf_mark){w->at.line + 1, 1};
	else
		w->at.column++;
}

static bool at_blank(const struct walk *w)
{
	return *w->p == ' ' || *w->p == '\t' || *w->p == '\n' || *w->p == '\r';
}

static void skip_space(struct walk *w)
{
	while (w->p < w->end && (at_blank(w) || *w->p == '#')) {
		bool comment = *w->p == '#';

		while (comment && w->p < w->end && *w->p != '\n' && *w->p != '\r')
			step(w);
		if (w->p < w->end)
			step(w);
	}
}

static bool at_anchor_char(const struct walk *w)
{
	char c = *w->p;

	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       c == '_' || c == '-';
}

/* A tag ends at a blank, or within a flow collection at a comma; !<...> at its >. */
static void skip_tag(struct walk *w)
{
	bool verbatim = w->p + 1 < w->end && w->p[1] == '<';

	while (w->p < w->end && !at_blank(w) && (verbatim || *w->p != ','))
		step(w);
}

static void skip_anchor(struct walk *w)
{
	step(w);
	while (w->p < w->end && at_anchor_char(w))
		step(w);
}

static struct props skip_props(struct yaml_reader *r, int count, struct conf_mark start,
			       size_t from, size_t to)
{
	struct walk w = {r->text + from, r->text + to, start};
	struct props props = {.content = start};

	while (count-- > 0 && w.p < w.end) {
		struct conf_mark begin = w.at;

		if (*w.p == '&') {
			skip_anchor(&w);
			props.anchor = begin;
			props.anchor_end = w.at;
		} else {
			props.tag_text.p = w.p;
			skip_tag(&w);
			props.tag_text.n = (size_t)(w.p - props.tag_text.p);
			props.tag = begin;
			props.tag_end = w.at;
		}
		skip_space(&w);
	}
	props.content = w.at;
	props.content_byte = (size_t)(w.p - r->text);
	return props;
}

struct yaml_node *yaml_node_new(struct yaml_reader *r, enum yaml_kind kind, enum yaml_style style,
				struct conf_mark start, struct conf_mark end)
{
	struct yaml_node *n =
		arena_alloc_aligned(r->scratch, sizeof(*n), _Alignof(struct yaml_node));

	*n = (struct yaml_node){
		.kind = (uint8_t)kind, .style = (uint8_t)style, .start = start, .end = end};
	r->written++;
	r->weight++;
	return n;
}

/* What `!!int "5"` and `!!str 5` mean here: a tag only says whether the text counts as quoted. */
static void apply_tag(struct yaml_reader *r, struct yaml_node *n, const char *tag,
		      const struct props *props)
{
	static const char core[] = "tag:yaml.org,2002:";
	const char *name = strncmp(tag, core, sizeof(core) - 1) == 0 ? tag + sizeof(core) - 1 : "";
	bool plain = strcmp(name, "int") == 0 || strcmp(name, "float") == 0 ||
		     strcmp(name, "bool") == 0 || strcmp(name, "null") == 0;

	if (strcmp(tag, "!") == 0)
		name = n->kind == YAML_SCALAR ? "str" : n->kind == YAML_SEQ ? "seq" : "map";
	if (n->kind == YAML_SEQ ? strcmp(name, "seq") == 0
				: n->kind == YAML_MAP && strcmp(name, "map") == 0)
		return;
	if (n->kind == YAML_SCALAR && (plain || strcmp(name, "str") == 0)) {
		if (plain)
			n->style = YAML_PLAIN;
		else if (n->style == YAML_PLAIN)
			n->style = YAML_DOUBLE;
		return;
	}
	yaml_hint(r,
		  yaml_report(r, "tag", props->tag, props->tag_end,
			      "the tag " STR_FMT " does not fit here", STR_ARG(props->tag_text)),
		  "leave it out: the schema says what type a value has");
	n->flags |= YAML_BROKEN;
}

static bool is_merge_key(const struct yaml_node *n)
{
	return n->n == 2 && n->kind == YAML_SCALAR && n->style == YAML_PLAIN &&
	       memcmp(n->text, "<<", 2) == 0;
}

static void take_merge_key(struct yaml_reader *r, struct yaml_frame *f, struct yaml_node *key)
{
	if (f->merge_at.line == 0) {
		f->merge_at = key->start;
		f->merging = true;
		return;
	}
	yaml_hint(r,
		  yaml_report(r, "duplicate-key", key->start, key->end,
			      "duplicate key \"<<\", first at line %u, column %u", f->merge_at.line,
			      f->merge_at.column),
		  "merge several mappings with one list: <<: [*a, *b]");
	f->drop = true;
}

static void report_key(struct yaml_reader *r, const struct yaml_node *key)
{
	const char *what = key->kind == YAML_SEQ   ? "a list"
			   : key->kind == YAML_MAP ? "a mapping"
						   : "null";
	/* Where a collection ends is not known yet. */
	struct conf_mark end =
		key->kind == YAML_SCALAR && key->n > 0 ? key->end : (struct conf_mark){0};

	yaml_hint(r, yaml_report(r, "key", key->start, end, "a key must be text, not %s", what),
		  key->kind == YAML_SCALAR ? "put it in quotes when the text is meant"
					   : "write a word before the colon");
}

static void attach_key(struct yaml_reader *r, struct yaml_frame *f, struct yaml_node *key)
{
	f->drop = f->merging = false;
	if (key->kind != YAML_SCALAR || yaml_is_null(key)) {
		if (!(key->flags & YAML_BROKEN))
			report_key(r, key);
		f->drop = true;
	}
	f->key = key;
	f->key_taken = true;
	if (f->drop)
		return;
	if (is_merge_key(key))
		take_merge_key(r, f, key);
	else if (key->flags & YAML_BROKEN)
		f->drop = true;
	else
		f->drop = !yaml_key_add(r, f, key);
}

/* `{max_hp:100}`: libyaml takes it for a key without a value. It becomes max_hp with a value that nobody looks
 * at. */
static void mend_missing_space(struct yaml_reader *r, const struct yaml_frame *f,
			       struct yaml_node *value)
{
	struct yaml_node *key = f->key;
	size_t word;

	if (value->n != 0 || value->kind != YAML_SCALAR || value->style != YAML_PLAIN ||
	    value->start.column != key->end.column || value->start.line != key->end.line ||
	    f->node->style != YAML_FLOW || key->kind != YAML_SCALAR || key->style != YAML_PLAIN)
		return;
	word = yaml_missing_colon_space(yaml_text(key));
	if (word == 0)
		return;
	yaml_report_missing_space(r, key->start, yaml_text(key));
	key->n = (uint32_t)word;
	key->end = (struct conf_mark){key->start.line, key->start.column + key->n};
	value->flags |= YAML_BROKEN;
}

static void attach_value(struct yaml_reader *r, struct yaml_frame *f, struct yaml_node *value)
{
	f->key_taken = false;
	if (f->merging) {
		f->merge = value;
		return;
	}
	if (f->drop)
		return;
	if (UNLIKELY(value->n == 0 && f->node->style == YAML_FLOW))
		mend_missing_space(r, f, value);
	f->key->next = value;
	if (f->tail != NULL)
		f->tail->next = f->key;
	else
		f->node->first = f->key;
	f->tail = value;
	f->node->n++;
}

/* Puts a node where the reader stands. A collection is attached when it begins. */
static void attach(struct yaml_reader *r, struct yaml_node *n)
{
	struct yaml_frame *f;

	if (r->frames.count == 0) {
		r->doc.root = n;
		return;
	}
	f = &r->frames.items[r->frames.count - 1];
	if (f->node->kind == YAML_MAP) {
		if (f->key_taken)
			attach_value(r, f, n);
		else
			attach_key(r, f, n);
		return;
	}
	if (f->tail != NULL)
		f->tail->next = n;
	else
		f->node->first = n;
	f->tail = n;
	f->node->n++;
}

static enum yaml_style style_of(yaml_scalar_style_t style)
{
	switch (style) {
	case YAML_SINGLE_QUOTED_SCALAR_STYLE: return YAML_SINGLE;
	case YAML_DOUBLE_QUOTED_SCALAR_STYLE: return YAML_DOUBLE;
	case YAML_LITERAL_SCALAR_STYLE: return YAML_LITERAL;
	case YAML_FOLDED_SCALAR_STYLE: return YAML_FOLDED;
	default: return YAML_PLAIN;
	}
}

/* The header of a block scalar: |, >, with indicators such as 2 and -. */
static struct conf_mark header_end(const struct yaml_reader *r, struct conf_mark start, size_t from,
				   size_t to)
{
	while (from < to && strchr("|>+-0123456789", r->text[from]) != NULL) {
		from++;
		start.column++;
	}
	return start;
}

/* The value points into the source where it stands there as it is; else it is copied. */
static void set_text(struct yaml_reader *r, struct yaml_node *n, size_t from, size_t to)
{
	const char *value = (const char *)r->event.data.scalar.value;
	size_t len = r->event.data.scalar.length;
	bool quoted = n->style == YAML_SINGLE || n->style == YAML_DOUBLE;

	n->n = (uint32_t)len;
	if (quoted) {
		from++;
		to--;
	}
	if (LIKELY(from + len == to && memcmp(r->text + from, value, len) == 0)) {
		n->text = r->text + from;
		return;
	}
	if (n->style == YAML_DOUBLE &&
	    yaml_scan_escapes(r, (struct str){r->text + from, to - from},
			      (struct conf_mark){n->start.line, n->start.column + 1}))
		n->flags |= YAML_BROKEN;
	n->text = arena_str(r->scratch, (struct str){value, len}).p;
}

static bool has_bad_bytes(const struct yaml_reader *r, size_t from, size_t to)
{
	return r->twin != NULL && memcmp(r->text + from, r->src->text.p + from, to - from) != 0;
}

static void add_anchor(struct yaml_reader *r, const yaml_char_t *name, const struct props *props,
		       struct yaml_node *n, uint64_t weight)
{
	struct yaml_anchor *a;

	if (name == NULL)
		return;
	a = yaml_anchor_add(r, (const char *)name, props->anchor, props->anchor_end, n);
	if (a != NULL)
		a->weight = weight;
}

static void remember_quoted(struct yaml_reader *r, const struct yaml_node *n)
{
	if ((n->style == YAML_SINGLE || n->style == YAML_DOUBLE) && n->end.line != n->start.line)
		r->last_quoted = (struct conf_place){r->src, n->start, n->end};
}

static void refuse_large(struct yaml_reader *r, struct yaml_node *n)
{
	yaml_hint(r,
		  yaml_report(r, "too-large", n->start, n->end,
			      "a text of %u bytes is above the maximum %u", n->n,
			      r->caps->scalar_bytes),
		  "is a quote or an indentation missing?");
	n->flags |= YAML_BROKEN;
}

void yaml_on_scalar(struct yaml_reader *r)
{
	const yaml_event_t *e = &r->event;
	struct conf_mark start = yaml_mark_of(r, &e->start_mark),
			 end = yaml_mark_of(r, &e->end_mark);
	size_t from = yaml_byte_of(r, start, e->start_mark.index);
	size_t to = yaml_byte_of(r, end, e->end_mark.index);
	int count = (e->data.scalar.anchor != NULL) + (e->data.scalar.tag != NULL);
	struct props props = {.content = start, .content_byte = from};
	struct yaml_node *n;

	if (UNLIKELY(count > 0))
		props = skip_props(r, count, start, from, to);
	n = yaml_node_new(r, YAML_SCALAR, style_of(e->data.scalar.style), props.content, end);
	set_text(r, n, props.content_byte, to);
	r->last_end = end;
	if (n->style >= YAML_LITERAL)
		r->last_end = n->end = header_end(r, n->start, props.content_byte, to);
	remember_quoted(r, n);
	if (UNLIKELY(e->data.scalar.tag != NULL))
		apply_tag(r, n, (const char *)e->data.scalar.tag, &props);
	if (UNLIKELY(n->n > r->caps->scalar_bytes))
		refuse_large(r, n);
	if (UNLIKELY(has_bad_bytes(r, from, to)))
		n->flags |= YAML_BROKEN;
	add_anchor(r, e->data.scalar.anchor, &props, n, 1);
	attach(r, n);
}

void yaml_on_alias(struct yaml_reader *r)
{
	const yaml_event_t *e = &r->event;
	struct conf_mark start = yaml_mark_of(r, &e->start_mark),
			 end = yaml_mark_of(r, &e->end_mark);

	attach(r, yaml_alias(r, str_of((const char *)e->data.alias.anchor), start, end));
	r->last_end = end;
}

bool yaml_on_start(struct yaml_reader *r, enum yaml_kind kind)
{
	const yaml_event_t *e = &r->event;
	bool seq = kind == YAML_SEQ;
	const yaml_char_t *anchor =
		seq ? e->data.sequence_start.anchor : e->data.mapping_start.anchor;
	const yaml_char_t *tag = seq ? e->data.sequence_start.tag : e->data.mapping_start.tag;
	bool flow = seq ? e->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE
			: e->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
	struct conf_mark start = yaml_mark_of(r, &e->start_mark),
			 end = yaml_mark_of(r, &e->end_mark);
	int count = (anchor != NULL) + (tag != NULL);
	struct props props = {.content = start};
	uint64_t weight = r->weight;
	struct yaml_frame *f;
	struct yaml_node *n;

	if (UNLIKELY(count > 0))
		props = skip_props(r, count, start, yaml_byte_of(r, start, e->start_mark.index),
				   yaml_byte_of(r, end, e->end_mark.index));
	if (UNLIKELY(r->frames.count >= r->caps->depth)) {
		yaml_hint(r,
			  yaml_report(r, "depth", props.content, (struct conf_mark){0},
				      "nested deeper than the maximum of %u levels",
				      r->caps->depth),
			  "move what lies this deep into a document of its own");
		return false;
	}
	n = yaml_node_new(r, kind, flow ? YAML_FLOW : YAML_BLOCK, props.content, props.content);
	if (UNLIKELY(tag != NULL))
		apply_tag(r, n, (const char *)tag, &props);
	attach(r, n);
	f = vec_push(r->scratch, &r->frames);
	*f = (struct yaml_frame){.node = n, .weight = weight};
	if (UNLIKELY(anchor != NULL))
		f->anchor =
			yaml_anchor_add(r, (const char *)anchor, props.anchor, props.anchor_end, n);
	r->last_end = end;
	return true;
}

void yaml_on_end(struct yaml_reader *r)
{
	struct yaml_frame *f = &r->frames.items[r->frames.count - 1];

	if (f->node->style == YAML_FLOW)
		r->last_end = yaml_mark_of(r, &r->event.end_mark);
	f->node->end = r->last_end;
	if (UNLIKELY(f->merge != NULL))
		yaml_merge(r, f);
	if (UNLIKELY(f->anchor != NULL))
		f->anchor->weight = r->weight - f->weight;
	r->frames.count--;
}
