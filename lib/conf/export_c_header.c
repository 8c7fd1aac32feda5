/* Records as C structs. What the layout promises (schema order, C's own alignment, state bytes behind the fields,
 * the whole a multiple of 8) is said again in assertions, so that a header that is out of date does not compile. */
#include "conf/export.h"

#include "base/vec.h"

struct header {
	struct buf *out;
	struct arena *mem;
	const struct conf_kind *kind;
	struct map taken; /* names of structs, of all kinds */
	struct map
		written; /* of this kind's structs by their own name: -> C name as struct str * */
	struct map open; /* structs begun, in the order of definition */
};

static const char *const keywords[] = {
	"auto",      "bool",     "break",   "case",    "char",     "const",     "continue",
	"default",   "do",       "double",  "else",    "enum",     "extern",    "false",
	"float",     "for",      "goto",    "if",      "inline",   "int",       "long",
	"register",  "restrict", "return",  "short",   "signed",   "sizeof",    "static",
	"struct",    "switch",   "true",    "typedef", "union",    "unsigned",  "void",
	"volatile",  "while",    "alignas", "alignof", "asm",      "typeof",    "class",
	"delete",    "new",      "private", "public",  "template", "this",      "virtual",
	"friend",    "operator", "throw",   "try",     "catch",    "namespace", "nullptr",
	"constexpr", "state_of",
};

/* Tags that the headers of conf/ use themselves. */
static const char *const tags[] = {
	"base",     "base_type", "builtin", "change", "change_op", "check",   "clash",
	"diff",     "doc",       "field",   "file",   "finding",   "input",   "kind",
	"list",     "load",      "map",     "mark",   "place",     "publish", "reader",
	"reload",   "render",    "rule",    "rules",  "schema",    "set",     "severity",
	"snapshot", "source",    "state",   "struct", "time",      "type",    "use",
};

/* RoomType -> room_type, HTTPServer -> http_server. */
static void add_snake(struct buf *out, struct str name)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		bool upper = c >= 'A' && c <= 'Z';
		bool after_lower = i > 0 && !(name.p[i - 1] >= 'A' && name.p[i - 1] <= 'Z') &&
				   name.p[i - 1] != '_';
		bool before_lower = i > 0 && i + 1 < name.n && name.p[i - 1] != '_' &&
				    name.p[i + 1] >= 'a' && name.p[i + 1] <= 'z';

		if (upper && (after_lower || before_lower))
			buf_addc(out, '_');
		buf_addc(out, upper ? (char)(c | 0x20) : c == '-' ? '_' : c);
	}
}

/* Adds _ until nobody else has the name. */
static struct str unique(struct arena *mem, struct map *taken, struct str name)
{
	bool was_there;

	for (;;) {
		map_put(mem, taken, name, taken, &was_there);
		if (!was_there)
			return name;
		name = arena_printf(mem, STR_FMT "_", STR_ARG(name));
	}
}

static struct str struct_name(struct header *h, const struct conf_struct *s)
{
	struct str *known = map_get(&h->written, s->name);
	CLEANUP(buf_free) struct buf name = {0};
	bool was_there;

	if (known)
		return *known;
	buf_add(&name, STR("conf_"));
	add_snake(&name, h->kind->top.name);
	if (s != &h->kind->top) {
		buf_addc(&name, '_');
		add_snake(&name, s->name);
	}
	known = ARENA_NEW(h->mem, struct str);
	*known = unique(h->mem, &h->taken, arena_str(h->mem, buf_str(&name)));
	map_put(h->mem, &h->written, s->name, known, &was_there);
	return *known;
}

static void put_comment(struct buf *out, const char *indent, struct str text)
{
	if (text.n == 0)
		return;
	buf_printf(out, "%s/* ", indent);
	for (size_t i = 0; i < text.n; i++) {
		/* Neither the end of the comment nor the beginning of another. */
		if (i > 0 && ((text.p[i] == '/' && text.p[i - 1] == '*') ||
			      (text.p[i] == '*' && text.p[i - 1] == '/')))
			buf_addc(out, ' ');
		if (text.p[i] == '\n')
			buf_printf(out, "\n%s * ", indent);
		else if (text.p[i] != '\r')
			buf_addc(out, text.p[i]);
	}
	buf_add(out, STR(" */\n"));
}

static void put_type(struct header *h, const struct conf_type *t)
{
	struct buf *out = h->out;

	switch (t->base) {
	case CONF_BOOL: buf_add(out, STR("bool ")); break;
	case CONF_INT: buf_printf(out, "int%u_t ", t->bits); break;
	case CONF_UINT: buf_printf(out, "uint%u_t ", t->bits); break;
	case CONF_FLOAT:
	case CONF_PERCENT: buf_add(out, STR("double ")); break;
	case CONF_DURATION: buf_add(out, STR("struct dur ")); break;
	case CONF_SIZE: buf_add(out, STR("uint64_t ")); break;
	case CONF_TIME: buf_add(out, STR("struct conf_time ")); break;
	case CONF_LIST: buf_add(out, STR("struct conf_list ")); break;
	case CONF_MAP: buf_add(out, STR("struct conf_map ")); break;
	case CONF_STRUCT:
		buf_printf(out, "%sstruct " STR_FMT " %s", t->by_pointer ? "const " : "",
			   STR_ARG(struct_name(h, t->fields)), t->by_pointer ? "*" : "");
		break;
	default: buf_add(out, STR("struct str "));
	}
}

