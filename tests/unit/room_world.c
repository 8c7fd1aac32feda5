/* tests/unit/room_world.c */
#include "room_world.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/time.h"
#include "conf/render.h"
#include "conf/set.h"
#include "gamesrvd/rooms/room_config.h"

static void must(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "world: %s\n", what);
	abort();
}

volatile bool world_allocates;

static void *take(size_t size)
{
	bool before = world_allocates;
	void *p;

	world_allocates = true;
	p = calloc(1, size);
	world_allocates = before;
	must(p != NULL, "out of memory");
	return p;
}

/* ---- Time, loops, threads: what the rooms call ---- */

struct thread {
	unsigned loop;
};
struct wheel {
	struct wheel_timer *first;
	uint32_t count;
};
struct ticker {
	struct tick *ticks[4096];
	uint32_t count;
};
struct posted {
	struct posted *next;
	unsigned loop;
	struct task *task;
};

static int64_t now_us = 1000000;
static struct loops *all;
static struct wheel wheels[WORLD_LOOPS];
static struct ticker tickers[WORLD_LOOPS];
static struct thread threads[WORLD_LOOPS];
static struct loop *here;
static struct task *posts[1 << 16];
static unsigned post_loops[1 << 16];
static uint32_t post_first, post_last;

int64_t time_mono_us(void)
{
	return now_us;
}

int64_t time_wall_us(void)
{
	return now_us;
}

const char *time_text(int64_t wall_us, char out[TIME_TEXT])
{
	snprintf(out, TIME_TEXT, "%lld", (long long)wall_us);
	return out;
}

struct loop *loop_here(void)
{
	return here;
}

void loop_assert(const struct loop *loop)
{
	must(here == loop, "work of a loop is done on another");
}

static void add_hook(struct loop_hook **at, struct loop_hook *hook)
{
	while (*at != NULL)
		at = &(*at)->next;
	hook->next = NULL;
	*at = hook;
}

void loop_before_sleep(struct loop *loop, struct loop_hook *hook)
{
	add_hook(&loop->before_sleep, hook);
}

void loop_on_config(struct loop *loop, struct loop_hook *hook)
{
	add_hook(&loop->on_config, hook);
}

static void drop_hook(struct loop_hook **at, const struct loop_hook *hook)
{
	while (*at != NULL && *at != hook)
		at = &(*at)->next;
	if (*at != NULL)
		*at = hook->next;
}

void loop_unhook(struct loop *loop, struct loop_hook *hook)
{
	drop_hook(&loop->before_sleep, hook);
	drop_hook(&loop->on_config, hook);
}

void thread_send(struct thread *to, struct task *task)
{
	posts[post_last & 0xffff] = task;
	post_loops[post_last++ & 0xffff] = to->loop;
	must(post_last - post_first < 0x10000, "too many mails");
}

void wheel_cancel(struct wheel_timer *timer)
{
	if (timer->link == NULL)
		return;
	*timer->link = timer->next;
	if (timer->next != NULL)
		timer->next->link = timer->link;
	timer->link = NULL;
}

void wheel_set(struct wheel *w, struct wheel_timer *timer, int64_t at_us)
{
	wheel_cancel(timer);
	timer->at_us = at_us;
	timer->next = w->first;
	timer->link = &w->first;
	if (w->first != NULL)
		w->first->link = &timer->next;
	w->first = timer;
}

void wheel_in(struct wheel *w, struct wheel_timer *timer, int64_t after_us)
{
	wheel_set(w, timer, now_us + after_us);
}

int tick_start(struct ticker *t, struct tick *tick, int64_t period_us, uint32_t max_catchup)
{
	if (tick->heap_at == 0) {
		must(t->count < ARRAY_LEN(t->ticks), "too many ticks");
		t->ticks[t->count++] = tick;
		tick->heap_at = t->count;
	}
	tick->period_us = period_us;
	tick->max_catchup = max_catchup;
	tick->due_us = now_us + period_us;
	return 0;
}

void tick_stop(struct ticker *t, struct tick *tick)
{
	struct tick *last;

	if (tick->heap_at == 0)
		return;
	last = t->ticks[--t->count];
	t->ticks[tick->heap_at - 1] = last;
	last->heap_at = tick->heap_at;
	tick->heap_at = 0;
}

