/* Values of documents: null, shapes, text that is no value, aliases, secrets. */
#include "conf_check.h"

#define DOC(lines) "kind: A\nname: x\n" lines
static const char *const schema = "schema: A\n"
				  "fields:\n"
				  "  n: int  `default:\"5\"`\n"
				  "  s: string\n"
				  "  b: bool\n"
				  "  d: duration\n"
				  "  list: list[int]\n"
				  "  map: map[string]float\n"
				  "  wave: Wave\n"
				  "  waves: list[Wave]\n"
				  "  maybe: int?\n"
				  "  who: ref[A]\n"
				  "  any: list[string]  `validate:\"-\"`\n"
				  "structs:\n"
				  "  Wave: {size: int, boss: 'ref[A]'}\n";

TEST(null_needs_a_question_mark)
{
	CHECK_DOC(schema, DOC("n:\ns: ~\nb: null\nd:\nmaybe:\n"),
		  "d.yaml:3:1: error: n: nothing stands behind the key [null] -> without the key "
		  "it is "
		  "5\n"
		  "d.yaml:4:4: error: s: null is not text [null] -> the word itself is written "
		  "\"~\"\n"
		  "d.yaml:5:4: error: b: null is not true or false [null] -> write a value or "
		  "remove the key\n"
		  "d.yaml:6:1: error: d: nothing stands behind the key [null] -> write a value or "
		  "remove "
		  "the key\n");
	CHECK_DOC(
		schema, DOC("s:\nlist:\nmap:\nwave:\nwaves: [~]\nmap: {a: }\n"),
		"d.yaml:3:1: error: s: nothing stands behind the key [null] -> an empty text is "
		"written "
		"\"\"\n"
		"d.yaml:4:1: error: list: nothing stands behind the key [null] -> an empty list is "
		"written []\n"
		"d.yaml:5:1: error: map: nothing stands behind the key [null] -> an empty mapping "
		"is "
		"written {}\n"
		"d.yaml:6:1: error: wave: nothing stands behind the key [null] -> an empty mapping "
		"is "
		"written {}\n"
		"d.yaml:7:9: error: waves[0]: null is not a mapping [null] -> an empty mapping is "
		"written {}\n"
		"d.yaml:8:1: error: map: duplicate key \"map\", first at line 5, column 1 "
		"[duplicate-key] -> "
		"keep one of the two\n");
}

TEST(quoted_null_is_text)
{
	CHECK_DOC(schema, DOC("s: \"null\"\n"), "");
	CHECK_DOC(schema, DOC("s: '~'\n"), "");
}

TEST(text_that_is_no_value_is_a_type_error)
{
	CHECK_DOC(schema, DOC("n: abc\nb: maybe\nd: fast\n"),
		  "d.yaml:3:4: error: n: \"abc\" is not a whole number [type]\n"
		  "d.yaml:4:4: error: b: \"maybe\" is not a bool [type] -> write true or false\n"
		  "d.yaml:5:4: error: d: \"fast\" is not a duration [type] -> write a number and a "
		  "unit, "
		  "such as 500ms, 30s or 1m30s\n");
}

TEST(one_value_where_a_list_belongs_shows_how_a_list_is_written)
{
	CHECK_DOC(schema, DOC("list: 5\n"),
		  "d.yaml:3:7: error: list: \"5\" is not a list [type] -> a list of one is written "
		  "[5]\n");
	CHECK_DOC(schema, DOC("list: {a: 1}\n"),
		  "d.yaml:3:7: error: list: this is a mapping, not a list [type] -> write the "
		  "items as "
		  "[a, b], or each behind \"- \"\n");
	CHECK_DOC(schema, DOC("waves:\n  size: 1\n"),
		  "d.yaml:4:3: error: waves: this is a mapping, not a list [type] -> begin each "
		  "item with "
		  "\"- \", the first one too\n");
}

TEST(a_list_where_one_value_belongs_shows_the_way_out)
{
	CHECK_DOC(schema, DOC("n: [5]\nwave: [{size: 1}]\nmap: [1, 2]\n"),
		  "d.yaml:3:4: error: n: this is a list, not a whole number [type] -> write the "
		  "value "
		  "without the brackets or the dash\n"
		  "d.yaml:4:7: error: wave: this is a list, not a mapping [type] -> write it "
		  "without the "
		  "dash or the brackets\n"
		  "d.yaml:5:6: error: map: this is a list, not a mapping [type] -> it holds one "
		  "mapping, "
		  "not several\n");
}

TEST(text_where_a_mapping_belongs)
{
	CHECK_DOC(schema, DOC("wave: big\nmap: big\n"),
		  "d.yaml:3:7: error: wave: \"big\" is not a mapping [type] -> write the fields of "
		  "Wave "
		  "on lines of their own\n"
		  "d.yaml:4:6: error: map: \"big\" is not a mapping [type] -> write \"key: value\" "
		  "on "
		  "lines of their own, or {key: value}\n");
}

