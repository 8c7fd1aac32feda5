/* Schema documents: their keys, kinds, structs, types. */
#include "conf_check.h"

#define FIELDS(lines) "schema: A\nfields:\n" lines

TEST(unknown_keys_of_a_schema_are_named)
{
	CHECK_SCHEMA(
		"schema: A\nfeilds: {}\nfields: {}\n",
		"schemas/s.yaml:2:1: error: unknown key in a schema [schema-key] -> did you mean "
		"fields?\n");
	CHECK_SCHEMA(
		"schema: A\nplayer_hp: int\nfields: {}\n",
		"schemas/s.yaml:2:1: error: unknown key in a schema [schema-key] -> a schema has "
		"schema, fields, structs and doc; fields of the kind stand under "
		"fields:\n");
}

TEST(notes_are_welcome_everywhere_in_a_schema)
{
	CHECK_SCHEMA("x-owner: me\nschema: A\nfields:\n  x-note: [1]\n  a: {type: int, x-b: c}\n"
		     "structs:\n  x-s: 1\n  S: {x-t: 1, b: int}\n",
		     "");
}

TEST(a_schema_needs_its_name_and_fields)
{
	CHECK_SCHEMA("fields: {}\n",
		     "schemas/s.yaml:1:1: error: schema is missing [schema-key] -> begin with the "
		     "kind's name, as in schema: Arena\n");
	CHECK_SCHEMA("kind: Arena\nname: x\n",
		     "schemas/s.yaml:1:1: error: schema is missing [schema-key] -> schemas/ holds "
		     "kinds; a document of a kind belongs beside it\n");
	CHECK_SCHEMA("schema: A\n", "schemas/s.yaml:1:1: error: fields is missing [schema-key] -> "
				    "write fields: {} when there are none\n");
	CHECK_SCHEMA(
		"schema: A\nfields:\n",
		"schemas/s.yaml:2:1: error: fields must be a mapping of fields [schema-key] -> "
		"write {} when there are none\n");
	CHECK_SCHEMA("schema: 1 2\nfields: {}\n",
		     "schemas/s.yaml:1:9: error: schema must be the name of a kind [schema-key] -> "
		     "such as Arena: a letter, then letters, digits, _ and -, 63 at most\n");
	CHECK_SCHEMA("schema: A\nfields: {}\nstructs: [S]\n",
		     "schemas/s.yaml:3:10: error: structs must be a mapping from names to fields "
		     "[schema-key]\n");
}

TEST(a_kind_without_fields_is_fine)
{
	CHECK_DOC("schema: A\nfields: {}\n", "kind: A\nname: x\n", "");
}

TEST(fields_have_names_that_fit)
{
	CHECK_SCHEMA(
		FIELDS("  kind: int\n"),
		"schemas/s.yaml:3:3: error: a field cannot be called kind: every document has that "
		"key [schema-key] -> call it title or type, or move it into a struct\n");
	CHECK_SCHEMA(
		FIELDS("  1st: int\n  'a b': int\n  _a-1: int\n"),
		"schemas/s.yaml:3:3: error: this cannot be the name of a field [schema-key] -> "
		"names are a letter or _, then letters, digits, _ and -, 63 at most\n"
		"schemas/s.yaml:4:3: error: this cannot be the name of a field [schema-key] -> "
		"names are a letter or _, then letters, digits, _ and -, 63 at most\n");
	CHECK_SCHEMA("schema: A\nfields: {}\nstructs:\n  S: {kind: int, name: int}\n", "");
}

TEST(a_field_twice_is_a_duplicate_key)
{
	CHECK_SCHEMA(FIELDS("  a: int\n  a: string\n"),
		     "schemas/s.yaml:4:3: error: duplicate key \"a\", first at line 3, column 3 "
		     "[duplicate-key] -> keep one of the two\n");
}

TEST(a_kind_twice_names_the_first_place)
{
	CHECK_SCHEMA("schema: A\nfields: {}\n---\nschema: A\nfields: {}\n",
		     "schemas/s.yaml:4:9: error: A is declared already, at schemas/s.yaml:1 "
		     "[schema-duplicate] -> every kind has one schema\n");
	CHECK_SCHEMA(
		"schema: Server\nfields: {}\n",
		"schemas/s.yaml:1:9: error: Server is a built-in kind [schema-duplicate] -> every "
		"kind has one schema\n");
}

TEST(a_struct_cannot_take_the_name_of_a_type)
{
	CHECK_SCHEMA("schema: A\nfields: {}\nstructs:\n  int: {}\n  list: {}\n",
		     "schemas/s.yaml:4:3: error: int is a built-in type [schema-duplicate]\n"
		     "schemas/s.yaml:5:3: error: list is a built-in type [schema-duplicate]\n");
}