/* What the type in C does not tell. */
static void put_note(struct header *h, const struct conf_field *f)
{
	const struct conf_type *t = f->type;
	CLEANUP(buf_free) struct buf note = {0};

	while (t->base == CONF_LIST || t->base == CONF_MAP)
		t = t->elem;
	if (f->type->base == CONF_LIST || f->type->base == CONF_MAP || t->base == CONF_REF ||
	    f->type->nullable)
		buf_add(&note, f->type->text);
	if (t != f->type && t->base == CONF_STRUCT)
		buf_printf(&note, ": %sstruct " STR_FMT, t->by_pointer ? "pointers to " : "",
			   STR_ARG(struct_name(h, t->fields)));
	if (t->base == CONF_PERCENT)
		buf_printf(&note, "%s12.5 for 12.5%%", note.n ? "; " : "");
	if (f->unit.n)
		buf_printf(&note, "%sin " STR_FMT, note.n ? "; " : "", STR_ARG(f->unit));
	if (f->has_default && !f->secret)
		buf_printf(&note, "%sdefault " STR_FMT, note.n ? "; " : "",
			   STR_ARG(f->default_text));
	if (f->reload != CONF_LIVE)
		buf_printf(&note, "%s%s", note.n ? "; " : "", conf_reload_name(f->reload));
	if (note.n) {
		buf_addc(h->out, ' ');
		put_comment(h->out, "", buf_str(&note));
		h->out->n--; /* its line end comes with the field's */
	}
}

static struct str *member_names(struct header *h, const struct conf_struct *s)
{
	struct str *names = ARENA_ARRAY(h->mem, struct str, s->field_count);
	struct map taken = {0};
	bool was_there;

	for (size_t i = 0; i < ARRAY_LEN(keywords); i++)
		map_put(h->mem, &taken, str_of(keywords[i]), &taken, &was_there);
	for (uint32_t i = 0; i < s->field_count; i++) {
		struct str name = arena_str(h->mem, s->fields[i].name);

		for (size_t k = 0; k < name.n; k++) {
			if (name.p[k] == '-')
				((char *)(uintptr_t)name.p)[k] = '_';
		}
		names[i] = unique(h->mem, &taken, name);
	}
	return names;
}

static void put_asserts(struct header *h, const struct conf_struct *s, const struct str *names)
{
	struct str name = struct_name(h, s);

	buf_printf(h->out,
		   "_Static_assert(sizeof(struct " STR_FMT
		   ") == %u, \"made from another schema\");\n",
		   STR_ARG(name), s->size);
	for (uint32_t i = 0; i < s->field_count; i++)
		buf_printf(h->out,
			   "_Static_assert(offsetof(struct " STR_FMT ", " STR_FMT
			   ") == %u, \"made from another schema\");\n",
			   STR_ARG(name), STR_ARG(names[i]), s->fields[i].offset);
	if (s->field_count)
		buf_printf(h->out,
			   "_Static_assert(offsetof(struct " STR_FMT
			   ", state_of) == %u, \"made from another schema\");\n",
			   STR_ARG(name), s->state_offset);
}

static void put_struct(struct header *h, const struct conf_struct *s)
{
	const struct str *names;
	struct str name = struct_name(h, s);
	bool was_there;

	map_put(h->mem, &h->open, name, h, &was_there);
	if (was_there)
		return;
	/* What lies inline comes first; what is pointed to, or lies in a list, may come later. */
	for (uint32_t i = 0; i < s->field_count; i++) {
		if (s->fields[i].type->base == CONF_STRUCT && !s->fields[i].type->by_pointer)
			put_struct(h, s->fields[i].type->fields);
	}
	names = member_names(h, s);
	buf_addc(h->out, '\n');
	put_comment(h->out, "", s->doc);
	buf_printf(h->out, "struct " STR_FMT " {\n", STR_ARG(name));
	for (uint32_t i = 0; i < s->field_count; i++) {
		const struct conf_field *f = &s->fields[i];

		put_comment(h->out, "\t", f->doc);
		buf_add(h->out, i ? STR("\t") : STR("\t_Alignas(8) "));
		put_type(h, f->type);
		buf_printf(h->out, STR_FMT ";", STR_ARG(names[i]));
		put_note(h, f);
		buf_addc(h->out, '\n');
	}
	if (s->field_count) {
		buf_add(h->out, STR("\tstruct { /* enum conf_state */\n\t\tuint8_t "));
		for (uint32_t i = 0; i < s->field_count; i++)
			buf_printf(h->out, "%s" STR_FMT, i ? ", " : "", STR_ARG(names[i]));
		buf_add(h->out, STR(";\n\t} state_of;\n"));
	} else {
		buf_add(h->out, STR("\tuint64_t nothing;\n"));
	}
	buf_add(h->out, STR("};\n"));
	put_asserts(h, s, names);
}

void conf_export_c_header(struct buf *out, const struct conf_kind *const *kinds, size_t count)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("C header");
	struct header h = {.out = out, .mem = mem};

	buf_add(out, STR("/* Generated from schemas: do not edit. Records of configuration as C "
			 "structs. */\n"
			 "#pragma once\n#include \"conf/schema.h\"\n"));
	for (size_t i = 0; i < ARRAY_LEN(tags); i++)
		(void)unique(mem, &h.taken, arena_printf(mem, "conf_%s", tags[i]));
	for (size_t i = 0; i < count; i++) {
		h.kind = kinds[i];
		h.written = (struct map){0};
		put_struct(&h, &kinds[i]->top);
		for (uint32_t k = 0; k < kinds[i]->struct_count; k++)
			put_struct(&h, kinds[i]->structs[k]);
	}
}
