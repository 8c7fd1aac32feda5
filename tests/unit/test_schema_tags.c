/* The two forms of a field, and its tags. */
#include "conf_check.h"

#define FIELDS(lines) "schema: A\nfields:\n" lines

static const struct conf_field *field_of(const struct checked *c, const char *kind,
					 const char *field)
{
	const struct conf_kind *k = conf_kind_find(c->schema, str_of(kind));

	return k ? conf_field_find(&k->top, str_of(field)) : NULL;
}

TEST(short_and_long_form_mean_the_same)
{
	static const char *const forms[] = {
		FIELDS("  hp: int  `validate:\"required,min=1\" reload:\"next\" doc:\"x\" "
		       "unit:\"HP\" "
		       "example:\"5\" since:\"1.2\" was:\"life\"`\n"),
		FIELDS("  hp: {type: int, validate: 'required,min=1', reload: next, doc: x, unit: "
		       "HP, "
		       "example: 5, since: 1.2, was: life}\n"),
		FIELDS("  hp:\n    type: int\n    validate: required,min=1\n    reload: next\n"
		       "    doc: x\n    unit: HP\n    example: \"5\"\n    since: '1.2'\n    was: "
		       "life\n"),
	};

	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		struct checked c = check_texts(forms[i], NULL);
		const struct conf_field *f = field_of(&c, "A", "hp");

		CHECK(f != NULL);
		CHECK_STR(f->validate, "required,min=1");
		CHECK_STR(f->doc, "x");
		CHECK_STR(f->unit, "HP");
		CHECK_STR(f->example, "5");
		CHECK_STR(f->since, "1.2");
		CHECK_STR(f->was, "life");
		CHECK_STR(f->type->text, "int");
		CHECK_INT(f->reload, CONF_NEXT);
		CHECK(f->required);
		checked_free(&c);
	}
}

TEST(a_comment_block_right_above_is_the_doc)
{
	struct checked c = check_texts("# Not this one.\n"
				       "schema: A\n"
				       "# The kind.\n"
				       "# Two lines.\n"
				       "fields:\n"
				       "  # Hit points.\n"
				       "  hp: int\n"
				       "\n"
				       "  # A section, not a doc.\n"
				       "\n"
				       "  mp: int\n"
				       "  # Loses to the tag.\n"
				       "  xp: int  `doc:\"wins\"`\n"
				       "structs:\n"
				       "  # A struct.\n"
				       "  S: {}\n",
				       NULL);
	const struct conf_kind *k = conf_kind_find(c.schema, STR("A"));

	CHECK_STR(k->top.doc, "The kind.\nTwo lines.");
	CHECK_STR(field_of(&c, "A", "hp")->doc, "Hit points.");
	CHECK_STR(field_of(&c, "A", "mp")->doc, "");
	CHECK_STR(field_of(&c, "A", "xp")->doc, "wins");
	CHECK_STR(k->structs[0]->doc, "A struct.");
	checked_free(&c);
}

TEST(a_comment_above_the_schema_is_its_doc_when_there_is_no_other)
{
	struct checked c = check_texts("# The kind.\nschema: A\nfields: {}\n", NULL);

	CHECK_STR(conf_kind_find(c.schema, STR("A"))->top.doc, "The kind.");
	checked_free(&c);
}

TEST(a_backslash_takes_the_meaning_of_quotes_and_backslashes_only)
{
	struct checked c =
		check_texts(FIELDS("  a: string  `doc:\"say \\\"hi\\\" \\\\ \\d a`b\"`\n"), NULL);

	CHECK_STR(field_of(&c, "A", "a")->doc, "say \"hi\" \\ \\d a`b");
	checked_free(&c);
}

TEST(the_short_form_may_go_over_several_lines)
{
	struct checked c = check_texts(FIELDS("  a: int\n    `validate:\"min=1\"\n"
					      "    unit:\"m\"`\n"),
				       NULL);

	CHECK_STR(field_of(&c, "A", "a")->unit, "m");
	checked_free(&c);
}

TEST(an_unknown_tag_is_named)
{
	CHECK_SCHEMA(FIELDS("  a: int  `valdate:\"min=1\"`\n"),
		     "schemas/s.yaml:3:6: error: unknown tag valdate [schema-tag] -> did you mean "
		     "validate?\n");
	CHECK_SCHEMA(FIELDS("  a: {type: int, json: a}\n"),
		     "schemas/s.yaml:3:6: error: unknown tag json [schema-tag]\n");
}

TEST(a_tag_twice_is_an_error)
{
	CHECK_SCHEMA(FIELDS("  a: int  `unit:\"m\" unit:\"s\"`\n"),
		     "schemas/s.yaml:3:6: error: tag unit is written twice [schema-tag]\n");
	CHECK_SCHEMA(
		FIELDS("  a: {type: int, unit: m, unit: s}\n"),
		"schemas/s.yaml:3:27: error: duplicate key \"unit\", first at line 3, column 18 "
		"[duplicate-key] -> keep one of the two\n");
}

