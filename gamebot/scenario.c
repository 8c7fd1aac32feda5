/* gamebot/scenario.c */
#include "scenario.h"

#include <stdio.h>

#include "behaviour.h"
#include "conf/suggest.h"

/* Where a field stands, for findings of what the schema cannot say. */
static struct conf_place place_of(struct arena *mem, const struct conf_doc *doc, struct str path)
{
	struct conf_place at = doc->at;

	(void)conf_doc_locate(doc, path, mem, &at);
	return at;
}

static struct conf_finding *find(struct diags *d, const struct conf_doc *doc, struct str path,
				 const char *code, const char *fmt, ...) PRINTF(5, 6);
static struct conf_finding *find(struct diags *d, const struct conf_doc *doc, struct str path,
				 const char *code, const char *fmt, ...)
{
	struct conf_finding *f;
	va_list args;

	va_start(args, fmt);
	f = diags_vadd(d, CONF_ERROR, code, place_of(d->mem, doc, path), fmt, args);
	va_end(args);
	f->path = arena_printf(d->mem, "Scenario/" STR_FMT "." STR_FMT, STR_ARG(doc->name),
			       STR_ARG(path));
	return f;
}

static void check_thresholds(struct scenario *s, const struct conf_doc *doc, struct diags *d)
{
	const struct conf_list *list = &s->conf->thresholds;

	for (uint32_t i = 0; i < list->count; i++) {
		struct threshold t;
		struct str hint;
		const char *wrong =
			threshold_parse(d->mem, ((const struct str *)list->items)[i], &t, &hint);
		struct conf_finding *f;

		if (wrong == NULL) {
			vec_add(d->mem, &s->thresholds, t);
			continue;
		}
		f = find(d, doc, arena_printf(d->mem, "thresholds[%u]", i), "threshold", "%s",
			 wrong);
		f->hint = hint;
	}
}

static void check_behaviour(const struct conf_scenario_group *g, const struct conf_doc *doc,
			    struct str path, struct diags *d)
{
	struct suggest near = suggest_for(g->behaviour);
	struct conf_finding *f;

	if (behaviour_find(g->behaviour))
		return;
	for (size_t i = 0; i < behaviours_count; i++)
		suggest_add(&near, str_of(behaviours[i]->name));
	f = find(d, doc, arena_printf(d->mem, STR_FMT ".behaviour", STR_ARG(path)), "behaviour",
		 "no behaviour is called \"" STR_FMT "\"", STR_ARG(g->behaviour));
	f->hint = near.best.n
			  ? arena_printf(d->mem, "did you mean " STR_FMT "?", STR_ARG(near.best))
			  : STR("gamebot help behaviours lists them all");
}

static void check_line(const struct scenario *s, const struct conf_scenario_group *g,
		       const struct conf_doc *doc, struct str path, struct diags *d)
{
	const struct conf_map *chaos = &s->conf->chaos;
	struct suggest near = suggest_for(g->line);
	struct conf_finding *f;

	if (g->state_of.line != CONF_WRITTEN || scenario_chaos(s, g->line))
		return;
	for (uint32_t i = 0; i < chaos->count; i++)
		suggest_add(&near, chaos->keys[i]);
	f = find(d, doc, arena_printf(d->mem, STR_FMT ".line", STR_ARG(path)), "line",
		 "nothing under chaos is called \"" STR_FMT "\"", STR_ARG(g->line));
	if (near.best.n)
		f->hint = arena_printf(d->mem, "did you mean " STR_FMT "?", STR_ARG(near.best));
}

static void check(struct scenario *s, const struct conf_doc *doc, struct diags *d)
{
	for (uint32_t i = 0; i < s->conf->groups.count; i++) {
		struct str path = arena_printf(d->mem, "groups[%u]", i);

		check_behaviour(scenario_group(s, i), doc, path, d);
		check_line(s, scenario_group(s, i), doc, path, d);
	}
	check_thresholds(s, doc, d);
}

static void drop(void *set)
{
	conf_set_unref(set);
}

struct scenario *scenario_load(struct arena *mem, struct str path, struct str text, struct diags *d)
{
	const struct conf_input input = {.path = path, .text = text};
	const struct conf_load how = {.caps = yaml_caps_default, .threads = 1};
	struct scenario *s = ARENA_NEW(mem, struct scenario);
	const struct conf_doc *const *docs;
	uint32_t count = 0;

	if (conf_set_load(&input, 1, &how, &s->set, d) < 0)
		return NULL;
	arena_defer(mem, drop, s->set);
	docs = conf_docs_of(s->set, STR("Scenario"), &count);
	if (d->errors)
		return NULL;
	if (count != 1) {
		(void)diags_add(d, CONF_ERROR, "scenario", (struct conf_place){0},
				"the file holds %u Scenario documents; exactly one is wanted",
				count);
		return NULL;
	}
	s->conf = docs[0]->record;
	s->name = docs[0]->name;
	check(s, docs[0], d);
	snprintf(s->connect, sizeof(s->connect), STR_FMT, STR_ARG(s->conf->connect));
	snprintf(s->tag, sizeof(s->tag), STR_FMT, STR_ARG(s->conf->tag));
	s->duration_us = s->conf->duration.us;
	s->seed = s->conf->seed;
	return d->errors ? NULL : s;
}

const struct conf_scenario_group *scenario_group(const struct scenario *s, uint32_t group)
{
	return (const struct conf_scenario_group *)s->conf->groups.items + group;
}

const struct conf_scenario_chaos *scenario_chaos(const struct scenario *s, struct str name)
{
	const struct conf_map *chaos = &s->conf->chaos;

	for (uint32_t i = 0; i < chaos->count; i++)
		if (str_eq(chaos->keys[i], name))
			return (const struct conf_scenario_chaos *)chaos->values + i;
	return NULL;
}

uint32_t scenario_group_bots(const struct scenario *s, uint32_t group)
{
	uint64_t sum = 0, before = 0;

	if (s->bots == 0)
		return (uint32_t)scenario_group(s, group)->bots;
	for (uint32_t i = 0; i < s->conf->groups.count; i++) {
		before += i < group ? (uint32_t)scenario_group(s, i)->bots : 0;
		sum += (uint32_t)scenario_group(s, i)->bots;
	}
	/* By the shares' borders, so that the parts add up. */
	return (uint32_t)((before + (uint32_t)scenario_group(s, group)->bots) * s->bots / sum -
			  before * s->bots / sum);
}
