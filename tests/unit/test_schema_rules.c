/* The validate tag: splitting, levels, and rules where they do not belong. */
#include "conf/rule.h"
#include "conf_check.h"

#define FIELDS(lines) "schema: A\nfields:\n" lines
#define FIELD(spec)   FIELDS("  a: " spec "\n  b: int\n")
#define AT            "schemas/s.yaml:3:6: error: "
#define DOC(lines)    "kind: A\nname: x\n" lines

TEST(an_unknown_rule_suggests_a_known_one)
{
	CHECK_SCHEMA(FIELD("int  `validate:\"mim=1\"`"),
		     AT "unknown rule mim [schema-rule] -> did you mean min?\n");
	CHECK_SCHEMA(FIELD("int  `validate:\"requird,min=1\"`"),
		     AT "unknown rule requird [schema-rule] -> did you mean required?\n");
}

TEST(an_empty_rule_is_an_error)
{
	CHECK_SCHEMA(FIELD("int  `validate:\"min=1,,max=2\"`"), AT "an empty rule [schema-rule]\n");
	CHECK_SCHEMA(FIELD("int  `validate:\"min=1,\"`"), AT "an empty rule [schema-rule]\n");
	CHECK_SCHEMA(FIELD("int  `validate:\"min=1|\"`"), AT "an empty rule [schema-rule]\n");
	CHECK_SCHEMA(FIELD("int  `validate:\"=1\"`"), AT "an empty rule [schema-rule]\n");
	CHECK_SCHEMA(FIELD("int  `validate:\"\"`"), "");
}

TEST(spaces_around_commas_mean_nothing)
{
	CHECK_DOC(FIELD("int  `validate:\" min=2 , max = 3 \"`"), DOC("a: 1\n"),
		  "d.yaml:3:4: error: a: 1 is below the minimum 2 [min]\n");
}

TEST(quotes_protect_space_comma_pipe_and_equals)
{
	static const char schema[] =
		FIELD("string  `validate:\"oneof='a b' 'c,d' 'e|f' 'g=h' 'it''s' "
		      "x0x2Cy 0x7C\"`");

	CHECK_DOC(schema, DOC("a: a b\n"), "");
	CHECK_DOC(schema, DOC("a: c,d\n"), "");
	CHECK_DOC(schema, DOC("a: e|f\n"), "");
	CHECK_DOC(schema, DOC("a: g=h\n"), "");
	CHECK_DOC(schema, DOC("a: it's\n"), "");
	CHECK_DOC(schema, DOC("a: x,y\n"), "");
	CHECK_DOC(schema, DOC("a: \"|\"\n"), "");
	CHECK_DOC("schema: A\nfields:\n  a: string  `validate:\"ne=''\"`\n", DOC("a: \"\"\n"),
		  "d.yaml:3:4: error: a: \"\" is the one value that is not allowed [ne]\n");
}

TEST(an_open_quote_is_named)
{
	CHECK_SCHEMA(FIELD("string  `validate:\"eq='x\"`"),
		     AT "a quote is not closed in 'x [schema-param]\n");
}

TEST(rules_take_the_parameters_they_take)
{
	CHECK_SCHEMA(FIELD("int  `validate:\"min\"`"), AT
		     "min takes 1 parameter, found 0 [schema-arity] -> write min=N; single quotes "
		     "keep spaces together\n");
	CHECK_SCHEMA(FIELD("int  `validate:\"min=1 2\"`"), AT
		     "min takes 1 parameter, found 2 [schema-arity] -> write min=N; single quotes "
		     "keep spaces together\n");
	CHECK_SCHEMA(FIELD("int  `validate:\"required=1\"`"),
		     AT "required takes no parameter, found 1 [schema-arity]\n");
	CHECK_SCHEMA(FIELD("list[int]  `validate:\"omitempty=1\"`"),
		     AT "omitempty takes no parameter [schema-rule]\n");
}

TEST(rules_stand_on_types_they_are_for)
{
	CHECK_SCHEMA(FIELD("bool  `validate:\"min=1\"`"), AT
		     "min is not for bool [schema-rule] -> it is for int, float, string, duration, "
		     "size, percent, list, map\n");
	CHECK_SCHEMA(FIELD("list[int]  `validate:\"alphanum\"`"),
		     AT "alphanum is not for list[int] [schema-rule] -> it is for string\n");
}

TEST(dive_leads_into_containers_only)
{
	CHECK_SCHEMA(FIELD("int  `validate:\"dive,min=1\"`"),
		     AT "dive leads into a list or a map, not into int [schema-rule]\n");
	CHECK_SCHEMA(FIELD("list[int]  `validate:\"dive,dive,min=1\"`"),
		     AT "dive leads into a list or a map, not into int [schema-rule]\n");
	CHECK_SCHEMA(FIELD("list[list[int]]  `validate:\"min=1,dive,max=2,dive,min=3\"`"), "");
}

