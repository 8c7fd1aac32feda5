/* lib/conf/yaml.h
 * YAML text to a tree that remembers where everything stood. libyaml does the reading; this adds what
 * it leaves out: duplicate keys, aliases and merges with caps, depth, code points, good positions.
 *
 * Thread: one at a time per arena. The tree points into the source text where it can, so the source
 * outlives it.
 */
#pragma once
#include "conf/diags.h"

enum yaml_kind { YAML_SCALAR, YAML_SEQ, YAML_MAP };
enum yaml_style {
	YAML_PLAIN,
	YAML_SINGLE,
	YAML_DOUBLE,
	YAML_LITERAL,
	YAML_FOLDED,
	YAML_FLOW,
	YAML_BLOCK
};
/* Flags: came through an alias; through << (then also YAML_ALIASED, key and value alike); its text is wrong
 * and a finding says so already: checks pass over it. */
enum { YAML_ALIASED = 1, YAML_MERGED = 2, YAML_BROKEN = 4 };

struct yaml_node {
	uint8_t kind, style, flags;
	uint32_t n; /* bytes of a scalar; items of a sequence; pairs of a map */
	struct conf_mark start,
		end; /* of the text itself: behind tag and anchor; a block scalar: its | */
	union {
		const char *text; /* scalar; not NUL-terminated */
		struct yaml_node
			*first; /* sequence: item; map: key, then its value, then the next key */
	};
	struct yaml_node *next; /* sibling; of a key: its value */
};

/* A node with YAML_ALIASED is one of these: `node` shows where the text stands, `use` where it is used. What
 * lies beneath it is shared with the anchor's own node. */
struct yaml_use {
	struct yaml_node node;
	struct conf_mark use;
};

struct yaml_doc {
	struct yaml_node *root; /* a mapping; NULL: unusable, findings say why */
	uint32_t index;         /* 0 = first of the file */
};

struct yaml_caps {
	uint32_t depth;        /* 64 */
	uint32_t file_bytes;   /* 16 MiB */
	uint32_t scalar_bytes; /* 64 KiB */
	uint32_t expand; /* 10: nodes after expansion at most this many times the nodes written */
	uint64_t bundle_bytes; /* 64 MiB */
	uint32_t documents;    /* 100,000 per bundle */
};
extern const struct yaml_caps yaml_caps_default;

/* Gets each document in turn. Its tree lives in `scratch`, which each() may empty with arena_reset()
 * before it returns: a file of many documents then costs the memory of its largest. Non-zero ends the
 * reading. */
struct yaml_sink {
	int (*each)(void *ctx, struct yaml_doc *doc);
	void *ctx;
};

/* False when anything was wrong (findings tell). After a syntax error the reading goes on at the next "---";
 * the faulty document is not given, the others are. What can be told apart stays usable: of two equal keys
 * the first is kept, a value that is wrong is YAML_BROKEN. Findings within a document have its path when it
 * says kind and name. Memory that libyaml cannot get leaves through arena_oom(scratch). */
bool conf_yaml_read(struct arena *scratch, const struct conf_source *src,
		    const struct yaml_caps *caps, struct yaml_sink sink, struct diags *d);

/* The comment block that ends on the line above `line`, '#' and one space taken off, lines joined by LF;
 * empty when a blank or non-comment line is in between. */
struct str conf_yaml_comment(struct arena *mem, const struct conf_source *src, uint32_t line);

static inline struct str yaml_text(const struct yaml_node *n)
{
	return (struct str){n->text, n->n};
}
static inline struct conf_place yaml_place(const struct conf_source *src, const struct yaml_node *n)
{
	return (struct conf_place){src, n->start, n->end};
}
/* The value under a key, or NULL. */
struct yaml_node *yaml_get(const struct yaml_node *map, struct str key);
bool yaml_is_null(const struct yaml_node *n); /* nothing, plain ~ or plain null */
/* `max_hp:100` standing alone where a mapping is wanted: gives the length of "max_hp", or 0. */
size_t yaml_missing_space(const struct conf_source *src, const struct yaml_node *n);
size_t yaml_missing_colon_space(struct str s); /* the same by the text alone */

#define YAML_EACH(parent, it) for ((it) = (parent)->first; (it) != NULL; (it) = (it)->next)
/* for (key = map->first; key; key = key->next->next) with value = key->next */
#define YAML_EACH_PAIR(map, key)                                                                   \
	for ((key) = (map)->first; (key) != NULL; (key) = (key)->next->next)
