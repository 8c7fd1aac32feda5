/* lib/wire/scan.c: walks a payload along its descriptor and allocates nothing. */
#include "base/utf8.h"
#include "wire/message.h"
#include "wire/pb.h"

struct scan { /* of a whole payload, over all its sub-messages */
	uint32_t elements, unknown;
};

static bool scan_message(struct scan *s, const ProtobufCMessageDescriptor *type, struct pb in,
			 unsigned depth);

static bool text_is_fine(struct str text)
{
	const char *p = text.p, *end = text.p + text.n;
	uint32_t cp;

	while (p < end) {
		p += utf8_next(p, end, &cp);
		if (cp == UTF8_BAD ||
		    cp == 0) /* a NUL would cut the C string that protobuf-c makes of it */
			return false;
	}
	return true;
}

static uint8_t wire_of(ProtobufCType type)
{
	switch (type) {
	case PROTOBUF_C_TYPE_FIXED32:
	case PROTOBUF_C_TYPE_SFIXED32:
	case PROTOBUF_C_TYPE_FLOAT: return PB_FIXED32;
	case PROTOBUF_C_TYPE_FIXED64:
	case PROTOBUF_C_TYPE_SFIXED64:
	case PROTOBUF_C_TYPE_DOUBLE: return PB_FIXED64;
	case PROTOBUF_C_TYPE_STRING:
	case PROTOBUF_C_TYPE_BYTES:
	case PROTOBUF_C_TYPE_MESSAGE: return PB_BYTES;
	default: return PB_VARINT;
	}
}

/* Numbers packed behind one tag. Each takes memory of its own. */
static bool scan_packed(struct scan *s, uint8_t wire, struct str packed)
{
	struct pb in = pb_of(packed);

	while (in.at < in.end)
		if (!pb_skip(&in, wire) || ++s->elements > WIRE_ELEMENTS)
			return false;
	return true;
}

static bool scan_bytes(struct scan *s, const ProtobufCFieldDescriptor *field, struct pb *in,
		       unsigned depth)
{
	struct str value;

	if (!pb_bytes(in, &value) || ++s->elements > WIRE_ELEMENTS)
		return false;
	switch (field->type) {
	case PROTOBUF_C_TYPE_STRING: return text_is_fine(value);
	case PROTOBUF_C_TYPE_MESSAGE:
		return depth < WIRE_DEPTH &&
		       scan_message(s, field->descriptor, pb_of(value), depth + 1);
	default: return true;
	}
}

static bool scan_field(struct scan *s, const ProtobufCFieldDescriptor *field, uint8_t wire,
		       struct pb *in, unsigned depth)
{
	bool repeated = field->label == PROTOBUF_C_LABEL_REPEATED;
	uint8_t wanted = wire_of(field->type);
	struct str packed;

	if (wanted == PB_BYTES)
		return wire == PB_BYTES && scan_bytes(s, field, in, depth);
	if (repeated && wire == PB_BYTES)
		return pb_bytes(in, &packed) && scan_packed(s, wanted, packed);
	if (repeated && ++s->elements > WIRE_ELEMENTS)
		return false;
	return wire == wanted && pb_skip(in, wire);
}

static bool scan_message(struct scan *s, const ProtobufCMessageDescriptor *type, struct pb in,
			 unsigned depth)
{
	uint64_t seen =
		0; /* by field's index; a message of ours has less than 64 of them (a test looks) */
	uint32_t number;
	uint8_t wire;

	while (in.at < in.end) {
		const ProtobufCFieldDescriptor *field;
		uint64_t bit;

		if (!pb_tag(&in, &number, &wire))
			return false;
		field = protobuf_c_message_descriptor_get_field(type, number);
		if (field == NULL) {
			if (++s->unknown > WIRE_UNKNOWN || !pb_skip(&in, wire))
				return false;
			continue;
		}
		bit = field->label == PROTOBUF_C_LABEL_REPEATED ? 0
								: 1ull << (field - type->fields);
		if (seen & bit || !scan_field(s, field, wire, &in, depth))
			return false;
		seen |= bit;
	}
	return true;
}

enum wire_error wire_scan(const ProtobufCMessageDescriptor *type, struct str payload,
			  uint32_t *elements)
{
	struct scan s = {0};
	bool fine = scan_message(&s, type, pb_of(payload), 1);

	if (elements != NULL)
		*elements = s.elements;
	return fine ? WIRE_OK : WIRE_BAD_PAYLOAD;
}
