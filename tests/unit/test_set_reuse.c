/* tests/unit/test_set_reuse.c: what a set takes over from the one before, and that nobody can tell. */
#include <stdio.h>

#include "set_help.h"

#define SCHEMA                                                                                     \
	"schema: Item\n"                                                                           \
	"fields:\n"                                                                                \
	"  n: int  `default:\"1\" validate:\"max=1000\"`\n"                                        \
	"  old: int?  `deprecated:\"use n\"`\n"                                                    \
	"  needs: list[ref[Item]]\n"

#define ITEM(name, more) "kind: Item\nname: " name "\n" more

static const struct conf_file *file_of(const struct loaded *l, const char *path)
{
	for (uint32_t i = 0; i < l->set->file_count; i++)
		if (str_is(conf_file_path(l->set->files[i]), path))
			return l->set->files[i];
	return NULL;
}

TEST(an_unchanged_file_is_shared_and_a_changed_one_is_not)
{
	struct loaded a = LOAD(NULL, "a.yaml", ITEM("a", ""), "b.yaml", ITEM("b", ""),
			       "schemas/s.yaml", SCHEMA);
	struct loaded b = LOAD(a.set, "a.yaml", ITEM("a", ""), "b.yaml", ITEM("b", "n: 2\n"),
			       "schemas/s.yaml", SCHEMA);

	check_clean(&b);
	CHECK(a.set->schema == b.set->schema);
	CHECK(file_of(&a, "a.yaml") == file_of(&b, "a.yaml"));
	CHECK(file_of(&a, "b.yaml") != file_of(&b, "b.yaml"));
	CHECK(conf_doc_find(a.set, STR("Item"), STR("a")) ==
	      conf_doc_find(b.set, STR("Item"), STR("a")));
	unload(&a); /* the shared file lives on */
	CHECK_STR(conf_doc_find(b.set, STR("Item"), STR("a"))->name, "a");
	CHECK_STR(conf_file_text(file_of(&b, "a.yaml")), ITEM("a", ""));
	unload(&b);
}

TEST(another_schema_text_makes_everything_new)
{
	struct loaded a = LOAD(NULL, "a.yaml", ITEM("a", ""), "schemas/s.yaml", SCHEMA);
	struct loaded b = LOAD(a.set, "a.yaml", ITEM("a", ""), "schemas/s.yaml", SCHEMA "# more\n");

	check_clean(&b);
	CHECK(a.set->schema != b.set->schema);
	CHECK(file_of(&a, "a.yaml") != file_of(&b, "a.yaml"));
	unload(&a);
	unload(&b);
}

TEST(warnings_of_unchanged_files_are_told_again)
{
	struct loaded a = LOAD(NULL, "a.yaml", ITEM("a", "old: 3\n"), "schemas/s.yaml", SCHEMA);
	struct loaded b = LOAD(a.set, "a.yaml", ITEM("a", "old: 3\n"), "b.yaml", ITEM("b", ""),
			       "schemas/s.yaml", SCHEMA);

	CHECK_INT(a.d.warnings, 1);
	CHECK_INT(b.d.warnings, 1);
	CHECK_TEXT(text_of(&a), text_of(&b));
	unload(&a);
	unload(&b);
}

TEST(errors_of_the_schema_are_told_again)
{
	struct loaded a = LOAD(NULL, "schemas/s.yaml", "schema: X\nfields:\n  a: nope\n");
	struct loaded b = LOAD(a.set, "schemas/s.yaml", "schema: X\nfields:\n  a: nope\n");

	CHECK_INT(a.d.errors, 1);
	CHECK_TEXT(text_of(&a), text_of(&b));
	unload(&a);
	unload(&b);
}

TEST(other_caps_take_nothing_over)
{
	struct loaded a = LOAD(NULL, "a.yaml", ITEM("a", ""), "schemas/s.yaml", SCHEMA);
	struct conf_input inputs[] = {{.path = STR("a.yaml"), .text = STR(ITEM("a", ""))},
				      {.path = STR("schemas/s.yaml"), .text = STR(SCHEMA)}};
	struct conf_load how = {.caps = yaml_caps_default, .previous = a.set};
	struct diags d = diags_into(a.mem);
	struct conf_set *set;

	how.caps.depth = 1;
	CHECK_INT(conf_set_load(inputs, 2, &how, &set, &d), 0);
	CHECK(d.errors > 0);
	conf_set_unref(set);
	unload(&a);
}

/* The property that everything above rests on: a set loaded after another one is the same as one loaded by
 * itself, for any two bundles. Bundles are made at random from few names, so that twins, dangling references,
 * broken files and files that come and go are frequent. */

static uint32_t seed;

