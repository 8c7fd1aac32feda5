/* tests/unit/test_id.c */
#include "base/id.h"
#include "test.h"

TEST(an_id_says_loop_slot_and_generation)
{
	struct id id = id_make(63, ID_SLOTS_MAX - 1, 123456789);

	CHECK_INT(id_loop(id), 63);
	CHECK_INT(id_slot(id), ID_SLOTS_MAX - 1);
	CHECK_INT(id_generation(id), 123456789);
}

TEST(an_ids_text_is_read_back_in_both_cases)
{
	struct id id = id_make(3, 77, 1 << 20), back;
	char text[ID_TEXT], upper[ID_TEXT];

	id_text('r', id, text);
	CHECK(id_parse('r', str_of(text), &back) && id_eq(id, back));
	memcpy(upper, text, sizeof(upper));
	for (char *c = upper + 2; *c; c++) {
		if (*c >= 'a' && *c <= 'z')
			*c -= 'a' - 'A';
	}
	CHECK(id_parse('r', str_of(upper), &back) && id_eq(id, back));
}

TEST(the_largest_id_has_a_text)
{
	struct id id = {UINT64_MAX}, back;
	char text[ID_TEXT];

	CHECK_TEXT(id_text('s', id, text), "s-fzzzzzzzzzzzz");
	CHECK(id_parse('s', str_of(text), &back) && id_eq(id, back));
	CHECK(!id_parse('s', STR("s-gzzzzzzzzzzzz"), &back));
}

TEST(what_is_no_id_is_refused)
{
	static const char *const wrong[] = {"",    "r",    "r-",    "s-2000ck", "2000ck",
					    "r-0", "r-il", "r-2 0", "r_2000ck", "r-00000000000000"};
	struct id id;
	char text[ID_TEXT];

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		CHECK(!id_parse('r', str_of(wrong[i]), &id));
	CHECK(!id_parse('r', (struct str){"r-2\0", 4}, &id));
	CHECK_TEXT(id_text('r', ID_NONE, text), "-");
}
