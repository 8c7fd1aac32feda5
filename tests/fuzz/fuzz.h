/* tests/fuzz/fuzz.h
 * A fuzz target: tests/fuzz/fuzz_x.c defines this function; its corpus lies in tests/fuzz/corpus/fuzz_x/. Under
 * the fuzz preset libFuzzer calls it with bytes of its own making, elsewhere replay.c with the corpus.
 *
 * Thread: one.
 */
#pragma once
#include "base/base.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
