/* gamectl/args_parse.c: from argv to words and options, or to what is wrong with them. */
#include "args.h"
#include "conf/suggest.h"

const struct cmd_value_given *args_given(const struct cmd_args *args, const char *name)
{
	/* The last one counts, as everywhere: aliases and scripts add options behind others. */
	for (size_t i = args->given.count; i-- > 0;)
		if (strcmp(args->given.items[i].option->name, name) == 0)
			return &args->given.items[i];
	return NULL;
}

/* One parse under way. */
struct parser {
	struct arena *mem;
	struct cmd_args *args;
	char **argv;
	int argc, at;
	VEC(const char *) words;
};

static bool fault(struct parser *p, struct str hint, const char *fmt, ...) PRINTF(3, 4);
static bool fault(struct parser *p, struct str hint, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	p->args->fault = arena_vprintf(p->mem, fmt, args);
	va_end(args);
	p->args->hint = hint;
	return false;
}

static struct str see_help(struct parser *p)
{
	if (!p->args->cmd)
		return STR("gamectl help lists all verbs");
	return arena_printf(p->mem, "see gamectl help %s", p->args->cmd->name);
}

static bool in_words(struct str words, struct str text, struct suggest *near)
{
	struct str rest = words, word;

	*near = suggest_for(text);
	while (str_cut(&rest, '|', &word)) {
		if (str_eq(word, text))
			return true;
		suggest_add(near, word);
	}
	return false;
}

static struct str did_you_mean(struct parser *p, const struct suggest *near, const char *prefix,
			       struct str otherwise)
{
	if (near->best.n == 0)
		return otherwise;
	return arena_printf(p->mem, "did you mean %s" STR_FMT "?", prefix, STR_ARG(near->best));
}

static bool check_output(struct parser *p, const char *text)
{
	unsigned allowed = cmd_outputs(p->args->cmd);
	struct suggest near;
	struct buf words = {0};
	bool known = false;
	struct str list;

	near = suggest_for(str_of(text));
	for (size_t i = 0; cmd_output_names[i]; i++) {
		if (!(allowed & 1u << i))
			continue;
		buf_printf(&words, "%s%s", words.n ? ", " : "", cmd_output_names[i]);
		known |= strcmp(cmd_output_names[i], text) == 0;
		suggest_add(&near, str_of(cmd_output_names[i]));
	}
	list = arena_str(p->mem, buf_str(&words));
	buf_free(&words);
	if (known)
		return true;
	return fault(p, did_you_mean(p, &near, "-o ", see_help(p)), "-o %s: %s prints as " STR_FMT,
		     text, p->args->cmd->name, STR_ARG(list));
}

static bool check_value(struct parser *p, const struct cmd_option *o, const char *text,
			int64_t *number)
{
	static const char *const examples[] = {[CMD_INT] = "a whole number",
					       [CMD_DURATION] =
						       "a duration such as 90s, 5m or 1h30m",
					       [CMD_SIZE] = "a size such as 64KiB or 16MiB"};
	struct suggest near;

	if (strcmp(o->name, "output") == 0)
		return check_output(p, text);
	if (o->value != CMD_TEXT) {
		if (!args_number(o->value, str_of(text), number))
			return fault(p, see_help(p), "--%s takes %s, not \"%s\"", o->name,
				     examples[o->value], text);
		if ((o->min || o->max) && (*number < o->min || *number > o->max))
			return fault(p, see_help(p), "--%s takes %lld to %lld, not %s", o->name,
				     (long long)o->min, (long long)o->max, text);
		return true;
	}
	if (o->complete && strchr(o->complete, '|') &&
	    !in_words(str_of(o->complete), str_of(text), &near))
		return fault(p, did_you_mean(p, &near, "", see_help(p)),
			     "--%s takes %s, not \"%s\"", o->name, o->complete, text);
	return true;
}

/* `text` NULL: the value is the next word of the command line. */
static bool take_option(struct parser *p, const struct cmd_option *o, const char *text)
{
	int64_t number = 0;

	if (!o->arg && text)
		return fault(p, see_help(p), "--%s takes no value", o->name);
	if (o->arg && !text) {
		if (p->at == p->argc)
			return fault(p, see_help(p), "--%s needs a value: --%s %s", o->name,
				     o->name, o->arg);
		text = p->argv[p->at++];
	}
	if (!o->arg && strcmp(o->name, "help") == 0)
		p->args->help = true;
	if (o->arg && p->args->cmd && !check_value(p, o, text, &number))
		return false;
	vec_add(p->mem, &p->args->given, ((struct cmd_value_given){o, text ? text : "", number}));
	return true;
}

static bool unknown_option(struct parser *p, struct str name)
{
	const struct cmd_option *sets[CMD_OPTION_SETS];
	struct suggest near;

	near = suggest_for(name);
	cmd_option_sets(p->args->cmd, sets);
	for (size_t i = 0; sets[i]; i++)
		for (const struct cmd_option *o = sets[i]; o->name; o++)
			suggest_add(&near, str_of(o->name));
	if (!p->args->cmd)
		return fault(p,
			     did_you_mean(p, &near, "--", STR("options of a verb come behind it")),
			     "unknown option --" STR_FMT, STR_ARG(name));
	return fault(p, did_you_mean(p, &near, "--", see_help(p)), "%s has no option --" STR_FMT,
		     p->args->cmd->name, STR_ARG(name));
}

