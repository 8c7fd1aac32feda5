/* tests/fuzz/fuzz_wire_message.c
 * Two bytes of frame type, then a payload. What the pre-scan lets through protobuf-c unpacks, within a budget of memory; the
 * readers in place come to the same verdict and the same values.
 */
#include <stdlib.h>

#include "fuzz.h"
#include "wire/fast.h"
#include "wire/message.h"
#include "wire/names.h"

static void must(bool holds)
{
	if (!holds)
		abort();
}

static bool same(ProtobufCBinaryData a, struct str b)
{
	return a.len == b.n && (b.n == 0 || memcmp(a.data, b.p, b.n) == 0);
}

static void check_relay(struct str payload, enum wire_error e, const ProtobufCMessage *message)
{
	const Gamesrv__V1__Relay *m = (const Gamesrv__V1__Relay *)message;
	struct wire_relay r;
	enum wire_error fast = wire_read_relay(payload, &r);

	if (e == WIRE_OK && m->n_to > ARRAY_LEN(r.to)) {
		must(fast == WIRE_BAD_PAYLOAD);
		return;
	}
	must(fast == e);
	if (e != WIRE_OK)
		return;
	must(same(m->data, r.data) && r.key == m->key && r.to_count == m->n_to);
	for (uint32_t i = 0; i < r.to_count; i++)
		must(r.to[i] == m->to[i]);
}

static void check_small(uint16_t type, struct str payload, enum wire_error e,
			const ProtobufCMessage *message)
{
	if (type == FRAME_INPUT) {
		const Gamesrv__V1__Input *m = (const Gamesrv__V1__Input *)message;
		struct wire_input in;

		must(wire_read_input(payload, &in) == e);
		must(e != WIRE_OK || (in.frame == m->frame && same(m->data, in.data)));
	} else if (type == FRAME_HASH) {
		const Gamesrv__V1__Hash *m = (const Gamesrv__V1__Hash *)message;
		struct wire_hash h;

		must(wire_read_hash(payload, &h) == e);
		must(e != WIRE_OK || (h.frame == m->frame && h.hash == m->hash));
	} else if (type == FRAME_HEARTBEAT) {
		const Gamesrv__V1__Heartbeat *m = (const Gamesrv__V1__Heartbeat *)message;
		struct wire_heartbeat b;

		must(wire_read_heartbeat(payload, &b) == e);
		must(e != WIRE_OK ||
		     (b.time_us == m->time_us && b.echo_us == m->echo_us &&
		      b.room_seq == m->room_seq && b.session_seq == m->session_seq &&
		      b.client_seq == m->client_seq));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint16_t type = size < 2 ? 0 : (uint16_t)(data[0] << 8 | data[1]);
	const ProtobufCMessageDescriptor *descriptor = wire_descriptor(type);
	CLEANUP(arena_freep) struct arena *mem = arena_new("fuzz");
	ProtobufCMessage *m = NULL;
	struct str payload;
	uint32_t elements;
	enum wire_error e;

	if (descriptor == NULL)
		return 0;
	payload = (struct str){(const char *)data + 2, size - 2};
	e = wire_unpack(mem, descriptor, payload, &m);
	must((wire_scan(descriptor, payload, &elements) == WIRE_OK) == (e == WIRE_OK));
	must(e != WIRE_OK || elements <= WIRE_ELEMENTS);
	must(arena_bytes(mem) <= 512 * 1024 + 4 * size);
	if (type == FRAME_RELAY)
		check_relay(payload, e, m);
	else
		check_small(type, payload, e, m);
	return 0;
}
