/* lib/conf/tag.h
 * The tags of a field, as the schema language calls them. One row a tag; loader and manual follow from it.
 *
 * Thread: any; constant.
 */
#pragma once
#include "base/buf.h"

enum tag {
	TAG_VALIDATE,
	TAG_DEFAULT,
	TAG_RELOAD,
	TAG_DOC,
	TAG_UNIT,
	TAG_EXAMPLE,
	TAG_SECRET,
	TAG_DEPRECATED,
	TAG_WAS,
	TAG_SINCE,
	TAG_COUNT
};

struct conf_tag {
	const char *name;
	const char *value;   /* what stands between the quotes, for the manual */
	const char *summary; /* one sentence */
	const char *example; /* a whole field line */
};
extern const struct conf_tag conf_tags[TAG_COUNT];

/* TAG_COUNT: no such tag. */
enum tag conf_tag_find(struct str name);

/* The Markdown table in docs/config-language.md. */
void conf_manual_tags(struct buf *out);

/* A field's spec with the quotes off, from the short or the long form. */
struct tag_spec {
	struct str type;
	struct str text[TAG_COUNT];
	uint32_t has; /* 1u << tag */
};
static inline bool tag_has(const struct tag_spec *spec, enum tag tag)
{
	return (spec->has >> tag & 1) != 0;
}
