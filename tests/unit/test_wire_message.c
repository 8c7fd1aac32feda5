/* tests/unit/test_wire_message.c: what the pre-scan lets through, and what unpacking it may cost. */
#include "test.h"

#include "wire/message.h"
#include "wire/names.h"

static enum wire_error scan(uint16_t type, struct str payload)
{
	return wire_scan(wire_descriptor(type), payload, NULL);
}

#define FINE(type, bytes) CHECK_INT(scan(type, STR(bytes)), WIRE_OK)
#define BAD(type, bytes)  CHECK_INT(scan(type, STR(bytes)), WIRE_BAD_PAYLOAD)

TEST(every_frame_type_has_a_message_and_its_name_in_the_proto)
{
	const ProtobufCEnumDescriptor *types = &gamesrv__v1__frame_type__descriptor;

	for (unsigned i = 0; i < types->n_values; i++) {
		const ProtobufCEnumValue *v = &types->values[i];

		if (v->value == FRAME_NONE)
			continue;
		CHECK(wire_descriptor((uint16_t)v->value) != NULL);
		CHECK_TEXT(wire_type_name((uint16_t)v->value), v->name + strlen("FRAME_"));
	}
}

TEST(types_that_nobody_defined_are_unknown)
{
	unsigned known = 0;

	for (uint32_t type = 0; type <= UINT16_MAX; type++) {
		bool is = wire_descriptor((uint16_t)type) != NULL;

		known += is;
		CHECK(is == (strcmp(wire_type_name((uint16_t)type), "?") != 0));
		CHECK(is || !wire_from_client((uint16_t)type));
	}
	CHECK_INT(known, gamesrv__v1__frame_type__descriptor.n_values - 1);
}

TEST(clients_send_what_the_proto_says_they_send)
{
	CHECK(wire_from_client(FRAME_HELLO) && wire_from_client(FRAME_BATCH) &&
	      wire_from_client(FRAME_SNAPSHOT));
	CHECK(!wire_from_client(FRAME_WELCOME) && !wire_from_client(FRAME_RELAYED) &&
	      !wire_from_client(FRAME_DIRECT));
}

static void look_into(const ProtobufCMessageDescriptor *type, unsigned depth)
{
	CHECK(depth <= WIRE_DEPTH); /* also: no message contains itself */
	CHECK(type->n_fields < 64); /* the pre-scan keeps one bit a field */
	for (unsigned i = 0; i < type->n_fields; i++)
		if (type->fields[i].type == PROTOBUF_C_TYPE_MESSAGE)
			look_into(type->fields[i].descriptor, depth + 1);
}

TEST(no_message_of_the_proto_is_beyond_the_bounds_of_the_scan)
{
	for (uint32_t type = 0; type <= UINT16_MAX; type++)
		if (wire_descriptor((uint16_t)type) != NULL)
			look_into(wire_descriptor((uint16_t)type), 1);
}

TEST(an_empty_payload_is_a_message_with_every_default)
{
	for (uint32_t type = 0; type <= UINT16_MAX; type++)
		if (wire_descriptor((uint16_t)type) != NULL)
			FINE((uint16_t)type, "");
}

TEST(a_field_must_have_its_own_wire_type)
{
	FINE(FRAME_JOIN, "\x0a\x01r");
	BAD(FRAME_JOIN, "\x08\x01");            /* room as a number */
	BAD(FRAME_ACK, "\x0a\x01x");            /* client_seq as bytes */
	BAD(FRAME_HASH, "\x10\x01");            /* fixed64 as a varint */
	BAD(FRAME_ACK, "\x0d\x01\x02\x03\x04"); /* a varint as fixed32 */
}

TEST(lengths_must_lie_within_the_payload)
{
	BAD(FRAME_JOIN, "\x0a\x02r");
	BAD(FRAME_JOIN, "\x0a");
	BAD(FRAME_JOIN, "\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01r"); /* 2^64 - 1 */
	BAD(FRAME_HASH, "\x11\x01\x02\x03");
	BAD(FRAME_JOINED, "\x4a\x05\x12\x09"
			  "ada"); /* a name longer than the seat it stands in */
	FINE(FRAME_JOINED, "\x4a\x05\x12\x03"
			   "ada");
}

TEST(numbers_end_after_ten_bytes_and_tags_after_five)
{
	FINE(FRAME_ACK, "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01");
	BAD(FRAME_ACK, "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01");
	BAD(FRAME_ACK, "\x08\x80");
	BAD(FRAME_ACK, "\x88\x80\x80\x80\x80\x00\x01");
	BAD(FRAME_ACK, "\x00\x01"); /* field number 0 */
}

TEST(text_is_utf_8_without_nul)
{
	FINE(FRAME_JOIN, "\x1a\x06\xc3\xa9\xf0\x9f\x8e\xae");
	BAD(FRAME_JOIN, "\x1a\x02\xc3\x28");
	BAD(FRAME_JOIN, "\x1a\x03\xed\xa0\x80"); /* a surrogate */
	BAD(FRAME_JOIN, "\x1a\x03"
			"a\0b");
	FINE(FRAME_RELAY, "\x0a\x03"
			  "a\0\xff"); /* bytes are bytes */
}

