#include "conf/rule.h"

const struct conf_rule rule_endkeys = {
	.name = "endkeys",
	.class = RULE_STRUCTURE,
	.bases = RULE_ON(CONF_MAP),
	.params = "",
	.summary = "ends what `keys` began; what follows is about each value of the map",
	.example = "loot: map[string]int `validate:\"dive,keys,max=16,endkeys,min=1\"`",
};
