/* lib/wire/crc32c.h
 * The way of wire_crc32c() that needs no special instruction, held against the other one by a test.
 *
 * Thread: any; pure.
 */
#pragma once
#include "base/base.h"

uint32_t wire_crc32c_table(uint32_t crc, const void *bytes, size_t n);
