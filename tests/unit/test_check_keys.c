/* Keys of documents: kind, name, unknown ones, old names, notes. */
#include "conf_check.h"

#define DOC(lines) "kind: A\nname: x\n" lines
static const char *const schema = "schema: A\n"
				  "fields:\n"
				  "  max_hp: int  `was:\"hp\"`\n"
				  "  speed: float  `deprecated:\"use pace\"`\n"
				  "  old: bool  `deprecated:\"true\"`\n"
				  "  limits: Limits\n"
				  "  loot: map[string]int\n"
				  "structs:\n"
				  "  Limits:\n"
				  "    rate: int\n"
				  "    burst: int\n";

TEST(a_document_in_order_has_no_findings)
{
	CHECK_DOC(schema, DOC("max_hp: 1\nlimits: {rate: 1, burst: 2}\nloot: {x-y: 1}\n"), "");
	CHECK_DOC(schema, "limits: {burst: 2, rate: 1}\nname: x\nmax_hp: 1\nkind: A\n", "");
}

TEST(an_unknown_key_suggests_a_sibling)
{
	CHECK_DOC(schema, DOC("max_pH: 1\n"),
		  "d.yaml:3:1: error: max_pH: unknown key [unknown-key] -> did you mean max_hp?\n");
	CHECK_DOC(schema, DOC("limits: {bust: 1}\n"),
		  "d.yaml:3:10: error: limits.bust: unknown key [unknown-key] -> did you mean "
		  "burst?\n");
}

TEST(an_unknown_key_close_to_an_old_name_suggests_the_new_one)
{
	CHECK_DOC("schema: A\nfields:\n  max_health: int  `was:\"life\"`\n", DOC("liffe: 1\n"),
		  "d.yaml:3:1: error: liffe: unknown key [unknown-key] -> did you mean "
		  "max_health?\n");
}

TEST(an_unknown_key_may_belong_one_level_up_or_down)
{
	CHECK_DOC(
		schema, DOC("limits:\n  rate: 1\n  max_hp: 5\n"),
		"d.yaml:5:3: error: limits.max_hp: unknown key [unknown-key] -> max_hp exists one "
		"level up, in A\n");
	CHECK_DOC(schema, DOC("burst: 1\n"),
		  "d.yaml:3:1: error: burst: unknown key [unknown-key] -> burst exists one level "
		  "down, "
		  "in limits\n");
}

TEST(an_unknown_key_far_off_lists_the_fields)
{
	CHECK_DOC(schema, DOC("limits: {\"what is\\tthis\": 1}\n"),
		  "d.yaml:3:10: error: limits[\"what is\\u0009this\"]: unknown key [unknown-key] "
		  "-> Limits "
		  "has rate, burst; private notes begin with x-\n");
}

TEST(keys_are_case_sensitive)
{
	CHECK_DOC(schema, DOC("Max_HP: 1\n"),
		  "d.yaml:3:1: error: Max_HP: unknown key [unknown-key] -> did you mean max_hp?\n");
}

TEST(every_unknown_key_is_reported)
{
	CHECK_DOC(schema, DOC("a: 1\nb: 1\nmax_hp: x\n"),
		  "d.yaml:3:1: error: a: unknown key [unknown-key] -> A has max_hp, speed, old, "
		  "limits, "
		  "loot; private notes begin with x-\n"
		  "d.yaml:4:1: error: b: unknown key [unknown-key] -> A has max_hp, speed, old, "
		  "limits, "
		  "loot; private notes begin with x-\n"
		  "d.yaml:5:9: error: max_hp: \"x\" is not a whole number [type]\n");
}

TEST(notes_begin_with_x_and_are_not_looked_at)
{
	CHECK_DOC(schema, DOC("x-todo: [{whatever: no}]\nlimits: {x-: 1, rate: 2}\n"), "");
}

TEST(an_old_name_is_read_with_a_warning)
{
	struct checked c = check_texts(schema, DOC("hp: 7\n"));

	CHECK_INT(*(const int64_t *)c.doc.record, 7);
	checked_free(&c);
	CHECK_DOC(schema, DOC("hp: 7\n"),
		  "d.yaml:3:1: warning: max_hp: hp is the old name of max_hp [deprecated] -> write "
		  "max_hp\n");
}

TEST(both_names_at_once_are_an_error)
{
	CHECK_DOC(schema, DOC("hp: 7\nmax_hp: 8\n"),
		  "d.yaml:4:1: error: max_hp: max_hp and hp (line 3) are the same field "
		  "[both-names] -> "
		  "keep max_hp\n");
	CHECK_DOC(schema, DOC("max_hp: 8\nhp: 7\n"),
		  "d.yaml:4:1: error: max_hp: hp and max_hp (line 3) are the same field "
		  "[both-names] -> "
		  "keep max_hp\n");
}

