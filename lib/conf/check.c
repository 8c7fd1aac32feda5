/* lib/conf/check.c: a document's kind and name, and the stages of its check. */
#include "conf/check.h"
#include "conf/check_walk.h"
#include "conf/suggest.h"

bool conf_name_ok(struct str name)
{
	if (name.n == 0 || name.n > 63 || name.p[0] == '-')
		return false;
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
			return false;
	}
	return true;
}

static const struct yaml_node *find_key(const struct yaml_node *root, struct str name)
{
	const struct yaml_node *key;

	YAML_EACH_PAIR(root, key)
	if (key->kind == YAML_SCALAR && str_eq(yaml_text(key), name))
		return key;
	return NULL;
}

static void fail_no_kind(struct conf_check *c, const struct yaml_node *root)
{
	const struct yaml_node *first = root->first ? root->first : root, *key;
	struct conf_finding *f = diags_add(c->d, CONF_ERROR, "kind", yaml_place(c->source, first),
					   "the document does not say its kind");
	struct suggest s = suggest_for(STR("kind"));

	if (find_key(root, STR("schema")) != NULL) {
		diags_hint(c->d, f, "a schema belongs into the directory schemas/");
		return;
	}
	YAML_EACH_PAIR(root, key)
	{
		suggest_add(&s, yaml_text(key));
	}
	if (s.best.n)
		diags_hint(c->d, f, "write kind instead of " STR_FMT, STR_ARG(s.best));
	else
		diags_hint(c->d, f, "begin it with \"kind: \" and the name of a kind");
}

static void fail_unknown_kind(struct conf_check *c, const struct yaml_node *value)
{
	struct conf_place at = yaml_place(c->source, value);
	struct suggest s = suggest_for(yaml_text(value));
	struct map_entry *it;
	struct conf_finding *f;

	f = diags_add(c->d, CONF_ERROR, "kind", at, "unknown kind %s",
		      type_quote(yaml_text(value)).text);
	if (check_may_guess(c, c->schema->kinds.count)) {
		MAP_EACH (&c->schema->kinds, it)
			suggest_add(&s, it->key);
		MAP_EACH (&c->schema->faulty, it)
			suggest_add(&s, it->key);
	}
	if (s.best.n)
		diags_hint(c->d, f, "did you mean " STR_FMT "?", STR_ARG(s.best));
	else
		diags_hint(c->d, f, "a kind is declared in schemas/, as in schema: " STR_FMT,
			   STR_ARG(yaml_text(value)));
}

static const struct conf_kind *read_kind(struct conf_check *c, const struct yaml_node *root,
					 struct conf_place *at)
{
	const struct yaml_node *key = find_key(root, STR("kind")), *value;
	const struct conf_kind *kind;

	if (key == NULL) {
		fail_no_kind(c, root);
		return NULL;
	}
	value = key->next;
	if (value->flags & YAML_BROKEN)
		return NULL;
	if (value->kind != YAML_SCALAR || yaml_is_null(value)) {
		diags_add(c->d, CONF_ERROR, "kind", yaml_place(c->source, value->n ? value : key),
			  "kind must be the name of a kind, not %s", conf_node_is(value));
		return NULL;
	}
	*at = yaml_place(c->source, value);
	kind = conf_kind_find(c->schema, yaml_text(value));
	if (kind == NULL && !conf_kind_faulty(c->schema, yaml_text(value)))
		fail_unknown_kind(c, value);
	return kind;
}

/* "Frozen Keep" -> frozen-keep; empty when nothing is left. */
static struct str name_from(struct arena *mem, struct str text)
{
	char *to = arena_alloc_aligned(mem, 64, 1);
	size_t n = 0;

	for (size_t i = 0; i < text.n && n < 63; i++) {
		char c = text.p[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			to[n++] = c;
		else if (n > 0 && to[n - 1] != '-')
			to[n++] = '-';
	}
	while (n > 0 && to[n - 1] == '-')
		n--;
	return (struct str){to, n};
}

static void fail_name(struct check_walk *w, const struct yaml_node *at, const char *message,
		      struct str text)
{
	struct conf_finding *f = check_report(w, NULL, CONF_ERROR, "name", at, "%s", message);
	struct str better = name_from(w->c->scratch, text);

	check_hint(w, f, "names are [a-z0-9] then [a-z0-9-], at most 63 characters%s" STR_FMT "%s",
		   better.n ? "; did you mean " : "", STR_ARG(better), better.n ? "?" : "");
}

static void read_name(struct check_walk *w, const struct yaml_node *root)
{
	const struct yaml_node *key = find_key(root, STR("name")), *value;
	struct conf_doc *doc = w->doc;

	if (key == NULL) {
		fail_name(w, root->first, "the document has no name", STR(""));
		return;
	}
	value = key->next;
	if (value->flags & YAML_BROKEN)
		return;
	if (value->kind != YAML_SCALAR) {
		fail_name(w, value, "a name is text", STR(""));
	} else if (yaml_is_null(value)) {
		fail_name(w, value->n ? value : key, "the name is empty", STR(""));
	} else if (!conf_name_ok(yaml_text(value))) {
		CLEANUP(buf_free) struct buf message = {0};

		buf_printf(&message, "%s is no name", type_quote(yaml_text(value)).text);
		fail_name(w, value, message.p ? message.p : "this is no name", yaml_text(value));
	} else {
		doc->name = yaml_text(value);
		if (doc->name.p < w->c->source->text.p ||
		    doc->name.p >= w->c->source->text.p + w->c->source->text.n)
			doc->name = arena_str(w->c->mem, doc->name);
		doc->name_at = yaml_place(w->c->source, value);
	}
}

static void keep_uses(struct check_walk *w)
{
	struct conf_use *uses;

	if (w->uses.count == 0)
		return;
	uses = arena_alloc_aligned(w->c->mem, w->uses.count * sizeof(*uses), 8);
	memcpy(uses, w->uses.items, w->uses.count * sizeof(*uses));
	w->doc->uses = uses;
	w->doc->use_count = (uint32_t)w->uses.count;
}

bool conf_check_doc(struct conf_check *c, const struct yaml_doc *doc, struct conf_doc *out)
{
	struct check_walk w = {.c = c, .doc = out, .root = doc->root};
	const struct conf_file *file = out->file;
	char *record;

	*out = (struct conf_doc){.file = file, .index = doc->index};
	if (doc->root == NULL || doc->root->kind != YAML_MAP)
		return false;
	out->at = yaml_place(c->source, doc->root);
	out->kind = read_kind(c, doc->root, &out->kind_at);
	if (out->kind == NULL)
		return false;
	read_name(&w, doc->root);
	record = check_take(&w, 1, out->kind->top.size, NULL, doc->root);
	if (record == NULL)
		return false;
	out->record = record;
	check_fill(&w, &out->kind->top, record);
	check_rules(&w, &out->kind->top, record);
	keep_uses(&w);
	check_hide_secrets(&w);
	return out->name.n > 0;
}
