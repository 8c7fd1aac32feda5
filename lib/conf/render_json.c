/* lib/conf/render_json.c: findings for programs. The shape is a contract: docs/admin-api.md. */
#include "conf/render.h"

/* Takes `value`; false when it or the room for it could not be had. */
static bool set(json_t *object, const char *key, json_t *value)
{
	return json_object_set_new(object, key, value) == 0;
}

/* Made safe as for a terminal: JSON is printed on terminals too, and jansson takes only good UTF-8. */
static json_t *text_or_null(struct str s)
{
	CLEANUP(buf_free) struct buf safe = {0};

	if (s.n == 0)
		return json_null();
	conf_render_safe(&safe, s);
	return safe.failed ? NULL : json_stringn(safe.p, safe.n);
}

static json_t *file_of(const struct conf_source *src)
{
	CLEANUP(buf_free) struct buf path = {0};

	if (src == NULL)
		return json_null();
	if (src->builtin)
		buf_add(&path, STR("builtin:"));
	buf_add(&path, src->path);
	return path.failed ? NULL : text_or_null(buf_str(&path));
}

static json_t *number_or_null(bool there, size_t n)
{
	return there ? json_integer((json_int_t)n) : json_null();
}

static bool set_place(json_t *o, const struct conf_place *at)
{
	bool there = at->source != NULL && at->start.line != 0;
	struct conf_mark end = at->end.line != 0 ? at->end : at->start;

	return set(o, "file", file_of(at->source)) &&
	       set(o, "line", number_or_null(there, at->start.line)) &&
	       set(o, "column", number_or_null(there, at->start.column)) &&
	       set(o, "end_line", number_or_null(there, end.line)) &&
	       set(o, "end_column", number_or_null(there, end.column)) &&
	       set(o, "byte",
		   number_or_null(there, there ? conf_source_byte(at->source, at->start) : 0)) &&
	       set(o, "utf16_column",
		   number_or_null(there,
				  there ? conf_source_utf16_column(at->source, at->start) : 0));
}

static json_t *rule_of(const struct conf_place *rule)
{
	json_t *o;

	if (rule->source == NULL || rule->start.line == 0)
		return json_null();
	o = json_object();
	if (set(o, "file", file_of(rule->source)) && set(o, "line", json_integer(rule->start.line)))
		return o;
	json_decref(o);
	return NULL;
}

static json_t *finding_of(const struct conf_finding *f)
{
	json_t *o = json_object();

	if (set(o, "code", json_string(f->code)) &&
	    set(o, "severity", json_string(f->severity == CONF_ERROR ? "error" : "warning")) &&
	    set_place(o, &f->at) && set(o, "path", text_or_null(f->path)) &&
	    set(o, "message", f->message.n ? text_or_null(f->message) : json_string("")) &&
	    set(o, "hint", text_or_null(f->hint)) && set(o, "rule", rule_of(&f->rule)))
		return o;
	json_decref(o);
	return NULL;
}

json_t *conf_render_json(const struct diags *d, size_t max)
{
	size_t shown = max && max < d->list.count ? max : d->list.count;
	json_t *o = json_object(), *findings = json_array();
	bool ok = findings != NULL;

	for (size_t i = 0; ok && i < shown; i++)
		ok = json_array_append_new(findings, finding_of(&d->list.items[i])) == 0;
	ok = ok && set(o, "apiVersion", json_string("gamesrv/v1")) &&
	     set(o, "valid", json_boolean(d->errors == 0)) &&
	     set(o, "findings", json_incref(findings)) &&
	     set(o, "total", json_integer((json_int_t)d->list.count));
	json_decref(findings);
	if (ok)
		return o;
	json_decref(o);
	return NULL;
}