uint32_t world_timers(void)
{
	uint32_t n = 0;

	for (unsigned i = 0; i < WORLD_LOOPS; i++)
		for (struct wheel_timer *t = wheels[i].first; t != NULL; t = t->next)
			n++;
	return n;
}

uint32_t world_ticks(void)
{
	uint32_t n = 0;

	for (unsigned i = 0; i < WORLD_LOOPS; i++)
		n += tickers[i].count;
	return n;
}

/* ---- Configuration as members read it: one part that says the revision ---- */

struct room_configs {
	struct str part;
	char bytes[64];
};

static uint64_t config_parts;

struct room_configs *room_configs_new(void)
{
	return calloc(1, sizeof(struct room_configs));
}

void room_configs_free(struct room_configs *c)
{
	free(c);
}

static size_t one_part(struct room_configs *c, const struct room_config_key *key, bool complete,
		       const struct str **parts)
{
	Gamesrv__V1__Config config = GAMESRV__V1__CONFIG__INIT;

	config.revision = key->revision;
	config.pinned = key->pinned_revision;
	config.complete = complete;
	c->part = (struct str){c->bytes, gamesrv__v1__config__pack(&config, (uint8_t *)c->bytes)};
	*parts = &c->part;
	config_parts++;
	return 1;
}

size_t room_config_complete(struct room_configs *c, const struct room_config_key *key,
			    const struct str **parts)
{
	return one_part(c, key, true, parts);
}

size_t room_config_change(struct room_configs *c, const struct room_config_key *key,
			  const struct conf_set *before, uint64_t before_revision,
			  const struct str **parts)
{
	return one_part(c, key, false, parts);
}

void room_configs_trim(struct room_configs *c)
{
}

/* ---- The sink: sessions on their loops ---- */

static struct world *world;

static struct client *client_of(struct id session)
{
	uint32_t slot = id_slot(session);

	return slot < world->count && id_eq(world->clients[slot]->session, session)
		       ? world->clients[slot]
		       : NULL;
}

static void hear(struct client *c, uint16_t type, uint8_t flags, uint32_t seq, bool of_room,
		 struct str payload)
{
	struct heard *h = take(sizeof(*h) + payload.n + 1);

	*h = (struct heard){.type = type,
			    .flags = flags,
			    .seq = seq,
			    .of_room = of_room,
			    .n = (uint32_t)payload.n};
	if (payload.n > 0)
		memcpy(h->payload, payload.p, payload.n);
	*c->last = h;
	c->last = &h->next;
}

static void hear_batch(struct client *c, const struct shared *frames)
{
	struct str batch = {(const char *)frames->bytes, frames->n}, whole, frame;
	struct wire_header head;
	uint32_t at = 0, total;

	while (wire_ws_next(batch, &at, &whole, &frame)) {
		must(wire_header_read((const uint8_t *)frame.p, UINT32_MAX, &head, &total) ==
			     WIRE_OK,
		     "bad frame");
		must(total == frame.n, "a frame's length");
		hear(c, head.type, head.flags, head.seq, true,
		     (struct str){frame.p + WIRE_HEADER, frame.n - WIRE_HEADER});
	}
}

struct mail_to { /* the mail of a room to the sessions of another loop */
	struct task task;
	struct id room, session;
	struct shared *frames;
	uint16_t type;
	bool left;
	Gamesrv__V1__Reason reason;
	size_t n;
	char payload[];
};

static void deliver(struct id room, unsigned loop, const struct shared *frames)
{
	for (uint32_t i = 0; i < world->count; i++) {
		struct client *c = world->clients[i];

		if (id_loop(c->session) == loop && c->live && id_eq(c->room, room))
			hear_batch(c, frames);
	}
}

static void take_left(struct client *c, struct id room, Gamesrv__V1__Reason reason)
{
	if (c == NULL || !id_eq(c->room, room))
		return;
	c->seated = c->live = false;
	c->left = reason;
}

static void run_mail(struct task *task)
{
	struct mail_to *m = CONTAINER_OF(task, struct mail_to, task);
	struct client *c = id_is(m->session) ? client_of(m->session) : NULL;

	if (m->frames != NULL)
		deliver(m->room, here->index, m->frames);
	else if (m->left)
		take_left(c, m->room, m->reason);
	else if (c != NULL)
		hear(c, m->type, 0, 0, false, (struct str){m->payload, m->n});
	shared_unref(m->frames);
	free(m);
}

