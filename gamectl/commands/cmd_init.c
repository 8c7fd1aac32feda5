/* gamectl/commands/cmd_init.c */
#include <ctype.h>

#include "conf/describe.h"
#include "origin.h"

static bool is_name(struct str name)
{
	bool ok = name.n > 0 && name.n <= 63 && name.p[0] != '-';

	for (size_t i = 0; ok && i < name.n; i++)
		ok = islower((unsigned char)name.p[i]) || isdigit((unsigned char)name.p[i]) ||
		     name.p[i] == '-';
	return ok;
}

static int init(struct cmd_call *call)
{
	struct str kind_name = str_of(cmd_arg(call, "kind")), name = str_of(cmd_arg(call, "name"));
	const struct conf_kind *kind;
	struct buf text = {0};
	struct origin from;
	int code;

	if (!is_name(name))
		return cmd_error(call, EXIT_USAGE, "as in: frozen-keep",
				 "\"" STR_FMT "\" is no name: [a-z0-9] then [a-z0-9-], at most 63",
				 STR_ARG(name));
	code = origin_find(call, &from);
	if (code != EXIT_DONE)
		return code;
	kind = origin_kind(call, &from, kind_name, &code);
	if (!kind)
		return code;
	conf_init_text(&text, kind, name, origin_set(call, &from));
	if (cmd_wants_json(call))
		return cmd_reply(call, EXIT_DONE,
				 json_pack("{s:s%,s:s%,s:s%}", "kind", kind_name.p, kind_name.n,
					   "name", name.p, name.n, "text", buf_str(&text).p,
					   text.n));
	buf_add(&call->out, buf_str(&text));
	return EXIT_DONE;
}

const struct cmd cmd_init = {
	.name = "init",
	.group = CMD_WRITE,
	.place = 1,
	.params = "kind:kind name",
	.options = (const struct cmd_option[]){CMD_OPT_BUNDLE, {.name = NULL}},
	.online = true,
	.run = init,
	.summary = "Print a commented document of a kind, ready to edit",
	.text = "Required fields are there with an example, the others are commented out with "
		"their defaults. "
		"Redirect it into a file of the bundle, under any directory but schemas/.",
	.examples = "gamectl init Arena sun-temple > arenas/sun-temple.yaml\ta new arena\n",
	.exits = "3 the kind's schema has errors\n"
		 "7 no such kind\n",
};