TEST(deprecated_fields_are_warned_about)
{
	CHECK_DOC(schema, DOC("speed: 1\nold: true\n"),
		  "d.yaml:3:1: warning: speed: this field is deprecated: use pace [deprecated]\n"
		  "d.yaml:4:1: warning: old: this field is deprecated [deprecated]\n");
}

TEST(a_key_twice_is_told_once)
{
	CHECK_DOC(schema, DOC("max_hp: 1\n\"max_hp\": x\n"),
		  "d.yaml:4:1: error: max_hp: duplicate key \"max_hp\", first at line 3, column 1 "
		  "[duplicate-key] -> keep one of the two\n");
}

TEST(a_document_says_its_kind)
{
	CHECK_DOC(schema, "name: x\nmax_hp: 1\n",
		  "d.yaml:1:1: error: the document does not say its kind [kind] -> begin it with "
		  "\"kind: "
		  "\" and the name of a kind\n");
	CHECK_DOC(schema, "# comment\nKind: A\nname: x\n",
		  "d.yaml:2:1: error: the document does not say its kind [kind] -> write kind "
		  "instead of "
		  "Kind\n");
	CHECK_DOC(schema, "schema: B\nfields: {}\n",
		  "d.yaml:1:1: error: the document does not say its kind [kind] -> a schema "
		  "belongs into "
		  "the directory schemas/\n");
	CHECK_DOC(schema, "kind:\nname: x\n",
		  "d.yaml:1:1: error: kind must be the name of a kind, not null [kind]\n");
	CHECK_DOC(schema, "kind: [A]\nname: x\n",
		  "d.yaml:1:7: error: kind must be the name of a kind, not a list [kind]\n");
}

TEST(an_unknown_kind_suggests_a_known_one)
{
	CHECK_DOC(schema, "kind: a\nname: x\n",
		  "d.yaml:1:7: error: unknown kind \"a\" [kind] -> did you mean A?\n");
	CHECK_DOC(schema, "kind: Sever\nname: x\n",
		  "d.yaml:1:7: error: unknown kind \"Sever\" [kind] -> did you mean Server?\n");
	CHECK_DOC(schema, "kind: Whatever\nname: x\n",
		  "d.yaml:1:7: error: unknown kind \"Whatever\" [kind] -> a kind is declared in "
		  "schemas/, "
		  "as in schema: Whatever\n");
}

TEST(a_document_has_a_name_that_fits)
{
	CHECK_DOC(schema, "kind: A\n",
		  "d.yaml:1:1: error: the document has no name [name] -> names are [a-z0-9] then "
		  "[a-z0-9-], at most 63 characters\n");
	CHECK_DOC(
		schema, "kind: A\nname: Frozen Keep!\n",
		"d.yaml:2:7: error: \"Frozen Keep!\" is no name [name] -> names are [a-z0-9] then "
		"[a-z0-9-], at most 63 characters; did you mean frozen-keep?\n");
	CHECK_DOC(schema, "kind: A\nname:\n",
		  "d.yaml:2:1: error: the name is empty [name] -> names are [a-z0-9] then "
		  "[a-z0-9-], at "
		  "most 63 characters\n");
	CHECK_DOC(schema, "kind: A\nname: -a\n",
		  "d.yaml:2:7: error: \"-a\" is no name [name] -> names are [a-z0-9] then "
		  "[a-z0-9-], at "
		  "most 63 characters; did you mean a?\n");
	CHECK_DOC(schema, "kind: A\nname: [x]\n",
		  "d.yaml:2:7: error: a name is text [name] -> names are [a-z0-9] then [a-z0-9-], "
		  "at most "
		  "63 characters\n");
	CHECK_DOC(schema, "kind: A\nname: 007\n", "");
	CHECK(conf_name_ok(STR("a23456789012345678901234567890123456789012345678901234567890123")));
	CHECK(!conf_name_ok(
		STR("a234567890123456789012345678901234567890123456789012345678901234")));
}

TEST(a_bad_name_does_not_hide_other_mistakes)
{
	CHECK_DOC(schema, "kind: A\nname: Q\nmax_hp: x\n",
		  "d.yaml:2:7: error: \"Q\" is no name [name] -> names are [a-z0-9] then "
		  "[a-z0-9-], at "
		  "most 63 characters; did you mean q?\n"
		  "d.yaml:3:9: error: max_hp: \"x\" is not a whole number [type]\n");
}

TEST(the_path_names_document_and_field)
{
	struct checked c =
		check_texts(schema, DOC("limits: {rate: x}\nloot: {\"a b\": y, c: z}\n"));

	diags_sort(&c.d);
	CHECK_STR(c.d.list.items[0].path, "A/x.limits.rate");
	CHECK_STR(c.d.list.items[1].path, "A/x.loot[\"a b\"]");
	CHECK_STR(c.d.list.items[2].path, "A/x.loot.c");
	CHECK_INT(c.d.list.items[0].rule.start.line, 10);
	checked_free(&c);
}
