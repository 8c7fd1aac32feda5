#include "conf/rule.h"

const struct conf_rule rule_keys = {
	.name = "keys",
	.class = RULE_STRUCTURE,
	.bases = RULE_ON(CONF_MAP),
	.params = "",
	.summary =
		"right behind `dive`: what follows, up to `endkeys`, is about each key of the map",
	.example = "loot: map[string]int `validate:\"dive,keys,alphanum,endkeys,gt=0\"`",
};
