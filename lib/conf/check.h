/* lib/conf/check.h
 * From a document's YAML tree to a typed record: unknown keys, types, presence, rules, references.
 * Every mistake is reported, in one run.
 *
 * Thread: one at a time per struct conf_check; several may share schema and source. First the tree
 * is walked once and the record filled, then the rules run over the finished record (they may look
 * at siblings, parents and the root). Paths and places of rule findings are looked up only when
 * there is a finding.
 */
#pragma once
#include "conf/set.h"
#include "conf/types.h"

/* Errors, and warnings, of one file that are listed; one more says that there are others. */
enum { CONF_CHECK_LISTED = 10000 };

/* Records of one file take at most this: far above any honest one, far below what a list of empty structs
 * could make. */
#define CONF_RECORD_BYTES (1ull << 29)

struct conf_check {
	/* Given by the caller; all outlive the documents made from them, but for `scratch`. */
	const struct conf_schema *schema;
	const struct conf_source
		*source;       /* strings of records point into its text where they can */
	struct arena *mem;     /* records, uses and strings that are not in the source */
	struct arena *scratch; /* emptied by the caller between two documents, if at all */
	struct diags *d;
	/* All zero at the start: the check's own. */
	uint64_t bytes; /* of records so far: a small text must not become gigabytes */
	bool too_large;
	size_t looked_at; /* findings in d that stand for no line with a secret */
	struct type_fail fail;
	uint32_t listed[2]; /* findings by severity; beyond CONF_CHECK_LISTED they are not kept */
	uint32_t guesses;   /* candidates looked at for suggestions */
	struct conf_finding spare; /* stands for those that are not kept */
};

/* True: *out is a document of a known kind with a sound name, and can enter an index; what else is
 * wrong with it is in the findings. False: there is no such document, and either a finding says why
 * or its kind is faulty (conf_kind_faulty()). Sets everything in *out but .file. */
bool conf_check_doc(struct conf_check *c, const struct yaml_doc *doc, struct conf_doc *out);

/* A document's name: [a-z0-9] then [a-z0-9-], at most 63. */
bool conf_name_ok(struct str name);
