/* Did you mean. */
#include "conf/suggest.h"
#include "test.h"

static const char *suggestion(const char *word)
{
	static const char *const words[] = {"player_hp",  "spawn_rate", "enable_vfx", "min",
					    "max",        "id",         "name",       "loot",
					    "difficulty", "waves"};
	static char best[64];
	struct suggest s = suggest_for(str_of(word));

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		suggest_add(&s, str_of(words[i]));
	memcpy(best, s.best.n ? s.best.p : "", s.best.n);
	best[s.best.n] = '\0';
	return best;
}

TEST(one_letter_wrong_missing_added_or_swapped)
{
	CHECK_TEXT(suggestion("player_hq"), "player_hp");
	CHECK_TEXT(suggestion("playr_hp"), "player_hp");
	CHECK_TEXT(suggestion("player_hpp"), "player_hp");
	CHECK_TEXT(suggestion("palyer_hp"), "player_hp");
	CHECK_TEXT(suggestion("mim"), "min");
	CHECK_TEXT(suggestion("wave"), "waves");
}

TEST(case_and_separators_are_slips)
{
	CHECK_TEXT(suggestion("PLAYER_HP"), "player_hp");
	CHECK_TEXT(suggestion("player-hp"), "player_hp");
	CHECK_TEXT(suggestion("playerHp"), "player_hp");
	CHECK_TEXT(suggestion("ID"), "id");
}

TEST(the_closest_wins)
{
	CHECK_TEXT(suggestion("mac"), "max");
	CHECK_TEXT(suggestion("mi"), "min");
}

TEST(what_is_far_off_gets_no_suggestion)
{
	CHECK_TEXT(suggestion("gravity"), "");
	CHECK_TEXT(suggestion("xy"), "");
	CHECK_TEXT(suggestion(""), "");
	CHECK_TEXT(
		suggestion(
			"a_word_that_is_much_longer_than_any_name_of_a_field_may_be_in_a_schema"),
		"");
}