TEST(a_field_that_is_not_repeated_stands_once)
{
	BAD(FRAME_ACK, "\x08\x01\x08\x01");
	BAD(FRAME_WELCOME, "\x62\x00\x62\x00");
	FINE(FRAME_RELAY, "\x20\x01\x20\x01");
}

TEST(fields_of_a_later_protocol_are_skipped_up_to_a_bound)
{
	char many[3 * (WIRE_UNKNOWN + 1)];

	FINE(FRAME_ACK, "\xf8\x3f\x01\xfa\x3f\x01x\xfd\x3f"
			"1234\xf9\x3f"
			"12345678\x08\x01");
	BAD(FRAME_ACK, "\xfb\x3f\xfc\x3f"); /* groups are no part of proto3 */
	BAD(FRAME_ACK, "\xfe\x3f");
	for (size_t i = 0; i < sizeof(many); i += 3)
		memcpy(many + i, "\xf8\x3f\x01", 3);
	CHECK_INT(scan(FRAME_ACK, (struct str){many, 3 * WIRE_UNKNOWN}), WIRE_OK);
	CHECK_INT(scan(FRAME_ACK, (struct str){many, sizeof(many)}), WIRE_BAD_PAYLOAD);
}

TEST(elements_are_counted_over_the_whole_message_packed_or_not)
{
	static char bomb[3 + 2 * (WIRE_ELEMENTS + 1)];
	uint32_t elements;

	for (size_t i = 0; i < sizeof(bomb); i += 2)
		memcpy(bomb + i, "\x20\x07", i + 2 <= sizeof(bomb) ? 2 : 1);
	CHECK_INT(wire_scan(wire_descriptor(FRAME_RELAY), (struct str){bomb, 2 * WIRE_ELEMENTS},
			    &elements),
		  WIRE_OK);
	CHECK_INT(elements, WIRE_ELEMENTS);
	CHECK_INT(scan(FRAME_RELAY, (struct str){bomb, 2 * (WIRE_ELEMENTS + 1)}), WIRE_BAD_PAYLOAD);
	memcpy(bomb, "\x22\x80\x08", 3); /* 1024 packed */
	memset(bomb + 3, 7, WIRE_ELEMENTS);
	CHECK_INT(scan(FRAME_RELAY, (struct str){bomb, 3 + WIRE_ELEMENTS}), WIRE_OK);
	bomb[1] = (char)0x81;
	memset(bomb + 3, 7, WIRE_ELEMENTS + 1);
	CHECK_INT(scan(FRAME_RELAY, (struct str){bomb, 4 + WIRE_ELEMENTS}), WIRE_BAD_PAYLOAD);
	for (size_t i = 0; i + 2 <= sizeof(bomb); i += 2)
		memcpy(bomb + i, "\x4a\x00", 2); /* empty seats: what makes a small frame large */
	CHECK_INT(scan(FRAME_JOINED, (struct str){bomb, 2 * (WIRE_ELEMENTS + 1)}),
		  WIRE_BAD_PAYLOAD);
}

TEST(what_the_scan_lets_through_costs_a_bounded_amount_of_memory)
{
	static char bomb[2 * WIRE_ELEMENTS];
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	ProtobufCMessage *m;

	for (size_t i = 0; i < sizeof(bomb); i += 2)
		memcpy(bomb + i, "\x4a\x00", 2);
	CHECK_INT(wire_unpack(mem, wire_descriptor(FRAME_JOINED), (struct str){bomb, sizeof(bomb)},
			      &m),
		  WIRE_OK);
	CHECK_INT(((Gamesrv__V1__Joined *)m)->n_seats, WIRE_ELEMENTS);
	CHECK(arena_bytes(mem) <= 512 * 1024);
}

TEST(a_message_comes_back_as_it_was_packed)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	Gamesrv__V1__Timing timing = GAMESRV__V1__TIMING__INIT;
	Gamesrv__V1__Welcome welcome = GAMESRV__V1__WELCOME__INIT, *got;
	ProtobufCMessage *m;

	timing.heartbeat_ms = 15000;
	welcome.answer = ANSWER_RESUMED;
	welcome.session = (char *)"s-2000ck";
	welcome.resume_token = (ProtobufCBinaryData){3, (uint8_t *)"a\0b"};
	welcome.timing = &timing;
	CHECK_INT(
		wire_unpack(mem, wire_descriptor(FRAME_WELCOME), wire_pack(mem, &welcome.base), &m),
		WIRE_OK);
	got = (Gamesrv__V1__Welcome *)m;
	CHECK_INT(got->answer, ANSWER_RESUMED);
	CHECK_TEXT(got->session, "s-2000ck");
	CHECK_TEXT(got->player, "");
	CHECK(got->resume_token.len == 3 && memcmp(got->resume_token.data, "a\0b", 3) == 0);
	CHECK_INT(got->timing->heartbeat_ms, 15000);
}
