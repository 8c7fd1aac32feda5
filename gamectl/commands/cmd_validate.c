/* gamectl/commands/cmd_validate.c
 * Finds exactly what apply would find, on this side of the socket.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "conf/render.h"
#include "validate_stored.h"

struct outcome {
	const char *path; /* as given */
	struct str only;  /* one file of the bundle was asked for: its path within; else empty */
	struct conf_set *set;
	struct diags d;
	size_t elsewhere; /* errors in other files than `only` */
};

static size_t count_kinds(const struct conf_set *set)
{
	size_t kinds = 0;

	for (uint32_t i = 0; i < set->doc_count; i++)
		kinds += i == 0 || set->docs[i]->kind != set->docs[i - 1]->kind;
	return kinds;
}

static size_t count_faulty_files(const struct diags *d)
{
	struct arena *mem = d->mem;
	struct map seen = {0};
	struct conf_finding *f;
	bool was_there;

	VEC_EACH (&d->list, f)
		if (f->severity == CONF_ERROR && f->at.source)
			(void)map_put(mem, &seen, f->at.source->path, f, &was_there);
	return seen.count;
}

static void put_count(struct buf *out, size_t count, const char *one)
{
	buf_printf(out, "%zu %s%s", count, one, count == 1 ? "" : "s");
}

/* "Arena/frozen-keep.waves[0].boss" -> "Arena.waves.boss", which explain understands. */
static struct str schema_path(struct arena *mem, struct str path)
{
	struct buf out = {0};
	struct str result;
	size_t i = 0;

	while (i < path.n && path.p[i] != '/')
		buf_addc(&out, path.p[i++]);
	while (i < path.n && path.p[i] != '.')
		i++;
	for (; i < path.n && path.p[i] != '"'; i++) {
		if (path.p[i] == '[')
			while (i < path.n && path.p[i] != ']')
				i++;
		else
			buf_addc(&out, path.p[i]);
	}
	result = arena_str(mem, buf_str(&out));
	buf_free(&out);
	return result;
}

/* Which rule would help most: the first that stands at a field. */
static struct str worth_explaining(const struct outcome *o)
{
	struct conf_finding *f;

	VEC_EACH (&o->d.list, f)
		if (f->severity == CONF_ERROR && f->rule.start.line > 0 &&
		    str_find(f->path, '/') > 0 && str_find(f->path, '.') > 0)
			return schema_path(o->d.mem, f->path);
	return STR("");
}

static void put_summary(struct cmd_call *call, const struct outcome *o)
{
	struct buf *out = &call->out;
	struct str next = worth_explaining(o);
	const struct term *t = &call->term_out;

	if (o->d.errors) {
		buf_add(out, str_of(term_on(t, TERM_RED)));
		put_count(out, o->d.errors, "error");
		buf_add(out, str_of(term_off(t)));
	} else {
		if (o->only.n) {
			conf_render_safe(out, o->only);
		} else {
			put_count(out, o->set->doc_count, "document");
			buf_add(out, STR(" of "));
			put_count(out, count_kinds(o->set), "kind");
		}
		buf_printf(out, ", %sno errors%s", term_on(t, TERM_GREEN), term_off(t));
	}
	if (o->d.warnings) {
		buf_add(out, o->d.errors ? STR(" and ") : STR(", "));
		buf_add(out, str_of(term_on(t, TERM_YELLOW)));
		put_count(out, o->d.warnings, "warning");
		buf_add(out, str_of(term_off(t)));
	}
	if (o->d.errors && o->only.n) {
		buf_add(out, STR(" in "));
		conf_render_safe(out, o->only);
	} else if (o->d.errors && o->set->file_count) {
		buf_printf(out, " in %zu of ", count_faulty_files(&o->d));
		put_count(out, o->set->file_count, "file");
	}
	if (o->elsewhere) {
		buf_add(out, STR("; in other files of the bundle: "));
		put_count(out, o->elsewhere, "error");
	}
	buf_addc(out, '\n');
	if (next.n) {
		buf_printf(out, "%sgamectl explain ", term_on(t, TERM_DIM));
		conf_render_safe(out, next);
		buf_printf(out, " says what belongs there%s\n", term_off(t));
	}
}

static int answer_json(struct cmd_call *call, struct outcome *o)
{
	json_t *reply = conf_render_json(&o->d, (size_t)cmd_int(call, "max-findings"));

	if (reply) {
		json_object_set_new(reply, "documents", json_integer(o->set->doc_count));
		json_object_set_new(reply, "kinds", json_integer((json_int_t)count_kinds(o->set)));
		json_object_set_new(reply, "files", json_integer(o->set->file_count));
	}
	return cmd_reply(call, o->d.errors ? EXIT_INVALID : EXIT_DONE, reply);
}

/* Leaves only what is about one file, for a person or an editor at work on it. */
static void keep_only(struct outcome *o)
{
	struct diags kept = diags_into(o->d.mem);
	struct conf_finding *f;

	VEC_EACH (&o->d.list, f) {
		if (f->at.source && str_eq(f->at.source->path, o->only)) {
			vec_add(kept.mem, &kept.list, *f);
			kept.errors += f->severity == CONF_ERROR;
			kept.warnings += f->severity == CONF_WARNING;
		} else {
			o->elsewhere += f->severity == CONF_ERROR;
		}
	}
	o->d = kept;
}

