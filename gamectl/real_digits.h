/* gamectl/real_digits.h
 * How many digits numbers need so that they read back as the same: 0.2 is written 0.2, not 0.20000000000000001.
 *
 * Thread: any; no state.
 */
#pragma once
#include <jansson.h>
#include <stddef.h>

/* The most that any number in there needs: 15 to 17, for JSON_REAL_PRECISION(). */
size_t real_digits(const json_t *value);
