/* JSON Schema, C header, init, ranges. */
#include "conf/describe.h"
#include "conf/export.h"
#include "conf_check.h"

#define SCHEMA                                                                                     \
	"schema: RoomKind\n# One */ kind.\nfields:\n"                                              \
	"  # Its hit points.\n"                                                                    \
	"  hp: int32 `validate:\"required,min=1,max=9999\" unit:\"HP\" example:\"120\"`\n"         \
	"  mode: string `validate:\"oneof=a b\" default:\"a\" reload:\"next\" was:\"kindof\"`\n"   \
	"  title: string? `validate:\"notblank,max=40\"`\n"                                        \
	"  default: bool\n"                                                                        \
	"  hp-2: uint8\n"                                                                          \
	"  waves: list[Wave] `validate:\"required,min=1\"`\n"                                      \
	"  loot: map[string]int `validate:\"dive,keys,alphanum,endkeys,gt=0\"`\n"                  \
	"  point: Point\n"                                                                         \
	"structs:\n"                                                                               \
	"  Point: {x: float, y: float}\n"                                                          \
	"  Wave:\n    delay: duration `validate:\"required,min=1s,max=1m\"`\n"                     \
	"    next: Wave?\n    spot: Point\n    share: percent\n"

static const struct conf_kind *kind_of(struct checked *c, const char *schema)
{
	*c = check_texts(schema, NULL);
	CHECK_INT(findings_in(c), 0);
	return conf_kind_find(c->schema, STR("RoomKind"));
}

static void check_json(const char *path, const char *wanted)
{
	struct checked c;
	json_t *schema, *at;
	struct str rest = str_of(path), key;
	char *text;

	kind_of(&c, SCHEMA);
	schema = conf_export_json_schema(c.schema);
	at = json_object_get(schema, "$defs");
	while (at && str_cut(&rest, '/', &key))
		at = json_object_getn(at, key.p, key.n);
	if (at && json_object_get(at, "description"))
		json_object_del(at, "description");
	text = json_dumps(at, JSON_COMPACT | JSON_ENCODE_ANY);
	CHECK_TEXT(text ? text : "nothing", wanted);
	free(text);
	json_decref(schema);
	checked_free(&c);
}

TEST(json_schema_of_a_number_has_its_bounds)
{
	check_json("RoomKind/properties/hp",
		   "{\"type\":\"integer\",\"minimum\":1,\"maximum\":9999,\"examples\":[120]}");
	check_json("RoomKind/properties/hp-2",
		   "{\"type\":\"integer\",\"minimum\":0,\"maximum\":255}");
}

TEST(json_schema_of_texts_names_what_passes)
{
	check_json("RoomKind/properties/mode",
		   "{\"type\":\"string\",\"enum\":[\"a\",\"b\"],\"default\":\"a\"}");
	check_json("RoomKind/properties/title/anyOf",
		   "[{\"type\":[\"string\",\"number\",\"boolean\"],\"pattern\":\"[^\\\\t-\\\\r "
		   "\\\\x85\\\\xa0\\\\u1680\\\\u2000-"
		   "\\\\u200a\\\\u2028\\\\u2029\\\\u202f\\\\u205f\\\\u3000]\","
		   "\"maxLength\":40},{\"type\":\"null\"}]");
}

TEST(json_schema_of_containers_reaches_inside)
{
	check_json("RoomKind/properties/waves", "{\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/"
						"RoomKind.Wave\"},\"minItems\":1}");
	check_json("RoomKind/properties/loot", "{\"type\":\"object\",\"additionalProperties\":{"
					       "\"type\":\"integer\",\"exclusiveMinimum\":0,"
					       "\"maximum\":9223372036854775807},\"propertyNames\":"
					       "{\"pattern\":\"^[a-zA-Z0-9]+$\"}}");
	check_json("RoomKind.Wave/properties/next",
		   "{\"anyOf\":[{\"$ref\":\"#/$defs/RoomKind.Wave\"},{\"type\":\"null\"}]}");
	check_json("RoomKind.Point/additionalProperties", "false");
}

TEST(json_schema_knows_required_fields_and_old_names)
{
	check_json("RoomKind/required", "[\"kind\",\"name\",\"hp\",\"waves\"]");
	check_json(
		"RoomKind/allOf",
		"[{\"not\":{\"allOf\":[{\"required\":[\"mode\"]},{\"required\":[\"kindof\"]}]}}]");
	check_json("RoomKind.Wave/required", "[\"delay\"]");
}

TEST(json_schema_describes_for_people)
{
	struct checked c;
	json_t *schema, *hp;

	kind_of(&c, SCHEMA);
	schema = conf_export_json_schema(c.schema);
	hp = json_object_get(
		json_object_get(json_object_get(json_object_get(schema, "$defs"), "RoomKind"),
				"properties"),
		"hp");
	CHECK_TEXT(json_string_value(json_object_get(hp, "description")),
		   "Its hit points.\n\nType: int32\nRange: 1 to 9999\nUnit: HP\nRules: "
		   "required,min=1,max=9999\n"
		   "A change takes effect: live");
	json_decref(schema);
	checked_free(&c);
}

