/* lib/wire/fast.h
 * The handful of payloads that make up nearly all traffic, read and written in place: no arena, no descriptor walk.
 * Byte for byte what protobuf-c reads and writes (tests/unit/test_wire_fast.c holds them against each other).
 *
 * Thread: any; pure. Readers give views into the payload and refuse what wire_scan() refuses. Writers make the room they
 * need at the end of a struct shared that nobody else refers to yet.
 */
#pragma once
#include "wire/frame.h"

struct wire_relay { /* Relay */
	struct str data;
	uint8_t delivery;
	uint32_t key;
	uint32_t to_count;
	uint32_t to[64]; /* more is refused */
};
enum wire_error wire_read_relay(struct str payload, struct wire_relay *out);
struct wire_input { /* Input */
	uint32_t frame;
	struct str data;
};
enum wire_error wire_read_input(struct str payload, struct wire_input *out);
struct wire_hash {
	uint32_t frame;
	uint64_t hash;
};
enum wire_error wire_read_hash(struct str payload, struct wire_hash *out);
struct wire_heartbeat {
	uint64_t time_us, echo_us;
	uint32_t session_seq, room_seq, client_seq;
};
enum wire_error wire_read_heartbeat(struct str payload, struct wire_heartbeat *out);

/* Each appends a whole frame (WebSocket header, header, payload) to `to`. False: out of memory, nothing appended. */
bool wire_put_relayed(struct shared **to, uint16_t type, uint8_t flags, uint32_t seq, uint32_t seat,
		      struct str data, uint8_t delivery, uint32_t key);
bool wire_put_empty(struct shared **to, uint32_t seq, uint32_t frame, uint32_t count);
struct wire_seat_input {
	uint32_t seat;
	struct str data;
	bool repeated;
};
bool wire_put_bundle(struct shared **to, uint32_t seq, uint32_t frame,
		     const struct wire_seat_input *inputs, uint32_t count);