TEST(a_missing_space_is_recognized)
{
	CHECK_DOC(schema, DOC("waves:\n  - size:100\n"),
		  "d.yaml:4:5: error: waves[0]: missing space after the colon [missing-space] -> "
		  "write "
		  "size: 100\n");
	CHECK_DOC(schema, DOC("wave: {size:100}\n"),
		  "d.yaml:3:8: error: wave: missing space after the colon [missing-space] -> write "
		  "size: "
		  "100\n");
}

TEST(nested_places_have_their_path)
{
	CHECK_DOC(schema, DOC("waves:\n  - size: 1\n  - {size: y, bos: z}\nmap: {a: 1, b: q}\n"),
		  "d.yaml:5:12: error: waves[1].size: \"y\" is not a whole number [type]\n"
		  "d.yaml:5:15: error: waves[1].bos: unknown key [unknown-key] -> did you mean "
		  "boss?\n"
		  "d.yaml:6:16: error: map.b: \"q\" is not a number [type]\n");
}

TEST(an_opaque_field_takes_anything)
{
	CHECK_DOC(schema, DOC("any: {deep: [1, {x: ~}], y: no}\n"), "");
	CHECK_DOC(schema, DOC("any:\n"), "");
}

TEST(a_value_through_an_alias_shows_where_it_is_used)
{
	CHECK_DOC(schema, DOC("x-base: &base {size: big}\nwave: *base\n"),
		  "d.yaml:3:22: error: wave.size: \"big\" is not a whole number [type] -> used at "
		  "line 4, "
		  "column 7\n");
	CHECK_DOC(schema, DOC("x-n: &n many\nn: *n\n"),
		  "d.yaml:3:9: error: n: \"many\" is not a whole number [type] -> used at line 4, "
		  "column "
		  "4\n");
}

TEST(a_merged_value_shows_where_it_is_merged)
{
	CHECK_DOC(schema, DOC("x-base: &base {size: big, bos: a}\nwave:\n  <<: *base\n"),
		  "d.yaml:3:22: error: wave.size: \"big\" is not a whole number [type] -> used at "
		  "line 5, "
		  "column 7\n"
		  "d.yaml:3:27: error: wave.bos: unknown key [unknown-key] -> did you mean boss?; "
		  "used at "
		  "line 5, column 7\n");
	CHECK_DOC(schema, DOC("x-base: &base {size: big}\nwave:\n  <<: *base\n  size: 1\n"), "");
}

TEST(a_secret_is_never_shown)
{
	static const char secrets[] = "schema: A\nfields:\n"
				      "  n: int  `secret:\"true\" validate:\"max=5\"`\n"
				      "  s: string  `secret:\"true\" validate:\"min=20\"`\n"
				      "  l: list[int]  `secret:\"true\" validate:\"dive,max=5\"`\n"
				      "  w: W  `secret:\"true\"`\n"
				      "structs: {W: {a: int, b: 'list[int]'}}\n";

	CHECK_DOC(secrets,
		  DOC("n: hunter2\ns: hunter2\nl: [hunter2, 9]\nw: {a: hunter2, b: hunter2}\n"),
		  "d.yaml:3:4: error: n: the secret is not a whole number [type]\n"
		  "d.yaml:4:4: error: s: the secret does not fit min=20 [min]\n"
		  "d.yaml:5:5: error: l[0]: the secret is not a whole number [type]\n"
		  "d.yaml:5:14: error: l[1]: the secret does not fit max=5 [max]\n"
		  "d.yaml:6:8: error: w.a: the secret is not a whole number [type]\n"
		  "d.yaml:6:20: error: w.b: this is text, not a list [type] -> write each item on "
		  "a line "
		  "of its own, behind \"- \"\n");
}

TEST(no_line_with_a_secret_is_shown)
{
	static const char schema_of_secrets[] =
		"schema: A\nfields:\n  n: int  `secret:\"true\"`\n  l: list[int]  "
		"`secret:\"true\"`\n  w: W\nstructs:\n  W:\n    s: string  `secret:\"true\"`\n"
		"    t: int\n    u: int  `validate:\"required\"`\n";
	static const char *const docs[] = {
		"n: hunter2\n",
		"l: [hunter2, 5]\n",
		"l:\n  - 1\n  - hunter2\n",
		"w: {s: hunter2, t: x}\n",
		"w:\n  s: hunter2\n  t: 1\n",
		"w: {s: hunter2}\n",
		"w:\n  s: hunter2\n  s: x\n",
		"l: [x, hunter2]\n",
		"w:\n  s: |\n    x\n    hunter2\n",
	};

	for (size_t i = 0; i < ARRAY_LEN(docs); i++) {
		CLEANUP(buf_free) struct buf text = {0}, out = {0};
		struct checked c;

		buf_printf(&text, DOC("%s"), docs[i]);
		c = check_texts(schema_of_secrets, text.p);
		conf_render_text(&out, &c.d, &(struct conf_render){0});
		CHECK(c.d.errors > 0);
		if (strstr(out.p, "hunter2") != NULL)
			fail_msg("%s", out.p);
		checked_free(&c);
	}
}

