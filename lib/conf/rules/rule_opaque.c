#include "conf/rule.h"

const struct conf_rule rule_opaque = {
	.name = "-",
	.class = RULE_STRUCTURE,
	.bases = RULE_ANY,
	.params = "",
	.summary = "the subtree is not looked into: only YAML itself is checked",
	.example = "editor: map[string]string `validate:\"-\"`",
};
