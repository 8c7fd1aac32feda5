/* gamebot/call.c: the command line against the rows of verbs. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "conf/render.h"
#include "conf/suggest.h"
#include "conf/types.h"
#include "scenario.h"
#include "verb.h"

const struct verb *verb_find(struct str name)
{
	for (size_t i = 0; i < verbs_count; i++)
		if (str_is(name, verbs[i]->name))
			return verbs[i];
	return NULL;
}

static int by_place(const void *a, const void *b)
{
	return (*(const struct verb *const *)a)->place - (*(const struct verb *const *)b)->place;
}

const struct verb *const *verbs_in_order(void)
{
	static const struct verb *order[16];

	for (size_t i = 0; i < verbs_count && i + 1 < ARRAY_LEN(order); i++)
		order[i] = verbs[i];
	qsort(order, verbs_count, sizeof(order[0]), by_place);
	return order;
}

const struct given *call_given(const struct call *call, const char *name)
{
	for (size_t i = 0; i < call->given_count; i++)
		if (strcmp(call->given[i].option->name, name) == 0)
			return &call->given[i];
	return NULL;
}

bool call_has(const struct call *call, const char *name)
{
	return call_given(call, name) != NULL;
}

bool call_colour(int fd)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(fd) == 1 && !(no && *no) && term && strcmp(term, "dumb") != 0;
}

int call_error(struct call *call, enum exit_code code, const char *hint, const char *fmt, ...)
{
	CLEANUP(buf_free) struct buf text = {0};
	CLEANUP(buf_free) struct buf safe = {0};
	va_list args;

	va_start(args, fmt);
	buf_vprintf(&text, fmt, args);
	va_end(args);
	conf_render_safe(&safe, buf_str(&text));
	fprintf(stderr, "gamebot: " STR_FMT "\n", STR_ARG(buf_str(&safe)));
	if (hint)
		fprintf(stderr, "  %s\n", hint);
	return code;
}

bool call_read(struct call *call, const char *path, struct str *text, int *code)
{
	CLEANUP(buf_free) struct buf all = {0};
	char part[65536];
	size_t n;
	FILE *in = fopen(path, "rb");

	while (in && (n = fread(part, 1, sizeof(part), in)) > 0)
		buf_add(&all, (struct str){part, n});
	if (in == NULL || ferror(in) || all.failed) {
		*code = call_error(call,
				   errno == ENOENT || errno == EISDIR ? EXIT_USAGE : EXIT_INTERNAL,
				   NULL, "%s: %s", path, strerror(errno));
		if (in)
			fclose(in);
		return false;
	}
	fclose(in);
	*text = arena_take(call->mem, &all);
	return true;
}

static const struct option common[] = {
	{.name = "help", .brief = 'h', .doc = "Say what the verb does and takes"},
	{.name = NULL},
};

static const struct option *find_option(const struct verb *verb, struct str name, char brief)
{
	const struct option *sets[] = {verb->options, common};

	for (size_t s = 0; s < ARRAY_LEN(sets); s++)
		for (const struct option *o = sets[s]; o && o->name; o++)
			if (name.n ? str_is(name, o->name) : o->brief && o->brief == brief)
				return o;
	return NULL;
}

static bool is_word_of(const char *words, const char *text)
{
	struct str rest = str_of(words), word;

	while (str_cut(&rest, '|', &word))
		if (str_is(word, text))
			return true;
	return false;
}

static int read_value(struct call *call, struct given *g)
{
	const struct option *o = g->option;
	static const struct conf_type duration = {.base = CONF_DURATION};
	struct type_fail why = {0};
	struct dur d;
	char *end;

	if (o->kind == OPTION_WORD && !is_word_of(o->words, g->text))
		return call_error(call, EXIT_USAGE, NULL, "--%s: \"%s\" is none of %s", o->name,
				  g->text, o->words);
	if (o->kind == OPTION_DURATION) {
		if (!conf_text_parse(&duration, str_of(g->text), false, &d, &why))
			return call_error(call, EXIT_USAGE, "write 30s, 5m or 1h30m", "--%s: %s",
					  o->name, why.message);
		g->number = d.us;
	}
	if (o->kind == OPTION_INT) {
		errno = 0;
		g->number = strtoll(g->text, &end, 10);
		if (errno || end == g->text || *end || g->number < o->min || g->number > o->max)
			return call_error(call, EXIT_USAGE, NULL,
					  "--%s: \"%s\" is no whole number from %lld to %lld",
					  o->name, g->text, (long long)o->min, (long long)o->max);
	}
	return EXIT_DONE;
}

static int unknown_option(struct call *call, const char *word)
{
	struct suggest near = suggest_for(str_of(word));
	char hint[80];

	for (const struct option *o = call->verb->options; o && o->name; o++)
		suggest_add(&near, arena_printf(call->mem, "--%s", o->name));
	if (near.best.n)
		snprintf(hint, sizeof(hint), "did you mean " STR_FMT "?", STR_ARG(near.best));
	else
		snprintf(hint, sizeof(hint), "gamebot help %s lists them", call->verb->name);
	return call_error(call, EXIT_USAGE, hint, "unknown option %s", word);
}

/* One word (and its value) at argv[*at]. */
static int read_option(struct call *call, int argc, char **argv, int *at)
{
	struct str rest = str_of(argv[*at] + 2), name = STR("");
	const struct option *o;
	struct given *g = &call->given[call->given_count];
	const char *value = NULL;

	if (argv[*at][1] == '-') {
		str_cut(&rest, '=', &name);
		value = rest.p;
		o = name.n ? find_option(call->verb, name, 0) : NULL;
	} else {
		o = find_option(call->verb, name, argv[*at][1]);
		value = argv[*at][2] ? argv[*at] + 2 : NULL;
	}
	if (o == NULL)
		return unknown_option(call, argv[*at]);
	if (call_has(call, o->name) || call->given_count + 1 == ARRAY_LEN(call->given))
		return call_error(call, EXIT_USAGE, NULL, "--%s is given twice", o->name);
	if (o->kind == OPTION_FLAG && value)
		return call_error(call, EXIT_USAGE, NULL, "--%s takes no value", o->name);
	if (o->kind != OPTION_FLAG && value == NULL) {
		if (*at + 1 >= argc)
			return call_error(call, EXIT_USAGE, NULL, "--%s needs a value: --%s %s",
					  o->name, o->name, o->arg);
		value = argv[++*at];
	}
	*g = (struct given){o, value ? value : "", 0};
	call->given_count++;
	return read_value(call, g);
}

