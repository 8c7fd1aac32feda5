/* gamesrvd/limits.c */
#include "gamesrvd/limits.h"

#include "conf/value.h"

/* A field by its name; the built-in kind has it, or the build would be broken. */
struct found {
	const struct conf_struct *in;
	const struct conf_field *field;
	const void *value;
};

static struct found find(const struct conf_struct *in, const void *record, const char *name)
{
	const struct conf_field *f = conf_field_find(in, str_of(name));

	return (struct found){in, f, conf_at(record, f)};
}

/* The one Server document, or a record of defaults. */
static const void *server_of(const struct conf_set *set, const struct conf_struct **type)
{
	const struct conf_kind *kind = conf_kind_find(set->schema, STR("Server"));

	*type = &kind->top;
	for (uint32_t i = 0; i < set->doc_count; i++) {
		if (set->docs[i]->kind == kind)
			return set->docs[i]->record;
	}
	return kind->top.blank;
}

static double seconds(const struct conf_struct *in, const void *record, const char *name)
{
	return (double)((const struct dur *)find(in, record, name).value)->us / 1e6;
}

static uint64_t size(const struct conf_struct *in, const void *record, const char *name)
{
	return *(const uint64_t *)find(in, record, name).value;
}

void limits_of(const struct conf_set *set, struct control_limits *out)
{
	const struct conf_struct *type;
	const void *server = server_of(set, &type);
	struct found admin = find(type, server, "admin");
	const void *record = conf_record(admin.field->type, admin.value);

	*out = control_limits_default;
	if (record == NULL)
		return;
	type = admin.field->type->fields;
	out->connections = (uint32_t) * (const int32_t *)find(type, record, "connections").value;
	out->body_bytes = size(type, record, "body");
	out->bundle_bytes = size(type, record, "bundle_body");
	out->request_s = seconds(type, record, "request_timeout");
	out->idle_s = seconds(type, record, "idle_timeout");
}

struct str limits_http(const struct conf_set *set)
{
	const struct conf_struct *type;
	const void *server = server_of(set, &type);
	struct found http = find(type, server, "http");

	if (conf_state(type, server, http.field) < CONF_DEFAULTED)
		return (struct str){NULL, 0};
	return *(const struct str *)http.value;
}
