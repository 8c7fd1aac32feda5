#include "conf/rule.h"

const struct conf_rule rule_omitempty = {
	.name = "omitempty",
	.class = RULE_STRUCTURE,
	.bases = RULE_ANY,
	.params = "",
	.summary = "null, `\"\"`, `[]` and `{}` are not checked by the value rules of this level",
	.example = "mail: string `validate:\"omitempty,email\"`",
};