TEST(tags_without_backticks_say_so)
{
	CHECK_SCHEMA(
		FIELDS("  a: int validate=\"min=1\"\n"),
		"schemas/s.yaml:3:6: error: tags stand between two backticks [schema-tag] -> as "
		"in int `validate:\"min=1\"`\n");
}

TEST(malformed_tags_show_the_form)
{
	CHECK_SCHEMA(
		FIELDS("  a: int  `validate=\"min=1\"`\n"),
		"schemas/s.yaml:3:6: error: a tag has the form name:\"value\", found "
		"validate=\"min=1\"` [schema-tag] -> as in `validate:\"min=1\" default:\"5\"`, "
		"with spaces between tags\n");
	CHECK_SCHEMA(FIELDS("  a: int  `unit:\"m\"` x\n"),
		     "schemas/s.yaml:3:6: error: text behind the closing backtick: x [schema-tag] "
		     "-> all tags stand between one pair of backticks\n");
	CHECK_SCHEMA(
		FIELDS("  a: 'int  `unit:\"m\"'\n"),
		"schemas/s.yaml:3:6: error: the backtick is not closed in this field [schema-tag] "
		"-> \" #\" begins a comment in YAML; a text with it goes into the long form, "
		"{type: ..., doc: \"...\"}\n");
}

TEST(a_comment_sign_inside_a_tag_leads_to_the_long_form)
{
	CHECK_SCHEMA(
		FIELDS("  a: int  `doc:\"the #1 value\"`\n"),
		"schemas/s.yaml:3:6: error: a quote is not closed in this field [schema-tag] -> "
		"\" #\" begins a comment in YAML; a text with it goes into the long form, "
		"{type: ..., doc: \"...\"}\n");
}

TEST(the_long_form_needs_a_type)
{
	CHECK_SCHEMA(FIELDS("  a: {validate: min=1}\n"),
		     "schemas/s.yaml:3:6: error: the long form of a field needs type [schema-key] "
		     "-> as in {type: int, doc: \"...\"}\n");
	CHECK_SCHEMA(FIELDS("  a: {type: }\n"), "schemas/s.yaml:3:7: error: type has no value "
						"[schema-tag]\n");
	CHECK_SCHEMA(
		FIELDS("  a: {type: [int]}\n"),
		"schemas/s.yaml:3:13: error: type is a list, expected text [schema-tag] -> put it "
		"into quotes\n");
}

TEST(a_field_without_anything_needs_a_type)
{
	CHECK_SCHEMA(FIELDS("  a:\n"), "schemas/s.yaml:3:3: error: a field needs a type "
				       "[schema-type] -> as in int, list[string] or {type: int}\n");
	CHECK_SCHEMA(FIELDS("  a: [int]\n"),
		     "schemas/s.yaml:3:6: error: a field needs a type [schema-type] -> as in int, "
		     "list[string] or {type: int}\n");
	CHECK_SCHEMA(FIELDS("  a: '`unit:\"m\"`'\n"),
		     "schemas/s.yaml:3:6: error: no type in front of the tags [schema-type]\n");
}

TEST(reload_takes_three_words)
{
	CHECK_SCHEMA(
		FIELDS("  a: int  `reload:\"soon\"`\n"),
		"schemas/s.yaml:3:6: error: reload is not \"soon\" [schema-tag] -> live: at once; "
		"next: in rooms that open from now on; restart\n");
}

TEST(secret_is_true_or_false)
{
	CHECK_SCHEMA(
		FIELDS("  a: string  `secret:\"yes\"`\n"),
		"schemas/s.yaml:3:6: error: secret is true or false, not \"yes\" [schema-tag]\n");
	CHECK_SCHEMA(FIELDS("  a: {type: string, secret: true}\n"), "");
}

TEST(an_old_name_stands_for_one_field_only)
{
	CHECK_SCHEMA(
		FIELDS("  a: int  `was:\"b\"`\n  b: int\n"),
		"schemas/s.yaml:3:6: error: was=b: there is a field of that name [schema-tag]\n");
	CHECK_SCHEMA(
		FIELDS("  a: int  `was:\"old\"`\n  b: int  `was:\"old\"`\n"),
		"schemas/s.yaml:4:6: error: was=old: that is the old name of a too [schema-tag]\n");
	CHECK_SCHEMA(FIELDS("  a: int  `was:\"kind\"`\n"),
		     "schemas/s.yaml:3:6: error: was cannot be \"kind\" [schema-tag]\n");
	CHECK_SCHEMA(FIELDS("  a: int  `was:\"1st\"`\n"),
		     "schemas/s.yaml:3:6: error: was cannot be \"1st\" [schema-tag]\n");
}

TEST(required_beside_a_default_is_a_warning)
{
	CHECK_SCHEMA(FIELDS("  a: int  `validate:\"required\" default:\"1\"`\n"),
		     "schemas/s.yaml:3:6: warning: required can never fail beside a default "
		     "[redundant-required] -> remove one of them; explicit demands that the author "
		     "writes the key\n");
}
