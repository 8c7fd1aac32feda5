#include "conf/rules/ere.h"
#include "rules.h"

static bool fits(const char *pattern, struct str text)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("ere");
	struct str why;
	struct ere *re = ere_compile(mem, str_of(pattern), &why);

	if (!re)
		print_message("%s: " STR_FMT "\n", pattern, STR_ARG(why));
	CHECK(re != NULL);
	return ere_matches(re, text);
}

#define YES(pattern, text) CHECK(fits(pattern, STR(text)))
#define NO(pattern, text)  CHECK(!fits(pattern, STR(text)))

TEST(a_pattern_is_anchored_at_both_ends)
{
	YES("abc", "abc");
	NO("abc", "xabc");
	NO("abc", "abcd");
	NO("a|ab", "abc");
	YES("a|ab", "ab");
	YES("^abc$", "abc");
	NO("a^b", "ab");
	YES("", "");
	NO("", "a");
}

TEST(repetitions)
{
	YES("a*", "");
	YES("a*", "aaaa");
	NO("a+", "");
	YES("ab?c", "ac");
	YES("a{2}", "aa");
	NO("a{2}", "aaa");
	YES("a{2,}", "aaaaa");
	NO("a{2,}", "a");
	YES("a{1,3}", "aaa");
	NO("a{1,3}", "aaaa");
	YES("a{,2}", "");
	YES("(ab){2,3}c", "ababc");
	NO("(ab){2,3}c", "abc");
	YES("a{0}b", "b");
	YES("(a|b)*c", "ababbac");
	YES("(a*)*", "aaa");
	YES("(|a)+b", "aab");
	YES("a{0,3}b{0,2}", "aaabb");
	NO("a{0,3}b{0,2}", "aaaab");
}

TEST(sets_ranges_and_classes)
{
	YES("[a-c]+", "abcabc");
	NO("[a-c]+", "abd");
	YES("[^a-c]+", "xyz");
	YES("[]a]+", "]a");
	YES("[^]a]+", "bc");
	YES("[a-]+", "a-");
	YES("[\\.]+", "\\.");
	YES("[[:alpha:]_][[:alnum:]_]*", "_x9");
	NO("[[:digit:]]", "x");
	YES("\\w+\\s\\w+", "ab cd");
	YES("\\.\\*\\(\\[", ".*([");
}

TEST(a_dot_is_one_code_point)
{
	YES(".", "\xC3\xA4");
	YES("..", "\xE6\xBC\xA2\xF0\x9F\x90\xBA");
	NO("..", "\xC3\xA4");
	YES("[\xC3\xA4-\xC3\xBC]", "\xC3\xB6");
	YES(".", "\n");
}

TEST(a_bad_pattern_is_told_in_words)
{
	static const struct {
		const char *pattern, *why;
	} bad[] = {
		{"a(b", "a ( is never closed"},
		{"a)", "a ) was never opened"},
		{"[a", "a [ is never closed"},
		{"*a", "there is nothing to repeat before a * + ? or {"},
		{"a|+", "there is nothing to repeat before a * + ? or {"},
		{"a{2", "a { is never closed by }"},
		{"a{x}", "a { holds no number"},
		{"a{3,2}", "a { } counts backwards"},
		{"a{1001}", "a repetition in { } is above 1000"},
		{"[z-a]", "a range in [ ] goes backwards"},
		{"[[:letter:]]", "unknown class in [: :]; there are alpha digit alnum upper lower "
				 "space blank punct "
				 "print graph cntrl xdigit"},
		{"(a)\\1", "back-references such as \\1 are not supported"},
		{"\\d+", "\\d is not POSIX: write [0-9]"},
		{"(?:a)", "(? is not POSIX: use plain ( )"},
		{"a\\", "a \\ stands at the end"},
		{"((a{100}){100}){100}",
		 "its repetitions written out are too large; lower the numbers in { }"},
		{"\xff", "it is not UTF-8"},
	};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		CLEANUP(arena_freep) struct arena *mem = arena_new("ere");
		struct str why;

		CHECK(ere_compile(mem, str_of(bad[i].pattern), &why) == NULL);
		CHECK_STR(why, bad[i].why);
	}
}

TEST(hostile_patterns_stay_small_and_fast)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("ere");
	static char text[64 << 10], deep[1025];
	struct str why;
	struct ere *re;

	memset(text, 'a', sizeof(text));
	re = ere_compile(mem, STR("(a*)*b"), &why);
	CHECK(re && !ere_matches(re, (struct str){text, sizeof(text)}));
	re = ere_compile(mem, STR("(a|aa)+$"), &why);
	CHECK(re && ere_matches(re, (struct str){text, sizeof(text)}));
	re = ere_compile(mem, STR("(a|b)*a(a|b){20}"), &why);
	CHECK(re && ere_matches(re, (struct str){text, sizeof(text)}));
	memset(deep, '(', 1024);
	CHECK(!ere_compile(mem, (struct str){deep, 1024}, &why));
	CHECK_STR(why, "too many ( inside each other");
	CHECK(!ere_compile(mem, (struct str){text, 1025}, &why));
	CHECK_STR(why, "the pattern is longer than 1024 bytes");
	CHECK(arena_bytes(mem) < 1 << 20);
}

static void check_script(const char *pattern, const char *wanted)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("ere");
	CLEANUP(buf_free) struct buf out = {0};
	struct str why;

	ere_to_javascript(&out, ere_compile(mem, str_of(pattern), &why));
	CHECK_STR(buf_str(&out), wanted);
}

TEST(the_same_pattern_for_javascript)
{
	check_script("[a-z]{2,}x?", "^(?:(?:[a-z]){2,}(?:x)?)$");
	check_script("a.b|[[:digit:]\\]+", "^(?:(?:a[\\s\\S]b|(?:[0-9\\\\])+))$");
	check_script("[]^-]", "^(?:[\\]\\^\\-])$");
	check_script("\xC3\xA4", "^(?:\\u{e4})$");
}

TEST(the_rule_shows_the_pattern)
{
	CHECK_TAG("string", "pattern='[A-Z]{2}'", "AB", "");
	CHECK_TAG("string", "pattern='[A-Z]{2}'", "ABC",
		  "\"ABC\" does not fit the pattern [A-Z]{2} [pattern]");
	CHECK_TAG_ERROR("string", "pattern='a('",
			"\"pattern='a('\": a ( is never closed [schema-param]");
	CHECK_TAG("string", "pattern='(a|b), c'", "\"a, c\"", "");
}
