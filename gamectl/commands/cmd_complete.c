/* gamectl/commands/cmd_complete.c
 * What the completion scripts ask at every TAB: the words so far, the last one unfinished; answers with a
 * candidate a line ("word TAB what it is"), or a directive: ":files" ":dirs" ":nospace". Never an error: a
 * shell prompt is no place for one.
 */
#include <stdlib.h>

#include "admin/client.h"
#include "frame.h"
#include "origin.h"

enum { DAEMON_MS = 300, CANDIDATES_MAX = 2000 };

struct asked {
	struct cmd_call *call;
	const struct cmd *cmd;
	struct str typed;   /* of the word under the cursor */
	struct str before;  /* what a candidate must repeat in front: "--output=" */
	const char *bundle; /* a path of the line that is a bundle, else the one here */
	size_t given;
};

static void offer(struct asked *a, struct str word, struct str what)
{
	struct buf *out = &a->call->out;
	struct str line;

	if (!str_starts(word, a->typed) || a->given == CANDIDATES_MAX)
		return;
	a->given++;
	buf_add(out, a->before);
	buf_add(out, word);
	(void)str_cut(&what, '\n', &line);
	if (line.n) {
		buf_addc(out, '\t');
		buf_add(out, line);
	}
	buf_addc(out, '\n');
}

static void offer_verbs(struct asked *a, struct str first)
{
	for (size_t i = 0; i < cmds_table_count; i++) {
		struct str rest = str_of(cmds_table[i]->name), head;

		if (cmds_table[i]->hidden)
			continue;
		(void)str_cut(&rest, ' ', &head);
		if (first.n == 0)
			offer(a, head, str_of(cmds_table[i]->summary));
		else if (rest.p && str_eq(head, first))
			offer(a, rest, str_of(cmds_table[i]->summary));
	}
}

static void offer_options(struct asked *a)
{
	const struct cmd_option *sets[CMD_OPTION_SETS];

	cmd_option_sets(a->cmd, sets);
	for (size_t i = 0; sets[i]; i++)
		for (const struct cmd_option *o = sets[i]; o->name; o++)
			offer(a, arena_printf(a->call->mem, "--%s", o->name), str_of(o->doc));
}

static void offer_words(struct asked *a, const char *words)
{
	struct str rest = str_of(words), word;

	while (str_cut(&rest, '|', &word))
		offer(a, word, STR(""));
}

/* The daemon's answer, soon or not at all. */
static json_t *ask_daemon(struct asked *a, const char *path)
{
	const struct cmd_value_given *socket = args_given(a->call->args, "socket");
	const struct admin_options how = {.socket = socket ? socket->text : a->call->socket,
					  .program = "gamectl",
					  .timeout_ms = DAEMON_MS};
	struct admin_client *client = admin_client_new(&how);
	struct admin_answer answer = {0};
	json_t *body = NULL;

	if (client && admin_call(client, "GET", path, NULL, &answer) == EXIT_DONE)
		body = json_incref(answer.body);
	admin_answer_free(&answer);
	admin_client_free(client);
	return body;
}

static struct conf_schema *schema_here(struct asked *a, struct bundle *files)
{
	struct diags d = diags_into(a->call->mem);
	json_t *reply;

	if (a->bundle) {
		if (bundle_read(a->call->mem, a->bundle, &yaml_caps_default, files, &d) < 0)
			return NULL;
	} else {
		reply = ask_daemon(a, "/v1/schema");
		origin_inputs(a->call->mem, json_object_get(reply, "files"), files);
	}
	return origin_load_schema(a->call->mem, files->files.items, files->files.count, &d);
}

static void offer_kinds(struct asked *a, const struct conf_schema *schema, const char *behind)
{
	const struct map_entry *it;

	MAP_EACH (&schema->kinds, it) {
		const struct conf_kind *kind = it->value;

		offer(a, arena_printf(a->call->mem, STR_FMT "%s", STR_ARG(it->key), behind),
		      kind->top.doc);
	}
}

