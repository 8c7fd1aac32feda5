/* gamesrvd/rooms/room_config.c
 * A document is encoded when a pair (as it was, as it is) is first shown. The next complete configuration copies what the
 * one before had of the same pairs; a change looks only at documents whose address differs between the two sets,
 * because sets share the files that nobody edited.
 */
#include "gamesrvd/rooms/room_config.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "conf/effective.h"
#include "gamesrvd/rooms/config_parts.h"
#include "schemas/builtin.h"
#include "wire/config_payload.h"

struct shown { /* one document of a complete configuration */
	const struct conf_doc *then, *now;
	struct config_place at;
};

struct shown_kind {
	struct str name;
	struct shown *docs; /* by name */
	uint32_t count;
};

struct complete {
	struct complete *next;
	struct arena *mem; /* holds this struct, too */
	struct str type;
	struct conf_set *pinned, *now;
	uint64_t pinned_revision, revision;
	struct config_parts parts;
	VEC(struct shown_kind) kinds;
	bool used; /* since the last trim */
};

struct moved { /* a document that differs between two sets; NULL: not there */
	const struct conf_doc *before, *now;
};

struct turn { /* of the configuration: from one set to the next, for all rooms of the loop */
	struct arena *mem; /* holds this struct, too */
	struct conf_set *before, *now;
	VEC(struct moved) moved;
	struct map changes; /* type and pinned set -> struct config_parts */
};

struct room_configs {
	struct complete *completes;
	struct turn *turn;
	struct buf json, former, element; /* scratch */
};

struct job { /* what arena_try() carries */
	struct room_configs *c;
	const struct room_config_key *key;
	const struct conf_set *before;
	const struct complete *seed;
	struct complete *complete;
	struct config_parts *parts;
};

static void unref(void *set)
{
	conf_set_unref(set);
}

static struct conf_set *keep(struct arena *mem, const struct conf_set *set)
{
	struct conf_set *mine = conf_set_ref(set);

	arena_defer(mem, unref, mine);
	return mine;
}

struct room_configs *room_configs_new(void)
{
	return calloc(1, sizeof(struct room_configs));
}

static void turn_free(struct room_configs *c)
{
	if (c->turn != NULL)
		arena_free(c->turn->mem);
	c->turn = NULL;
}

void room_configs_free(struct room_configs *c)
{
	if (c == NULL)
		return;
	turn_free(c);
	while (c->completes != NULL) {
		struct complete *next = c->completes->next;

		arena_free(c->completes->mem);
		c->completes = next;
	}
	buf_free(&c->json);
	buf_free(&c->former);
	buf_free(&c->element);
	free(c);
}

/* ---- Documents ---- */

/* A type that is gone shows what it showed. */
static struct conf_list shows(const struct room_config_key *key, const struct conf_set *set)
{
	const struct conf_room_type *type = conf_room_type_find(set, key->type);

	if (type == NULL)
		type = conf_room_type_find(key->pinned, key->type);
	return type ? type->shows : (struct conf_list){0};
}

static struct str kind_at(const struct conf_list *kinds, uint32_t i)
{
	return ((const struct str *)kinds->items)[i];
}

static bool has_kind(const struct conf_list *kinds, struct str name)
{
	for (uint32_t i = 0; i < kinds->count; i++)
		if (str_eq(kind_at(kinds, i), name))
			return true;
	return false;
}

struct docs { /* a run of a set's documents, by kind and name */
	const struct conf_doc *const *at, *const *end;
};

static struct docs docs_of(const struct conf_set *set, struct str kind)
{
	uint32_t count = 0;
	const struct conf_doc *const *first = conf_docs_of(set, kind, &count);

	return (struct docs){first, first ? first + count : NULL};
}

static int by_key(const struct conf_doc *a, const struct conf_doc *b)
{
	int order = a->kind == b->kind ? 0 : str_cmp(a->kind->top.name, b->kind->top.name);

	return order ? order : str_cmp(a->name, b->name);
}

/* The next document of either or both. False: the end of both. */
static bool next_pair(struct docs *a, struct docs *b, const struct conf_doc **da,
		      const struct conf_doc **db)
{
	int order;

	*da = a->at < a->end ? *a->at : NULL;
	*db = b->at < b->end ? *b->at : NULL;
	if (*da == NULL || *db == NULL)
		order = *da != NULL ? -1 : 1;
	else
		order = *da == *db ? 0 : by_key(*da, *db);
	if (*da == NULL && *db == NULL)
		return false;
	if (order > 0)
		*da = NULL;
	if (order < 0)
		*db = NULL;
	a->at += order <= 0;
	b->at += order >= 0;
	return true;
}

static const struct conf_doc *one_of(const struct conf_doc *a, const struct conf_doc *b)
{
	return b ? b : a;
}

static struct str scratch(struct arena *mem, const struct buf *b)
{
	if (b->failed)
		arena_oom(mem, b->n);
	return buf_str(b);
}