/* A file inside a bundle is checked with the whole bundle around it: its schemas and references live there. */
static const char *bundle_of(struct cmd_call *call, struct outcome *o)
{
	struct stat st;
	const char *dir;
	char *real;

	if (stat(o->path, &st) < 0 || !S_ISREG(st.st_mode))
		return o->path;
	dir = bundle_around(call->mem, o->path);
	real = realpath(o->path, NULL);
	if (!dir || !real)
		return o->path;
	o->only = str_of(arena_cstr(call->mem, str_of(real + strlen(dir) + (dir[1] != '\0'))));
	free(real);
	return dir;
}

static bool is_told_of(const struct outcome *o)
{
	struct conf_finding *f;

	VEC_EACH (&o->d.list, f)
		if (f->severity == CONF_ERROR && f->at.source &&
		    str_eq(f->at.source->path, o->only))
			return true;
	return false;
}

/* The file as the bundle knows it: links may have led to it under another name. Empty: it was not read. */
static struct str name_in_bundle(const struct outcome *o, const char *dir,
				 const struct bundle *files)
{
	struct stat wanted, st;
	struct conf_input *f;

	VEC_EACH (&files->files, f)
		if (str_eq(f->path, o->only))
			return f->path;
	if (stat(o->path, &wanted) < 0)
		return STR("");
	VEC_EACH (&files->files, f) {
		CLEANUP(buf_free) struct buf path = {0};

		buf_printf(&path, "%s/" STR_FMT, dir, STR_ARG(f->path));
		if (!path.failed && stat(path.p, &st) == 0 && st.st_dev == wanted.st_dev &&
		    st.st_ino == wanted.st_ino)
			return f->path;
	}
	return STR("");
}

static int fail_passed_over(struct cmd_call *call, const struct outcome *o, const char *dir)
{
	const char *problem = bundle_path_problem(o->only);

	return cmd_error(call, EXIT_USAGE,
			 "name a .yaml file of the bundle, or its directory to check them all",
			 "%s is passed over in the bundle %s: it %s", o->path, dir,
			 problem ? problem : "is no file of its own");
}

static int validate(struct cmd_call *call)
{
	struct outcome o = {.path = cmd_arg(call, "path"), .d = diags_into(call->mem)};
	const char *against = cmd_opt(call, "against-schema");
	struct bundle files = {0};
	const char *dir;
	int code;

	if (cmd_flag(call, "stored") && !o.path)
		return validate_stored(call, against);
	if (!o.path || cmd_flag(call, "stored"))
		return cmd_error(call, EXIT_USAGE, "gamectl validate . checks the bundle here",
				 o.path ? "validate: either a path or --stored"
					: "validate: missing path");
	code = bundle_check_path(call, o.path);
	if (code != EXIT_DONE)
		return code;
	dir = bundle_of(call, &o);
	code = bundle_load_files(call, dir, &files, &o.d);
	if (code == EXIT_DONE && o.only.n && !is_told_of(&o)) {
		struct str name = name_in_bundle(&o, dir, &files);

		if (name.n == 0)
			return fail_passed_over(call, &o, dir);
		o.only = name;
	}
	if (code == EXIT_DONE && against)
		code = bundle_swap_schemas(call, against, &files, &o.d);
	if (code != EXIT_DONE)
		return code;
	o.set = bundle_check(call, files.files.items, files.files.count,
			     (unsigned)cmd_int(call, "threads"), &o.d);
	if (!o.set)
		return EXIT_INTERNAL;
	if (o.only.n)
		keep_only(&o);
	if (cmd_wants_json(call)) {
		diags_sort(&o.d);
		return answer_json(call, &o);
	}
	if (o.d.list.count)
		(void)cmd_fail(call, &o.d);
	if (files.files.count == 0)
		cmd_warn(call, "%s holds no .yaml files: is this the bundle?", o.path);
	put_summary(call, &o);
	return o.d.errors ? EXIT_INVALID : EXIT_DONE;
}

const struct cmd cmd_validate = {
	.name = "validate",
	.group = CMD_WRITE,
	.place = 3,
	.params = "path?:path",
	.options =
		(const struct cmd_option[]){
			CMD_OPT_MAX_FINDINGS,
			{.name = "against-schema",
			 .arg = "DIR",
			 .complete = "dir",
			 .doc = "Use the schemas of another bundle, or of a directory of schemas"},
			{.name = "threads",
			 .arg = "N",
			 .value = CMD_INT,
			 .max = 256,
			 .fallback = "0",
			 .doc = "Threads that check; 0 = as many as pay"},
			{.name = "stored",
			 .doc = "Instead of a path: every revision the daemon has stored, before "
				"an upgrade"},
			CMD_OPTS_CAPS,
			{.name = NULL},
		},
	.online = true,
	.run = validate,
	.summary = "Check a bundle; needs no daemon, no network, no root",
	.text = "Finds all mistakes in one run, and exactly those that apply would find. PATH is "
		"the directory of "
		"a bundle, or one file inside it: then the whole bundle is read, because schemas "
		"and references "
		"live there, but only that file's findings are shown.\n"
		"\n"
		"Findings go to standard error, the summary to standard output. With -o json the "
		"findings object "
		"goes to standard output, whether valid or not.",
	.examples =
		"gamectl validate .\tthe bundle here\n"
		"gamectl validate arenas/frozen-keep.yaml\tone file of it\n"
		"gamectl validate . -o json | jq '.findings[].message'\tfor scripts and editors\n"
		"gamectl validate . --against-schema ../next\twould it pass the next version's "
		"schemas?\n",
	.exits = "3 the bundle has errors\n",
};
