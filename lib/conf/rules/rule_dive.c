#include "conf/rule.h"

const struct conf_rule rule_dive = {
	.name = "dive",
	.class = RULE_STRUCTURE,
	.bases = RULE_ON(CONF_LIST) | RULE_ON(CONF_MAP),
	.params = "",
	.summary = "what follows is about each element; what stands before, about the list or map",
	.example = "spawns: list[int] `validate:\"max=8,dive,min=0\"`",
};
