/* lib/wire/fast_read.c: each reader is the pre-scan and the unpacking of one message in a single walk. */
#include "wire/fast.h"
#include "wire/message.h"
#include "wire/pb.h"

struct walk {
	struct pb in;
	uint32_t
		seen; /* by field number (all below 32): a field that is not repeated stands once */
	uint32_t unknown;
};

static bool once(struct walk *w, uint32_t field)
{
	uint32_t bit = 1u << field;

	if (w->seen & bit)
		return false;
	w->seen |= bit;
	return true;
}

static bool number64(struct walk *w, uint32_t field, uint8_t wire, uint64_t *out)
{
	return wire == PB_VARINT && once(w, field) && pb_varint(&w->in, out);
}

/* Above 32 bits protobuf keeps the lower ones. */
static bool number32(struct walk *w, uint32_t field, uint8_t wire, uint32_t *out)
{
	uint64_t v;

	if (!number64(w, field, wire, &v))
		return false;
	*out = (uint32_t)v;
	return true;
}

static bool bytes(struct walk *w, uint32_t field, uint8_t wire, struct str *out)
{
	return wire == PB_BYTES && once(w, field) && pb_bytes(&w->in, out);
}

static bool stranger(struct walk *w, uint8_t wire)
{
	return ++w->unknown <= WIRE_UNKNOWN && pb_skip(&w->in, wire);
}

/* Seats, one by one or packed. */
static bool receivers(struct walk *w, uint8_t wire, struct wire_relay *out)
{
	struct pb in = w->in;
	struct str packed;
	uint64_t v;

	if (wire == PB_BYTES) {
		if (!pb_bytes(&w->in, &packed))
			return false;
		in = pb_of(packed);
	} else if (wire == PB_VARINT && pb_varint(&w->in, &v)) {
		in.end = w->in.at;
	} else {
		return false;
	}
	while (in.at < in.end) {
		if (out->to_count == ARRAY_LEN(out->to) || !pb_varint(&in, &v))
			return false;
		out->to[out->to_count++] = (uint32_t)v;
	}
	return true;
}

static bool read_delivery(struct walk *w, uint8_t wire, uint8_t *out)
{
	uint64_t v;

	if (!number64(w, 2, wire, &v))
		return false;
	/* What a later protocol may add is treated as the kind that is never dropped. */
	*out = (uint32_t)v <= UINT8_MAX ? (uint8_t)v : 0;
	return true;
}

static inline enum wire_error
walk(struct str payload, bool (*read)(struct walk *w, uint32_t field, uint8_t wire, void *out),
     void *out)
{
	struct walk w = {.in = pb_of(payload)};
	uint32_t field;
	uint8_t wire;

	while (w.in.at < w.in.end)
		if (!pb_tag(&w.in, &field, &wire) || !read(&w, field, wire, out))
			return WIRE_BAD_PAYLOAD;
	return WIRE_OK;
}

static bool relay_field(struct walk *w, uint32_t field, uint8_t wire, void *out)
{
	struct wire_relay *relay = out;

	switch (field) {
	case 1: return bytes(w, field, wire, &relay->data);
	case 2: return read_delivery(w, wire, &relay->delivery);
	case 3: return number32(w, field, wire, &relay->key);
	case 4: return receivers(w, wire, relay);
	default: return stranger(w, wire);
	}
}

enum wire_error wire_read_relay(struct str payload, struct wire_relay *out)
{
	out->data = STR("");
	out->delivery = 0;
	out->key = out->to_count = 0; /* to[] is large and need not be cleared */
	return walk(payload, relay_field, out);
}

static bool input_field(struct walk *w, uint32_t field, uint8_t wire, void *out)
{
	struct wire_input *input = out;

	switch (field) {
	case 1: return number32(w, field, wire, &input->frame);
	case 2: return bytes(w, field, wire, &input->data);
	default: return stranger(w, wire);
	}
}

enum wire_error wire_read_input(struct str payload, struct wire_input *out)
{
	*out = (struct wire_input){.data = STR("")};
	return walk(payload, input_field, out);
}

static bool hash_field(struct walk *w, uint32_t field, uint8_t wire, void *out)
{
	struct wire_hash *hash = out;

	switch (field) {
	case 1: return number32(w, field, wire, &hash->frame);
	case 2: return wire == PB_FIXED64 && once(w, field) && pb_fixed64(&w->in, &hash->hash);
	default: return stranger(w, wire);
	}
}

enum wire_error wire_read_hash(struct str payload, struct wire_hash *out)
{
	*out = (struct wire_hash){0};
	return walk(payload, hash_field, out);
}

static bool heartbeat_field(struct walk *w, uint32_t field, uint8_t wire, void *out)
{
	struct wire_heartbeat *beat = out;

	switch (field) {
	case 1: return number64(w, field, wire, &beat->time_us);
	case 2: return number64(w, field, wire, &beat->echo_us);
	case 3: return number32(w, field, wire, &beat->session_seq);
	case 4: return number32(w, field, wire, &beat->room_seq);
	case 5: return number32(w, field, wire, &beat->client_seq);
	default: return stranger(w, wire);
	}
}

enum wire_error wire_read_heartbeat(struct str payload, struct wire_heartbeat *out)
{
	*out = (struct wire_heartbeat){0};
	return walk(payload, heartbeat_field, out);
}
