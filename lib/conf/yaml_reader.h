/* lib/conf/yaml_reader.h
 * What the files yaml_*.c share: one reading of one file. Nobody else includes this.
 *
 * Thread: one. The struct lives on the heap and hangs on the arena of the findings while it reads, so that
 * libyaml's memory is released also when a jump out of memory leaves conf_yaml_read(). What belongs to one
 * document lies in `scratch` and is forgotten before the sink may empty it.
 */
#pragma once
#include <yaml.h>

#include "base/map.h"
#include "conf/yaml.h"

#define YAML_FINDINGS_MAX 1000       /* of one file; what follows is counted, not listed */
#define YAML_LINE_END     UINT32_MAX /* column of a finding's end that is the end of its line */

struct yaml_anchor {
	struct str name;
	struct yaml_node *node;
	struct conf_mark at; /* of its & */
	uint64_t weight;     /* nodes beneath and with it, aliases expanded; 0 = not complete yet */
};

/* Tables for the keys of a large mapping. */
struct yaml_key_tables {
	struct map exact, folded; /* text -> key node; without case */
};

/* A collection that is still open. */
struct yaml_frame {
	struct yaml_node *node, *tail;
	struct yaml_node *key;   /* waits for its value */
	struct yaml_node *merge; /* the value of << */
	struct conf_mark merge_at;
	uint64_t filter; /* of the keys' hashes: most new keys are told at once */
	struct yaml_key_tables *tables;
	struct yaml_anchor *anchor;
	uint64_t weight; /* of the document when the collection began */
	bool key_taken;  /* `key` says something */
	bool drop;       /* the coming value belongs to a key that is left out */
	bool merging;    /* the coming value is that of << */
};

struct yaml_reader {
	struct arena *scratch;
	const struct conf_source *src;
	const struct yaml_caps *caps;
	struct yaml_sink sink;
	struct diags *d;

	yaml_parser_t parser;
	yaml_event_t event;
	bool parser_open, event_open;
	yaml_char_t *parser_buffer; /* libyaml's own, while it reads our text in place */

	const char *
		text; /* what libyaml reads: the source's text, or its twin without forbidden bytes */
	char *twin;
	uint32_t base_line; /* lines before the part that this parser reads */
	size_t base_byte;
	size_t walked_byte; /* for files with more than ASCII: the last mark made into an offset */
	struct conf_mark walked;

	bool failed;
	uint32_t listed;   /* findings of this file */
	uint32_t unlisted; /* beyond YAML_FINDINGS_MAX */
	struct conf_finding first_unlisted;

	uint32_t lost_line; /* where the reading of a document stopped; 0: not for its text */

	/* Of the document at hand. */
	struct yaml_doc doc;
	struct conf_place doc_at; /* its ---, or where it begins */
	VEC(struct yaml_frame) frames;
	struct map anchors;
	struct conf_mark last_end; /* of the newest complete node */
	struct conf_place
		last_quoted; /* the newest quoted scalar of several lines, for errors behind it */
	uint64_t written, weight;   /* nodes; nodes with aliases expanded */
	struct conf_place heaviest; /* the alias that expands to most */
	uint64_t heaviest_weight;
	size_t findings_before; /* in d->list when the document began */
	bool in_document, unusable, bomb;
};

/* yaml_read.c */
struct conf_mark yaml_mark_of(const struct yaml_reader *r, const yaml_mark_t *mark);
size_t yaml_byte_of(struct yaml_reader *r, struct conf_mark mark, size_t index);

/* yaml_node.c: events to nodes. Each takes r->event. */
void yaml_on_scalar(struct yaml_reader *r);
void yaml_on_alias(struct yaml_reader *r);
bool yaml_on_start(struct yaml_reader *r, enum yaml_kind kind); /* false: too deep, reported */
void yaml_on_end(struct yaml_reader *r);
struct yaml_node *yaml_node_new(struct yaml_reader *r, enum yaml_kind kind, enum yaml_style style,
				struct conf_mark start, struct conf_mark end);

/* yaml_report.c */
/* Reports at `start` (an end of 0: one code point) with the path of the node at hand. NULL: the list of this
 * file is full. */
struct conf_finding *yaml_report(struct yaml_reader *r, const char *code, struct conf_mark start,
				 struct conf_mark end, const char *fmt, ...) PRINTF(5, 6);
struct conf_finding *yaml_warn(struct yaml_reader *r, const char *code, struct conf_mark start,
			       struct conf_mark end, const char *fmt, ...) PRINTF(5, 6);
/* `max_hp:100`, at `start`. */
void yaml_report_missing_space(struct yaml_reader *r, struct conf_mark start, struct str text);
void yaml_hint(struct yaml_reader *r, struct conf_finding *f, const char *fmt, ...) PRINTF(3, 4);
/* Puts Kind/name before the paths of this document's findings, or takes them off when it has none. */
void yaml_report_paths(struct yaml_reader *r, const struct yaml_node *root);
void yaml_report_unlisted(struct yaml_reader *r);

/* yaml_scan.c */
/* Reports bytes that are no UTF-8 and forbidden characters; makes r->twin when there are any. False: the file
 * is not worth reading on. */
bool yaml_scan_text(struct yaml_reader *r);
/* Reports control characters that came as escapes of the double-quoted scalar `text` (without its quotes, at
 * `at`). True: there was one. */
bool yaml_scan_escapes(struct yaml_reader *r, struct str text, struct conf_mark at);

/* yaml_error.c */
/* Reports what stopped libyaml; gives the line where it stopped, from 1. */
uint32_t yaml_report_syntax(struct yaml_reader *r);

/* yaml_keys.c */
/* Checks a new key against those of the mapping. False: it is there already, reported. */
bool yaml_key_add(struct yaml_reader *r, struct yaml_frame *f, struct yaml_node *key);
/* For merged keys: adds it when it is new, says nothing when not. */
bool yaml_key_add_merged(struct yaml_reader *r, struct yaml_frame *f, struct yaml_node *key);

/* yaml_merge.c */
struct yaml_anchor *yaml_anchor_add(struct yaml_reader *r, const char *name, struct conf_mark start,
				    struct conf_mark end, struct yaml_node *node);
/* The node that stands for an alias; a YAML_BROKEN one when it was refused. */
struct yaml_node *yaml_alias(struct yaml_reader *r, struct str name, struct conf_mark start,
			     struct conf_mark end);
void yaml_merge(struct yaml_reader *r, struct yaml_frame *f);
/* At the document's end: do its aliases expand to too much? */
void yaml_check_weight(struct yaml_reader *r);
