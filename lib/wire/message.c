/* lib/wire/message.c: protobuf-c on an arena. */
#include "wire/message.h"

static void *take(void *mem, size_t size)
{
	return arena_alloc(mem, size);
}

static void leave(void *mem, void *p)
{
}

enum wire_error wire_unpack(struct arena *mem, const ProtobufCMessageDescriptor *type,
			    struct str payload, ProtobufCMessage **out)
{
	ProtobufCAllocator in_arena = {take, leave, mem};
	enum wire_error e = wire_scan(type, payload, NULL);

	if (e != WIRE_OK)
		return e;
	*out = protobuf_c_message_unpack(type, &in_arena, payload.n, (const uint8_t *)payload.p);
	return *out != NULL ? WIRE_OK : WIRE_BAD_PAYLOAD;
}

struct str wire_pack(struct arena *mem, const ProtobufCMessage *message)
{
	size_t n = protobuf_c_message_get_packed_size(message);
	uint8_t *p = arena_alloc(mem, n ? n : 1);

	return (struct str){(const char *)p, protobuf_c_message_pack(message, p)};
}