static uint32_t dice(uint32_t sides)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 16) % sides;
}

struct world {
	char text[8][512];
	bool there[8];
	bool other_schema;
};

static void write_file(char *text, size_t room)
{
	size_t n = 0, docs = 1 + dice(3);

	text[0] = '\0';
	for (size_t i = 0; i < docs; i++) {
		n += (size_t)snprintf(text + n, room - n, "%skind: Item\nname: i%u\nn: %u\n",
				      i ? "---\n" : "", dice(60), dice(40) == 0 ? 5000 : dice(9));
		if (dice(5) == 0)
			n += (size_t)snprintf(text + n, room - n, "needs: [i%u, i%u]\n", dice(60),
					      dice(60));
		if (dice(8) == 0)
			n += (size_t)snprintf(text + n, room - n, "old: 1\n");
	}
	if (dice(40) == 0)
		snprintf(text + n, room - n, "broken: [\n");
}

static void change(struct world *w)
{
	uint32_t edits = 1 + dice(2);

	for (uint32_t i = 0; i < edits; i++) {
		uint32_t f = dice(8);

		w->there[f] = f == 1 ? dice(6) == 0 : dice(5) != 0; /* B.yaml beside b.yaml */
		write_file(w->text[f], sizeof(w->text[f]));
	}
	if (dice(12) == 0)
		w->other_schema = !w->other_schema;
}

static struct loaded load_world(const struct world *w, const struct conf_set *previous)
{
	static const char *const paths[] = {"a.yaml", "B.yaml",     "b.yaml",     "c.yaml",
					    "d.yaml", "dir/a.yaml", "dir/b.yaml", "e.yaml"};
	struct conf_input inputs[9];
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(paths); i++)
		if (w->there[i])
			inputs[n++] = (struct conf_input){.path = str_of(paths[i]),
							  .text = str_of(w->text[i])};
	inputs[n++] = (struct conf_input){.path = STR("schemas/s.yaml"),
					  .text = w->other_schema ? STR(SCHEMA "  more: int?\n")
								  : STR(SCHEMA)};
	return load_inputs(inputs, n, previous, 1 + dice(2));
}

static void check_same_sets(const struct conf_set *a, const struct conf_set *b)
{
	CHECK_INT(a->doc_count, b->doc_count);
	CHECK(digest_eq(a->digest, b->digest));
	for (uint32_t i = 0; i < a->doc_count; i++) {
		check_same_content(a->docs[i], b->docs[i]);
		CHECK(str_eq(conf_file_path(a->docs[i]->file), conf_file_path(b->docs[i]->file)));
		CHECK(conf_doc_find(a, a->docs[i]->kind->top.name, a->docs[i]->name) == a->docs[i]);
	}
}

TEST(a_set_loaded_after_another_is_the_same_as_one_loaded_by_itself)
{
	struct loaded before = {0};
	uint32_t clean = 0, faulty = 0;

	for (uint32_t round = 0; round < 1500; round++) {
		static struct world w;
		struct loaded alone, after;

		seed = round * 7919 + 1;
		if (round % 10 == 0) {
			unload(&before);
			before = (struct loaded){0};
			w = (struct world){0};
		}
		change(&w);
		alone = load_world(&w, NULL);
		after = load_world(&w, before.set);
		if (strcmp(text_of(&alone), text_of(&after)) != 0)
			print_error("round %u\nalone:\n%safter:\n%s", round, text_of(&alone),
				    text_of(&after));
		CHECK_TEXT(text_of(&after), text_of(&alone));
		check_same_sets(alone.set, after.set);
		clean += alone.d.errors == 0;
		faulty += alone.d.errors != 0;
		unload(&alone);
		unload(&before);
		before = after;
	}
	unload(&before);
	CHECK(clean > 100 && faulty > 100);
}

static bool put_aside(void *ctx, struct conf_set *set)
{
	struct conf_set **aside = ctx;

	if (*aside != NULL)
		return false;
	*aside = set;
	return true;
}

TEST(who_drops_the_last_reference_may_leave_the_work_to_another)
{
	struct loaded a = LOAD(NULL, "schemas/s.yaml", "schema: A\nfields:\n  n: int\n");
	struct loaded b = LOAD(NULL, "schemas/s.yaml", "schema: A\nfields:\n  n: int\n");
	struct conf_set *set = a.set, *aside = NULL;

	conf_set_free_by(put_aside, &aside);
	conf_set_unref(conf_set_ref(set));
	CHECK(aside == NULL);
	unload(&a);
	CHECK(aside == set);
	unload(&b); /* it is told no, and freed at once: a sanitizer would see */
	conf_set_free_by(NULL, NULL);
	conf_set_free(aside);
}