TEST(unknown_types_are_named)
{
	CHECK_SCHEMA(FIELDS("  a: strng\n"), "schemas/s.yaml:3:6: error: unknown type strng "
					     "[schema-type] -> did you mean string?\n");
	CHECK_SCHEMA(FIELDS("  a: list[Wav]\nstructs:\n  Wave: {}\n"),
		     "schemas/s.yaml:3:6: error: unknown type Wav [schema-type] -> did you mean "
		     "Wave?\n");
	CHECK_SCHEMA(
		FIELDS("  a: Whatever\n"),
		"schemas/s.yaml:3:6: error: unknown type Whatever [schema-type] -> a struct of "
		"this name would stand under structs: of this schema\n");
	CHECK_SCHEMA(
		FIELDS("  a: Server\n"),
		"schemas/s.yaml:3:6: error: unknown type Server [schema-type] -> a document of "
		"that kind is a ref[Server]\n");
	CHECK_SCHEMA(FIELDS("  a: ref[Severr]\n"), "schemas/s.yaml:3:6: error: unknown kind Severr "
						   "[schema-type] -> did you mean ref[Server]?\n");
	CHECK_SCHEMA(FIELDS("  a: ref[Nope]\n"),
		     "schemas/s.yaml:3:6: error: unknown kind Nope [schema-type] -> a kind is "
		     "declared in schemas/, as in schema: Nope\n");
}

TEST(malformed_types_say_what_is_missing)
{
	CHECK_SCHEMA(
		FIELDS("  a: list[int\n"),
		"schemas/s.yaml:3:6: error: missing ] [schema-type] -> types are int, list[int], "
		"map[string]int, ref[Kind], int? and the like\n");
	CHECK_SCHEMA(
		FIELDS("  a: map[int]int\n"),
		"schemas/s.yaml:3:6: error: the keys of a map are text, as in map[string]int, at "
		"\"]int\" [schema-type] -> types are int, list[int], map[string]int, ref[Kind], "
		"int? and the like\n");
	CHECK_SCHEMA(
		FIELDS("  a: list\n"),
		"schemas/s.yaml:3:6: error: list, map and ref say of what, as in list[int] "
		"[schema-type] -> types are int, list[int], map[string]int, ref[Kind], int? and "
		"the like\n");
	CHECK_SCHEMA(FIELDS("  a: int??\n"),
		     "schemas/s.yaml:3:6: error: text behind the type: ? [schema-type]\n");
	CHECK_SCHEMA(
		FIELDS("  a: set[int]\n"),
		"schemas/s.yaml:3:6: error: only list, map and ref take something in brackets, "
		"at \"[int]\" [schema-type] -> types are int, list[int], map[string]int, "
		"ref[Kind], int? and the like\n");
}

TEST(types_nested_too_deep_are_refused)
{
	CHECK_SCHEMA(FIELDS("  a: list[list[list[list[list[list[list[list[list[list[list[list[list["
			    "list[list[list[list[int]]]]]]]]]]]]]]]]]\n"),
		     "schemas/s.yaml:3:6: error: types are nested more than 16 deep [too-large]\n");
}

TEST(a_question_mark_belongs_to_the_whole_type)
{
	struct checked c = check_texts(FIELDS("  a: map[string]int?\n  b: list[int?]\n"
					      "  c: list[map[string] int ?]?\n"),
				       NULL);
	const struct conf_field *f = conf_kind_find(c.schema, STR("A"))->top.fields;

	CHECK_INT(findings_in(&c), 0);
	CHECK(f[0].type->nullable && !f[0].type->elem->nullable);
	CHECK_STR(f[0].type->elem->text, "int");
	CHECK(!f[1].type->nullable && f[1].type->elem->nullable);
	CHECK_STR(f[1].type->text, "list[int?]");
	CHECK_STR(f[1].type->elem->text, "int?");
	CHECK(f[2].type->nullable && f[2].type->elem->nullable);
	checked_free(&c);
}

TEST(a_struct_cannot_contain_itself)
{
	CHECK_SCHEMA(
		FIELDS("  a: S\nstructs:\n  S: {s: S}\n"),
		"schemas/s.yaml:5:10: error: S would contain itself: S.s -> S [schema-cycle] -> "
		"write S? (may be null) or list[S]\n");
	CHECK_SCHEMA(FIELDS("  a: S\nstructs:\n  S: {t: T}\n  T: {s: S}\n"),
		     "schemas/s.yaml:6:10: error: S would contain itself: S.t -> T.s -> S "
		     "[schema-cycle] -> write S? (may be null) or list[S]\n");
}

TEST(a_kind_may_contain_documents_of_its_own_shape)
{
	static const char tree[] =
		FIELDS("  n: int  `validate:\"max=5\"`\n  kids: list[A]\n  up: A?\n");

	CHECK_DOC(tree, "kind: A\nname: x\nkids: [{n: 1, kids: [{n: 9}]}]\nup: {n: 7, name: y}\n",
		  "d.yaml:3:26: error: kids[0].kids[0].n: 9 is above the maximum 5 [max]\n"
		  "d.yaml:4:9: error: up.n: 7 is above the maximum 5 [max]\n"
		  "d.yaml:4:12: error: up.name: unknown key [unknown-key] -> A has n, kids, up; "
		  "private "
		  "notes begin with x-\n");
	CHECK_SCHEMA(
		FIELDS("  next: A\n"),
		"schemas/s.yaml:3:9: error: A would contain itself: A.next -> A [schema-cycle] -> "
		"another document is a ref[A]\n");
}