static int unknown_verb(struct call *call, const char *word)
{
	struct suggest near = suggest_for(str_of(word));
	char hint[64] = "gamebot help lists them";

	for (size_t i = 0; i < verbs_count; i++)
		suggest_add(&near, str_of(verbs[i]->name));
	if (near.best.n)
		snprintf(hint, sizeof(hint), "did you mean gamebot " STR_FMT "?",
			 STR_ARG(near.best));
	return call_error(call, EXIT_USAGE, hint, "no verb is called \"%s\"", word);
}

int call_parse(struct call *call, int argc, char **argv)
{
	int at = 1, code;

	if (at < argc && (strcmp(argv[at], "--version") == 0 || strcmp(argv[at], "-V") == 0)) {
		call->verb = verb_find(STR("version"));
		return EXIT_DONE;
	}
	if (at == argc || strcmp(argv[at], "--help") == 0 || strcmp(argv[at], "-h") == 0) {
		call->verb = verb_find(STR("help"));
		return EXIT_DONE;
	}
	call->verb = verb_find(str_of(argv[at]));
	if (call->verb == NULL)
		return unknown_verb(call, argv[at]);
	for (at++; at < argc; at++) {
		if (argv[at][0] == '-' && argv[at][1] != '\0') {
			code = read_option(call, argc, argv, &at);
			if (code != EXIT_DONE)
				return code;
		} else if (call->word || call->verb->word == NULL) {
			return call_error(call, EXIT_USAGE, NULL,
					  "gamebot %s: \"%s\" is one word too many",
					  call->verb->name, argv[at]);
		} else {
			call->word = argv[at];
		}
	}
	if (call->verb->word && call->verb->word[0] != '[' && call->word == NULL &&
	    !call_has(call, "help"))
		return call_error(call, EXIT_USAGE, NULL, "gamebot %s needs a %s", call->verb->name,
				  call->verb->word);
	return EXIT_DONE;
}

struct scenario *call_scenario(struct call *call, int *code)
{
	struct diags d = diags_into(call->mem);
	const struct conf_render how = {.colour = call_colour(STDERR_FILENO), .rule_dir = NULL};
	CLEANUP(buf_free) struct buf text = {0};
	struct scenario *s;
	struct str yaml;

	if (!call_read(call, call->word, &yaml, code))
		return NULL;
	s = scenario_load(call->mem, str_of(call->word), yaml, &d);
	diags_sort(&d);
	conf_render_text(&text, &d, &how);
	fwrite(text.p ? text.p : "", 1, text.n, stderr);
	*code = s ? EXIT_DONE : EXIT_INVALID;
	return s;
}
