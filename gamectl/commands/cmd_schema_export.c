/* gamectl/commands/cmd_schema_export.c */
#include <errno.h>
#include <stdlib.h>

#include "conf/export.h"
#include "origin.h"
#include "write_file.h"

static int put_json_schema(const struct conf_schema *schema, struct buf *out)
{
	json_t *json = conf_export_json_schema(schema);
	char *text = json ? json_dumps(json, JSON_INDENT(2)) : NULL;

	if (text) {
		buf_add(out, str_of(text));
		buf_addc(out, '\n');
	}
	free(text);
	json_decref(json);
	return text ? 0 : -ENOMEM;
}

static int put_c_header(struct cmd_call *call, const struct conf_schema *schema, struct buf *out)
{
	const struct conf_kind **kinds =
		ARENA_ARRAY(call->mem, const struct conf_kind *, schema->kinds.count + 1);
	const struct map_entry *it;
	size_t count = 0;

	MAP_EACH (&schema->kinds, it) {
		const struct conf_kind *kind = it->value;

		if (!kind->builtin || cmd_flag(call, "builtin"))
			kinds[count++] = kind;
	}
	conf_export_c_header(out, kinds, count);
	return out->failed ? -ENOMEM : 0;
}

static int schema_export(struct cmd_call *call)
{
	const char *path = cmd_opt(call, "out");
	struct buf text = {0};
	struct origin from;
	int code = origin_find(call, &from), r;

	if (code != EXIT_DONE)
		return code;
	if (from.findings.errors)
		return cmd_fail(call, &from.findings);
	r = strcmp(cmd_opt(call, "format"), "c") == 0 ? put_c_header(call, from.schema, &text)
						      : put_json_schema(from.schema, &text);
	if (r < 0)
		return cmd_error(call, EXIT_INTERNAL, NULL, "out of memory");
	if (!path) {
		buf_add(&call->out, buf_str(&text));
		return EXIT_DONE;
	}
	r = write_file(path, buf_str(&text), 0644);
	if (r < 0)
		return cmd_error(call, EXIT_INTERNAL, NULL, "%s: %s", path, strerror(-r));
	return cmd_ok(call, "%s: %u kinds of %s", path, from.schema->kinds.count,
		      origin_name(call, &from));
}

const struct cmd cmd_schema_export = {
	.name = "schema export",
	.group = CMD_WRITE,
	.place = 5,
	.options =
		(const struct cmd_option[]){
			{.name = "format",
			 .arg = "FORMAT",
			 .complete = "json-schema|c",
			 .fallback = "json-schema",
			 .doc = "What to write"},
			{.name = "out",
			 .arg = "FILE",
			 .complete = "path",
			 .doc = "Write into a file; default: standard output"},
			{.name = "builtin", .doc = "In the C header, the built-in kinds too"},
			CMD_OPT_BUNDLE,
			{.name = NULL},
		},
	.outputs = OUTPUTS_TEXT,
	.online = true,
	.run = schema_export,
	.summary = "Write the kinds as JSON Schema, for completion in editors, or as a C header",
	.text = "json-schema is draft 2020-12 of a document of any kind: what a YAML language "
		"server wants. In "
		"Visual Studio Code, with its YAML extension:\n"
		"\n"
		"  \"yaml.schemas\": {\".gamesrv-schema.json\": [\"**/*.yaml\", \"!schemas/**\"]}\n"
		"\n"
		"c is a header with one struct for each kind, laid out as records are in memory.",
	.examples = "gamectl schema export --out .gamesrv-schema.json\tfor the editor\n"
		    "gamectl schema export --format c --out kinds.h\tfor room logic\n",
	.exits = "3 a schema has errors\n",
};
