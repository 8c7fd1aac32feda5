/* gamesrvd/config/shapes.c */
#include "gamesrvd/config/shapes.h"

#include "base/digest.h"
#include "base/time.h"
#include "conf/render.h"
#include "conf/value.h"

json_t *shape_text(struct str s)
{
	struct buf safe = {0};
	json_t *text;

	if (s.p == NULL)
		return json_null();
	text = json_stringn(s.p, s.n);
	if (text != NULL)
		return text;
	conf_render_safe(&safe, s);
	text = json_stringn(buf_str(&safe).p, buf_str(&safe).n);
	buf_free(&safe);
	return text;
}

json_t *shape_digest(const uint8_t digest[32])
{
	char hex[DIGEST_HEX_SIZE];

	digest_hex(digest, hex);
	return json_string(hex);
}

json_t *shape_time(int64_t wall_us)
{
	char text[TIME_TEXT];

	return json_string(time_text(wall_us, text));
}

static json_t *number_or_null(int64_t n)
{
	return n != 0 ? json_integer(n) : json_null();
}

json_t *shape_revision(const struct history_attempt *a)
{
	return json_pack(
		"{s:I, s:o, s:I, s:o, s:{s:I, s:o}, s:o, s:o, s:o, s:o, s:I, s:I, s:I, s:I, s:I, "
		"s:o,"
		" s:b, s:o}",
		"id", (json_int_t)a->id, "revision", number_or_null(a->revision), "parent",
		(json_int_t)a->base, "time", shape_time(a->time_us), "actor", "uid",
		(json_int_t)a->uid, "name", shape_text(a->actor), "message", shape_text(a->message),
		"origin", shape_text(a->origin), "outcome", shape_text(a->outcome), "digest",
		a->has_digest ? shape_digest(a->digest) : json_null(), "documents_added",
		(json_int_t)a->docs_added, "documents_removed", (json_int_t)a->docs_removed,
		"documents_changed", (json_int_t)a->docs_changed, "changes_total",
		(json_int_t)a->changes_total, "findings_total", (json_int_t)a->findings_total,
		"rollback_of", number_or_null(a->rollback_of), "pinned", a->pinned, "error",
		shape_text(a->error));
}

json_t *shape_changes(const struct conf_change *changes, size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; list != NULL && i < count; i++) {
		if (json_array_append_new(list, conf_change_json(&changes[i])) < 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

json_t *shape_findings(const history_texts *findings, bool valid, int64_t total)
{
	json_t *list = json_array();
	struct str *text;

	VEC_EACH (findings, text)
		json_array_append_new(list, json_loadb(text->p, text->n, 0, NULL));
	return json_pack("{s:s, s:b, s:o, s:I}", "apiVersion", "gamesrv/v1", "valid", valid,
			 "findings", list, "total", (json_int_t)total);
}

json_t *shape_item(const struct conf_doc *doc)
{
	return json_pack("{s:o, s:o, s:o, s:I, s:o}", "kind", shape_text(doc->kind->top.name),
			 "name", shape_text(doc->name), "file",
			 shape_text(conf_file_path(doc->file)), "line",
			 (json_int_t)doc->at.start.line, "spec",
			 conf_record_json(&doc->kind->top, doc->record));
}
