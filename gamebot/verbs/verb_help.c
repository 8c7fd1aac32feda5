/* gamebot/verbs/verb_help.c */
#include <stdio.h>

#include "verb.h"

static int help(struct call *call)
{
	static const struct {
		const char *name;
		void (*put)(struct buf *out);
	} topics[] = {{"behaviours", help_behaviours},
		      {"misdeeds", help_misdeeds},
		      {"metrics", help_metrics}};
	CLEANUP(buf_free) struct buf out = {0};
	const struct verb *verb = call->word ? verb_find(str_of(call->word)) : NULL;

	if (call_has(call, "man"))
		help_man(&out);
	else if (call->word == NULL)
		help_overview(&out);
	else if (verb)
		help_verb(&out, verb);
	for (size_t i = 0; call->word && i < ARRAY_LEN(topics); i++)
		if (strcmp(call->word, topics[i].name) == 0)
			topics[i].put(&out);
	if (out.n == 0)
		return call_error(call, EXIT_USAGE, "gamebot help lists what there is",
				  "there is no help on \"%s\"", call->word);
	fwrite(out.p, 1, out.n, stdout);
	return EXIT_DONE;
}

const struct verb verb_help = {
	.name = "help",
	.place = 8,
	.word = "[TOPIC]",
	.options =
		(const struct option[]){
			{.name = "man", .doc = "Print the manual page (roff)"},
			{.name = NULL},
		},
	.run = help,
	.summary = "Say what there is",
};
