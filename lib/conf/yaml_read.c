/* lib/conf/yaml_read.c
 * One file from bytes to documents: prepares the text, drives libyaml's events, hands each tree to the sink, and
 * goes on at the next "---" when a document is lost.
 */
#include <stdlib.h>

#include "base/utf8.h"
#include "conf/yaml_reader.h"

#define DIRECTIVES_MAX 64

enum outcome { DOCUMENTS_DONE, DOCUMENT_LOST, SINK_ENDED };

/* libyaml puts the end of the text on a line of its own when the last one is not ended. */
struct conf_mark yaml_mark_of(const struct yaml_reader *r, const yaml_mark_t *mark)
{
	uint32_t line = (uint32_t)mark->line + r->base_line + 1;

	if (UNLIKELY(line > r->src->line_count))
		return conf_source_mark(r->src, r->src->text.n);
	return (struct conf_mark){line, (uint32_t)mark->column + 1};
}

/* In pure ASCII libyaml's index counts bytes. Otherwise the walk goes on from the mark asked for last: marks
 * come in order, so a long line is walked once. */
size_t yaml_byte_of(struct yaml_reader *r, struct conf_mark mark, size_t index)
{
	const char *end = r->text + r->src->text.n;
	uint32_t cp;

	if (LIKELY(r->src->ascii))
		return r->base_byte + index;
	if (r->walked.line != mark.line || r->walked.column > mark.column) {
		r->walked = (struct conf_mark){mark.line, 1};
		r->walked_byte = mark.line <= r->src->line_count ? r->src->lines[mark.line - 1]
								 : r->src->text.n;
	}
	while (r->walked.column < mark.column && r->text + r->walked_byte < end) {
		r->walked_byte += utf8_next(r->text + r->walked_byte, end, &cp);
		r->walked.column++;
	}
	return r->walked_byte;
}

static void close_parser(struct yaml_reader *r)
{
	if (r->event_open)
		yaml_event_delete(&r->event);
	if (r->parser_open) {
		if (r->parser_buffer != NULL)
			r->parser.buffer.start = r->parser_buffer;
		yaml_parser_delete(&r->parser);
	}
	r->event_open = r->parser_open = false;
	r->parser_buffer = NULL;
}

/* A fifth of libyaml's time goes into decoding the input, byte by byte, into a buffer of code points in UTF-8:
 * into what it was. Our text is known to be clean UTF-8 and ends with NUL as that buffer would, so the scanner
 * may as well read it in place: the buffer, "unread" and "eof" look as if all had just been decoded, and
 * yaml_parser_update_buffer() has nothing left to do. */
static void read_in_place(struct yaml_reader *r, const unsigned char *text, size_t n)
{
	yaml_parser_t *parser = &r->parser;
	int major, minor, patch;

	yaml_get_version(&major, &minor, &patch);
	if (text[n] != '\0' || major != 0 || minor != 2)
		return;
	r->parser_buffer = parser->buffer.start;
	parser->buffer.start = parser->buffer.pointer = (yaml_char_t *)text; /* it only reads */
	parser->buffer.last = parser->buffer.end = parser->buffer.start + n + 1;
	parser->unread = n + 1; /* at most that many code points */
	parser->eof = 1;
}

static void open_parser(struct yaml_reader *r)
{
	const unsigned char *text = (const unsigned char *)r->text + r->base_byte;
	size_t n = r->src->text.n - r->base_byte;

	if (!yaml_parser_initialize(&r->parser))
		arena_oom(r->scratch, sizeof(r->parser));
	r->parser_open = true;
	yaml_parser_set_encoding(&r->parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r->parser, text, n);
	read_in_place(r, text, n);
}