static struct mail_to *mail(unsigned loop, struct mail_to what, struct str payload)
{
	struct mail_to *m = take(sizeof(*m) + payload.n);

	*m = what;
	m->n = payload.n;
	if (payload.n > 0)
		memcpy(m->payload, payload.p, payload.n);
	m->task.run = run_mail;
	thread_send(&threads[loop], &m->task);
	return m;
}

static void on_broadcast(void *ctx, struct id room, uint64_t loops, struct shared *frames)
{
	world->broadcasts++;
	world->broadcast_bytes += frames->n;
	now_us += world->cost_us;
	for (unsigned i = 0; i < WORLD_LOOPS; i++) {
		if (!(loops >> i & 1))
			continue;
		if (i == here->index)
			deliver(room, i, frames);
		else
			mail(i, (struct mail_to){.room = room, .frames = shared_ref(frames)},
			     STR(""));
	}
}

static void on_tell(void *ctx, struct id session, uint16_t type, struct str payload)
{
	struct client *c = client_of(session);

	if (id_loop(session) != here->index)
		mail(id_loop(session), (struct mail_to){.session = session, .type = type}, payload);
	else if (c != NULL)
		hear(c, type, 0, 0, false, payload);
}

static void on_left(void *ctx, struct id session, struct id room, Gamesrv__V1__Reason reason,
		    struct str text)
{
	if (id_loop(session) != here->index)
		mail(id_loop(session),
		     (struct mail_to){
			     .session = session, .room = room, .left = true, .reason = reason},
		     text);
	else
		take_left(client_of(session), room, reason);
}

/* ---- The world ---- */

static const char two_types[] = "kind: RoomType\nname: relay\nmode: relay\nstart_delay: "
				"0s\nempty_ttl: 1s\nend_delay: 1s\ncontrol: member\n"
				"---\n"
				"kind: RoomType\nname: lockstep\nmode: lockstep\ntick: "
				"10ms\nstart_delay: 0s\nempty_ttl: 1s\nend_delay: 1s\n"
				"control: member\nlockstep: {hash_every: 10}\n";

static const struct conf_set *load(const char *text)
{
	struct arena *mem = arena_new("world");
	struct diags d = diags_into(mem);
	struct conf_load how = {.caps = yaml_caps_default, .threads = 1};
	struct conf_input input = {.path = STR("rooms.yaml"), .text = str_of(text)};
	static const struct conf_render plain;
	CLEANUP(buf_free) struct buf findings = {0};
	struct conf_set *set = NULL;
	int rc = conf_set_load(&input, 1, &how, &set, &d);

	conf_render_text(&findings, &d, &plain);
	if (rc < 0 || d.errors > 0)
		fprintf(stderr, "%s\n", findings.p ? findings.p : "");
	must(rc == 0 && d.errors == 0, "the room types do not load");
	arena_free(mem);
	return set;
}

struct loop *world_loop(unsigned index)
{
	return &all->loop[index];
}

struct rooms *world_rooms(unsigned loop)
{
	here = &all->loop[loop];
	return all->loop[loop].rooms;
}

int64_t world_now(void)
{
	return now_us;
}

struct world *world_new(const char *room_types)
{
	static const struct room_sink sink = {NULL, on_broadcast, on_tell, on_left};
	struct world *w = calloc(1, sizeof(*w));

	must(w != NULL, "out of memory");
	/* A test that failed left its own behind. */
	memset(wheels, 0, sizeof(wheels));
	memset(tickers, 0, sizeof(tickers));
	post_first = post_last;
	world = w;
	w->set = load(room_types ? room_types : two_types);
	w->revision = 1;
	w->pub = publication_new(w->set, 1);
	w->dir = room_directory_new();
	all = calloc(1, sizeof(*all) + WORLD_LOOPS * sizeof(struct loop));
	all->count = WORLD_LOOPS;
	for (unsigned i = 0; i < WORLD_LOOPS; i++) {
		struct loop *loop = here = &all->loop[i];

		threads[i].loop = i;
		*loop = (struct loop){.index = i, .all = all, .thread = &threads[i]};
		loop->wheel = &wheels[i];
		loop->ticker = &tickers[i];
		loop->pool = shared_pool_new(64 << 20);
		conf_reader_join(w->pub, &loop->config);
		must(rooms_new(loop, w->dir, &sink) != NULL, "rooms");
	}
	return w;
}