static void offer_docs_of_set(struct asked *a, const struct bundle *files, struct str kind)
{
	const struct conf_load how = {.caps = yaml_caps_default};
	struct diags d = diags_into(a->call->mem);
	struct conf_set *set;

	if (conf_set_load(files->files.items, files->files.count, &how, &set, &d) < 0)
		return;
	for (uint32_t i = 0; i < set->doc_count; i++)
		if (str_eq(set->docs[i]->kind->top.name, kind))
			offer(a,
			      arena_printf(a->call->mem, STR_FMT "/" STR_FMT, STR_ARG(kind),
					   STR_ARG(set->docs[i]->name)),
			      STR(""));
}

static void offer_docs_of_daemon(struct asked *a, struct str kind)
{
	char *path = admin_path("/v1/config/%s", arena_cstr(a->call->mem, kind));
	json_t *reply = path ? ask_daemon(a, path) : NULL;
	const json_t *items = json_object_get(reply, "items");

	for (size_t i = 0; i < json_array_size(items); i++) {
		const char *name =
			json_string_value(json_object_get(json_array_get(items, i), "name"));

		if (name)
			offer(a, arena_printf(a->call->mem, STR_FMT "/%s", STR_ARG(kind), name),
			      STR(""));
	}
	json_decref(reply);
	free(path);
}

/* Kind, then Kind/name. */
static void offer_things(struct asked *a)
{
	struct bundle files = {0};
	ptrdiff_t slash = str_find(a->typed, '/');
	struct conf_schema *schema;

	if (slash < 0) {
		schema = schema_here(a, &files);
		if (!schema)
			return;
		buf_add(&a->call->out, STR(":nospace\n"));
		offer_kinds(a, schema, "/");
		return;
	}
	struct str kind = {a->typed.p, (size_t)slash};

	if (a->bundle && schema_here(a, &files))
		offer_docs_of_set(a, &files, kind);
	else if (!a->bundle)
		offer_docs_of_daemon(a, kind);
}

/* "Arena.players." -> the struct behind it; *head gets what was typed so far. */
static const struct conf_struct *struct_typed(const struct conf_schema *schema, struct str typed,
					      struct str *head)
{
	struct str rest = typed, part;
	const struct conf_struct *s;
	const struct conf_kind *kind;

	(void)str_cut(&rest, '.', &part);
	if (!rest.p)
		return NULL;
	kind = conf_kind_find(schema, part);
	s = kind ? &kind->top : NULL;
	*head = (struct str){typed.p, part.n + 1};
	while (s && str_find(rest, '.') >= 0) {
		const struct conf_field *f;
		const struct conf_type *t;

		(void)str_cut(&rest, '.', &part);
		head->n += part.n + 1;
		f = conf_field_find(s, part);
		t = f ? f->type : NULL;
		while (t && t->elem)
			t = t->elem;
		s = t ? t->fields : NULL;
	}
	return s;
}

/* Kind, Kind.field.sub. */
static void offer_fields(struct asked *a)
{
	struct bundle files = {0};
	struct conf_schema *schema;
	const struct conf_struct *s;
	struct str head = {0};

	if (str_find(a->typed, '/') >= 0) {
		offer_things(a);
		return;
	}
	schema = schema_here(a, &files);
	if (!schema)
		return;
	buf_add(&a->call->out, STR(":nospace\n"));
	s = struct_typed(schema, a->typed, &head);
	if (!s)
		offer_kinds(a, schema, "");
	for (uint32_t i = 0; s && i < s->field_count; i++)
		offer(a,
		      arena_printf(a->call->mem, STR_FMT STR_FMT, STR_ARG(head),
				   STR_ARG(s->fields[i].name)),
		      s->fields[i].doc);
}

static void offer_revisions(struct asked *a)
{
	json_t *reply = ask_daemon(a, "/v1/revisions?limit=50");
	const json_t *list = json_object_get(reply, "revisions");

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *r = json_array_get(list, i);
		const json_t *n = json_object_get(r, "revision");
		const char *message = json_string_value(json_object_get(r, "message"));

		if (json_is_integer(n))
			offer(a,
			      arena_printf(a->call->mem, "%lld", (long long)json_integer_value(n)),
			      str_of(message));
	}
	json_decref(reply);
}

