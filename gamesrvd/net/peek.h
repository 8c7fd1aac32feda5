/* gamesrvd/net/peek.h
 * One number out of a payload that this server wrote itself, without unpacking the rest.
 *
 * Thread: any; pure. Of bytes that are no protobuf it makes 0, never more than that.
 */
#pragma once
#include "base/base.h"

/* The varint of the message's own field with this number; 0: it is not there. */
uint64_t peek_number(struct str payload, uint32_t field);