/* False: one document too many. */
static bool begin_document(struct yaml_reader *r)
{
	struct conf_mark start = yaml_mark_of(r, &r->event.start_mark);
	struct conf_mark end = yaml_mark_of(r, &r->event.end_mark);

	if (r->doc.index >= r->caps->documents) {
		yaml_report(r, "too-large", start, end, "more than the maximum of %u documents",
			    r->caps->documents);
		return false;
	}
	r->doc.root = NULL;
	r->doc_at = (struct conf_place){r->src, start, end};
	r->findings_before = r->d->list.count;
	r->in_document = true;
	return true;
}

/* Forgets what lies in the scratch arena, before the sink may empty it. */
static void forget_document(struct yaml_reader *r)
{
	memset(&r->frames, 0, sizeof(r->frames));
	memset(&r->anchors, 0, sizeof(r->anchors));
	r->last_quoted = r->heaviest = (struct conf_place){0};
	r->written = r->weight = r->heaviest_weight = 0;
	r->unusable = r->bomb = r->in_document = false;
}

/* A document's root must be a mapping. */
static bool check_root(struct yaml_reader *r, const struct yaml_node *root)
{
	size_t word;

	if (root->kind == YAML_MAP)
		return !(root->flags & YAML_BROKEN);
	if (root->flags & YAML_BROKEN)
		return false;
	if (root->kind == YAML_SCALAR && root->n == 0 && root->style == YAML_PLAIN) {
		yaml_hint(r,
			  yaml_report(r, "empty", r->doc_at.start, r->doc_at.end,
				      "this document is empty"),
			  "remove the \"---\", or write kind and name");
		return false;
	}
	word = root->kind == YAML_SCALAR ? yaml_missing_space(r->src, root) : 0;
	if (word > 0)
		yaml_report_missing_space(r, root->start, yaml_text(root));
	else
		yaml_hint(r,
			  yaml_report(r, "type", root->start, root->end,
				      "a document is a mapping (key: value), not %s",
				      root->kind == YAML_SEQ ? "a list" : "a single value"),
			  root->kind == YAML_SEQ
				  ? "write each item as a document of its own, after \"---\""
				  : "begin with kind: and name:");
	return false;
}

static int finish_document(struct yaml_reader *r)
{
	struct yaml_doc doc = r->doc;

	yaml_check_weight(r);
	if (!check_root(r, doc.root) || r->unusable)
		doc.root = NULL;
	yaml_report_paths(r, r->doc.root);
	r->doc.index++;
	forget_document(r);
	return r->sink.each(r->sink.ctx, &doc);
}

static void lose_document(struct yaml_reader *r)
{
	if (!r->in_document)
		return;
	yaml_report_paths(r, r->doc.root);
	r->doc.index++;
}

static enum outcome read_events(struct yaml_reader *r)
{
	for (;;) {
		bool lost = false, ended = false;

		if (!yaml_parser_parse(&r->parser, &r->event)) {
			if (r->parser.error == YAML_MEMORY_ERROR)
				arena_oom(r->scratch, 0);
			lose_document(r);
			r->lost_line = yaml_report_syntax(r);
			return DOCUMENT_LOST;
		}
		r->event_open = true;
		switch (r->event.type) {
		case YAML_SCALAR_EVENT: yaml_on_scalar(r); break;
		case YAML_ALIAS_EVENT: yaml_on_alias(r); break;
		case YAML_SEQUENCE_START_EVENT: lost = !yaml_on_start(r, YAML_SEQ); break;
		case YAML_MAPPING_START_EVENT: lost = !yaml_on_start(r, YAML_MAP); break;
		case YAML_SEQUENCE_END_EVENT:
		case YAML_MAPPING_END_EVENT: yaml_on_end(r); break;
		case YAML_DOCUMENT_START_EVENT: ended = !begin_document(r); break;
		case YAML_DOCUMENT_END_EVENT: ended = finish_document(r) != 0; break;
		case YAML_STREAM_END_EVENT: return DOCUMENTS_DONE;
		default: break;
		}
		yaml_event_delete(&r->event);
		r->event_open = false;
		if (UNLIKELY(ended))
			return SINK_ENDED;
		if (UNLIKELY(lost)) {
			lose_document(r);
			return DOCUMENT_LOST;
		}
	}
}