TEST(keys_and_endkeys_frame_the_rules_of_keys)
{
	CHECK_SCHEMA(FIELD("map[string]int  `validate:\"keys,min=1,endkeys\"`"),
		     AT "keys stands right behind dive [schema-rule]\n");
	CHECK_SCHEMA(FIELD("map[string]int  `validate:\"dive,keys,min=1\"`"),
		     AT "keys without endkeys [schema-rule]\n");
	CHECK_SCHEMA(FIELD("map[string]int  `validate:\"dive,endkeys\"`"),
		     AT "endkeys without keys [schema-rule]\n");
	CHECK_SCHEMA(FIELD("list[int]  `validate:\"dive,keys,min=1,endkeys\"`"),
		     AT "keys is for maps, not for list[int] [schema-rule]\n");
	CHECK_SCHEMA(FIELD("map[string]int  `validate:\"dive,keys,required,endkeys\"`"),
		     AT "required cannot stand on keys, which are always there [schema-rule]\n");
}

TEST(presence_rules_are_for_fields)
{
	CHECK_SCHEMA(FIELD("list[int]  `validate:\"dive,required_with=b\"`"),
		     AT "required_with is for fields, not for the elements of a container "
			"[schema-rule]\n");
	CHECK_SCHEMA(FIELD("int  `validate:\"min=1|required\"`"),
		     AT "required asks for presence and cannot stand in a|b [schema-rule]\n");
	CHECK_SCHEMA(FIELD("int  `validate:\"min=1|omitempty\"`"),
		     AT "omitempty cannot be one of several alternatives [schema-rule]\n");
}

TEST(a_rule_twice_at_one_level_is_an_error)
{
	CHECK_SCHEMA(FIELD("int  `validate:\"min=1,min=2\"`"),
		     AT "\"min=2\": the rule min stands here twice [schema-rule]\n");
	CHECK_SCHEMA(FIELD("string  `validate:\"omitempty,omitempty\"`"),
		     AT "omitempty is written twice [schema-rule]\n");
	CHECK_SCHEMA(FIELD("list[int]  `validate:\"min=1,dive,min=2\"`"), "");
	CHECK_SCHEMA(FIELD("int  `validate:\"required_if=b 1,required_if=b 2\"`"), "");
}

TEST(bounds_that_no_value_can_meet_are_an_error)
{
	CHECK_SCHEMA(FIELD("int  `validate:\"min=5,max=1\"`"),
		     AT "no value can pass both min=5 and max=1 [schema-param]\n");
}

TEST(the_opaque_rule_stands_alone)
{
	CHECK_SCHEMA(FIELD("list[int]  `validate:\"-,min=1\"`"),
		     AT "- stands alone: nothing of the value is checked [schema-rule]\n");
	CHECK_SCHEMA(FIELD("list[int]  `validate:\"required,-\"`"),
		     AT "- stands alone: nothing of the value is checked [schema-rule]\n");
	CHECK_DOC(FIELD("list[int]  `validate:\"min=2,dive,-\"`"), DOC("a: [x]\n"),
		  "d.yaml:3:4: error: a: 1 item is below the minimum 2 [min]\n");
}

TEST(fields_named_by_rules_must_exist)
{
	CHECK_SCHEMA(FIELD("int  `validate:\"gtfield=c\"`"),
		     AT "\"gtfield=c\": A has no field c [schema-field]\n");
	CHECK_SCHEMA(FIELD("string  `validate:\"eqfield=b\"`"),
		     AT "\"eqfield=b\": b is of another type: int, not string [schema-field]\n");
}

TEST(a_field_without_readable_type_breaks_no_other_rule)
{
	CHECK_SCHEMA(FIELDS("  a: intt\n  b: int  `validate:\"gtfield=a,min=x\"`\n"),
		     AT "unknown type intt [schema-type] -> did you mean int?\n"
			"schemas/s.yaml:4:6: error: \"min=x\": \"x\" is not a whole number "
			"[schema-param]\n");
}

TEST(too_many_rules_are_one_finding)
{
	CLEANUP(buf_free) struct buf text = {0};

	buf_add(&text, STR(FIELDS("  a: string  `validate:\"min=1")));
	for (int i = 0; i < 70; i++)
		buf_add(&text, STR(",contains=x"));
	buf_add(&text, STR("\"`\n"));
	CHECK_SCHEMA(text.p, AT "more than 64 rules at one level [too-large]\n");
}

TEST(rules_come_with_presence_first)
{
	struct checked c = check_texts(
		FIELD("int  `validate:\"min=1,required,max=5,explicit,gtfield=b\"`"), NULL);
	const struct conf_rules *rules = conf_kind_find(c.schema, STR("A"))->top.fields[0].rules;
	static const char *const wanted[] = {"required", "explicit", "min=1", "max=5", "gtfield=b"};

	CHECK_INT(rules->count, 5);
	CHECK_INT(rules->presence, 2);
	CHECK(rules->compares);
	for (size_t i = 0; i < 5; i++) {
		CHECK_STR(rules->uses[i].written, wanted[i]);
		CHECK(rules->uses[i].compares == (i == 4));
	}
	checked_free(&c);
}
