/* gamesrvd/drain/target.h
 * What can be cordoned and drained: the server, the rooms of one type, one room. As a text: "server",
 * "roomtype/duel", "room/r-2000ck".
 *
 * Thread: any; a value.
 */
#pragma once
#include "base/id.h"

enum drain_kind { DRAIN_SERVER, DRAIN_ROOMTYPE, DRAIN_ROOM };

enum { DRAIN_TARGET_MAX = 288 };

struct drain_target {
	enum drain_kind kind;
	struct id room; /* DRAIN_ROOM */
	char text[DRAIN_TARGET_MAX];
};

struct drain_target drain_target_server(void);
/* False: the name is empty or too long. */
bool drain_target_type(struct drain_target *out, struct str type);
struct drain_target drain_target_room(struct id room);
/* False: none of the three forms. */
bool drain_target_parse(struct drain_target *out, struct str text);
struct str drain_target_type_of(const struct drain_target *t); /* "duel"; empty for the others */
bool drain_target_eq(const struct drain_target *a, const struct drain_target *b);
