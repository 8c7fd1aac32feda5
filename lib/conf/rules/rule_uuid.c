/* "1234" is not a UUID */
#include "conf/rules/text.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	struct str s = text_of(call);

	if (s.n != 36)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? s.p[i] != '-'
			 : !char_is_digit(s.p[i]) && !(s.p[i] >= 'a' && s.p[i] <= 'f'))
			return false;
	}
	return true;
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	text_say(out, call, "a UUID in lower case, such as 6fa459ea-ee8a-3ca4-894e-db77e160355e");
}

static void json_schema(json_t *schema, const struct conf_type *type, const void *arg)
{
	text_json_pattern(schema, "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$");
}

const struct conf_rule rule_uuid = {
	.name = "uuid",
	.class = RULE_VALUE,
	.bases = RULE_TEXT,
	.params = "",
	.summary = "a UUID, in lower case",
	.example = "realm: string `validate:\"uuid\"`",
	.passes = passes,
	.say = say,
	.json_schema = json_schema,
};
