/* tests/fuzz/fuzz_schema.c
 * Any bytes as a schema and a document of it, with a line "====" between them. Without that line the bytes are a
 * document of a fixed schema that has one of everything, so that checking gets its share of the time.
 */
#include <stdlib.h>

#include "conf/check.h"
#include "conf/render.h"
#include "conf/rule.h"
#include "conf/value.h"
#include "fuzz.h"

static const char everything[] =
	"schema: A\n"
	"fields:\n"
	"  flag: bool  `validate:\"required\"`\n"
	"  n: int  `default:\"5\" validate:\"min=1,max=9|eq=100\"`\n"
	"  small: int8?  `was:\"tiny\" deprecated:\"no\"`\n"
	"  big: uint64  `validate:\"required_without=small\"`\n"
	"  f: float  `validate:\"gt=0\"`\n"
	"  s: string  `validate:\"omitempty,min=2,max=8\" secret:\"true\"`\n"
	"  d: duration  `default:\"10s\" validate:\"ltefield=d2\"`\n"
	"  d2: duration  `default:\"20s\" validate:\"min=-5s\"`\n"
	"  z: size\n"
	"  p: percent\n"
	"  t: time\n"
	"  r: ref[A]  `default:\"x\"`\n"
	"  l: list[int?]  `validate:\"unique,dive,required,min=0\"`\n"
	"  m: map[string]list[W]?  `validate:\"dive,keys,min=1,endkeys,max=3\"`\n"
	"  w: W?\n"
	"  ws: list[W]  `validate:\"unique=a\"`\n"
	"  any: list[int]  `validate:\"-\"`\n"
	"structs:\n"
	"  W:\n"
	"    a: int  `validate:\"required,gtfield=../n\"`\n"
	"    b: string  `validate:\"excluded_with=a,nefield=/s\"`\n"
	"    inner: list[W]\n"
	"    up: W?\n"
	"    r: ref[A]\n";

static void ensure(bool holds)
{
	if (!holds)
		abort();
}

static void check_place(const struct conf_place *at)
{
	if (at->source == NULL || at->start.line == 0)
		return;
	ensure(at->start.line <= at->source->line_count);
	ensure(at->start.column > 0);
	ensure(at->end.line == 0 || at->end.line >= at->start.line);
}

static void check_findings(const struct diags *d)
{
	CLEANUP(buf_free) struct buf out = {0};
	const struct conf_finding *f;

	VEC_EACH (&d->list, f) {
		ensure(f->code != NULL && f->message.n > 0);
		check_place(&f->at);
		check_place(&f->rule);
	}
	conf_render_text(&out, d, &(struct conf_render){0});
	ensure(d->list.count == 0 || out.n > 0);
}

/* Records lie within their bounds, or every access through a handle would be wild. */
static void check_layout(const struct conf_struct *s)
{
	uint32_t end = 0;

	ensure(s->size % 8 == 0 && s->blank != NULL);
	ensure(s->state_offset + s->field_count <= s->size);
	for (uint32_t i = 0; i < s->field_count; i++) {
		const struct conf_field *f = &s->fields[i];

		ensure(f->offset >= end && f->offset % f->type->align == 0);
		end = f->offset + f->type->size;
		ensure(f->index == i && conf_field_find(s, f->name) == f);
	}
	ensure(end <= s->state_offset);
}

struct checking {
	struct conf_check check;
};

static int check_one(void *ctx, struct yaml_doc *yaml)
{
	struct checking *c = ctx;
	size_t errors = c->check.d->errors;
	struct conf_doc doc = {0};
	json_t *json;

	if (!conf_check_doc(&c->check, yaml, &doc))
		return 0;
	ensure(doc.kind != NULL && doc.record != NULL && conf_name_ok(doc.name));
	if (c->check.d->errors != errors)
		return 0;
	json = conf_record_json(&doc.kind->top, doc.record);
	ensure(json != NULL);
	json_decref(json);
	for (uint32_t i = 0; i < doc.kind->top.field_count; i++) {
		const struct conf_field *f = &doc.kind->top.fields[i];
		const void *value = conf_at(doc.record, f);

		ensure(conf_state(&doc.kind->top, doc.record, f) != CONF_INVALID);
		ensure(f->type->base == CONF_OPAQUE || conf_value_equal(f->type, value, value));
	}
	return 0;
}

static void run(struct str schema, struct str document)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("fuzz");
	CLEANUP(arena_freep) struct arena *scratch = arena_new("fuzz scratch");
	struct diags d = diags_into(mem);
	const struct conf_source *source =
		conf_source_new(mem, STR("schemas/s.yaml"), arena_str(mem, schema));
	struct checking c = {{.mem = mem, .scratch = scratch, .d = &d}};
	struct conf_schema *loaded = conf_schema_load(&source, 1, &yaml_caps_default, &d);
	struct map_entry *it;

	ensure(loaded->broken == (d.errors > 0));
	MAP_EACH (&loaded->kinds, it) {
		const struct conf_kind *kind = it->value;

		check_layout(&kind->top);
		for (uint32_t i = 0; i < kind->struct_count; i++)
			check_layout(kind->structs[i]);
	}
	c.check.schema = loaded;
	c.check.source = conf_source_new(mem, STR("d.yaml"), arena_str(mem, document));
	conf_yaml_read(scratch, c.check.source, &yaml_caps_default,
		       (struct yaml_sink){check_one, &c}, &d);
	diags_sort(&d);
	check_findings(&d);
	conf_schema_unref(loaded);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char mark[] = "====\n";
	struct str text = {(const char *)data, size};
	const char *at = size ? memmem(data, size, mark, sizeof(mark) - 1) : NULL;

	if (at == NULL) {
		run(STR(everything), text);
	} else {
		struct str schema = {text.p, (size_t)(at - text.p)};
		size_t skip = schema.n + sizeof(mark) - 1;

		run(schema, (struct str){text.p + skip, text.n - skip});
	}
	return 0;
}
