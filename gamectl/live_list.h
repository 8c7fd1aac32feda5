/* gamectl/live_list.h
 * Sessions and rooms for people: `get sessions`, `get rooms`, `describe session/ID`, `describe room/ID`.
 *
 * Thread: one.
 */
#pragma once
#include "cmd.h"
#include "live.h"

/* "sessions" or "rooms" (or one of them): lists them and gives true with *code. */
bool live_list(struct cmd_call *call, const char *word, int *code);
int live_describe(struct cmd_call *call, const struct live_thing *thing);
