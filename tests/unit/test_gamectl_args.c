/* tests/unit/test_gamectl_args.c: the command line against the rows. */
#include "args.h"
#include "test.h"

static struct arena *mem;

static struct cmd_args parse(const char *line)
{
	struct cmd_args args;
	struct str rest, word;
	char *argv[32] = {(char *)"gamectl"};
	int argc = 1;

	if (!mem)
		mem = arena_new("test");
	rest = arena_str(mem, str_of(line));
	while (rest.n && str_cut(&rest, ' ', &word))
		argv[argc++] = arena_cstr(mem, word);
	args_parse(mem, &args, argc, argv);
	return args;
}

#define CHECK_FAULT(line, wanted_fault, wanted_hint)                                               \
	do {                                                                                       \
		struct cmd_args a_ = parse(line);                                                  \
		CHECK_STR(a_.fault, wanted_fault);                                                 \
		CHECK_STR(a_.hint, wanted_hint);                                                   \
	} while (0)

TEST(options_may_stand_before_between_and_behind)
{
	struct cmd_args a = parse("-o json validate --threads=2 game --max-findings 5");

	CHECK_STR(a.fault, "");
	CHECK_TEXT(a.cmd->name, "validate");
	CHECK_TEXT(a.words[0][0], "game");
	CHECK_TEXT(args_given(&a, "output")->text, "json");
	CHECK_INT(args_given(&a, "threads")->number, 2);
	CHECK_INT(args_given(&a, "max-findings")->number, 5);
}

TEST(behind_two_dashes_everything_is_a_word)
{
	CHECK_TEXT(parse("validate -- --threads").words[0][0], "--threads");
}

TEST(the_last_of_two_equal_options_counts)
{
	struct cmd_args a = parse("validate . --threads 2 --threads 3");

	CHECK_INT(args_given(&a, "threads")->number, 3);
}

TEST(a_value_may_stick_to_its_letter)
{
	struct cmd_args a = parse("validate . -oyaml");

	CHECK_TEXT(args_given(&a, "output")->text, "yaml");
}

TEST(a_mistyped_verb_gets_the_nearest)
{
	CHECK_FAULT("validat .", "unknown verb \"validat\"", "did you mean gamectl validate?");
	CHECK_FAULT("frobnicate", "unknown verb \"frobnicate\"", "gamectl help lists all verbs");
}

TEST(a_mistyped_option_gets_the_nearest)
{
	CHECK_FAULT("validate . --max-finding 3", "validate has no option --max-finding",
		    "did you mean --max-findings?");
	CHECK_FAULT("validate . -x", "validate: unknown option -x", "see gamectl help validate");
	CHECK_FAULT("--sokcet x status", "unknown option --sokcet", "did you mean --socket?");
	CHECK_FAULT("--wherever x status", "unknown option --wherever",
		    "options of a verb come behind it");
	CHECK_FAULT("--socket x completion bash", "completion has no option --socket",
		    "see gamectl help completion");
	CHECK_FAULT("--socket x status", "", "");
}

TEST(words_too_few_and_too_many_are_named)
{
	CHECK_FAULT("completion", "completion: missing shell", "see gamectl help completion");
	CHECK_FAULT("validate a b", "validate: \"b\" is one word too many",
		    "see gamectl help validate");
}

TEST(values_are_checked_before_the_verb_runs)
{
	CHECK_FAULT("validate . --threads many", "--threads takes a whole number, not \"many\"",
		    "see gamectl help validate");
	CHECK_FAULT("validate . --threads 1000", "--threads takes 0 to 256, not 1000",
		    "see gamectl help validate");
	CHECK_FAULT("validate . --max-file 5",
		    "--max-file takes a size such as 64KiB or 16MiB, not \"5\"",
		    "see gamectl help validate");
	CHECK_FAULT("validate . --threads", "--threads needs a value: --threads N",
		    "see gamectl help validate");
	CHECK_FAULT("validate . --help=yes", "--help takes no value", "see gamectl help validate");
	CHECK_FAULT("validate . --color blue", "--color takes auto|always|never, not \"blue\"",
		    "see gamectl help validate");
	CHECK_FAULT("completion bahs", "completion: shell is one of bash|zsh|fish, not \"bahs\"",
		    "did you mean bash?");
}

TEST(an_output_a_verb_cannot_give_is_refused_with_those_it_can)
{
	CHECK_FAULT("validate . -o jsno", "-o jsno: validate prints as table, json, yaml",
		    "did you mean -o json?");
	CHECK_FAULT("-o csv validate .", "-o csv: validate prints as table, json, yaml",
		    "see gamectl help validate");
}

static int64_t number(enum cmd_value kind, const char *text)
{
	int64_t n = 0;

	return args_number(kind, str_of(text), &n) ? n : -1;
}

TEST(durations_and_sizes_need_their_unit)
{
	CHECK_INT(number(CMD_DURATION, "1h30m"), 5400000);
	CHECK_INT(number(CMD_DURATION, "250ms"), 250);
	CHECK_INT(number(CMD_DURATION, "5"), -1);
	CHECK_INT(number(CMD_DURATION, ""), -1);
	CHECK_INT(number(CMD_DURATION, "99999999999999d"), -1);
	CHECK_INT(number(CMD_SIZE, "64KiB"), 65536);
	CHECK_INT(number(CMD_SIZE, "1MiB2KiB"), -1);
	CHECK_INT(number(CMD_INT, "9223372036854775808"), -1);
	CHECK_INT(number(CMD_INT, "12x"), -1);
}
