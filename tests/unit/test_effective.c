/* tests/unit/test_effective.c: what a running match sees of a document that changed meanwhile. */
#include "conf/effective.h"
#include "set_help.h"

#define SCHEMA                                                                                     \
	"schema: Arena\n"                                                                          \
	"fields:\n"                                                                                \
	"  hp: int?  `reload:\"next\"`\n"                                                          \
	"  speed: float  `default:\"1.5\"`\n"                                                      \
	"  ttl: duration?\n"                                                                       \
	"  note: string?\n"                                                                        \
	"  port: int?  `reload:\"restart\"`\n"                                                     \
	"  token: string?  `secret:\"true\"`\n"                                                    \
	"  limits: Limits?\n"                                                                      \
	"  frozen: Limits?  `reload:\"next\"`\n"                                                   \
	"  tags: list[string]\n"                                                                   \
	"  waves: list[Wave]  `validate:\"unique=name\"`\n"                                        \
	"  steps: list[Wave]\n"                                                                    \
	"  drops: map[string]Wave\n"                                                               \
	"  gold: map[string]int\n"                                                                 \
	"structs:\n"                                                                               \
	"  Limits:\n"                                                                              \
	"    rate: int  `default:\"5\" reload:\"next\"`\n"                                         \
	"    weight: int  `default:\"0\"`\n"                                                       \
	"    key: string?  `secret:\"true\"`\n"                                                    \
	"  Wave:\n"                                                                                \
	"    name: string\n"                                                                       \
	"    count: int  `default:\"1\" reload:\"next\"`\n"                                        \
	"    boss: string?\n"

#define ARENA "kind: Arena\nname: a\n"

static void check_between(const char *schema_then, const char *then, const char *schema_now,
			  const char *now, const char *wanted)
{
	struct loaded a = LOAD(NULL, "a.yaml", then, "schemas/s.yaml", schema_then);
	struct loaded b = LOAD(NULL, "a.yaml", now, "schemas/s.yaml", schema_now);
	const struct conf_doc *da, *db;
	struct buf out = {0};

	check_clean(&a);
	check_clean(&b);
	da = conf_doc_find(a.set, STR("Arena"), STR("a"));
	db = conf_doc_find(b.set, STR("Arena"), STR("a"));
	CHECK(conf_effective_json(&out, da, db) == (wanted != NULL));
	CHECK_TEXT(buf_str(&out).p, wanted ? wanted : "");
	buf_free(&out);
	unload(&b);
	unload(&a);
}

#define CHECK_SEEN(then, now, wanted)                                                              \
	check_between(SCHEMA, ARENA then, SCHEMA, ARENA now, "{" wanted)

TEST(live_fields_are_those_of_now_and_next_fields_those_of_then)
{
	CHECK_SEEN("hp: 100\nspeed: 2\nnote: old\n", "hp: 50\nspeed: 3\nnote: new\n",
		   "\"hp\":100,\"speed\":3,\"note\":\"new\"}");
}

TEST(restart_fields_stay_as_well)
{
	CHECK_SEEN("port: 1\n", "port: 2\n", "\"speed\":1.5,\"port\":1}");
}

TEST(optional_fields_come_and_go_with_their_class)
{
	CHECK_SEEN("hp: 100\nttl: 90s\n", "note: x\n", "\"hp\":100,\"speed\":1.5,\"note\":\"x\"}");
	CHECK_SEEN("note: x\n", "hp: 100\nttl: 90s\n", "\"speed\":1.5,\"ttl\":\"1m30s\"}");
	CHECK_SEEN("hp: null\nnote: x\n", "hp: 1\nnote: null\n",
		   "\"hp\":null,\"speed\":1.5,\"note\":null}");
}

TEST(secrets_are_never_there)
{
	CHECK_SEEN("token: abc\nlimits: {key: abc}\n", "token: abd\nlimits: {key: abd}\n",
		   "\"speed\":1.5,\"limits\":{\"rate\":5,\"weight\":0}}");
}

TEST(a_struct_is_merged_field_by_field_unless_it_is_frozen_itself)
{
	CHECK_SEEN("limits: {rate: 1, weight: 1}\nfrozen: {rate: 1, weight: 1}\n",
		   "limits: {rate: 2, weight: 2}\nfrozen: {rate: 2, weight: 2}\n",
		   "\"speed\":1.5,\"limits\":{\"rate\":1,\"weight\":2},\"frozen\":{\"rate\":1,"
		   "\"weight\":1}}");
}

