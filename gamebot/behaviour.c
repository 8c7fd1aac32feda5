/* gamebot/behaviour.c */
#include "behaviour.h"

const struct behaviour *behaviour_find(struct str name)
{
	for (size_t i = 0; i < behaviours_count; i++)
		if (str_is(name, behaviours[i]->name))
			return behaviours[i];
	return NULL;
}