/* An element of Config.documents. False: not there for such a room. */
static bool encode(struct room_configs *c, struct arena *mem, const struct conf_doc *then,
		   const struct conf_doc *now, struct str *element)
{
	const struct conf_doc *doc = one_of(then, now);

	c->json.n = c->element.n = 0;
	if (!conf_effective_json(&c->json, then, now))
		return false;
	wire_config_document(&c->element, doc->kind->top.name, doc->name, scratch(mem, &c->json));
	*element = scratch(mem, &c->element);
	return true;
}

/* ---- All of it ---- */

static struct complete *complete_find(const struct room_configs *c,
				      const struct room_config_key *key)
{
	struct complete *it = c->completes;

	while (it != NULL &&
	       (it->pinned != key->pinned || it->now != key->now || !str_eq(it->type, key->type)))
		it = it->next;
	return it;
}

/* The configuration that is likely to have most documents in common. */
static const struct complete *seed_find(const struct room_configs *c,
					const struct room_config_key *key)
{
	const struct complete *same_type = NULL;

	for (const struct complete *it = c->completes; it != NULL; it = it->next) {
		if (!str_eq(it->type, key->type))
			continue;
		if (it->pinned == key->pinned)
			return it;
		same_type = same_type ? same_type : it;
	}
	return same_type;
}

static struct shown_kind seed_kind(const struct complete *seed, struct str name)
{
	const struct shown_kind *it;

	if (seed != NULL)
		VEC_EACH (&seed->kinds, it)
			if (str_eq(it->name, name))
				return *it;
	return (struct shown_kind){0};
}

/* Moves *left on to the pair and gives its element. p == NULL: it is not there. */
static struct str from_seed(const struct complete *seed, struct shown_kind *left,
			    const struct conf_doc *then, const struct conf_doc *now)
{
	const struct conf_doc *doc = one_of(then, now);

	for (; left->count > 0; left->docs++, left->count--) {
		const struct shown *s = left->docs;
		bool same = s->then == then && s->now == now;

		if (same || str_cmp(one_of(s->then, s->now)->name, doc->name) >= 0)
			return same ? config_parts_at(&seed->parts, s->at) : (struct str){0};
	}
	return (struct str){0};
}

static void add_kind(struct job *job, struct str name)
{
	struct complete *e = job->complete;
	struct docs then = docs_of(e->pinned, name), now = docs_of(e->now, name);
	struct shown_kind left = seed_kind(job->seed, name), *kind = vec_push(e->mem, &e->kinds);
	size_t most = (size_t)(then.end - then.at) + (size_t)(now.end - now.at);
	const struct conf_doc *a, *b;

	*kind = (struct shown_kind){.name = arena_str(e->mem, name),
				    .docs = ARENA_ARRAY(e->mem, struct shown, most)};
	while (next_pair(&then, &now, &a, &b)) {
		struct str element = from_seed(job->seed, &left, a, b);

		if (element.p != NULL || encode(job->c, e->mem, a, b, &element))
			kind->docs[kind->count++] =
				(struct shown){a, b, config_parts_add(&e->parts, element)};
	}
}

static int build_complete(void *ctx)
{
	struct job *job = ctx;
	const struct room_config_key *key = job->key;
	struct arena *mem = arena_new("room config");
	struct complete *e = ARENA_NEW(mem, struct complete);
	struct conf_list kinds;

	*e = (struct complete){.mem = mem,
			       .pinned_revision = key->pinned_revision,
			       .revision = key->revision,
			       .pinned = keep(mem, key->pinned),
			       .now = keep(mem, key->now)};
	job->complete = e;
	e->type = arena_str(mem, key->type);
	kinds = shows(key, key->now);
	config_parts_init(&e->parts, mem, key->revision, key->pinned_revision, true);
	for (uint32_t i = 0; i < kinds.count; i++)
		add_kind(job, kind_at(&kinds, i));
	config_parts_end(&e->parts);
	return 0;
}

static void no_memory(const struct room_config_key *key)
{
	log_error("out of memory: players in rooms of type " STR_FMT
		  " are not told the configuration",
		  STR_ARG(key->type));
}

size_t room_config_complete(struct room_configs *c, const struct room_config_key *key,
			    const struct str **parts)
{
	struct complete *e = complete_find(c, key);
	struct job job = {.c = c, .key = key, .seed = seed_find(c, key)};

	if (e == NULL) {
		if (arena_try(build_complete, &job) < 0) {
			arena_free(job.complete ? job.complete->mem : NULL);
			no_memory(key);
			return 0;
		}
		e = job.complete;
		e->next = c->completes;
		c->completes = e;
		if (e->parts.left_out > 0)
			log_warn("rooms of type " STR_FMT
				 " do not show %u documents: each is larger than %d KiB",
				 STR_ARG(key->type), e->parts.left_out, CONFIG_PART / 1024);
	}
	e->used = true;
	*parts = e->parts.done.items;
	return e->parts.done.count;
}

/* ---- What changes ---- */

