/* What every row of the table of rules owes to the manual, to explain and to the loader. */
#include "conf/rule.h"
#include "conf_check.h"

/* The fields and structs that the rows' examples speak of. */
static const char neighbours[] =
	"  mode: string\n  cert: string\n  gold: int\n  wood: int\n  primary: string\n"
	"  secondary: string\n  password: string\n";
static const char *const maybe[] = {"min_hp: int", "max_hp: int", "map_seed: int",
				    "map_file: string"};

static void check_example(const struct conf_rule *row)
{
	CLEANUP(buf_free) struct buf schema = {0};
	struct str name, rest = str_of(row->example);
	struct checked c;

	CHECK(str_cut(&rest, ':', &name) && rest.p);
	buf_printf(&schema, "schema: A\nfields:\n%s  %s\n", neighbours, row->example);
	for (size_t i = 0; i < ARRAY_LEN(maybe); i++) {
		if (!str_starts(str_of(maybe[i]), name))
			buf_printf(&schema, "  %s\n", maybe[i]);
	}
	buf_printf(&schema, "structs:\n  Wave: {name: string}\n");
	c = check_texts(schema.p, NULL);
	if (findings_in(&c))
		print_message("%s: " STR_FMT "\n", row->name, STR_ARG(c.d.list.items[0].message));
	CHECK_INT(findings_in(&c), 0);
	checked_free(&c);
}

TEST(the_example_of_every_rule_loads_and_uses_it)
{
	for (size_t i = 0; i < conf_rules_table_count; i++) {
		CHECK(strstr(conf_rules_table[i]->example, conf_rules_table[i]->name));
		check_example(conf_rules_table[i]);
	}
}

TEST(every_rule_says_what_it_is_and_what_is_wrong)
{
	for (size_t i = 0; i < conf_rules_table_count; i++) {
		const struct conf_rule *row = conf_rules_table[i];
		bool loader = row->class == RULE_STRUCTURE;

		CHECK(row->name && row->summary && row->params && row->bases);
		CHECK(row->summary[strlen(row->summary) - 1] != '.');
		CHECK(loader || (row->passes && row->say));
		CHECK(row->max_params >= row->min_params);
		CHECK((row->max_params > 0) == (row->params[0] != '\0'));
		CHECK(row->max_params == 0 || row->compile);
	}
}