static void adopt(unsigned i)
{
	struct loop_hook *hook;

	here = &all->loop[i];
	if (!conf_reader_adopt(&here->config))
		return;
	for (hook = here->on_config; hook != NULL; hook = hook->next)
		hook->call(hook);
}

void world_apply(struct world *w, const char *room_types)
{
	const struct conf_set *set = load(room_types);
	struct conf_publish *p = publish_prepare(w->pub, set, ++w->revision);

	publish_commit(p);
	conf_set_unref(w->set);
	w->set = set;
	for (unsigned i = 0; i < WORLD_LOOPS; i++)
		adopt(i);
	must(publish_settled(w->pub), "every loop adopted");
	w->configs = config_parts;
	world_settle(w);
}

static void end_turns(void)
{
	for (unsigned i = 0; i < WORLD_LOOPS; i++) {
		here = &all->loop[i];
		for (struct loop_hook *hook = here->before_sleep; hook != NULL; hook = hook->next)
			hook->call(hook);
	}
}

void world_settle(struct world *w)
{
	do {
		while (post_first != post_last) {
			struct task *task = posts[post_first & 0xffff];

			here = &all->loop[post_loops[post_first++ & 0xffff]];
			task->run(task);
		}
		end_turns();
	} while (post_first != post_last);
}

static struct wheel_timer *due_timer(unsigned *loop, int64_t until)
{
	struct wheel_timer *best = NULL;

	for (unsigned i = 0; i < WORLD_LOOPS; i++) {
		for (struct wheel_timer *t = wheels[i].first; t != NULL; t = t->next) {
			if (t->at_us <= until && (best == NULL || t->at_us < best->at_us)) {
				best = t;
				*loop = i;
			}
		}
	}
	return best;
}

static struct tick *due_tick(unsigned *loop, int64_t until)
{
	struct tick *best = NULL;

	for (unsigned i = 0; i < WORLD_LOOPS; i++) {
		for (uint32_t k = 0; k < tickers[i].count; k++) {
			struct tick *t = tickers[i].ticks[k];

			if (t->due_us <= until && (best == NULL || t->due_us < best->due_us)) {
				best = t;
				*loop = i;
			}
		}
	}
	return best;
}

static void run_tick(struct tick *tick)
{
	int64_t late = now_us - tick->due_us;
	uint32_t skipped = 0;

	while (late > tick->period_us * tick->max_catchup) {
		late -= tick->period_us;
		tick->due_us += tick->period_us;
		skipped++;
	}
	tick->due_us += tick->period_us;
	tick->run(tick, skipped, late);
}

void world_run(struct world *w, int64_t us)
{
	int64_t until = now_us + us;

	world_settle(w);
	for (;;) {
		unsigned a = 0, b = 0;
		struct wheel_timer *timer = due_timer(&a, until);
		struct tick *tick = due_tick(&b, until);

		if (timer == NULL && tick == NULL)
			break;
		if (tick == NULL || (timer != NULL && timer->at_us < tick->due_us)) {
			here = &all->loop[a];
			now_us = timer->at_us > now_us ? timer->at_us : now_us;
			wheel_cancel(timer);
			timer->fire(timer);
		} else {
			here = &all->loop[b];
			now_us = tick->due_us > now_us ? tick->due_us : now_us;
			run_tick(tick);
		}
		world_settle(w);
	}
	now_us = until > now_us ? until : now_us;
	world_settle(w);
}

void world_late(struct world *w, int64_t us)
{
	now_us += us;
}

static void drop_inbox(struct client *c, bool all_of_it)
{
	struct heard **at = &c->first, *h;

	while ((h = *at) != NULL) {
		if (!all_of_it && !h->of_room) {
			at = &h->next;
			continue;
		}
		*at = h->next;
		free(h);
	}
	c->last = at;
}

static void free_joined(struct client *c)
{
	if (c->joined != NULL)
		gamesrv__v1__joined__free_unpacked(c->joined, NULL);
	c->joined = NULL;
}

