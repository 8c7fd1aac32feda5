/* gamebot/behaviours/behave_idler.c: sits there. What a connection costs that does nothing. */
#include "behaviour.h"

const struct behaviour behave_idler = {
	.name = "idler",
	.summary = "sits in its room and only sends heartbeats",
	.fields = "room_type room_size",
};