TEST(a_struct_with_next_fields_comes_and_goes_with_the_next_match)
{
	CHECK_SEEN("limits: {rate: 1}\n", "note: x\n",
		   "\"speed\":1.5,\"note\":\"x\",\"limits\":{\"rate\":1,\"weight\":0}}");
	CHECK_SEEN("note: x\n", "note: x\nlimits: {rate: 1}\n", "\"speed\":1.5,\"note\":\"x\"}");
}

TEST(plain_lists_and_maps_are_those_of_now)
{
	CHECK_SEEN("tags: [a]\ngold: {a: 1}\n", "tags: [b, c]\ngold: {b: 2}\n",
		   "\"speed\":1.5,\"tags\":[\"b\",\"c\"],"
		   "\"gold\":{\"b\":2}}");
}

TEST(items_of_a_list_are_matched_by_their_unique_field)
{
	CHECK_SEEN("waves: [{name: a, count: 1}, {name: b, count: 2, boss: x}]\n",
		   "waves: [{name: b, count: 9, boss: y}, {name: a, count: 8}, {name: c}]\n",
		   "\"speed\":1.5,\"waves\":[{\"name\":\"a\",\"count\":1},"
		   "{\"name\":\"b\",\"count\":2,\"boss\":\"y\"}]}");
}

TEST(a_list_whose_items_nobody_can_match_is_kept_whole)
{
	CHECK_SEEN("steps: [{name: a, boss: x}]\n", "steps: [{name: a, boss: y}, {name: b}]\n",
		   "\"speed\":1.5,\"steps\":[{\"name\":\"a\",\"count\":1,"
		   "\"boss\":\"x\"}]}");
}

TEST(items_of_a_map_are_matched_by_key)
{
	CHECK_SEEN("drops: {a: {name: a, count: 1}, b: {name: b}}\n",
		   "drops: {a: {name: A, count: 2}, c: {name: c}}\n",
		   "\"speed\":1.5,\"drops\":{\"a\":{\"name\":"
		   "\"A\",\"count\":1},"
		   "\"b\":{\"name\":\"b\",\"count\":1}}}");
}

TEST(a_document_that_came_is_there_if_it_sets_live_fields_only)
{
	check_between(SCHEMA, "kind: Arena\nname: other\n", SCHEMA, ARENA "note: x\n",
		      "{\"speed\":1.5,\"note\":\"x\"}");
	check_between(SCHEMA, "kind: Arena\nname: other\n", SCHEMA, ARENA "hp: 1\n", NULL);
}

TEST(a_document_that_went_is_there_as_it_was_if_it_sets_more)
{
	check_between(SCHEMA, ARENA "hp: 1\nnote: x\n", SCHEMA, "kind: Arena\nname: other\n",
		      "{\"hp\":1,\"speed\":1.5,\"note\":\"x\"}");
	check_between(SCHEMA, ARENA "note: x\n", SCHEMA, "kind: Arena\nname: other\n", NULL);
}

#define TWO(fields) "schema: Arena\nfields:\n" fields

TEST(a_field_of_another_type_keeps_its_old_one_until_the_next_match)
{
	check_between(TWO("  a: int  `reload:\"next\"`\n  b: int\n"), ARENA "a: 1\nb: 1\n",
		      TWO("  a: string  `reload:\"next\"`\n  b: string\n"), ARENA "a: x\nb: x\n",
		      "{\"a\":1,\"b\":\"x\"}");
}

TEST(fields_that_the_schema_gained_or_lost_follow_their_class)
{
	check_between(TWO("  a: int  `reload:\"next\"`\n  b: int\n"), ARENA "a: 1\nb: 1\n",
		      TWO("  c: int  `reload:\"next\"`\n  d: int\n"), ARENA "c: 2\nd: 2\n",
		      "{\"d\":2,\"a\":1}");
}

TEST(a_field_that_was_renamed_keeps_its_value_under_the_new_name)
{
	check_between(TWO("  hp: int  `reload:\"next\"`\n"), ARENA "hp: 1\n",
		      TWO("  health: int  `was:\"hp\" reload:\"next\"`\n"), ARENA "health: 2\n",
		      "{\"health\":1}");
}

TEST(text_is_quoted_as_json_wants_it)
{
	CHECK_SEEN("note: \"a\\\"b\\\\c\\nd \xc3\xa9\"\n", "note: \"a\\\"b\\\\c\\nd \xc3\xa9\"\n",
		   "\"speed\":1.5,\"note\":\"a\\\"b\\\\c\\nd \xc3\xa9\"}");
}