/* Sessions or rooms: what -o name prints. */
static void offer_live(struct asked *a, const char *what)
{
	bool rooms = strcmp(what, "rooms") == 0;
	json_t *reply = ask_daemon(a, rooms ? "/v1/rooms?limit=2000" : "/v1/sessions?limit=2000");
	const json_t *list = json_object_get(reply, what);

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *item = json_array_get(list, i);
		const char *id = json_string_value(json_object_get(item, "id"));
		const char *name =
			json_string_value(json_object_get(item, rooms ? "type" : "player"));
		bool bare = str_starts(a->typed, rooms ? STR("r-") : STR("s-"));

		if (id)
			offer(a,
			      bare ? str_of(id)
				   : arena_printf(a->call->mem, "%s/%s", rooms ? "room" : "session",
						  id),
			      str_of(name));
	}
	json_decref(reply);
}

static void offer_room_types(struct asked *a)
{
	json_t *reply = ask_daemon(a, "/v1/config/RoomType");
	const json_t *items = json_object_get(reply, "items");

	for (size_t i = 0; i < json_array_size(items); i++) {
		const char *name =
			json_string_value(json_object_get(json_array_get(items, i), "name"));

		if (name)
			offer(a, arena_printf(a->call->mem, "roomtype/%s", name), STR(""));
	}
	json_decref(reply);
}

static void offer_targets(struct asked *a)
{
	offer(a, STR("server"), STR("everything"));
	offer_room_types(a);
	offer_live(a, "rooms");
}

/* Whom one may speak to. */
static void offer_players(struct asked *a)
{
	offer(a, STR("server"), STR("everybody"));
	offer_live(a, "rooms");
	offer_live(a, "sessions");
}

static void offer_listed(struct asked *a)
{
	struct bundle files = {0};
	struct conf_schema *schema = schema_here(a, &files);

	offer(a, STR("rooms"), STR("rooms that are open"));
	offer(a, STR("sessions"), STR("players who are there"));
	if (schema)
		offer_kinds(a, schema, "");
}

/* Candidates of one kind: `how` as in struct cmd_option.complete. */
static void offer_by(struct asked *a, struct str how)
{
	if (str_find(how, '|') >= 0) {
		offer_words(a, arena_cstr(a->call->mem, how));
	} else if (str_is(how, "path") || str_is(how, "dir")) {
		buf_add(&a->call->out, str_is(how, "path") ? STR(":files\n") : STR(":dirs\n"));
	} else if (str_is(how, "verb")) {
		offer_verbs(a, STR(""));
		for (size_t i = 0; help_topics[i]; i++)
			offer(a, str_of(help_topics[i]), STR("chapter"));
	} else if (str_is(how, "kind")) {
		struct bundle files = {0};
		struct conf_schema *schema = schema_here(a, &files);

		if (schema)
			offer_kinds(a, schema, "");
	} else if (str_is(how, "listed")) {
		offer_listed(a);
	} else if (str_is(how, "anything")) {
		if (str_starts(a->typed, STR("r")))
			offer_live(a, "rooms");
		else if (str_starts(a->typed, STR("s")))
			offer_live(a, "sessions");
		else
			offer_things(a);
	} else if (str_is(how, "room") || str_is(how, "session")) {
		offer_live(a, str_is(how, "room") ? "rooms" : "sessions");
	} else if (str_is(how, "target")) {
		offer_targets(a);
	} else if (str_is(how, "player")) {
		offer_players(a);
	} else if (str_is(how, "thing")) {
		offer_things(a);
	} else if (str_is(how, "field")) {
		offer_fields(a);
	} else if (str_is(how, "revision")) {
		offer_revisions(a);
	} else if (str_is(how, "path-or-revision")) {
		offer_revisions(a);
		buf_add(&a->call->out, STR(":files\n"));
	}
}

static void offer_value(struct asked *a, const struct cmd_option *o)
{
	if (strcmp(o->name, "output") != 0) {
		offer_by(a, str_of(o->complete));
		return;
	}
	for (size_t i = 0; cmd_output_names[i]; i++)
		if (!a->cmd || cmd_outputs(a->cmd) & 1u << i)
			offer(a, str_of(cmd_output_names[i]), STR(""));
}

