/* bench/bench.h: clock, median, and values the compiler must not look through. */
#pragma once
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/base.h"

#define BENCH_OPAQUE(pointer) __asm__ volatile("" : "+r"(pointer) : : "memory")

static inline double bench_now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static inline int bench_by_value(const void *a, const void *b)
{
	double l = *(const double *)a, r = *(const double *)b;

	return (l > r) - (l < r);
}

static inline double bench_median(double *values, size_t count)
{
	qsort(values, count, sizeof(*values), bench_by_value);
	return values[count / 2];
}

static inline NORETURN void bench_die(const char *why)
{
	fprintf(stderr, "%s\n", why);
	exit(1);
}
