/* lib/conf/yaml_problem.h
 * What the files yaml_error*.c share: one syntax error of libyaml on its way to a finding. Nobody else includes
 * this.
 *
 * Thread: that of the reader.
 */
#pragma once
#include "conf/yaml_reader.h"

/* A syntax error as libyaml gave it, in our marks. */
struct yaml_problem {
	struct yaml_reader *r;
	const char *text;
	struct conf_mark at, context; /* context.line == 0: none */
	size_t byte;                  /* of `at` */
	struct str line;              /* of `at` */
	bool at_end;                  /* of the text */
	const struct yaml_node *flow; /* the innermost [ or { when it is open; NULL: none */
};

/* yaml_error.c */
struct conf_finding *yaml_say(const struct yaml_problem *p, struct conf_mark at,
			      const char *message);
/* Shows another line with the finding, when it is another. */
void yaml_show_also(struct conf_finding *f, const struct yaml_problem *p, struct conf_mark at,
		    struct conf_mark end);
struct conf_mark yaml_next_column(struct conf_mark at);
/* Words for the character that stands where it must not: "x", in its quotes, or the end of what. */
struct str yaml_character_at(const struct yaml_problem *p);
/* True: reported; the problem lies behind a quote that ran over several lines and ended where another was meant
 * to begin. */
bool yaml_ran_away(const struct yaml_problem *p);

/* yaml_error_block.c: what depends on lines and their indentation. */
/* The last line before `line` that holds more than blanks and a comment; 0: none. */
uint32_t yaml_line_before(const struct yaml_reader *r, uint32_t line);
void yaml_bad_tab(const struct yaml_problem *p);
void yaml_no_key(const struct yaml_problem *p);
void yaml_no_item(const struct yaml_problem *p);
void yaml_no_colon(const struct yaml_problem *p);
void yaml_second_colon(const struct yaml_problem *p);
void yaml_bad_dash(const struct yaml_problem *p);
