/* tests/unit/test_main.c: main() of every unit test program. */
#include <stdio.h>

#include "test.h"

struct CMUnitTest test_table[TEST_MAX];
size_t test_count;

void test_register(const char *name, void (*body)(void **state))
{
	if (test_count == TEST_MAX)
		abort();
	test_table[test_count++] = (struct CMUnitTest){.name = name, .test_func = body};
}

void test_check_str(struct str actual, const char *wanted, const char *file, int line)
{
	if (str_is(actual, wanted))
		return;
	print_error("want: %s\ngot:  " STR_FMT "\n", wanted, STR_ARG(actual));
	_fail(file, line);
}

int main(void)
{
	/* cmocka's private entry: the public macro needs an array whose size the compiler knows. */
	return _cmocka_run_group_tests("unit", test_table, test_count, NULL, NULL);
}
