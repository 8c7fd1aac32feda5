/* tests/unit/test_set_load.c */
#include "conf/bundle.h"
#include "set_help.h"

#define SCHEMA                                                                                     \
	"schema: Arena\n"                                                                          \
	"fields:\n"                                                                                \
	"  hp: int  `validate:\"required,min=1,max=9999\"`\n"                                      \
	"  next: ref[Arena]?\n"                                                                    \
	"  boss: ref[Monster]?\n"                                                                  \
	"  waves: list[Wave]\n"                                                                    \
	"structs:\n"                                                                               \
	"  Wave:\n"                                                                                \
	"    boss: ref[Monster]\n"                                                                 \
	"---\n"                                                                                    \
	"schema: Monster\n"                                                                        \
	"fields:\n"                                                                                \
	"  hp: int  `default:\"7\"`\n"

#define ARENA(name, more) "kind: Arena\nname: " name "\nhp: 5\n" more
#define MONSTER(name)     "kind: Monster\nname: " name "\n"

static int64_t int_of(const struct conf_doc *doc, const char *field)
{
	const struct conf_field *f = conf_field_find(&doc->kind->top, str_of(field));

	CHECK(f != NULL);
	return conf_int(f->type, conf_at(doc->record, f));
}

TEST(documents_are_found_by_kind_and_name)
{
	struct loaded l =
		LOAD(NULL, "z.yaml", ARENA("b", "") "---\n" MONSTER("b"), "a.yaml",
		     ARENA("a", "") "---\n" ARENA("c", "boss: b\n"), "schemas/s.yaml", SCHEMA);
	const struct conf_doc *const *docs;
	uint32_t n;

	check_clean(&l);
	CHECK_INT(l.set->doc_count, 4);
	CHECK_INT(l.set->file_count, 3);
	CHECK_STR(conf_file_path(l.set->files[0]), "a.yaml");
	CHECK_STR(l.set->docs[0]->name, "a");
	CHECK_STR(l.set->docs[3]->kind->top.name, "Monster");
	CHECK_INT(int_of(conf_doc_find(l.set, STR("Arena"), STR("b")), "hp"), 5);
	CHECK_INT(int_of(conf_doc_find(l.set, STR("Monster"), STR("b")), "hp"), 7);
	CHECK(conf_doc_find(l.set, STR("Arena"), STR("d")) == NULL);
	CHECK(conf_doc_find(l.set, STR("Server"), STR("b")) == NULL);
	CHECK(conf_doc_find(l.set, STR("Zebra"), STR("b")) == NULL);
	docs = conf_docs_of(l.set, STR("Arena"), &n);
	CHECK_INT(n, 3);
	CHECK_STR(docs[2]->name, "c");
	CHECK(conf_docs_of(l.set, STR("Nope"), &n) == NULL && n == 0);
	unload(&l);
}

TEST(an_empty_bundle_is_an_empty_set)
{
	struct loaded l = load_inputs(NULL, 0, NULL, 0);

	check_clean(&l);
	CHECK_INT(l.set->doc_count, 0);
	CHECK(conf_doc_find(l.set, STR("Arena"), STR("a")) == NULL);
	CHECK(conf_kind_find(l.set->schema, STR("Server")) != NULL);
	unload(&l);
}

TEST(the_order_of_files_never_changes_the_outcome)
{
	struct loaded a = LOAD(NULL, "a.yaml", ARENA("x", "boss: nope\n"), "b.yaml",
			       ARENA("x", "hp: 0\n"), "schemas/s.yaml", SCHEMA);
	struct loaded b = LOAD(NULL, "schemas/s.yaml", SCHEMA, "b.yaml", ARENA("x", "hp: 0\n"),
			       "a.yaml", ARENA("x", "boss: nope\n"));

	CHECK(a.d.errors >= 3);
	CHECK_TEXT(text_of(&a), text_of(&b));
	CHECK(digest_eq(a.set->digest, b.set->digest));
	unload(&a);
	unload(&b);
}

