/* lib/wire/config_payload.h
 * Config payloads in pieces: a document's element is encoded once and then copied into as many payloads as show it.
 *
 *	wire_config_begin(); wire_config_document() or wire_config_removed() ...; wire_config_end()
 *
 * Thread: any; appends to the caller's buffer, whose `failed` tells of no memory. Together the pieces are a payload of Config:
 * protobuf takes its fields in any order.
 */
#pragma once
#include "base/buf.h"

void wire_config_begin(struct buf *out, uint64_t revision, uint64_t pinned);
/* One element of `documents`. */
void wire_config_document(struct buf *out, struct str kind, struct str name, struct str json);
/* One element of `removed`: "Kind/name". */
void wire_config_removed(struct buf *out, struct str kind, struct str name);
void wire_config_end(struct buf *out, bool complete, bool more);
