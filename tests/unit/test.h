/* tests/unit/test.h
 * Unit tests: a test's name is a sentence, TEST() registers it, one file is one program.
 *
 *	TEST(an_empty_map_finds_nothing) { CHECK(map_get(&m, STR("x")) == NULL); }
 */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/base.h"

#define TEST_MAX 512
extern struct CMUnitTest test_table[TEST_MAX];
extern size_t test_count;
void test_register(const char *name, void (*body)(void **state));

#define TEST(sentence)                                                                             \
	static void test_##sentence(void **state);                                                 \
	__attribute__((constructor)) static void register_##sentence(void)                         \
	{                                                                                          \
		test_register(#sentence, test_##sentence);                                         \
	}                                                                                          \
	static void test_##sentence(void **state __attribute__((unused)))

#define CHECK(condition)           assert_true(condition)
#define CHECK_INT(actual, wanted)  assert_int_equal((actual), (wanted))
#define CHECK_TEXT(actual, wanted) assert_string_equal((actual), (wanted))
#define CHECK_STR(actual, wanted)  test_check_str((actual), (wanted), __FILE__, __LINE__)
void test_check_str(struct str actual, const char *wanted, const char *file, int line);
