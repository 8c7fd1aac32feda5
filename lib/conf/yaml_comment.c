/* lib/conf/yaml_comment.c: the comment block above a line, which is the doc of what stands there. */
#include "conf/yaml.h"

/* The comment's text; .p == NULL: the line is something else. */
static struct str comment_text(struct str line)
{
	line = str_trim(line);
	if (line.n == 0 || line.p[0] != '#')
		return (struct str){NULL, 0};
	line.p++;
	line.n--;
	if (line.n > 0 && line.p[0] == ' ') {
		line.p++;
		line.n--;
	}
	return line;
}

struct str conf_yaml_comment(struct arena *mem, const struct conf_source *src, uint32_t line)
{
	uint32_t first = line;
	size_t room = 0, n = 0;
	char *text;

	if (line == 0 || line > src->line_count)
		return (struct str){"", 0};
	while (first > 1) {
		struct str s = comment_text(conf_source_line(src, first - 1));

		if (s.p == NULL)
			break;
		room += s.n + 1;
		first--;
	}
	if (first == line)
		return (struct str){"", 0};
	text = arena_alloc_aligned(mem, room, 1);
	for (uint32_t l = first; l < line; l++) {
		struct str s = comment_text(conf_source_line(src, l));

		if (l > first)
			text[n++] = '\n';
		memcpy(text + n, s.p, s.n);
		n += s.n;
	}
	text[n] = '\0';
	return (struct str){text, n};
}
