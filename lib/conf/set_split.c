/* lib/conf/set_split.c
 * One large file of many documents, loaded in parts by several threads.
 *
 * A line that begins with --- and a space or its end begins a document wherever it stands: in YAML no scalar, no
 * quoted text and no flow collection may hold one (inside of them it is an error). So a file can be cut in
 * front of such lines, as long as nothing speaks across them: directives (%) and document ends (...), which
 * are looked for. Whatever is found in any part, even a warning, throws the parts away and has the file read
 * as a whole: then errors, their places and what follows them are exactly those of an uncut file. What is
 * left are parts without any finding, whose documents only need their line numbers moved.
 */
#include <stdlib.h>

#include "conf/check.h"
#include "conf/set_parts.h"

enum {
	WORTH_IT = 512 * 1024,
	PART_BYTES = 128 * 1024,
	PARTS_MAX = 32,
};

static bool is_border(struct str text, size_t at) /* of the byte behind a line end */
{
	char end;

	if (text.n - at < 3 || memcmp(text.p + at, "---", 3) != 0)
		return false;
	end = at + 3 < text.n ? text.p[at + 3] : '\n';
	return end == ' ' || end == '\t' || end == '\n';
}

/* CR would make other lines than those looked at here; it is rare in large files. */
static bool may_be_cut(struct str text)
{
	return text.p[0] != '%' && memchr(text.p, '\r', text.n) == NULL &&
	       memmem(text.p, text.n, "\n%", 2) == NULL &&
	       memmem(text.p, text.n, "\n...", 4) == NULL;
}

/* The first border at `from` or behind it; the text's end if there is none. */
static size_t next_border(struct str text, size_t from)
{
	while (from < text.n) {
		const char *found = memmem(text.p + from, text.n - from, "\n---", 4);

		if (found == NULL)
			break;
		from = (size_t)(found - text.p) + 1;
		if (is_border(text, from))
			return from;
	}
	return text.n;
}

bool set_split(struct arena *mem, const struct conf_input *in, const struct conf_load *how,
	       struct set_split *out)
{
	static const uint8_t unused[DIGEST_SIZE];
	struct str text = in->text;
	size_t step = text.n / PARTS_MAX > PART_BYTES ? text.n / PARTS_MAX : PART_BYTES;

	if (text.n < WORTH_IT || text.n > how->caps.file_bytes || set_threads(how, text.n) == 1 ||
	    !may_be_cut(text))
		return false;
	*out = (struct set_split){.in = in};
	out->inputs = ARENA_ARRAY(mem, struct conf_input, PARTS_MAX + 1);
	out->parts = ARENA_ARRAY(mem, struct conf_file *, PARTS_MAX + 1);
	for (size_t from = 0, end; from < text.n; from = end) {
		end = next_border(text, from + step < text.n ? from + step : text.n);
		out->inputs[out->count++] = (struct conf_input){
			.path = in->path,
			.text = {text.p + from, end - from},
			.digest = unused,
		};
	}
	return out->count > 1;
}

static bool is_flawless(const struct set_split *s, const struct conf_load *how)
{
	uint64_t documents = 0, bytes = 0;

	for (uint32_t i = 0; i < s->count; i++) {
		const struct conf_file *part = s->parts[i];

		if (part->broken || part->found.list.count > 0)
			return false;
		documents += part->yaml_count;
		bytes += part->record_bytes;
	}
	return documents <= how->caps.documents && bytes <= CONF_RECORD_BYTES;
}

static void move_place(struct conf_place *at, const struct conf_source *source, uint32_t lines)
{
	at->source = source;
	at->start.line += lines;
	at->end.line += lines;
}

static void move_doc(struct conf_doc *doc, const struct conf_file *file, uint32_t index,
		     uint32_t lines)
{
	struct conf_use *uses =
		(struct conf_use *)(uintptr_t)doc->uses; /* still this thread's own */

	doc->file = file;
	doc->index += index;
	move_place(&doc->at, file->source, lines);
	move_place(&doc->name_at, file->source, lines);
	move_place(&doc->kind_at, file->source, lines);
	for (uint32_t i = 0; i < doc->use_count; i++)
		move_place(&uses[i].at, file->source, lines);
}

static void unref_part(void *part)
{
	conf_file_unref(part);
}

static void join(struct conf_file *file, struct set_split *s)
{
	uint32_t index = 0, lines = 0, count = 0;
	struct conf_doc *docs;

	for (uint32_t i = 0; i < s->count; i++)
		count += s->parts[i]->doc_count;
	docs = arena_alloc(file->mem, (count + 1) * sizeof(*docs));
	file->docs = docs;
	for (uint32_t i = 0; i < s->count; i++) {
		struct conf_file *part = s->parts[i];

		for (uint32_t k = 0; k < part->doc_count; k++) {
			*docs = part->docs[k];
			move_doc(docs++, file, index, lines);
		}
		index += part->yaml_count;
		lines +=
			part->source->line_count - 1; /* the last begins where the next part does */
		file->record_bytes += part->record_bytes;
		arena_defer(file->mem, unref_part, part);
		s->parts[i] = NULL;
	}
	file->doc_count = count;
	file->yaml_count = index;
}

void set_split_drop(struct set_split *s)
{
	for (uint32_t i = 0; i < s->count; i++)
		conf_file_unref(s->parts[i]);
	s->count = 0;
}

bool set_split_join(struct set_split *s, const struct conf_load *how)
{
	bool flawless = is_flawless(s, how);

	if (flawless)
		join(*s->out, s);
	set_split_drop(s);
	return flawless;
}