TEST(the_manifest_digest_is_the_bundles)
{
	struct conf_input inputs[] = {{.path = STR("a.yaml"), .text = STR(MONSTER("a"))},
				      {.path = STR("schemas/s.yaml"), .text = STR(SCHEMA)}};
	struct loaded l = load_inputs(inputs, 2, NULL, 0);
	uint8_t digest[DIGEST_SIZE];

	bundle_digest(inputs, 2, digest);
	CHECK(digest_eq(l.set->digest, digest));
	digest_of(inputs[0].text, digest);
	CHECK(digest_eq(conf_file_digest(l.set->files[0]), digest));
	CHECK_INT(l.set->bytes, sizeof(MONSTER("a")) + sizeof(SCHEMA) - 2);
	unload(&l);
}

TEST(two_documents_of_one_name_are_reported_at_the_later_with_the_place_of_the_first)
{
	struct loaded l = LOAD(NULL, "a.yaml", MONSTER("yeti"), "b.yaml",
			       MONSTER("imp") "---\n" MONSTER("yeti"), "schemas/s.yaml", SCHEMA);

	CHECK_INT(l.d.errors, 1);
	check_says(&l, "b.yaml:5:7: error: Monster/yeti: is already defined at a.yaml:2:7 "
		       "[duplicate-document]");
	unload(&l);
}

TEST(a_reference_to_nothing_names_its_place_and_the_nearest_name)
{
	struct loaded l = LOAD(NULL, "a.yaml", ARENA("a", "waves:\n  - boss: yetti\n"), "m.yaml",
			       MONSTER("yeti") "---\n" MONSTER("imp"), "schemas/s.yaml", SCHEMA);

	CHECK_INT(l.d.errors, 1);
	check_says(&l, "a.yaml:5:11: error: waves[0].boss: there is no Monster/yetti [ref]");
	check_says(&l, "did you mean yeti?");
	check_says(&l, "schemas/s.yaml:9");
	unload(&l);
}

TEST(a_reference_into_a_broken_file_says_so)
{
	struct loaded l = LOAD(NULL, "a.yaml", ARENA("a", "boss: gorgon\n"), "m.yaml",
			       "kind: Monster\nname: \"gorgon\n", "schemas/s.yaml", SCHEMA);

	check_says(&l, "there is no Monster/gorgon [ref]");
	check_says(&l, "it may stand in m.yaml, which could not be read");
	unload(&l);
}

TEST(only_one_server_document_may_exist)
{
	struct loaded l = LOAD(NULL, "a.yaml", "kind: Server\nname: one\n", "b.yaml",
			       "kind: Server\nname: a-second\n");

	CHECK_INT(l.d.errors, 1);
	check_says(&l, "b.yaml:2:7: error: ");
	check_says(&l, "only one Server document may exist; one is already defined at a.yaml:2:7");
	unload(&l);
}

TEST(paths_that_differ_in_case_only_are_refused)
{
	struct loaded l = LOAD(NULL, "A/x.yaml", MONSTER("one"), "a/X.yaml", MONSTER("two"),
			       "schemas/s.yaml", SCHEMA);

	CHECK_INT(l.d.errors, 1);
	check_says(&l, "the path differs from A/x.yaml in upper and lower case only");
	unload(&l);
}

TEST(kinds_shown_to_clients_must_exist_and_fit_their_numbers)
{
	struct loaded l = LOAD(
		NULL, "r.yaml",
		"kind: RoomType\nname: duel\nmode: relay\nshows: [Areena, Monster]\n", "m.yaml",
		"kind: Monster\nname: big\nhp: 9007199254740993\n", "schemas/s.yaml", SCHEMA);

	CHECK_INT(l.d.errors, 1);
	CHECK_INT(l.d.warnings, 1);
	check_says(&l, "r.yaml:4:9: error: shows[0]: there is no kind Areena [kind]");
	check_says(&l, "did you mean Arena?");
	check_says(&l, "m.yaml:3:5: warning: hp: 9007199254740993 is beyond 2^53");
	check_says(&l, "[js-int]");
	unload(&l);
	l = LOAD(NULL, "m.yaml", "kind: Monster\nname: big\nhp: 9007199254740993\n",
		 "schemas/s.yaml", SCHEMA);
	check_clean(&l);
	unload(&l);
}

