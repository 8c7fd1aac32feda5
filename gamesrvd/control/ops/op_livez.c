/* gamesrvd/control/ops/op_livez.c */
#include "gamesrvd/control/op.h"

/* That this loop answers is the whole message. */
static int livez(struct op_call *call)
{
	return op_text(call, STR("ok\n"));
}

const struct op op_livez = {
	.route = "GET /livez",
	.access = OP_READ,
	.plain = true,
	.run = livez,
	.summary = "The process runs and its control loop turns",
};
