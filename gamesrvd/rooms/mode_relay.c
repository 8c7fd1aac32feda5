/* gamesrvd/rooms/mode_relay.c
 * Mode relay: what a member sends reaches everybody, the sender too, in one order; or some seats only.
 */
#include "gamesrvd/rooms/relay.h"

/* To some only: in their sessions' streams, so that the room's stays the same for all. */
static void direct(struct room *room, const struct seat *from, const struct wire_relay *relay)
{
	Gamesrv__V1__Relayed relayed = GAMESRV__V1__RELAYED__INIT;

	relayed.seat = from->number;
	relayed.data = (ProtobufCBinaryData){relay->data.n, (uint8_t *)(uintptr_t)relay->data.p};
	relayed.delivery = (Gamesrv__V1__Delivery)relay->delivery;
	relayed.key = relay->key;
	for (uint32_t i = 0; i < relay->to_count && !room_is_over(room); i++) {
		struct seat *to = relay->to[i] < room->seats_max ? room->seats[relay->to[i]] : NULL;

		if (to != NULL && to->taken)
			member_tell(to, FRAME_DIRECT, &relayed.base);
	}
}

void relay_message(struct room *room, struct seat *seat, uint32_t client_seq, struct str payload)
{
	struct wire_relay relay;

	if (UNLIKELY(seat->spectator))
		member_error(seat, client_seq, "not-allowed", "spectators only watch");
	else if (UNLIKELY(wire_read_relay(payload, &relay) != WIRE_OK))
		member_error(seat, client_seq, "bad-request", "this is no Relay message");
	else if (relay.to_count > 0)
		direct(room, seat, &relay);
	else
		stream_relayed(room, relay.delivery == DELIVERY_ORDERED ? 0 : WIRE_UNORDERED,
			       seat->number, &relay);
}

static void message(struct room *room, struct seat *seat, uint16_t type, uint32_t client_seq,
		    struct str payload)
{
	switch (type) {
	case FRAME_RELAY: relay_message(room, seat, client_seq, payload); break;
	case FRAME_CONTROL: room_control(room, seat, client_seq, payload); break;
	default:
		member_error(seat, client_seq, "wrong-mode",
			     "rooms of mode relay take RELAY and CONTROL");
	}
}

const struct room_mode mode_relay = {.name = "relay", .number = MODE_RELAY, .message = message};