TEST(the_c_header_lays_fields_out_as_records_do)
{
	struct checked c;
	const struct conf_kind *kind = kind_of(&c, SCHEMA);
	CLEANUP(buf_free) struct buf out = {0};

	conf_export_c_header(&out, &kind, 1);
	CHECK_TEXT(out.p, /* */
		   "/* Generated from schemas: do not edit. Records of configuration as C structs. "
		   "*/\n"
		   "#pragma once\n#include \"conf/schema.h\"\n"
		   "\nstruct conf_room_kind_point {\n"
		   "\t_Alignas(8) double x;\n"
		   "\tdouble y;\n"
		   "\tstruct { /* enum conf_state */\n\t\tuint8_t x, y;\n\t} state_of;\n};\n"
		   "_Static_assert(sizeof(struct conf_room_kind_point) == 24, \"made from another "
		   "schema\");\n"
		   "_Static_assert(offsetof(struct conf_room_kind_point, x) == 0, \"made from "
		   "another schema\");\n"
		   "_Static_assert(offsetof(struct conf_room_kind_point, y) == 8, \"made from "
		   "another schema\");\n"
		   "_Static_assert(offsetof(struct conf_room_kind_point, state_of) == 16, \"made "
		   "from another "
		   "schema\");\n"
		   "\n/* One * / kind. */\n"
		   "struct conf_room_kind {\n"
		   "\t/* Its hit points. */\n"
		   "\t_Alignas(8) int32_t hp; /* in HP */\n"
		   "\tstruct str mode; /* default a; next */\n"
		   "\tstruct str title; /* string? */\n"
		   "\tbool default_;\n"
		   "\tuint8_t hp_2;\n"
		   "\tstruct conf_list waves; /* list[Wave]: struct conf_room_kind_wave */\n"
		   "\tstruct conf_map loot; /* map[string]int */\n"
		   "\tstruct conf_room_kind_point point;\n"
		   "\tstruct { /* enum conf_state */\n"
		   "\t\tuint8_t hp, mode, title, default_, hp_2, waves, loot, point;\n\t} "
		   "state_of;\n};\n"
		   "_Static_assert(sizeof(struct conf_room_kind) == 136, \"made from another "
		   "schema\");\n"
		   "_Static_assert(offsetof(struct conf_room_kind, hp) == 0, \"made from another "
		   "schema\");\n"
		   "_Static_assert(offsetof(struct conf_room_kind, mode) == 8, \"made from another "
		   "schema\");\n"
		   "_Static_assert(offsetof(struct conf_room_kind, title) == 24, \"made from "
		   "another schema\");\n"
		   "_Static_assert(offsetof(struct conf_room_kind, default_) == 40, \"made from "
		   "another schema\");\n"
		   "_Static_assert(offsetof(struct conf_room_kind, hp_2) == 41, \"made from "
		   "another schema\");\n"
		   "_Static_assert(offsetof(struct conf_room_kind, waves) == 48, \"made from "
		   "another schema\");\n"
		   "_Static_assert(offsetof(struct conf_room_kind, loot) == 72, \"made from "
		   "another schema\");\n"
		   "_Static_assert(offsetof(struct conf_room_kind, point) == 104, \"made from "
		   "another schema\");\n"
		   "_Static_assert(offsetof(struct conf_room_kind, state_of) == 128, \"made from "
		   "another schema\");\n"
		   "\nstruct conf_room_kind_wave {\n"
		   "\t_Alignas(8) struct dur delay;\n"
		   "\tconst struct conf_room_kind_wave *next; /* Wave? */\n"
		   "\tstruct conf_room_kind_point spot;\n"
		   "\tdouble share; /* 12.5 for 12.5% */\n"
		   "\tstruct { /* enum conf_state */\n\t\tuint8_t delay, next, spot, share;\n\t} "
		   "state_of;\n};\n"
		   "_Static_assert(sizeof(struct conf_room_kind_wave) == 56, \"made from another "
		   "schema\");\n"
		   "_Static_assert(offsetof(struct conf_room_kind_wave, delay) == 0, \"made from "
		   "another schema\");\n"
		   "_Static_assert(offsetof(struct conf_room_kind_wave, next) == 8, \"made from "
		   "another schema\");\n"
		   "_Static_assert(offsetof(struct conf_room_kind_wave, spot) == 16, \"made from "
		   "another schema\");\n"
		   "_Static_assert(offsetof(struct conf_room_kind_wave, share) == 40, \"made from "
		   "another schema\");\n"
		   "_Static_assert(offsetof(struct conf_room_kind_wave, state_of) == 48, \"made "
		   "from another "
		   "schema\");\n");
	checked_free(&c);
}