static int build_turn(void *ctx)
{
	struct job *job = ctx;
	struct arena *mem = arena_new("room config change");
	struct turn *t = ARENA_NEW(mem, struct turn);
	struct docs before = {job->before->docs, job->before->docs + job->before->doc_count};
	struct docs now = {job->key->now->docs, job->key->now->docs + job->key->now->doc_count};
	const struct conf_doc *a, *b;

	t->mem = mem;
	job->c->turn = t;
	t->before = keep(mem, job->before);
	t->now = keep(mem, job->key->now);
	while (next_pair(&before, &now, &a, &b))
		if (a != b)
			vec_add(mem, &t->moved, ((struct moved){a, b}));
	return 0;
}

static void add_removed(struct job *job, const struct conf_doc *doc)
{
	struct arena *mem = job->parts->mem;

	job->c->element.n = 0;
	wire_config_removed(&job->c->element, doc->kind->top.name, doc->name);
	(void)config_parts_add(job->parts, scratch(mem, &job->c->element));
}

/* A document of a kind that the rooms showed and show. */
static void add_moved(struct job *job, const struct moved *m)
{
	const struct conf_doc *doc = one_of(m->before, m->now);
	const struct conf_doc *then =
		conf_doc_find(job->key->pinned, doc->kind->top.name, doc->name);
	struct room_configs *c = job->c;
	struct str element;
	bool was, is;

	c->former.n = 0;
	was = conf_effective_json(&c->former, then, m->before);
	is = encode(c, job->parts->mem, then, m->now, &element);
	if (was && is && str_eq(scratch(job->parts->mem, &c->former), buf_str(&c->json)))
		return;
	if (is && config_parts_add(job->parts, element).bytes > 0)
		return;
	if (was)
		add_removed(job, doc);
}

/* A kind that the rooms did not show, or will not show any more. */
static void add_whole_kind(struct job *job, struct str name, bool is_shown)
{
	struct docs then = docs_of(job->key->pinned, name),
		    other = docs_of(is_shown ? job->key->now : job->before, name);
	const struct conf_doc *a, *b;
	struct str element;

	while (next_pair(&then, &other, &a, &b)) {
		if (is_shown && encode(job->c, job->parts->mem, a, b, &element))
			(void)config_parts_add(job->parts, element);
		else if (!is_shown && conf_effective_is(a, b))
			add_removed(job, one_of(a, b));
	}
}

struct change_key {
	char text[256];
};

/* Room types have names far below that. */
static struct str change_key(struct change_key *room, const struct room_config_key *key)
{
	int n = snprintf(room->text, sizeof(room->text), "%p " STR_FMT, (const void *)key->pinned,
			 STR_ARG(key->type));

	return (struct str){room->text,
			    (size_t)n < sizeof(room->text) ? (size_t)n : sizeof(room->text) - 1};
}

static int build_change(void *ctx)
{
	struct job *job = ctx;
	struct turn *t = job->c->turn;
	struct conf_list before = shows(job->key, job->before),
			 now = shows(job->key, job->key->now);
	struct config_parts *parts = ARENA_NEW(t->mem, struct config_parts);
	const struct moved *m;
	struct change_key key;
	bool was_there;

	config_parts_init(parts, t->mem, job->key->revision, job->key->pinned_revision, false);
	job->parts = parts;
	VEC_EACH (&t->moved, m) {
		struct str kind = one_of(m->before, m->now)->kind->top.name;

		if (has_kind(&before, kind) && has_kind(&now, kind))
			add_moved(job, m);
	}
	for (uint32_t i = 0; i < now.count; i++)
		if (!has_kind(&before, kind_at(&now, i)))
			add_whole_kind(job, kind_at(&now, i), true);
	for (uint32_t i = 0; i < before.count; i++)
		if (!has_kind(&now, kind_at(&before, i)))
			add_whole_kind(job, kind_at(&before, i), false);
	config_parts_end(parts);
	map_put(t->mem, &t->changes, arena_str(t->mem, change_key(&key, job->key)), parts,
		&was_there);
	return 0;
}

static int find_change(void *ctx)
{
	struct job *job = ctx;
	struct room_configs *c = job->c;
	struct change_key key;

	if (c->turn == NULL || c->turn->before != job->before || c->turn->now != job->key->now) {
		turn_free(c);
		build_turn(job);
	}
	job->parts = map_get(&c->turn->changes, change_key(&key, job->key));
	return job->parts ? 0 : build_change(job);
}

size_t room_config_change(struct room_configs *c, const struct room_config_key *key,
			  const struct conf_set *before, uint64_t before_revision,
			  const struct str **parts)
{
	struct job job = {.c = c, .key = key, .before = before};

	if (before == key->now)
		return 0;
	if (arena_try(find_change, &job) < 0) {
		turn_free(c);
		no_memory(key);
		return 0;
	}
	*parts = job.parts->done.items;
	return job.parts->done.count;
}

/* What was used since the last time stays for one more: the next complete configuration copies from it. */
void room_configs_trim(struct room_configs *c)
{
	struct complete **link = &c->completes;

	turn_free(c);
	while (*link != NULL) {
		struct complete *it = *link;

		if (it->used) {
			it->used = false;
			link = &it->next;
		} else {
			*link = it->next;
			arena_free(it->mem);
		}
	}
}