TEST(sound_kinds_are_checked_although_another_schema_is_broken)
{
	struct loaded l = LOAD(NULL, "a.yaml", MONSTER("x") "hp: lots\n", "schemas/bad.yaml",
			       "schema: Bad\nfields:\n  x: nonsense\n", "schemas/s.yaml", SCHEMA);

	check_says(&l, "schemas/bad.yaml:3");
	check_says(&l, "a.yaml:3:5: error: hp:");
	CHECK(conf_doc_find(l.set, STR("Monster"), STR("x")) != NULL);
	unload(&l);
}

TEST(too_many_documents_are_refused)
{
	struct conf_input inputs[] = {
		{.path = STR("a.yaml"), .text = STR(MONSTER("a") "---\n" MONSTER("b"))},
		{.path = STR("b.yaml"), .text = STR(MONSTER("c") "---\n" MONSTER("d"))},
		{.path = STR("schemas/s.yaml"), .text = STR(SCHEMA)}};
	struct conf_load how = {.caps = yaml_caps_default};
	struct arena *mem = arena_new("test");
	struct diags d = diags_into(mem);
	struct conf_set *set;

	how.caps.documents = 3;
	CHECK_INT(conf_set_load(inputs, 3, &how, &set, &d), 0);
	CHECK_INT(d.errors, 1);
	CHECK_TEXT(d.list.items[0].code, "too-large");
	CHECK_STR(d.list.items[0].message, "the bundle has 4 documents, above the maximum 3");
	conf_set_unref(set);
	how.caps.documents = 1;
	d = diags_into(mem);
	CHECK_INT(conf_set_load(inputs, 3, &how, &set, &d), 0);
	CHECK(d.errors >= 2);
	conf_set_unref(set);
	arena_free(mem);
}

TEST(what_others_still_need_may_not_go)
{
	struct loaded base =
		LOAD(NULL, "a.yaml", ARENA("a", "boss: yeti\nwaves: [{boss: yeti}]\n"), "m.yaml",
		     MONSTER("yeti") "---\n" MONSTER("imp"), "schemas/s.yaml", SCHEMA);
	struct loaded next =
		LOAD(base.set, "a.yaml", ARENA("a", "boss: yeti\nwaves: [{boss: yeti}]\n"),
		     "schemas/s.yaml", SCHEMA);
	struct diags d = diags_into(base.mem);

	check_clean(&base);
	CHECK_INT(next.d.errors, 2); /* both references dangle */
	conf_set_in_use(base.set, next.set, &d);
	CHECK_INT(d.errors, 1);
	CHECK_TEXT(d.list.items[0].code, "in-use");
	CHECK_STR(d.list.items[0].path, "Monster/yeti");
	CHECK(d.list.items[0].at.source == NULL);
	CHECK_STR(d.list.items[0].message, "is removed, but 2 references need it: Arena/a.boss, "
					   "Arena/a.waves[0].boss");
	d = diags_into(base.mem);
	conf_set_in_use(NULL, next.set, &d);
	conf_set_in_use(base.set, base.set, &d);
	CHECK_INT(d.errors, 0);
	unload(&base);
	unload(&next);
}

TEST(a_field_is_found_where_it_was_written)
{
	struct loaded l = LOAD(NULL, "m.yaml", MONSTER("imp") "---\n" MONSTER("yeti") "hp: 12\n",
			       "a.yaml", ARENA("a", "waves:\n  - boss: imp\n  - boss: yeti\n"),
			       "schemas/s.yaml", SCHEMA);
	const struct conf_doc *arena = conf_doc_find(l.set, STR("Arena"), STR("a"));
	const struct conf_doc *yeti = conf_doc_find(l.set, STR("Monster"), STR("yeti"));
	struct conf_place at;

	check_clean(&l);
	CHECK(conf_doc_locate(yeti, STR("hp"), l.mem, &at));
	CHECK_INT(at.start.line, 6);
	CHECK_INT(at.start.column, 5);
	CHECK(conf_doc_locate(arena, STR("waves[1].boss"), l.mem, &at));
	CHECK_INT(at.start.line, 6);
	CHECK_STR(at.source->path, "a.yaml");
	CHECK(!conf_doc_locate(arena, STR("waves[2].boss"), l.mem, &at));
	CHECK(!conf_doc_locate(arena, STR("next"), l.mem, &at));
	CHECK(!conf_doc_locate(arena, STR("waves[x"), l.mem, &at));
	unload(&l);
}
