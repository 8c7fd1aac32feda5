/* 70000 is not a port (1 to 65535) */
#include "conf/rules/net.h"
#include "conf/value.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	int64_t n;

	if (call->type->base == CONF_STRING)
		return net_port(text_of(call));
	if (call->type->base == CONF_UINT)
		return conf_uint(call->type, call->value) - 1 < 65535;
	n = conf_int(call->type, call->value);
	return n >= 1 && n <= 65535;
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	text_say(out, call, "a port (1 to 65535)");
}

static void json_schema(json_t *schema, const struct conf_type *type, const void *arg)
{
	if (type->base == CONF_STRING)
		return;
	json_object_set_new(schema, "minimum", json_integer(1));
	json_object_set_new(schema, "maximum", json_integer(65535));
}

const struct conf_rule rule_port = {
	.name = "port",
	.class = RULE_VALUE,
	.bases = RULE_TEXT | RULE_ON(CONF_INT) | RULE_ON(CONF_UINT),
	.params = "",
	.summary = "a port from 1 to 65535",
	.example = "port: int `validate:\"port\"`",
	.passes = passes,
	.say = say,
	.json_schema = json_schema,
};
