/* lib/wire/types.c: what each frame type carries and who may send it. */
#include "wire/message.h"
#include "wire/names.h"

enum sender { CLIENT = 1, SERVER = 2, BOTH = 3 };

struct type {
	const char *name;
	const ProtobufCMessageDescriptor *descriptor;
	enum sender sender;
};

#define TYPE(frame, message, from)                                                                 \
	[FRAME_##frame & 0xff] = {#frame, &gamesrv__v1__##message##__descriptor, from}

static const struct type session_types[] = {
	TYPE(BATCH, batch, BOTH),       TYPE(HEARTBEAT, heartbeat, BOTH),
	TYPE(BYE, bye, BOTH),           TYPE(HELLO, hello, CLIENT),
	TYPE(JOIN, join, CLIENT),       TYPE(LEAVE, leave, CLIENT),
	TYPE(RELAY, relay, CLIENT),     TYPE(INPUT, input, CLIENT),
	TYPE(HASH, hash, CLIENT),       TYPE(SNAPSHOT, snapshot, BOTH),
	TYPE(CONTROL, control, CLIENT), TYPE(WELCOME, welcome, SERVER),
	TYPE(ACK, ack, SERVER),         TYPE(ERROR, error, SERVER),
	TYPE(JOINED, joined, SERVER),   TYPE(LEFT, left, SERVER),
	TYPE(NOTICE, notice, SERVER),   TYPE(SNAPSHOT_WANTED, snapshot_wanted, SERVER),
	TYPE(DESYNC, desync, SERVER),   TYPE(LATE, late, SERVER),
	TYPE(DIRECT, relayed, SERVER),  TYPE(CONFIG_NOW, config, SERVER),
};

static const struct type room_types[] = {
	TYPE(RELAYED, relayed, SERVER), TYPE(MEMBER, member, SERVER), TYPE(ROOM, room, SERVER),
	TYPE(CONFIG, config, SERVER),   TYPE(BUNDLE, bundle, SERVER), TYPE(EMPTY, empty, SERVER),
	TYPE(DELAY, delay, SERVER),
};

static const struct type *find(uint16_t type)
{
	static const struct type nobody = {"?", NULL, 0};
	const struct type *t = &nobody;

	if (type < ARRAY_LEN(session_types))
		t = &session_types[type];
	else if (type >= 0x100 && (type & 0xffu) < ARRAY_LEN(room_types) && type < 0x200)
		t = &room_types[type & 0xff];
	return t->name ? t : &nobody;
}

const ProtobufCMessageDescriptor *wire_descriptor(uint16_t type)
{
	return find(type)->descriptor;
}

const char *wire_type_name(uint16_t type)
{
	return find(type)->name;
}

bool wire_from_client(uint16_t type)
{
	return find(type)->sender & CLIENT;
}