void world_free(struct world *w)
{
	world_settle(w);
	for (unsigned i = 0; i < WORLD_LOOPS; i++) {
		here = &all->loop[i];
		rooms_free(here->rooms);
	}
	world_settle(w);
	must(world_timers() == 0 && world_ticks() == 0, "timers or ticks are left");
	for (unsigned i = 0; i < WORLD_LOOPS; i++) {
		conf_reader_leave(&all->loop[i].config);
		shared_pool_free(all->loop[i].pool);
	}
	for (uint32_t i = 0; i < w->count; i++) {
		drop_inbox(w->clients[i], true);
		free_joined(w->clients[i]);
		buf_free(&w->clients[i]->log);
		free(w->clients[i]);
	}
	publication_free(w->pub);
	conf_set_unref(w->set);
	room_directory_free(w->dir);
	free(all);
	free(w);
	world = NULL;
}

/* ---- Clients ---- */

struct client *world_client(struct world *w, const char *name, unsigned loop)
{
	struct client *c = take(sizeof(*c));

	must(w->count < WORLD_CLIENTS, "too many clients");
	c->world = w;
	c->session = id_make(loop, w->count, 1);
	snprintf(c->name, sizeof(c->name), "%s", name);
	c->last = &c->first;
	w->clients[w->count++] = c;
	return c;
}

struct asked {
	struct room_request q;
	struct client *client;
	bool done;
};

static void take_replay(struct client *c, const struct room_request *q)
{
	uint32_t frames = 0;

	for (uint32_t i = 0; i < q->replay_count; i++)
		hear_batch(c, q->replay[i]);
	for (struct heard *h = c->first; h != NULL; h = h->next)
		frames += h->of_room && !(h->flags & WIRE_UNORDERED);
	must(frames == q->replay_frames, "as many frames are replayed as the answer says");
	c->replayed += frames;
}

static void on_done(struct room_request *q)
{
	struct asked *asked = CONTAINER_OF(q, struct asked, q);
	struct client *c = asked->client;

	must(id_loop(c->session) == here->index, "the answer comes on the session's loop");
	asked->done = true;
	c->error = q->error;
	if (q->error != ROOM_OK)
		return;
	if (q->joined.n > 0) {
		free_joined(c);
		c->joined = gamesrv__v1__joined__unpack(NULL, q->joined.n,
							(const uint8_t *)q->joined.p);
		must(c->joined != NULL, "JOINED can be read");
		c->room_seq = c->joined->room_seq;
	}
	if (q->verb == ROOM_JOIN || q->verb == ROOM_RESUME) {
		c->room = q->room;
		c->seat = q->seat;
		c->seated = c->live = true;
		c->resynced += q->resync;
		take_replay(c, q);
	}
	if (q->verb == ROOM_LEAVE)
		c->seated = c->live = false;
}

static enum room_error ask(struct client *c, struct asked *asked)
{
	here = &all->loop[id_loop(c->session)];
	asked->q.session = c->session;
	asked->q.player = str_of(c->name);
	asked->q.done = on_done;
	asked->client = c;
	rooms_ask(here, &asked->q);
	while (!asked->done) {
		must(post_first != post_last, "every request is answered");
		here = &all->loop[post_loops[post_first & 0xffff]];
		posts[post_first & 0xffff]->run(posts[post_first & 0xffff]);
		post_first++;
	}
	return c->error;
}

enum room_error client_join(struct client *c, const char *type, const char *key)
{
	struct asked asked = {.q = {.verb = ROOM_JOIN, .type = str_of(type), .key = str_of(key)}};

	drop_inbox(c, false); /* of the room it sat in before */
	return ask(c, &asked);
}

enum room_error client_join_room(struct client *c, struct id room, bool spectate)
{
	struct asked asked = {.q = {.verb = ROOM_JOIN, .room = room, .spectate = spectate}};

	drop_inbox(c, false);
	return ask(c, &asked);
}

enum room_error client_leave(struct client *c)
{
	struct asked asked = {
		.q = {.verb = ROOM_LEAVE, .room = c->room, .reason = REASON_CLIENT_BYE}};
	enum room_error error = ask(c, &asked);

	drop_inbox(c, false);
	return error;
}

enum room_error client_suspend(struct client *c)
{
	struct asked asked = {.q = {.verb = ROOM_SUSPEND, .room = c->room}};

	c->live = false;
	drop_inbox(c, false);
	return ask(c, &asked);
}