/* The option a word is, when its value comes next. */
static const struct cmd_option *wants_value(const struct cmd *cmd, const char *word)
{
	const struct cmd_option *o = NULL;

	if (strncmp(word, "--", 2) == 0 && word[2] && !strchr(word, '='))
		o = cmd_option_find(cmd, str_of(word + 2), 0);
	else if (word[0] == '-' && word[1] && word[1] != '-' && !word[2])
		o = cmd_option_find(cmd, STR(""), word[1]);
	return o && o->arg ? o : NULL;
}

struct line {
	const char **words;
	size_t count; /* the last is the one under the cursor */
};

/* bash parts "--a=b" into three words: joins them. */
static struct line join_words(struct arena *mem, const char *const *words)
{
	struct line l = {0};
	size_t n = 0;

	while (words[n])
		n++;
	l.words = ARENA_ARRAY(mem, const char *, n + 2);
	for (size_t i = 0; i < n; i++) {
		bool glue =
			l.count > 0 && strncmp(l.words[l.count - 1], "--", 2) == 0 &&
			(strcmp(words[i], "=") == 0 || (i > 0 && strcmp(words[i - 1], "=") == 0));

		if (glue)
			l.words[l.count - 1] =
				arena_printf(mem, "%s%s", l.words[l.count - 1], words[i]).p;
		else
			l.words[l.count++] = words[i];
	}
	if (l.count == 0)
		l.words[l.count++] = "";
	return l;
}

static void complete_line(struct asked *a, const struct line *l)
{
	const char *last = l->words[l->count - 1];
	struct cmd_param params[CMD_PARAMS_MAX];
	const struct cmd_option *o = NULL;
	struct str first = {0};
	size_t word = 0, count;

	for (size_t i = 0; i + 1 < l->count; i++) {
		size_t used = 0;

		o = wants_value(a->cmd, l->words[i]);
		if (o && i + 2 < l->count)
			i++;
		if (o || l->words[i][0] == '-')
			continue;
		if (a->cmd) {
			word++;
			if (bundle_is_here(l->words[i]))
				a->bundle = l->words[i];
			continue;
		}
		a->cmd = cmd_match((char *const *)l->words + i, l->count - 1 - i, &used);
		first = str_of(l->words[i]);
		if (used > 1)
			i += used - 1;
	}
	o = l->count > 1 ? wants_value(a->cmd, l->words[l->count - 2]) : NULL;
	a->typed = str_of(last);
	if (o) {
		offer_value(a, o);
		return;
	}
	if (last[0] == '-') {
		ptrdiff_t eq = str_find(a->typed, '=');

		if (eq < 0) {
			offer_options(a);
			return;
		}
		o = cmd_option_find(a->cmd, (struct str){last + 2, (size_t)eq - 2}, 0);
		a->typed = str_of(last + eq + 1);
		if (o && o->arg)
			offer_value(a, o);
		return;
	}
	if (!a->cmd) {
		offer_verbs(a, first);
		return;
	}
	count = cmd_params(a->cmd, params);
	if (count > 0 && word >= count && params[count - 1].many)
		word = count - 1;
	if (word < count)
		offer_by(a, params[word].complete);
}

static int complete(struct cmd_call *call)
{
	struct line l = join_words(call->mem, cmd_args(call, "word"));
	struct asked a = {.call = call};

	for (size_t i = 0; i + 1 < l.count; i++)
		if (strcmp(l.words[i], "--bundle") == 0)
			a.bundle = l.words[i + 1];
		else if (strcmp(l.words[i], "--socket") == 0)
			call->socket = l.words[i + 1];
	if (!a.bundle)
		a.bundle = bundle_is_here(".") ? "." : bundle_around(call->mem, ".");
	complete_line(&a, &l);
	return EXIT_DONE;
}

const struct cmd cmd_complete = {
	.name = "__complete",
	.group = CMD_HELP,
	.hidden = true,
	.params = "word...?",
	.outputs = OUTPUTS_TEXT,
	.run = complete,
	.summary = "Answer a shell's completion script",
};
