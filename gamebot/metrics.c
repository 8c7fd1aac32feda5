/* gamebot/metrics.c */
#include "metrics.h"

const struct metric_row metric_rows[METRIC_COUNT] = {
#define C(name, text) {#name, text, false},
#define K(name, text) {#name, text, true},
#define H(name, text)
#include "metrics.def"
#undef C
#undef K
#undef H
};

const struct metric_row latency_rows[LATENCY_COUNT] = {
#define C(name, text)
#define K(name, text)
#define H(name, text) {#name, text, false},
#include "metrics.def"
};