enum room_error client_resume(struct client *c)
{
	struct asked asked = {.q = {.verb = ROOM_RESUME, .room = c->room, .room_seq = c->room_seq}};

	c->live = false; /* the old line, if there still is one, is not written to any more */
	drop_inbox(c, false);
	return ask(c, &asked);
}

void client_send(struct client *c, uint16_t type, struct str payload)
{
	here = &all->loop[id_loop(c->session)];
	(void)!rooms_message(here, c->room, c->session, type, ++c->client_seq, payload);
}

void client_send_message(struct client *c, uint16_t type, const ProtobufCMessage *message)
{
	size_t n = protobuf_c_message_get_packed_size(message);
	uint8_t *bytes = take(n + 1);

	protobuf_c_message_pack(message, bytes);
	client_send(c, type, (struct str){(const char *)bytes, n});
	free(bytes);
}

void client_relay(struct client *c, const char *text, Gamesrv__V1__Delivery delivery)
{
	Gamesrv__V1__Relay relay = GAMESRV__V1__RELAY__INIT;

	relay.data = (ProtobufCBinaryData){strlen(text), (uint8_t *)(uintptr_t)text};
	relay.delivery = delivery;
	client_send_message(c, FRAME_RELAY, &relay.base);
}

void client_control(struct client *c, Gamesrv__V1__Verb verb)
{
	Gamesrv__V1__Control control = GAMESRV__V1__CONTROL__INIT;

	control.verb = verb;
	control.reason = (char *)(uintptr_t) "because";
	client_send_message(c, FRAME_CONTROL, &control.base);
}

void client_input(struct client *c, uint32_t frame, struct str data)
{
	Gamesrv__V1__Input input = GAMESRV__V1__INPUT__INIT;

	input.frame = frame;
	input.data = (ProtobufCBinaryData){data.n, (uint8_t *)(uintptr_t)data.p};
	client_send_message(c, FRAME_INPUT, &input.base);
}

void client_hash(struct client *c, uint32_t frame, uint64_t hash)
{
	Gamesrv__V1__Hash message = GAMESRV__V1__HASH__INIT;

	message.frame = frame;
	message.hash = hash;
	client_send_message(c, FRAME_HASH, &message.base);
}

struct heard *client_read(struct client *c)
{
	struct heard *h = c->first;
	uint32_t wanted;

	if (h == NULL)
		return NULL;
	c->first = h->next;
	if (c->first == NULL)
		c->last = &c->first;
	if (!h->of_room)
		return h;
	wanted = c->room_seq + !(h->flags & WIRE_UNORDERED);
	if (h->seq != wanted) {
		c->broken = true;
		buf_printf(&c->log, "[number %u, wanted %u] ", h->seq, wanted);
	}
	c->room_seq = h->seq;
	return h;
}

const char *client_heard(struct client *c)
{
	struct heard *h;

	buf_free(&c->log);
	world_allocates = true;
	while ((h = client_read(c)) != NULL) {
		if (c->log.n > 0)
			buf_add(&c->log, STR("; "));
		heard_text(h, &c->log);
		free(h);
	}
	world_allocates = false;
	return c->log.p ? c->log.p : "";
}

/* ---- Frames as text ---- */

static void data_text(struct buf *out, ProtobufCBinaryData data)
{
	buf_add(out, (struct str){(const char *)data.data, data.len});
}

static void member_text(const ProtobufCMessage *m, struct buf *out)
{
	static const char *const events[] = {"?", "joined", "left", "suspended", "resumed"};
	const Gamesrv__V1__Member *member = (const void *)m;

	buf_printf(out, " %s %u %s", events[member->event], member->seat->seat,
		   member->seat->player);
	if (member->reason != REASON_NONE)
		buf_printf(out, " (%d)", (int)member->reason);
}

static void room_text(const ProtobufCMessage *m, struct buf *out)
{
	static const char *const states[] = {"?",       "creating", "open",
					     "running", "ending",   "closed"};
	const Gamesrv__V1__Room *room = (const void *)m;

	buf_printf(out, " %s %s: %s", states[room->state], room->actor, room->reason);
	if (room->paused)
		buf_add(out, STR(" paused"));
	if (room->draining)
		buf_add(out, STR(" draining"));
	if (room->degraded)
		buf_add(out, STR(" degraded"));
}

