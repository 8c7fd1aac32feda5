/* How records lie in memory: as C would lay them out. */
#include "conf/value.h"
#include "conf_check.h"

struct wave {
	struct str name;
	int8_t size;
	uint8_t state[2];
};
struct arena_doc {
	bool on;
	int64_t hp;
	int16_t level;
	double rate;
	struct wave first;
	bool last;
	void *maybe;
	struct conf_list waves;
	struct conf_map loot;
	struct dur warmup;
	uint8_t state[10];
};

static const char *const schema =
	"schema: A\nfields:\n"
	"  on: bool\n  hp: int\n  level: int16\n  rate: float\n  first: Wave\n"
	"  last: bool  `default:\"true\"`\n  maybe: Wave?\n"
	"  waves: list[Wave]\n  loot: map[string]int16\n"
	"  warmup: duration  `default:\"10s\"`\n"
	"structs:\n  Wave:\n    name: string  `default:\"w\"`\n    size: int8\n";

TEST(fields_lie_where_c_puts_them)
{
	struct checked c = check_texts(schema, NULL);
	const struct conf_struct *s = &conf_kind_find(c.schema, STR("A"))->top;
	const size_t offsets[] = {
		offsetof(struct arena_doc, on),    offsetof(struct arena_doc, hp),
		offsetof(struct arena_doc, level), offsetof(struct arena_doc, rate),
		offsetof(struct arena_doc, first), offsetof(struct arena_doc, last),
		offsetof(struct arena_doc, maybe), offsetof(struct arena_doc, waves),
		offsetof(struct arena_doc, loot),  offsetof(struct arena_doc, warmup),
	};

	CHECK_INT(s->field_count, ARRAY_LEN(offsets));
	for (size_t i = 0; i < ARRAY_LEN(offsets); i++)
		CHECK_INT(s->fields[i].offset, offsets[i]);
	CHECK_INT(s->state_offset, offsetof(struct arena_doc, state));
	CHECK_INT(s->size, sizeof(struct arena_doc));
	CHECK_INT(s->fields[4].type->fields->size, sizeof(struct wave));
	CHECK_INT(s->fields[7].type->elem->size, sizeof(struct wave));
	checked_free(&c);
}

TEST(a_blank_record_holds_every_default)
{
	struct checked c = check_texts(schema, "kind: A\nname: x\n");
	const struct arena_doc *a = c.doc.record;

	CHECK(c.usable);
	CHECK(a->last && !a->on);
	CHECK_INT(a->state[5], CONF_DEFAULTED);
	CHECK_INT(a->state[0], CONF_ABSENT);
	CHECK_INT(a->warmup.us, 10000000);
	CHECK_STR(a->first.name, "w");
	CHECK_INT(a->first.state[0], CONF_DEFAULTED);
	CHECK_INT(a->state[4], CONF_ABSENT);
	CHECK(a->maybe == NULL);
	checked_free(&c);
}

TEST(a_document_is_read_through_its_c_struct)
{
	struct checked c = check_texts(schema, "kind: A\nname: x\nhp: -7\nlevel: 300\non: true\n"
					       "first: {size: 5}\nmaybe: {name: m}\n"
					       "waves: [{name: a}, {size: 2}]\n"
					       "loot: {z: 1, a: 2}\nrate: 0.5\nwarmup: 1m30s\n");
	const struct arena_doc *a = c.doc.record;
	const struct wave *waves = a->waves.items, *maybe = a->maybe;

	CHECK_INT(findings_in(&c), 0);
	CHECK_INT(a->hp, -7);
	CHECK_INT(a->level, 300);
	CHECK(a->on);
	CHECK(a->rate == 0.5);
	CHECK_INT(a->warmup.us, 90000000);
	CHECK_INT(a->first.size, 5);
	CHECK_STR(a->first.name, "w");
	CHECK_STR(maybe->name, "m");
	CHECK_INT(a->waves.count, 2);
	CHECK_STR(waves[0].name, "a");
	CHECK_STR(waves[1].name, "w");
	CHECK_INT(waves[1].size, 2);
	CHECK_INT(a->loot.count, 2);
	CHECK_STR(a->loot.keys[0], "a");
	CHECK_STR(a->loot.keys[1], "z");
	CHECK_INT(((const int16_t *)a->loot.values)[0], 2);
	for (size_t i = 0; i < ARRAY_LEN(a->state); i++)
		CHECK_INT(a->state[i], i == 5 ? CONF_DEFAULTED : CONF_WRITTEN);
	checked_free(&c);
}