TEST(lines_without_a_secret_are_shown)
{
	struct checked c =
		check_texts("schema: A\nfields:\n  n: int  `secret:\"true\"`\n  m: int\n",
			    DOC("n: hunter2\nm: visible\n"));
	CLEANUP(buf_free) struct buf out = {0};

	conf_render_text(&out, &c.d, &(struct conf_render){0});
	CHECK(strstr(out.p, "| m: visible") != NULL);
	CHECK(strstr(out.p, "| n: *******") != NULL);
	checked_free(&c);
}

TEST(references_are_collected_with_their_places)
{
	struct checked c = check_texts(schema, DOC("who: b\nwaves:\n  - boss: c\n  - boss: d\n"));

	CHECK_INT(c.doc.use_count, 3);
	CHECK_STR(c.doc.uses[0].kind, "A");
	CHECK_STR(c.doc.uses[0].name, "b");
	CHECK_STR(c.doc.uses[0].path, "who");
	CHECK_INT(c.doc.uses[0].at.start.line, 3);
	CHECK_INT(c.doc.uses[0].at.start.column, 6);
	CHECK_INT(c.doc.uses[0].rule.start.line, 12);
	CHECK_STR(c.doc.uses[2].path, "waves[1].boss");
	CHECK_STR(c.doc.uses[2].name, "d");
	checked_free(&c);
}

TEST(a_default_reference_is_a_reference)
{
	struct checked c =
		check_texts("schema: A\nfields:\n  a: ref[A]  `default:\"main\"`\n  s: S\n"
			    "structs:\n  S:\n    b: ref[A]  `default:\"inner\"`\n",
			    DOC(""));

	CHECK_INT(c.doc.use_count, 2);
	CHECK_STR(c.doc.uses[0].name, "main");
	CHECK_STR(c.doc.uses[1].path, "s.b");
	CHECK_INT(c.doc.uses[1].at.start.line, 1);
	checked_free(&c);
}

TEST(integers_beyond_javascript_are_noticed)
{
	static const char *const texts[] = {"n: 9007199254740992\nu: 9007199254740992\n",
					    "n: 9007199254740993\n", "n: -9007199254740993\n",
					    "u: 9007199254740993\n", "l: [1, 9007199254740993]\n"};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		CLEANUP(buf_free) struct buf text = {0};
		struct checked c;

		buf_printf(&text, DOC("%s"), texts[i]);
		c = check_texts("schema: A\nfields: {n: int, u: uint64, l: 'list[int]'}\n", text.p);
		CHECK(c.doc.js_unsafe == (i > 0));
		checked_free(&c);
	}
}

TEST(a_list_of_empty_structs_cannot_eat_the_memory)
{
	CLEANUP(buf_free) struct buf text = {0}, doc = {0};

	buf_add(&text, STR("schema: A\nfields:\n  l: list[S]\nstructs:\n  S:\n"));
	for (int i = 0; i < 1000; i++)
		buf_printf(&text, "    f%d: string\n", i);
	buf_add(&doc, STR("kind: A\nname: x\nl: ["));
	for (int i = 0; i < 100000; i++)
		buf_add(&doc, STR("{},"));
	buf_add(&doc, STR("]\n"));
	CHECK_DOC(text.p, doc.p,
		  "d.yaml:3:4: error: l: the records of this file take more than 512 MiB "
		  "[too-large]\n");
}

TEST(a_flood_of_findings_is_cut_off)
{
	CLEANUP(buf_free) struct buf doc = {0};
	struct checked c;

	buf_add(&doc, STR(DOC("list: [")));
	for (int i = 0; i < 100000; i++)
		buf_add(&doc, STR("x,"));
	buf_add(&doc, STR("]\nn: 1.5\n"));
	c = check_texts(schema, doc.p);
	CHECK_INT(c.d.errors, CONF_CHECK_LISTED + 1);
	CHECK_STR(c.d.list.items[c.d.list.count - 1].message,
		  "more than 10000 errors in this file: from here on they are not listed");
	checked_free(&c);
}

TEST(many_unknown_keys_in_a_large_kind_cost_little)
{
	CLEANUP(buf_free) struct buf text = {0}, doc = {0};
	struct checked c;

	buf_add(&text, STR("schema: A\nfields:\n"));
	for (int i = 0; i < 1000; i++)
		buf_printf(&text, "  a_rather_long_name_for_the_field_with_the_number_%d: int\n",
			   i);
	buf_add(&doc, STR(DOC("")));
	for (int i = 0; i < 50000; i++)
		buf_printf(&doc, "a_rather_long_nome_for_the_field_with_the_number_%d: 1\n", i);
	c = check_texts(text.p, doc.p);
	CHECK_INT(c.d.errors, CONF_CHECK_LISTED + 1);
	checked_free(&c);
}