TEST(a_struct_may_lead_to_itself_through_list_map_and_null)
{
	CHECK_SCHEMA(
		FIELDS("  a: S\nstructs:\n"
		       "  S:\n    a: list[S]\n    b: map[string]S\n    c: S?\n    d: list[S?]\n"),
		"");
	CHECK_DOC(
		FIELDS("  a: S\nstructs:\n  S: {n: int, a: 'list[S]', b: 'map[string]S', c: S?}\n"),
		"kind: A\nname: x\na: {n: 1, c: {n: 2, c: ~}, a: [{n: 3}, {a: [{n: x}]}], "
		"b: {k: {n: 4}}}\n",
		"d.yaml:3:49: error: a.a[1].a[0].n: \"x\" is not a whole number [type]\n");
}

TEST(all_mistakes_of_all_kinds_come_in_one_run)
{
	CHECK_SCHEMA(
		"schema: A\nfields:\n  a: intt\n  b: int  `foo:\"1\"`\n  c: int  "
		"`validate:\"mim=1\"`\n---\nschema: B\nfields:\n  a: int  `validate:\"min=abc\"`\n"
		"  b: int  `default:\"x\"`\n",
		"schemas/s.yaml:3:6: error: unknown type intt [schema-type] -> did you mean int?\n"
		"schemas/s.yaml:4:6: error: unknown tag foo [schema-tag]\n"
		"schemas/s.yaml:5:6: error: unknown rule mim [schema-rule] -> did you mean min?\n"
		"schemas/s.yaml:9:6: error: \"min=abc\": \"abc\" is not a whole number "
		"[schema-param]\n"
		"schemas/s.yaml:10:6: error: default: \"x\" is not a whole number "
		"[schema-default]\n");
}

TEST(a_sound_kind_survives_a_faulty_one)
{
	CHECK_DOC("schema: A\nfields:\n  a: intt\n---\nschema: B\nfields:\n  b: int\n",
		  "kind: B\nname: x\nb: y\n---\nkind: A\nname: z\nnonsense: 1\n",
		  "d.yaml:3:4: error: b: \"y\" is not a whole number [type]\n"
		  "schemas/s.yaml:3:6: error: unknown type intt [schema-type] -> did you mean "
		  "int?\n");
}

TEST(documents_of_a_schema_that_is_no_yaml_are_left_alone)
{
	struct checked c = check_texts("schema: A\nfields: {a: int\n", "kind: A\nname: x\nb: 1\n");

	CHECK_INT(findings_in(&c), 1);
	CHECK(!c.usable);
	CHECK(conf_kind_faulty(c.schema, STR("A")));
	CHECK(!conf_kind_faulty(c.schema, STR("B")));
	CHECK(c.schema->broken);
	checked_free(&c);
}

TEST(too_many_fields_are_one_finding)
{
	CLEANUP(buf_free) struct buf text = {0};

	buf_add(&text, STR("schema: A\nfields:\n"));
	for (int i = 0; i < 1001; i++)
		buf_printf(&text, "  f%d: int\n", i);
	CHECK_SCHEMA(text.p,
		     "schemas/s.yaml:2:1: error: 1001 fields in one struct, above the maximum "
		     "1000 [too-large]\n");
}

TEST(a_record_that_grows_by_nesting_is_refused)
{
	CLEANUP(buf_free) struct buf text = {0};

	buf_add(&text, STR("schema: A\nfields: {a: S0}\nstructs:\n"));
	for (int i = 0; i < 8; i++) {
		buf_printf(&text, "  S%d: {", i);
		for (int k = 0; k < 8; k++)
			buf_printf(&text, "%sf%d: S%d", k ? ", " : "", k, i + 1);
		buf_printf(&text, "}\n");
	}
	buf_add(&text, STR("  S8: {a: string}\n"));
	CHECK_SCHEMA(
		text.p,
		"schemas/s.yaml:8:52: error: a record of S4 takes more than 64 KiB with this field "
		"[too-large]\n");
}

TEST(a_flood_of_findings_in_schemas_is_cut_off)
{
	CLEANUP(buf_free) struct buf text = {0};
	struct checked c;

	buf_add(&text, STR("schema: A\nfields: {}\nstructs:\n"));
	for (int i = 0; i < 12000; i++) {
		if (i % 1000 == 0)
			buf_printf(&text, "  S%d:\n", i / 1000);
		buf_printf(&text, "    f%d: a_type_that_there_is_not\n", i);
	}
	c = check_texts(text.p, NULL);
	CHECK_INT(c.d.errors, 10001);
	checked_free(&c);
}