TEST(null_elements_are_marked_beside_the_items)
{
	struct checked c =
		check_texts("schema: A\nfields: {a: 'list[int?]', b: int?, c: 'list[S?]'}\n"
			    "structs: {S: {n: int}}\n",
			    "kind: A\nname: x\na: [1, ~, 3]\nb:\nc: [null, {n: 4}]\n");
	const struct conf_struct *s = &c.doc.kind->top;
	const struct conf_list *a = conf_at(c.doc.record, &s->fields[0]);
	const struct conf_list *items = conf_at(c.doc.record, &s->fields[2]);

	CHECK_INT(findings_in(&c), 0);
	CHECK(!a->nulls[0] && a->nulls[1] && !a->nulls[2]);
	CHECK_INT(((const int64_t *)a->items)[2], 3);
	CHECK_INT(conf_state(s, c.doc.record, &s->fields[1]), CONF_NULL);
	CHECK(items->nulls[0] && !items->nulls[1]);
	CHECK(conf_record(s->fields[2].type->elem, conf_item(s->fields[2].type, items, 0)) == NULL);
	CHECK(conf_record(s->fields[2].type->elem, conf_item(s->fields[2].type, items, 1)) != NULL);
	checked_free(&c);
}

TEST(strings_point_into_the_source_where_they_can)
{
	struct checked c = check_texts("schema: A\nfields: {a: string, b: string}\n",
				       "kind: A\nname: x\na: plain\nb: \"esc\\x41ped\"\n");
	const struct str *a = c.doc.record, *b = a + 1;

	CHECK(a->p > c.source->text.p && a->p < c.source->text.p + c.source->text.n);
	arena_reset(c.scratch);
	CHECK_STR(*a, "plain");
	CHECK_STR(*b, "escAped");
	checked_free(&c);
}

static void check_prints(const char *a, const char *b, bool equal)
{
	struct checked x = check_texts(a, NULL), y = check_texts(b, NULL);

	CHECK_INT(findings_in(&x) + findings_in(&y), 0);
	CHECK((memcmp(x.schema->fingerprint, y.schema->fingerprint, 32) == 0) == equal);
	checked_free(&x);
	checked_free(&y);
}

TEST(a_fingerprint_is_about_meaning)
{
	static const char base[] = "schema: A\nfields:\n  a: duration  `validate:\"min=1s,max=1m\" "
				   "default:\"30s\"`\n  b: int\n";

	check_prints(base,
		     "# Doc.\nschema: A\nfields:\n  # More.\n  a: {type: duration, validate: "
		     "'max=1m, min=1s', default: 30000ms, doc: x}\n  b: int  `unit:\"m\"`\n",
		     true);
	check_prints(base,
		     "schema: A\nfields:\n  b: int\n  a: duration  `validate:\"min=1s,max=1m\" "
		     "default:\"30s\"`\n",
		     false);
	check_prints(base,
		     "schema: A\nfields:\n  a: duration  `validate:\"min=1s,max=2m\" "
		     "default:\"30s\"`\n  b: int\n",
		     false);
	check_prints(base,
		     "schema: A\nfields:\n  a: duration  `validate:\"min=1s,max=1m\" "
		     "default:\"31s\"`\n  b: int\n",
		     false);
	check_prints(base,
		     "schema: A\nfields:\n  a: duration  `validate:\"min=1s,max=1m\" "
		     "default:\"30s\"`\n  b: int  `reload:\"restart\"`\n",
		     false);
	check_prints(base,
		     "schema: A\nfields:\n  a: duration  `validate:\"min=1s,max=1m\" "
		     "default:\"30s\"`\n  b: int?\n",
		     false);
}
