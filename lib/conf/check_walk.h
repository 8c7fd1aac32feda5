/* lib/conf/check_walk.h
 * Inside the document check: where a walk stands, and how findings get their path, place and hint.
 *
 *	check.c        kind and name, the stages
 *	check_fill.c   tree -> record
 *	check_rules.c  rules over the record
 *	check_spot.c   from a place in the record back to its node and path
 *	check_report.c findings
 *	check_unknown.c  what an unknown key was meant to be
 */
#pragma once
#include "conf/check.h"
#include "conf/rule.h"

/* A container on the way and the child the walk is at. Filling knows the node; the rules find it when they have
 * to (spot_node(), spot_child()), with `children` as memory so that many findings stay cheap. */
struct spot {
	struct spot *up;
	enum { AT_FIELD, AT_ITEM, AT_KEY } how;
	const struct yaml_node *node; /* the container's own */
	const struct conf_struct *s;  /* AT_FIELD */
	const struct conf_field *field;
	struct str key;                    /* AT_KEY; AT_FIELD without field: an unknown key */
	uint32_t index;                    /* AT_ITEM, AT_KEY */
	struct conf_mark use;              /* the alias or << that led here; .line == 0: none */
	const struct yaml_node **children; /* values, or keys of AT_FIELD and AT_KEY */
};

struct check_walk {
	struct conf_check *c;
	struct conf_doc *doc;
	const struct yaml_node *root;
	VEC(struct conf_use) uses;
	VEC(struct conf_place) secrets; /* values of secret fields */
	VEC(const void *) bad; /* elements that could not be read, sorted before the rules run */
};

/* Memory for a record or its elements; NULL: too much for one file, reported. */
void *check_take(struct check_walk *w, uint64_t count, uint64_t size, struct spot *at,
		 const struct yaml_node *node);
/* Suggestions are for people: after many candidates were looked at there are none any more. */
bool check_may_guess(struct conf_check *c, uint32_t candidates);

void check_fill(struct check_walk *w, const struct conf_struct *s, char *record);
void check_rules(struct check_walk *w, const struct conf_struct *s, const void *record);

/* The mark where a node that came through an alias or << is used; .line == 0: it stands where it is used. */
struct conf_mark node_use(const struct yaml_node *node);
/* Key nodes of a mapping sorted by their text, each text once. */
const struct yaml_node **sorted_keys(struct arena *mem, const struct yaml_node *map,
				     uint32_t *count);
const struct yaml_node *spot_node(struct check_walk *w, struct spot *at);
/* The node of the child the spot is at, NULL when it is not written; *key: its key, if it has one. */
const struct yaml_node *spot_child(struct check_walk *w, struct spot *at,
				   const struct yaml_node **key);
/* Path of the child behind Kind/name. */
void spot_path(struct buf *out, const struct spot *at);
/* The field whose rules and secrecy hold for the child. */
const struct conf_field *spot_field(const struct spot *at);
bool spot_secret(const struct spot *at);

/* A finding about the child of `at` (NULL: about the document, without a path), shown at `node`; the place
 * of the rule is the field's spec. */
struct conf_finding *check_report(struct check_walk *w, const struct spot *at,
				  enum conf_severity severity, const char *code,
				  const struct yaml_node *node, const char *fmt, ...) PRINTF(6, 7);
/* Puts a hint in front of the one about the alias that is there perhaps. */
void check_hint(struct check_walk *w, struct conf_finding *f, const char *fmt, ...) PRINTF(3, 4);

/* No source line that holds a secret is shown with a finding, be it about another value. */
void check_hide_secrets(struct check_walk *w);

void check_unknown_key(struct check_walk *w, struct spot *at, const struct yaml_node *key);
/* Null, or nothing, where a value belongs. */
void check_null(struct check_walk *w, struct spot *at, const struct conf_type *t,
		const struct yaml_node *node);
/* A value of the wrong shape: text, list or mapping. */
void check_wrong_shape(struct check_walk *w, struct spot *at, const struct conf_type *t,
		       const struct yaml_node *node);