static void bundle_text(const ProtobufCMessage *m, struct buf *out)
{
	const Gamesrv__V1__Bundle *bundle = (const void *)m;

	buf_printf(out, " %u", bundle->frame);
	for (size_t i = 0; i < bundle->n_inputs; i++) {
		buf_printf(out, " %u=", bundle->inputs[i]->seat);
		data_text(out, bundle->inputs[i]->data);
		if (bundle->inputs[i]->repeated)
			buf_add(out, STR("(again)"));
	}
}

static void batch_text(const ProtobufCMessage *m, struct buf *out)
{
	const Gamesrv__V1__Batch *batch = (const void *)m;

	buf_add(out, STR(" ["));
	for (size_t i = 0; i < batch->n_frames; i++) {
		struct wire_header head;
		uint32_t total;
		struct heard *h = take(sizeof(*h) + batch->frames[i].len);

		must(wire_header_read(batch->frames[i].data, UINT32_MAX, &head, &total) == WIRE_OK,
		     "batched frame");
		*h = (struct heard){.type = head.type,
				    .n = (uint32_t)(batch->frames[i].len - WIRE_HEADER)};
		memcpy(h->payload, batch->frames[i].data + WIRE_HEADER, h->n);
		if (i > 0)
			buf_add(out, STR("; "));
		heard_text(h, out);
		free(h);
	}
	buf_addc(out, ']');
}

static void text_of(uint16_t type, const ProtobufCMessage *m, struct buf *out)
{
	switch (type) {
	case FRAME_DIRECT:
	case FRAME_RELAYED:
		buf_printf(out, " %u ", ((const Gamesrv__V1__Relayed *)m)->seat);
		data_text(out, ((const Gamesrv__V1__Relayed *)m)->data);
		break;
	case FRAME_MEMBER: member_text(m, out); break;
	case FRAME_ROOM: room_text(m, out); break;
	case FRAME_BUNDLE: bundle_text(m, out); break;
	case FRAME_BATCH: batch_text(m, out); break;
	case FRAME_EMPTY:
		buf_printf(out, " %u+%u", ((const Gamesrv__V1__Empty *)m)->frame,
			   ((const Gamesrv__V1__Empty *)m)->count);
		break;
	case FRAME_DELAY:
		buf_printf(out, " %u: %u", ((const Gamesrv__V1__Delay *)m)->frame,
			   ((const Gamesrv__V1__Delay *)m)->input_delay);
		break;
	case FRAME_LATE:
		buf_printf(out, " %u to %u", ((const Gamesrv__V1__Late *)m)->frame,
			   ((const Gamesrv__V1__Late *)m)->moved_to);
		break;
	case FRAME_ERROR:
		buf_printf(out, " %u %s: %s", ((const Gamesrv__V1__Error *)m)->client_seq,
			   ((const Gamesrv__V1__Error *)m)->code,
			   ((const Gamesrv__V1__Error *)m)->text);
		break;
	case FRAME_DESYNC: buf_printf(out, " %u", ((const Gamesrv__V1__Desync *)m)->frame); break;
	case FRAME_SNAPSHOT_WANTED:
		buf_printf(out, " %u", ((const Gamesrv__V1__SnapshotWanted *)m)->frame);
		break;
	case FRAME_SNAPSHOT:
		buf_printf(out, " %u", ((const Gamesrv__V1__Snapshot *)m)->frame);
		break;
	case FRAME_NOTICE: buf_printf(out, " %s", ((const Gamesrv__V1__Notice *)m)->text); break;
	case FRAME_CONFIG:
	case FRAME_CONFIG_NOW:
		buf_printf(out, " %u of %u", (unsigned)((const Gamesrv__V1__Config *)m)->revision,
			   (unsigned)((const Gamesrv__V1__Config *)m)->pinned);
		break;
	default: break;
	}
}

void heard_text(const struct heard *h, struct buf *out)
{
	const ProtobufCMessageDescriptor *type = wire_descriptor(h->type);
	ProtobufCMessage *m = type ? protobuf_c_message_unpack(type, NULL, h->n, h->payload) : NULL;

	must(m != NULL, "a frame can be read");
	buf_printf(out, "%s", wire_type_name(h->type));
	text_of(h->type, m, out);
	protobuf_c_message_free_unpacked(m, NULL);
}
