/* gamesrvd/control/ops/op_openapi.c */
#include "gamesrvd/control/op.h"
#include "gamesrvd/control/openapi.h"

static int openapi(struct op_call *call)
{
	return op_reply(call, openapi_describe());
}

const struct op op_openapi = {
	.route = "GET /v1/openapi.json",
	.access = OP_READ,
	.run = openapi,
	.summary = "This API, described in OpenAPI 3.1",
	.answer = "OpenAPI",
};
