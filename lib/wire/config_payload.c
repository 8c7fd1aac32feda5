/* lib/wire/config_payload.c: fields of Config and Document in proto/game.proto. */
#include "wire/config_payload.h"

#include "wire/pb.h"

enum { /* Config */
       REVISION = 1,
       PINNED,
       DOCUMENTS,
       COMPLETE,
       REMOVED,
       MORE,
};

enum { VARINT_MAX = 10 };

static void add_varint(struct buf *out, uint64_t v)
{
	uint8_t bytes[VARINT_MAX];

	buf_add(out, (struct str){(const char *)bytes, (size_t)(pb_put_varint(bytes, v) - bytes)});
}

static void add_number(struct buf *out, uint8_t field, uint64_t v)
{
	if (v == 0)
		return;
	buf_addc(out, (char)(field << 3 | PB_VARINT));
	add_varint(out, v);
}

static void add_length(struct buf *out, uint8_t field, size_t n)
{
	buf_addc(out, (char)(field << 3 | PB_BYTES));
	add_varint(out, n);
}

static void add_bytes(struct buf *out, uint8_t field, struct str s)
{
	if (s.n == 0)
		return;
	add_length(out, field, s.n);
	buf_add(out, s);
}

void wire_config_begin(struct buf *out, uint64_t revision, uint64_t pinned)
{
	add_number(out, REVISION, revision);
	add_number(out, PINNED, pinned);
}

void wire_config_document(struct buf *out, struct str kind, struct str name, struct str json)
{
	add_length(out, DOCUMENTS,
		   pb_bytes_size(kind.n) + pb_bytes_size(name.n) + pb_bytes_size(json.n));
	add_bytes(out, 1, kind);
	add_bytes(out, 2, name);
	add_bytes(out, 3, json);
}

void wire_config_removed(struct buf *out, struct str kind, struct str name)
{
	add_length(out, REMOVED, kind.n + 1 + name.n);
	buf_add(out, kind);
	buf_addc(out, '/');
	buf_add(out, name);
}

void wire_config_end(struct buf *out, bool complete, bool more)
{
	add_number(out, COMPLETE, complete);
	add_number(out, MORE, more);
}
