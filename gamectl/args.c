/* gamectl/args.c: what the rows offer, and numbers with units. */
#include "args.h"

const char *const cmd_output_names[] = {
	[OUT_TABLE] = "table", [OUT_WIDE] = "wide", [OUT_JSON] = "json",   [OUT_YAML] = "yaml",
	[OUT_CSV] = "csv",     [OUT_NAME] = "name", [OUT_NAME + 1] = NULL,
};

const struct cmd_option cmd_common_options[] = {
	{.name = "output",
	 .brief = 'o',
	 .arg = "FORMAT",
	 .doc = "How to print the answer",
	 .fallback = "table"},
	{.name = "color",
	 .arg = "WHEN",
	 .complete = "auto|always|never",
	 .fallback = "auto",
	 .doc = "Use colour; auto = on a terminal, unless NO_COLOR is set"},
	{.name = "help", .brief = 'h', .doc = "Show help for this verb"},
	{.name = NULL},
};

static const struct cmd_option online_options[] = {
	{.name = "socket",
	 .arg = "PATH",
	 .complete = "path",
	 .doc = "The daemon's socket; also GAMESRV_SOCKET"},
	{.name = NULL},
};

static const struct cmd_option listing_options[] = {
	{.name = "where",
	 .arg = "EXPR",
	 .doc = "Only what matches, as in: spec.level > 3 && spec.boss == 'yeti'"},
	{.name = "sort", .arg = "FIELD", .doc = "Order by a field; -FIELD = descending"},
	{.name = "limit",
	 .arg = "N",
	 .value = CMD_INT,
	 .min = 1,
	 .max = INT32_MAX,
	 .doc = "At most N of them"},
	{.name = "watch", .doc = "Show it again whenever it changes, until Ctrl-C"},
	{.name = NULL},
};

size_t cmd_params(const struct cmd *cmd, struct cmd_param out[CMD_PARAMS_MAX])
{
	struct str rest = str_of(cmd->params), word;
	size_t count = 0;

	while (rest.p && str_cut(&rest, ' ', &word)) {
		struct cmd_param *p = &out[count];
		struct str name, complete = word;

		if (word.n == 0 || count == CMD_PARAMS_MAX)
			continue;
		*p = (struct cmd_param){0};
		(void)str_cut(&complete, ':', &name);
		p->complete = complete;
		if (str_ends(name, STR("?"))) {
			p->optional = true;
			name.n -= 1;
		}
		if (str_ends(name, STR("..."))) {
			p->many = true;
			name.n -= 3;
		}
		p->name = name;
		count++;
	}
	return count;
}

void cmd_option_sets(const struct cmd *cmd, const struct cmd_option *out[CMD_OPTION_SETS])
{
	size_t n = 0;

	if (cmd && cmd->options)
		out[n++] = cmd->options;
	if (cmd && cmd->listing)
		out[n++] = listing_options;
	if (!cmd || cmd->online) /* in front of the verb it may stand as well */
		out[n++] = online_options;
	out[n++] = cmd_common_options;
	out[n] = NULL;
}

const struct cmd_option *cmd_option_find(const struct cmd *cmd, struct str name, char brief)
{
	const struct cmd_option *sets[CMD_OPTION_SETS];

	cmd_option_sets(cmd, sets);
	for (size_t i = 0; sets[i]; i++)
		for (const struct cmd_option *o = sets[i]; o->name; o++)
			if (name.n ? str_is(name, o->name) : o->brief && o->brief == brief)
				return o;
	return NULL;
}

const struct cmd *cmd_find(const char *name)
{
	for (size_t i = 0; i < cmds_table_count; i++)
		if (strcmp(cmds_table[i]->name, name) == 0)
			return cmds_table[i];
	return NULL;
}

unsigned cmd_outputs(const struct cmd *cmd)
{
	if (cmd->outputs)
		return cmd->outputs;
	return cmd->listing ? OUTPUTS_LISTING : OUTPUTS_DOCUMENT;
}

/* How many of `words` the name of this verb takes; 0: it is another one. */
static size_t words_matched(const char *name, char *const *words, size_t count)
{
	struct str rest = str_of(name), word;
	size_t n = 0;

	while (str_cut(&rest, ' ', &word)) {
		if (n == count || !str_is(word, words[n]))
			return 0;
		n++;
	}
	return n;
}

const struct cmd *cmd_match(char *const *words, size_t count, size_t *used)
{
	const struct cmd *found = NULL;

	*used = 0;
	for (size_t i = 0; i < cmds_table_count; i++) {
		size_t n = words_matched(cmds_table[i]->name, words, count);

		if (n > *used) {
			*used = n;
			found = cmds_table[i];
		}
	}
	return found;
}

struct unit {
	const char *name;
	int64_t scale;
};
static const struct unit duration_units[] = {{"ms", 1},      {"s", 1000},     {"m", 60000},
					     {"h", 3600000}, {"d", 86400000}, {NULL, 0}};
static const struct unit size_units[] = {
	{"B", 1}, {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {NULL, 0}};

static bool take_digits(struct str *s, int64_t *out)
{
	size_t i = 0;

	*out = 0;
	for (; i < s->n && s->p[i] >= '0' && s->p[i] <= '9'; i++)
		if (__builtin_mul_overflow(*out, 10, out) ||
		    __builtin_add_overflow(*out, s->p[i] - '0', out))
			return false;
	*s = (struct str){s->p + i, s->n - i};
	return i > 0;
}

bool args_number(enum cmd_value kind, struct str s, int64_t *out)
{
	const struct unit *units = kind == CMD_DURATION ? duration_units : size_units;
	bool negative = kind == CMD_INT && str_starts(s, STR("-"));

	if (negative)
		s = (struct str){s.p + 1, s.n - 1};
	if (kind == CMD_INT) {
		if (!take_digits(&s, out) || s.n > 0)
			return false;
		*out = negative ? -*out : *out;
		return true;
	}
	*out = 0;
	do {
		const struct unit *u = units;
		int64_t part;
		size_t n = 0;

		if (!take_digits(&s, &part))
			return false;
		while (n < s.n && (s.p[n] < '0' || s.p[n] > '9'))
			n++;
		while (u->name && !str_is((struct str){s.p, n}, u->name))
			u++;
		if (!u->name || __builtin_mul_overflow(part, u->scale, &part) ||
		    __builtin_add_overflow(*out, part, out))
			return false;
		s = (struct str){s.p + n, s.n - n};
	} while (kind == CMD_DURATION && s.n > 0);
	return s.n == 0;
}