static bool begins_document(struct str line)
{
	return str_starts(line, STR("---")) &&
	       (line.n == 3 || line.p[3] == ' ' || line.p[3] == '\t');
}

/* To the next "---" behind the lost document. At that place no quote and no block can still be open: YAML lets
 * a document end there whatever came before. */
static bool find_next_document(struct yaml_reader *r)
{
	uint32_t line = r->base_line + 2;

	if (r->listed >= YAML_FINDINGS_MAX)
		return false;
	if (line < r->lost_line)
		line = r->lost_line;
	if (r->in_document && line <= r->doc_at.start.line)
		line = r->doc_at.start.line + 1;
	for (; line <= r->src->line_count; line++)
		if (begins_document(conf_source_line(r->src, line))) {
			r->base_line = line - 1;
			r->base_byte = r->src->lines[line - 1];
			return true;
		}
	return false;
}

static void read_documents(struct yaml_reader *r)
{
	enum outcome outcome;

	do {
		open_parser(r);
		outcome = read_events(r);
		close_parser(r);
		if (outcome != DOCUMENT_LOST)
			break;
		if (!find_next_document(r))
			break;
		forget_document(r);
	} while (true);
	if (outcome == DOCUMENTS_DONE && r->doc.index == 0 && !r->failed)
		yaml_hint(r,
			  yaml_report(r, "empty", (struct conf_mark){1, 1},
				      (struct conf_mark){1, 1}, "the file holds no document"),
			  "remove it, or write kind and name");
}

/* libyaml compares every %TAG directive with all before it. */
static bool check_directives(struct yaml_reader *r)
{
	const char *at = r->text, *end = r->text + r->src->text.n;
	int count = 0;

	while ((at = memchr(at, '%', (size_t)(end - at))) != NULL) {
		if ((at == r->text || at[-1] == '\n' || at[-1] == '\r') &&
		    str_starts((struct str){at, (size_t)(end - at)}, STR("%TAG")) &&
		    ++count > DIRECTIVES_MAX) {
			struct conf_mark mark = conf_source_mark(r->src, (size_t)(at - r->text));

			yaml_report(r, "yaml", mark, (struct conf_mark){0},
				    "more than %d %%TAG directives", DIRECTIVES_MAX);
			return false;
		}
		at++;
	}
	return true;
}

static void read_file(struct yaml_reader *r)
{
	static const struct conf_mark start = {1, 1};

	if (r->src->text.n > r->caps->file_bytes) {
		yaml_report(r, "too-large", start, start,
			    "a file of %zu bytes is above the maximum %u", r->src->text.n,
			    r->caps->file_bytes);
		return;
	}
	if (r->src->suspect && !yaml_scan_text(r))
		return;
	if (check_directives(r))
		read_documents(r);
	yaml_report_unlisted(r);
}

/* Runs when the findings' arena goes, should a jump have kept conf_yaml_read() from releasing by itself. */
static void release(void *arg)
{
	struct yaml_reader **slot = arg, *r = *slot;

	if (r == NULL)
		return;
	close_parser(r);
	free(r->twin);
	free(r);
	*slot = NULL;
}

bool conf_yaml_read(struct arena *scratch, const struct conf_source *src,
		    const struct yaml_caps *caps, struct yaml_sink sink, struct diags *d)
{
	struct yaml_reader **slot = ARENA_NEW(d->mem, struct yaml_reader *), *r;
	bool fine;

	arena_defer(d->mem, release, slot);
	r = *slot = calloc(1, sizeof(*r));
	if (r == NULL)
		arena_oom(scratch, sizeof(*r));
	r->scratch = scratch;
	r->src = src;
	r->caps = caps;
	r->sink = sink;
	r->d = d;
	r->text = src->text.p;
	r->base_byte = src->lines[0];
	read_file(r);
	fine = !r->failed;
	arena_undefer(d->mem, release, slot);
	release(slot);
	return fine;
}
