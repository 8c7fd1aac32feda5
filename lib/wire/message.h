/* lib/wire/message.h
 * Payloads: protobuf, read into an arena after a pre-scan, written without one.
 *
 * Thread: any; an arena is its caller's. protobuf-c allocates for every element a hostile frame names (64 KiB can become
 * 3.7 MB, protobuf-c#796), so the pre-scan walks the bytes first against the message's own descriptor: known fields'
 * wire types, lengths within the payload, at most WIRE_ELEMENTS repeated elements and sub-messages, depth 4, UTF-8 in
 * strings, at most WIRE_UNKNOWN unknown fields.
 */
#pragma once
#include "base/arena.h"
#include "game.pb-c.h"
#include "wire/frame.h"

enum { WIRE_ELEMENTS = 1024, WIRE_DEPTH = 4, WIRE_UNKNOWN = 32 };

/* Frame types are FRAME_HELLO and so on: wire/names.h, generated. The descriptor of a frame type's message; NULL: a type nobody knows. */
const ProtobufCMessageDescriptor *wire_descriptor(uint16_t type);
const char *wire_type_name(uint16_t type); /* "HELLO"; "?" */
bool wire_from_client(uint16_t type);      /* may a client send it */

/* WIRE_OK or WIRE_BAD_PAYLOAD. `elements` (may be NULL) counts what would be allocated. */
enum wire_error wire_scan(const ProtobufCMessageDescriptor *type, struct str payload,
			  uint32_t *elements);
/* Scans, then unpacks into `mem` (strings and bytes are copied). */
enum wire_error wire_unpack(struct arena *mem, const ProtobufCMessageDescriptor *type,
			    struct str payload, ProtobufCMessage **out);
/* The packed payload, in `mem`. */
struct str wire_pack(struct arena *mem, const ProtobufCMessage *message);
