/* Defaults, and the built-in kinds. */
#include "conf_check.h"

#define FIELDS(lines) "schema: A\nfields:\n" lines
#define AT            "schemas/s.yaml:3:6: error: "
#define DOC(lines)    "kind: A\nname: x\n" lines

TEST(a_default_must_be_a_value_of_the_type)
{
	CHECK_SCHEMA(FIELDS("  a: int  `default:\"x\"`\n"),
		     AT "default: \"x\" is not a whole number [schema-default]\n");
	CHECK_SCHEMA(FIELDS("  a: int8  `default:\"300\"`\n"),
		     AT "default: 300 does not fit int8 (-128 to 127) [schema-default]\n");
	CHECK_SCHEMA(FIELDS("  a: string  `default:\"1.10\"`\n"), "");
	CHECK_SCHEMA(FIELDS("  a: string  `default:\"\"`\n"), "");
}

TEST(containers_have_no_default)
{
	CHECK_SCHEMA(FIELDS("  a: list[int]  `default:\"[]\"`\n"), AT
		     "default: lists, maps and structs have no default [schema-default] -> fields "
		     "of a struct have defaults of their own\n");
	CHECK_SCHEMA(FIELDS("  a: list[int]  `validate:\"-\" default:\"[]\"`\n"), AT
		     "default: lists, maps and structs have no default [schema-default] -> fields "
		     "of a struct have defaults of their own\n");
}

TEST(a_default_meets_the_rules_of_its_field)
{
	CHECK_SCHEMA(FIELDS("  a: int  `default:\"5\" validate:\"max=3,oneof=1 2\"`\n"),
		     AT "default: 5 is above the maximum 3 [schema-default]\n" AT
			"default: 5 is not one of 1, 2 [schema-default]\n");
	CHECK_SCHEMA(FIELDS("  a: string  `default:\"\" validate:\"omitempty,min=3\"`\n"), "");
	CHECK_SCHEMA(FIELDS("  a: duration  `default:\"-1s\" validate:\"min=-2s\"`\n"), "");
}

TEST(defaults_meet_the_rules_between_fields)
{
	CHECK_SCHEMA(FIELDS("  a: int  `default:\"5\" validate:\"ltfield=b\"`\n  b: int  "
			    "`default:\"1\"`\n"),
		     AT "default: 5 is not below b (1) [schema-default]\n");
	CHECK_SCHEMA(FIELDS("  a: int  `default:\"5\" validate:\"ltfield=b\"`\n  b: int\n"), "");
}

TEST(the_default_of_a_secret_is_not_shown)
{
	CHECK_SCHEMA(FIELDS("  a: int  `default:\"hunter2\" secret:\"true\"`\n"),
		     AT "the default does not fit the field; a secret is not shown "
			"[schema-default]\n");
}

TEST(defaults_inside_structs_of_lists_are_there)
{
	CHECK_DOC(FIELDS("  l: list[W]  `validate:\"unique=n\"`\nstructs:\n  W:\n"
			 "    n: int  `default:\"5\"`\n"),
		  DOC("l: [{}, {n: 5}]\n"),
		  "d.yaml:3:9: error: l[1]: n 5 is already at [0] [unique]\n");
}

TEST(the_built_in_kinds_are_sound)
{
	struct checked c = check_texts(NULL, NULL);

	CHECK_INT(c.d.list.count, 0);
	CHECK(!c.schema->broken);
	CHECK_INT(c.schema->kinds.count, conf_builtin_count);
	CHECK(conf_kind_find(c.schema, STR("Server"))->builtin);
	checked_free(&c);
}

TEST(a_builtin_kind_shows_where_its_rule_stands)
{
	struct checked c = check_texts(NULL, "kind: Server\nname: main\nwatch: maybe\n");
	CLEANUP(buf_free) struct buf out = {0};

	conf_render_text(&out, &c.d, &(struct conf_render){0});
	CHECK(strstr(out.p, "rule at builtin:schemas/server.yaml:") != NULL);
	checked_free(&c);
}
