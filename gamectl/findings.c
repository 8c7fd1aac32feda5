/* gamectl/findings.c */
#include "findings.h"

#include <inttypes.h>
#include <stdio.h>

#include "bundle_opts.h"
#include "conf/render.h"
#include "conf/set.h"

static struct str text_of(const json_t *object, const char *key)
{
	const json_t *v = json_object_get(object, key);

	return json_is_string(v) ? (struct str){json_string_value(v), json_string_length(v)}
				 : (struct str){0};
}

static void put_place(struct buf *out, const json_t *place)
{
	conf_render_safe(out, text_of(place, "file"));
	if (json_is_integer(json_object_get(place, "line")))
		buf_printf(out, ":%" PRId64,
			   (int64_t)json_integer_value(json_object_get(place, "line")));
	if (json_is_integer(json_object_get(place, "column")))
		buf_printf(out, ":%" PRId64,
			   (int64_t)json_integer_value(json_object_get(place, "column")));
}

/* One finding whose source text is not at hand. */
static void put_finding(struct buf *out, const struct term *t, const json_t *f)
{
	bool error = str_is(text_of(f, "severity"), "error");
	const json_t *rule = json_object_get(f, "rule");
	struct str hint = text_of(f, "hint"), field = text_of(f, "path");

	if (text_of(f, "file").n) {
		put_place(out, f);
		buf_add(out, STR(": "));
	}
	term_put(out, t, error ? TERM_RED : TERM_YELLOW, error ? STR("error:") : STR("warning:"));
	buf_addc(out, ' ');
	if (field.n) {
		conf_render_safe(out, field);
		buf_add(out, STR(": "));
	}
	conf_render_safe(out, text_of(f, "message"));
	buf_add(out, STR(" ["));
	conf_render_safe(out, text_of(f, "code"));
	buf_add(out, STR("]\n"));
	if (!json_is_object(rule) && hint.n == 0)
		return;
	buf_add(out, STR("  "));
	if (json_is_object(rule)) {
		buf_add(out, STR("rule at "));
		put_place(out, rule);
		buf_add(out, hint.n ? STR("; ") : STR(""));
	}
	conf_render_safe(out, hint);
	buf_addc(out, '\n');
}

static void tell(struct cmd_call *call, const json_t *object)
{
	const json_t *list = json_object_get(object, "findings");
	json_int_t total = json_integer_value(json_object_get(object, "total"));
	size_t count = json_array_size(list);
	CLEANUP(buf_free) struct buf text = {0};

	for (size_t i = 0; i < count; i++)
		put_finding(&text, &call->term_err, json_array_get(list, i));
	if (total > (json_int_t)count)
		buf_printf(&text,
			   "%" PRId64 " more not shown (--max-findings 0 shows all %" PRId64 ")\n",
			   (int64_t)total - (int64_t)count, (int64_t)total);
	cmd_progress_end(call);
	(void)fwrite(text.p ? text.p : "", 1, text.n, stderr);
}

/* Checks what lies here; false: this side finds nothing of the kind, so the daemon's words count. */
static bool told_from_source(struct cmd_call *call, const struct bundle *bundle, bool errors)
{
	struct diags d = diags_into(call->mem);

	if (!bundle || !bundle_check(call, bundle->files.items, bundle->files.count, 0, &d) ||
	    (errors ? d.errors : d.warnings) == 0)
		return false;
	(void)cmd_fail(call, &d);
	return true;
}

int findings_fail(struct cmd_call *call, json_t *object, const struct bundle *bundle)
{
	if (cmd_wants_json(call)) {
		json_t *reply = json_pack("{s:b,s:O,s:O}", "valid", 0, "findings",
					  json_object_get(object, "findings"), "total",
					  json_object_get(object, "total"));

		return cmd_reply(call, EXIT_INVALID, reply);
	}
	if (!told_from_source(call, bundle, true))
		tell(call, object);
	return EXIT_INVALID;
}

void findings_warn(struct cmd_call *call, const json_t *reply, const struct bundle *bundle)
{
	if (cmd_wants_json(call) || json_array_size(json_object_get(reply, "findings")) == 0)
		return;
	if (!told_from_source(call, bundle, false))
		tell(call, reply);
}