TEST(names_in_the_c_header_never_clash)
{
	struct checked c = check_texts("schema: Map\nfields: {a-b: int, a_b: int, state_of: int}\n"
				       "structs:\n  AbC: {}\n  Ab_c: {x: int}\n",
				       NULL);
	const struct conf_kind *kind = conf_kind_find(c.schema, STR("Map"));
	CLEANUP(buf_free) struct buf out = {0};

	CHECK_INT(findings_in(&c), 0);
	conf_export_c_header(&out, &kind, 1);
	CHECK(strstr(out.p, "struct conf_map_ {\n\t_Alignas(8) int64_t a_b;\n\tint64_t "
			    "a_b_;\n\tint64_t state_of_;\n"));
	CHECK(strstr(out.p, "struct conf_map_ab_c {\n\tuint64_t nothing;\n}"));
	CHECK(strstr(out.p, "struct conf_map_ab_c_ {\n\t_Alignas(8) int64_t x;\n"));
	checked_free(&c);
}

static void check_init(const char *schema, const char *wanted)
{
	struct checked c, again;
	const struct conf_kind *kind = kind_of(&c, schema);
	CLEANUP(buf_free) struct buf out = {0};

	conf_init_text(&out, kind, STR("new-one"), NULL);
	CHECK_TEXT(out.p, wanted);
	again = check_texts(schema, out.p);
	CHECK_INT(findings_in(&again), 0);
	checked_free(&again);
	checked_free(&c);
}

TEST(init_writes_what_must_be_and_offers_the_rest)
{
	check_init(
		SCHEMA,
		"# One */ kind.\n"
		"kind: RoomKind\nname: new-one\n\n"
		"# Its hit points.\n# int32, 1 to 9999, in HP, required\nhp: 120\n\n"
		"# string, one of a b; a change takes effect in rooms that open later\n#mode: a\n\n"
		"# string?, at most 40 characters\n#title: text\n\n"
		"# bool\n#default: false\n\n"
		"# uint8\n#hp-2: 1\n\n"
		"# list[Wave], at least 1 item, required\n"
		"waves:\n  -\n    # duration, 1s to 1m, required\n    delay: 1s\n"
		"    # Wave?\n    #next: {}\n"
		"    # Point\n    #spot:\n    #  # float\n    #  x: 1\n    #  # float\n    ##  y: "
		"1\n"
		"    # percent\n    #share: 50%\n\n"
		"# map[string]int, each above 0\n#loot: {text: 1}\n\n"
		"# Point\n#point:\n#  # float\n#  x: 1\n#  # float\n##  y: 1\n");
}

TEST(init_finds_values_that_rules_let_pass)
{
	check_init("schema: RoomKind\nfields:\n"
		   "  a: float `validate:\"required,gt=0,lt=1\"`\n"
		   "  b: string `validate:\"required,hexcolor\"`\n"
		   "  c: string `validate:\"required,len=11\"`\n"
		   "  d: duration `validate:\"required,gt=1h,lt=3h\"`\n"
		   "  e: list[string] `validate:\"required,len=3,unique,dive,oneof=x y z\"`\n"
		   "  f: int `validate:\"required,min=500\"`\n"
		   "  g: int `validate:\"required,gtfield=f\"`\n"
		   "  h: int `validate:\"required_without=i\"`\n"
		   "  i: int `validate:\"required_without=h\"`\n"
		   "  j: map[string]size `validate:\"required,min=2,dive,min=4KiB\"`\n"
		   "  k: S `validate:\"required\"`\n"
		   "  l: string `validate:\"required\" example:\"- a\"`\n"
		   "structs:\n  S: {x: int, y: {type: int, default: '3'}}\n",
		   "kind: RoomKind\nname: new-one\n\n"
		   "# float, above 0, below 1, required\na: 0.5\n\n"
		   "# string, required\nb: \"#ffcc00\"\n\n"
		   "# string, exactly 11 characters, required\nc: example.com\n\n"
		   "# duration, above 1h, below 3h, required\nd: 2h\n\n"
		   "# list[string], exactly 3 items, each one of x y z, required\ne: [x, y, z]\n\n"
		   "# int, at least 500, required\nf: 500\n\n"
		   "# int, required\ng: 501\n\n"
		   "# int\nh: 1\n\n"
		   "# int\n#i: 1\n\n"
		   "# map[string]size, at least 2 entries, each at least 4KiB, required\n"
		   "j: {text: 4KiB, word: 4KiB}\n\n"
		   "# S, required\nk:\n  # int\n  x: 1\n  # int\n  y: 3\n\n"
		   "# string, required\nl: \"- a\"\n");
}
