/* Typed values: equality, canonical text, JSON. */
#include "conf/value.h"
#include "conf_check.h"

#define SCHEMA                                                                                     \
	"schema: A\nfields:\n  n: int8\n  u: uint64\n  f: float\n  b: bool\n  s: string\n  d: "    \
	"duration\n"                                                                               \
	"  z: size\n  p: percent\n  t: time\n  r: ref[A]\n  l: list[int?]\n  m: "                  \
	"map[string]duration\n"                                                                    \
	"  w: list[W]\n  o: W?\n  x: {type: string, validate: '-'}\n"                              \
	"  k: {type: string, secret: true}\n  e: int `default:\"7\"`\nstructs:\n  W: {a: int, b: " \
	"string}\n"

#define ALL                                                                                        \
	"n: -5\nu: 18446744073709551615\nf: 1e-7\nb: true\ns: \"a \\\"b\\\"\\n\"\nd: 90s\nz: "     \
	"1024B\n"                                                                                  \
	"p: 12.50%\nt: 2026-03-01T14:00:00+02:00\nr: yeti\nl: [1, ~, 3]\nm: {z: 60s, a b: 1ms}\n"  \
	"w: [{a: 1}, {b: x}]\no: ~\nx: {k: [1, true, ~, 'y'], a: 1.50}\nk: hush\n"

static struct checked load(const char *lines)
{
	CLEANUP(buf_free) struct buf doc = {0};
	struct checked c;

	buf_printf(&doc, "kind: A\nname: x\n%s", lines);
	c = check_texts(SCHEMA, doc.p);
	CHECK_INT(c.d.errors, 0);
	/* The document points into its source, which points into the buffer. */
	arena_defer(c.mem, free, doc.p);
	doc = (struct buf){0};
	return c;
}

static struct conf_type top_type(const struct checked *c)
{
	return (struct conf_type){.base = CONF_STRUCT, .fields = &c->doc.kind->top};
}

TEST(a_record_as_text_is_canonical_and_hides_secrets)
{
	struct checked c = load(ALL);
	struct conf_type t = top_type(&c);
	CLEANUP(buf_free) struct buf out = {0};

	conf_value_text(&out, &t, c.doc.record, false);
	CHECK_STR(buf_str(&out), "{n: -5, u: 18446744073709551615, f: 1e-7, b: true, s: \"a "
				 "\\\"b\\\"\\n\", d: 1m30s, z: 1KiB, "
				 "p: 12.5%, t: 2026-03-01T12:00:00Z, r: \"yeti\", l: [1, null, 3], "
				 "m: {\"a b\": 1ms, z: 1m}, "
				 "w: [{a: 1}, {b: \"x\"}], o: null, x: "
				 "{\"a\":1.5,\"k\":[1,true,null,\"y\"]}, k: \"***\", e: 7}");
	checked_free(&c);
}

TEST(a_record_as_json_has_json_types)
{
	struct checked c = load(ALL);
	json_t *json = conf_record_json(&c.doc.kind->top, c.doc.record);
	char *text = json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(15));

	CHECK_TEXT(
		text,
		"{\"n\":-5,\"u\":1.84467440737096e19,\"f\":1e-7,\"b\":true,"
		"\"s\":\"a \\\"b\\\"\\n\",\"d\":\"1m30s\",\"z\":\"1KiB\",\"p\":\"12.5%\","
		"\"t\":\"2026-03-01T12:00:00Z\",\"r\":\"yeti\",\"l\":[1,null,3],"
		"\"m\":{\"a b\":\"1ms\",\"z\":\"1m\"},\"w\":[{\"a\":1},{\"b\":\"x\"}],\"o\":null,"
		"\"x\":{\"a\":1.5,\"k\":[1,true,null,\"y\"]},\"k\":\"***\",\"e\":7}");
	free(text);
	json_decref(json);
	checked_free(&c);
}

TEST(text_of_a_string_is_quoted_only_on_request)
{
	struct conf_type t = {.base = CONF_STRING};
	struct str s = STR("a\tb");
	CLEANUP(buf_free) struct buf out = {0};

	conf_value_text(&out, &t, &s, false);
	conf_value_text(&out, &t, &s, true);
	CHECK_STR(buf_str(&out), "a\tb\"a\\tb\"");
}

static void compare(const char *a, const char *b, bool equal)
{
	struct checked one = load(a), two = load(b);
	struct conf_type t = top_type(&one);

	/* Two loads of one schema: the fields lie at the same places. */
	if (conf_value_equal(&t, one.doc.record, two.doc.record) != equal)
		print_message("%s%s%s\n", a, equal ? "differs from\n" : "equals\n", b);
	CHECK(conf_value_equal(&t, one.doc.record, two.doc.record) == equal);
	CHECK((conf_value_compare(&t, one.doc.record, two.doc.record) < 0) ==
	      (conf_value_compare(&t, two.doc.record, one.doc.record) > 0));
	checked_free(&two);
	checked_free(&one);
}

TEST(equal_is_what_means_the_same)
{
	compare(ALL, ALL, true);
	compare("d: 60s\n", "d: 1m\n", true);
	compare("f: -0.0\n", "f: 0\n", true);
	compare("m: {a: 1s, b: 2s}\n", "m: {b: 2000ms, a: 1s}\n", true);
	compare("e: 7\n", "", true);
	compare("s: 'x'\n", "s: x\n", true);
}

TEST(different_is_what_means_something_else)
{
	compare("n: 1\n", "n: 2\n", false);
	compare("n: 1\n", "", false);
	compare("o: ~\n", "", false);
	compare("l: [1, ~]\n", "l: [1, 0]\n", false);
	compare("l: [1]\n", "l: [1, 1]\n", false);
	compare("m: {a: 1s}\n", "m: {b: 1s}\n", false);
	compare("w: [{a: 1}]\n", "w: [{a: 1, b: x}]\n", false);
	compare("o: {a: 1}\n", "o: {a: 2}\n", false);
	compare("x: {a: 1}\n", "x: {a: 2}\n", false);
}

TEST(a_map_finds_its_keys)
{
	struct checked c = load("m: {b: 2s, a: 1s, d: 4s}\n");
	const struct conf_field *f = conf_field_find(&c.doc.kind->top, STR("m"));
	const struct conf_map *m = conf_at(c.doc.record, f);

	CHECK_INT(((const struct dur *)conf_map_find(f->type, m, STR("d")))->us, 4000000);
	CHECK(conf_map_find(f->type, m, STR("c")) == NULL);
	CHECK(conf_map_find(f->type, m, STR("")) == NULL);
	checked_free(&c);
}
