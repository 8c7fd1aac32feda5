/* gamectl/real_digits.c */
#include "real_digits.h"

#include <stdio.h>
#include <stdlib.h>

enum { ALWAYS_EXACT = 15, ENOUGH = 17 };

static size_t digits_of(double number)
{
	for (size_t n = ALWAYS_EXACT; n < ENOUGH; n++) {
		char text[40];

		(void)snprintf(text, sizeof(text), "%.*g", (int)n, number);
		if (strtod(text, NULL) == number)
			return n;
	}
	return ENOUGH;
}

size_t real_digits(const json_t *value)
{
	size_t most = json_is_real(value) ? digits_of(json_real_value(value)) : ALWAYS_EXACT;
	const char *key;
	json_t *inner;

	for (size_t i = 0; i < json_array_size(value); i++) {
		size_t n = real_digits(json_array_get(value, i));

		most = n > most ? n : most;
	}
	json_object_foreach((json_t *)value, key, inner)
	{
		size_t n = real_digits(inner);

		most = n > most ? n : most;
	}
	return most;
}
