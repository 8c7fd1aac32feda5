/* tests/unit/test_diff.c */
#include <stdio.h>

#include "conf/diff.h"
#include "set_help.h"

#define SCHEMA                                                                                     \
	"schema: Arena\n"                                                                          \
	"fields:\n"                                                                                \
	"  hp: int  `reload:\"next\"`\n"                                                           \
	"  ttl: duration  `default:\"10s\"`\n"                                                     \
	"  title: string?  `reload:\"restart\"`\n"                                                 \
	"  token: string  `secret:\"true\"`\n"                                                     \
	"  limits: Limits\n"                                                                       \
	"  waves: list[Wave]  `validate:\"unique=name\"`\n"                                        \
	"  steps: list[Wave]\n"                                                                    \
	"  tags: list[string]\n"                                                                   \
	"  loot: map[string]int\n"                                                                 \
	"structs:\n"                                                                               \
	"  Limits:\n"                                                                              \
	"    rate: int  `default:\"5\" reload:\"restart\"`\n"                                      \
	"    weight: float  `default:\"0\"`\n"                                                     \
	"  Wave:\n"                                                                                \
	"    name: string\n"                                                                       \
	"    count: int  `default:\"1\"`\n"

#define ARENA(fields) "kind: Arena\nname: a\n" fields

struct compared {
	struct loaded before, after;
	struct conf_diff diff;
	char text[4096];
};

/* One change a line: "changed Arena/a.hp: 1 -> 2 (next)". */
static void write_changes(struct compared *c)
{
	const struct conf_change *it;
	size_t n = 0;

	c->text[0] = '\0';
	VEC_EACH (&c->diff.changes, it)
		n += (size_t)snprintf(c->text + n, sizeof(c->text) - n,
				      "%s " STR_FMT "/" STR_FMT "%s" STR_FMT ": " STR_FMT
				      " -> " STR_FMT " (%s)\n",
				      conf_change_op_name(it->op), STR_ARG(it->kind),
				      STR_ARG(it->name), it->field.n ? "." : "", STR_ARG(it->field),
				      STR_ARG(it->before.p ? it->before : STR("none")),
				      STR_ARG(it->after.p ? it->after : STR("none")),
				      conf_reload_name(it->reload));
}

static struct compared compare_schemas(const char *schema_a, const char *a, const char *schema_b,
				       const char *b)
{
	struct compared c = {0};

	c.before = LOAD(NULL, "a.yaml", a, "schemas/s.yaml", schema_a);
	c.after = LOAD(NULL, "a.yaml", b, "schemas/s.yaml", schema_b);
	check_clean(&c.before);
	check_clean(&c.after);
	conf_diff(c.after.mem, c.before.set, c.after.set, &c.diff);
	write_changes(&c);
	return c;
}

static void drop(struct compared *c)
{
	unload(&c->before);
	unload(&c->after);
}

static void check_diff(const char *a, const char *b, const char *wanted)
{
	struct compared c = compare_schemas(SCHEMA, a, SCHEMA, b);

	CHECK_TEXT(c.text, wanted);
	drop(&c);
}

TEST(spelling_is_no_difference)
{
	check_diff(ARENA("hp: 16\nttl: 1m\nlimits: {rate: 5}\nloot: {b: 2, a: 1}\n"),
		   ARENA("# said otherwise\nttl: \"60s\"\nloot:\n  a: 1\n  b: 0x2\nhp: 0x10\n"),
		   "");
	check_diff(ARENA("limits: {weight: 0.0}\n"), ARENA("limits: {weight: -0.0}\n"), "");
	check_diff(ARENA("ttl: 10s\n"), ARENA(""), "");
}

TEST(a_changed_field_shows_both_values_and_when_it_takes_effect)
{
	check_diff(ARENA("hp: 1\nttl: 90s\n"), ARENA("hp: 2\nttl: 100s\n"),
		   "changed Arena/a.hp: 1 -> 2 (next)\n"
		   "changed Arena/a.ttl: 1m30s -> 1m40s (live)\n");
}

TEST(absent_null_and_empty_are_three_things)
{
	check_diff(ARENA(""), ARENA("title: ~\n"), "added Arena/a.title: none -> null (restart)\n");
	check_diff(ARENA("title: ''\n"), ARENA("title:\n"),
		   "changed Arena/a.title: \"\" -> null (restart)\n");
	check_diff(ARENA("title: x\n"), ARENA(""), "removed Arena/a.title: x -> none (restart)\n");
}

TEST(a_nested_field_has_its_own_path_and_the_strictest_class_on_the_way)
{
	check_diff(ARENA(""), ARENA("limits: {rate: 6, weight: 0.5}\n"),
		   "changed Arena/a.limits.rate: 5 -> 6 (restart)\n"
		   "changed Arena/a.limits.weight: 0 -> 0.5 (live)\n");
}