static bool take_long(struct parser *p, struct str word)
{
	struct str name = word, value = {0};
	ptrdiff_t eq = str_find(word, '=');
	const struct cmd_option *o;

	if (eq >= 0) {
		name.n = (size_t)eq;
		value = (struct str){word.p + eq + 1, word.n - (size_t)eq - 1};
	}
	if (!p->args->cmd && str_is(name, "version")) {
		p->args->version = true;
		return true;
	}
	o = name.n ? cmd_option_find(p->args->cmd, name, 0) : NULL;
	if (!o)
		return unknown_option(p, name);
	return take_option(p, o, eq >= 0 ? value.p : NULL);
}

static bool take_brief(struct parser *p, const char *letters)
{
	while (*letters) {
		const struct cmd_option *o = cmd_option_find(p->args->cmd, STR(""), *letters);

		if (!o)
			return fault(p, see_help(p), "%s%sunknown option -%c",
				     p->args->cmd ? p->args->cmd->name : "",
				     p->args->cmd ? ": " : "", *letters);
		letters++;
		if (!o->arg) {
			if (!take_option(p, o, NULL))
				return false;
			continue;
		}
		if (*letters == '=')
			letters++;
		return take_option(p, o, *letters ? letters : NULL);
	}
	return true;
}

static bool unknown_verb(struct parser *p)
{
	struct suggest near, near_pair;
	char *word = p->argv[p->at];
	struct str pair = str_of(word);

	if (p->at + 1 < p->argc && p->argv[p->at + 1][0] != '-')
		pair = arena_printf(p->mem, "%s %s", word, p->argv[p->at + 1]);
	near = suggest_for(str_of(word));
	near_pair = suggest_for(pair);
	for (size_t i = 0; i < cmds_table_count; i++) {
		if (cmds_table[i]->hidden)
			continue;
		suggest_add(&near, str_of(cmds_table[i]->name));
		suggest_add(&near_pair, str_of(cmds_table[i]->name));
	}
	if (near.best.n == 0)
		near = near_pair;
	for (size_t i = 0; near.best.n == 0 && i < cmds_table_count; i++) {
		struct str name =
			str_of(cmds_table[i]->name); /* the first half of "schema export" */

		if (str_starts(name, str_of(word)) && name.n > strlen(word) &&
		    name.p[strlen(word)] == ' ')
			near.best = name;
	}
	return fault(p, did_you_mean(p, &near, "gamectl ", STR("gamectl help lists all verbs")),
		     "unknown verb \"%s\"", word);
}

static bool check_word(struct parser *p, const struct cmd_param *param, const char *word)
{
	struct suggest near;

	if (str_find(param->complete, '|') < 0 || in_words(param->complete, str_of(word), &near))
		return true;
	return fault(p, did_you_mean(p, &near, "", see_help(p)),
		     "%s: " STR_FMT " is one of " STR_FMT ", not \"%s\"", p->args->cmd->name,
		     STR_ARG(param->name), STR_ARG(param->complete), word);
}

/* Deals the words out to the params; the one with "..." takes what the others leave. */
static bool deal_words(struct parser *p)
{
	struct cmd_args *a = p->args;
	size_t needed = 0, next = 0;

	a->param_count = cmd_params(a->cmd, a->params);
	for (size_t i = 0; i < a->param_count; i++)
		needed += !a->params[i].optional;
	for (size_t i = 0; i < a->param_count; i++) {
		struct cmd_param *param = &a->params[i];
		size_t left = p->words.count - next, spare, take;

		/* What may be left out leaves enough for those that may not. */
		needed -= !param->optional;
		spare = left > needed ? left - needed : 0;
		if (param->many)
			take = spare;
		else
			take = param->optional ? spare > 0 : left > 0;
		if (take == 0 && !param->optional)
			return fault(p, see_help(p), "%s: missing " STR_FMT, a->cmd->name,
				     STR_ARG(param->name));
		if (take == 0)
			continue;
		a->words[i] = ARENA_ARRAY(p->mem, const char *, take + 1);
		memcpy(a->words[i], p->words.items + next, take * sizeof(char *));
		if (!check_word(p, param, a->words[i][0]))
			return false;
		next += take;
	}
	if (next < p->words.count)
		return fault(p, see_help(p), "%s: \"%s\" is one word too many", a->cmd->name,
			     p->words.items[next]);
	return true;
}

static bool parse(struct parser *p)
{
	struct cmd_args *a = p->args;
	bool only_words = false;

	while (p->at < p->argc) {
		char *word = p->argv[p->at];
		size_t used;

		if (!only_words && word[0] == '-' && word[1] != '\0') {
			p->at++;
			if (strcmp(word, "--") == 0)
				only_words = true;
			else if (word[1] == '-' ? !take_long(p, str_of(word + 2))
						: !take_brief(p, word + 1))
				return false;
			continue;
		}
		if (a->cmd) {
			vec_add(p->mem, &p->words, word);
			p->at++;
			continue;
		}
		a->cmd = cmd_match(p->argv + p->at, (size_t)(p->argc - p->at), &used);
		if (!a->cmd)
			return unknown_verb(p);
		p->at += (int)used;
		/* Options before the verb could not be checked against it until now. */
		for (size_t i = 0; i < a->given.count; i++) {
			struct cmd_value_given *g = &a->given.items[i];

			if (!cmd_option_find(a->cmd, str_of(g->option->name), 0))
				return unknown_option(p, str_of(g->option->name));
			if (g->option->arg && !check_value(p, g->option, g->text, &g->number))
				return false;
		}
	}
	return !a->cmd || a->help || deal_words(p);
}

void args_parse(struct arena *mem, struct cmd_args *args, int argc, char **argv)
{
	struct parser p = {.mem = mem, .args = args, .argc = argc, .argv = argv, .at = 1};

	*args = (struct cmd_args){0};
	(void)parse(&p);
}