TEST(secrets_show_that_they_changed_and_nothing_else)
{
	check_diff(ARENA("token: one\n"), ARENA("token: two\n"),
		   "changed Arena/a.token: *** -> *** (live)\n");
	check_diff(ARENA("token: one\n"), ARENA("token: one\n"), "");
}

TEST(lists_with_a_unique_field_are_matched_by_it)
{
	check_diff(ARENA("waves: [{name: x}, {name: y, count: 2}, {name: z}]\n"),
		   ARENA("waves: [{name: new}, {name: x}, {name: y, count: 3}]\n"),
		   "added Arena/a.waves[0]: none -> {name: \"new\", count: 1} (live)\n"
		   "changed Arena/a.waves[2].count: 2 -> 3 (live)\n"
		   "removed Arena/a.waves[2]: {name: \"z\", count: 1} -> none (live)\n");
}

TEST(a_new_order_of_matched_items_is_one_change)
{
	check_diff(ARENA("waves: [{name: x}, {name: y}]\n"),
		   ARENA("waves: [{name: y}, {name: x}]\n"),
		   "changed Arena/a.waves: [x, y] -> [y, x] (live)\n");
}

TEST(other_lists_of_structs_are_compared_by_place_between_what_stayed)
{
	check_diff(ARENA("steps: [{name: a}, {name: b}, {name: c}]\n"),
		   ARENA("steps: [{name: a}, {name: new}, {name: b}, {name: c}]\n"),
		   "added Arena/a.steps[1]: none -> {name: \"new\", count: 1} (live)\n");
	check_diff(ARENA("steps: [{name: a}, {name: b}]\n"),
		   ARENA("steps: [{name: a}, {name: b, count: 4}]\n"),
		   "changed Arena/a.steps[1].count: 1 -> 4 (live)\n");
}

TEST(a_short_list_of_plain_values_is_shown_whole)
{
	check_diff(ARENA("tags: [a, b]\n"), ARENA("tags: [a, c, b]\n"),
		   "changed Arena/a.tags: [\"a\", \"b\"] -> [\"a\", \"c\", \"b\"] (live)\n");
}

TEST(map_entries_are_changes_of_their_own)
{
	check_diff(ARENA("loot: {gold: 1, 'a b': 2}\n"), ARENA("loot: {gold: 3, silver: 1}\n"),
		   "removed Arena/a.loot[\"a b\"]: 2 -> none (live)\n"
		   "changed Arena/a.loot.gold: 1 -> 3 (live)\n"
		   "added Arena/a.loot.silver: none -> 1 (live)\n");
}

TEST(a_whole_document_is_one_change)
{
	struct compared c = {0};
	json_t *json;

	c.before = LOAD(NULL, "a.yaml", "kind: Arena\nname: old\n", "schemas/s.yaml", SCHEMA);
	c.after = LOAD(NULL, "a.yaml", "kind: Arena\nname: b\nhp: 1\n---\nkind: Arena\nname: zz\n",
		       "schemas/s.yaml", SCHEMA);
	conf_diff(c.after.mem, c.before.set, c.after.set, &c.diff);
	write_changes(&c);
	CHECK_TEXT(c.text, "added Arena/b: none -> none (next)\n"
			   "removed Arena/old: none -> none (live)\n"
			   "added Arena/zz: none -> none (live)\n");
	CHECK_INT(c.diff.docs_added, 2);
	CHECK_INT(c.diff.docs_removed, 1);
	CHECK_INT(c.diff.docs_changed, 0);
	json = conf_change_json(&c.diff.changes.items[0]);
	CHECK_TEXT(json_string_value(json_object_get(json, "path")), "Arena/b");
	CHECK(json_is_null(json_object_get(json, "field")));
	CHECK(json_is_null(json_object_get(json, "before")));
	CHECK_TEXT(json_string_value(json_object_get(json, "reload")), "next");
	json_decref(json);
	conf_diff(c.after.mem, NULL, c.after.set, &c.diff);
	CHECK_INT(c.diff.docs_added, 2);
	conf_diff(c.after.mem, c.after.set, NULL, &c.diff);
	CHECK_INT(c.diff.docs_removed, 2);
	conf_diff(c.after.mem, NULL, NULL, &c.diff);
	CHECK_INT(c.diff.changes.count, 0);
	drop(&c);
}

TEST(between_two_schemas_fields_are_matched_by_name_and_type)
{
	struct compared c = compare_schemas(
		"schema: Arena\nfields:\n  hp: int\n  gone: int\n  speed: int\n  tag: int\n",
		ARENA("hp: 5\ngone: 1\nspeed: 7\ntag: 5\n"),
		"schema: Arena\nfields:\n  more: bool  `default:\"true\"`\n  hp: int8\n"
		"  pace: int  `was:\"speed\"`\n  tag: string\n",
		ARENA("hp: 5\npace: 7\ntag: '5'\n"));

	CHECK_TEXT(c.text, "added Arena/a.more: none -> true (live)\n"
			   "changed Arena/a.tag: 5 -> 5 (live)\n"
			   "removed Arena/a.gone: 1 -> none (live)\n");
	drop(&c);
}

/* Three-way */

struct three {
	struct loaded base, mine, theirs;
	char text[2048];
};

static void check_clashes(const char *base, const char *mine, const char *theirs,
			  const char *wanted)
{
	struct three t = {0};
	conf_clashes clashes;
	const struct conf_clash *c;
	size_t n = 0;

	t.base = LOAD(NULL, "a.yaml", base, "schemas/s.yaml", SCHEMA);
	t.mine = LOAD(t.base.set, "a.yaml", mine, "schemas/s.yaml", SCHEMA);
	t.theirs = LOAD(t.base.set, "a.yaml", theirs, "schemas/s.yaml", SCHEMA);
	check_clean(&t.base);
	check_clean(&t.mine);
	check_clean(&t.theirs);
	conf_diff3(t.base.mem, t.base.set, t.mine.set, t.theirs.set, &clashes);
	VEC_EACH (&clashes, c)
		n += (size_t)snprintf(t.text + n, sizeof(t.text) - n,
				      STR_FMT ": " STR_FMT " | " STR_FMT " | " STR_FMT "\n",
				      STR_ARG(c->path), STR_ARG(c->base.p ? c->base : STR("none")),
				      STR_ARG(c->mine.p ? c->mine : STR("none")),
				      STR_ARG(c->theirs.p ? c->theirs : STR("none")));
	CHECK_TEXT(t.text, wanted);
	unload(&t.base);
	unload(&t.mine);
	unload(&t.theirs);
}

TEST(changes_to_different_fields_do_not_clash)
{
	check_clashes(ARENA("hp: 1\n"), ARENA("hp: 2\n"), ARENA("hp: 1\nttl: 3s\n"), "");
}

TEST(the_same_change_on_both_sides_does_not_clash)
{
	check_clashes(ARENA("hp: 1\n"), ARENA("hp: 2\n"), ARENA("hp: 0x2\n"), "");
	check_clashes(ARENA(""), ARENA("") "---\nkind: Arena\nname: b\nhp: 1\n",
		      ARENA("") "---\nname: b\nkind: Arena\nhp: 1\n", "");
}

TEST(two_values_for_one_field_clash)
{
	check_clashes(ARENA("hp: 1\n"), ARENA("hp: 2\n"), ARENA("hp: 3\n"),
		      "Arena/a.hp: 1 | 2 | 3\n");
	check_clashes(ARENA("token: a\n"), ARENA("token: b\n"), ARENA("token: c\n"),
		      "Arena/a.token: *** | *** | ***\n");
}

TEST(an_edit_within_what_the_other_side_removed_clashes)
{
	check_clashes(ARENA("hp: 1\n") "---\nkind: Arena\nname: b\n", "kind: Arena\nname: b\n",
		      ARENA("hp: 3\n") "---\nkind: Arena\nname: b\n", "Arena/a.hp: 1 | none | 3\n");
	check_clashes(ARENA("waves: [{name: x, count: 1}, {name: y}]\n"),
		      ARENA("waves: [{name: y}]\n"),
		      ARENA("waves: [{name: x, count: 2}, {name: y}]\n"),
		      "Arena/a.waves[0].count: 1 | none | 2\n");
}

TEST(two_documents_of_one_name_added_with_different_content_clash)
{
	check_clashes(ARENA(""), ARENA("") "---\nkind: Arena\nname: b\nhp: 1\n",
		      ARENA("") "---\nkind: Arena\nname: b\nhp: 2\n",
		      "Arena/b: none | none | none\n");
}

TEST(items_of_a_matched_list_are_the_same_wherever_they_stand)
{
	check_clashes(ARENA("waves: [{name: x}, {name: y}]\n"),
		      ARENA("waves: [{name: new}, {name: x}, {name: y, count: 5}]\n"),
		      ARENA("waves: [{name: x, count: 3}, {name: y, count: 6}]\n"),
		      "Arena/a.waves[2].count: 1 | 5 | 6\n");
}

TEST(edits_of_one_unmatched_list_clash_to_be_safe)
{
	check_clashes(ARENA("steps: [{name: x}, {name: y}]\n"),
		      ARENA("steps: [{name: x, count: 2}, {name: y}]\n"),
		      ARENA("steps: [{name: x}, {name: y, count: 2}]\n"),
		      "Arena/a.steps[0].count: 1 | 2 | 2\n");
}
