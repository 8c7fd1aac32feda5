/* gamesrvd/rooms/request.c
 * Requests come from the session's loop and are carried out on the room's. On the same loop that is a call; else the
 * request itself travels there and back as a task, and one that nobody waits for travels as a copy in a piece of the
 * sender's pool, which finds its way home by itself.
 */
#include "gamesrvd/rooms/parts.h"

enum { HOPS_MAX = 8, ALIGNED = 16 };

const char *room_error_code(enum room_error e)
{
	static const char *const codes[] = {
		[ROOM_OK] = "ok",
		[ROOM_NOT_FOUND] = "no-such-room",
		[ROOM_FULL] = "room-full",
		[ROOM_LOCKED] = "room-locked",
		[ROOM_CORDONED] = "cordoned",
		[ROOM_ENDED] = "room-ended",
		[ROOM_NO_TYPE] = "no-such-room-type",
		[ROOM_NO_MODE] = "mode-not-served",
		[ROOM_NO_SEAT] = "no-seat",
		[ROOM_NO_MEMORY] = "out-of-memory",
		[ROOM_SEATED] = "already-seated",
	};

	return (size_t)e < ARRAY_LEN(codes) ? codes[e] : "?";
}

/* ---- Answers ---- */

static void finish(struct room_request *q)
{
	struct shared *held = q->held, **replay = q->replay;
	uint32_t count = q->replay_count;

	q->held = NULL;
	if (q->done != NULL)
		q->done(q);
	for (uint32_t i = 0; i < count; i++)
		shared_unref(replay[i]);
	shared_unref(held);
}

static void run_finish(struct task *task)
{
	finish(CONTAINER_OF(task, struct room_request, task));
}

void request_answer(struct rooms *r, struct room_request *q)
{
	struct loop *home = &q->all->loop[id_loop(q->session)];

	if (q->done == NULL || home == r->loop) {
		finish(q);
		return;
	}
	q->task.run = run_finish;
	thread_send(home->thread, &q->task);
}

static void refuse(struct rooms *r, struct room_request *q, enum room_error error)
{
	q->error = error;
	request_answer(r, q);
}

/* ---- Which loop, which room ---- */

static unsigned loop_for_type(const struct loop *here, const struct room_request *q)
{
	struct room_type *type = directory_type(here->rooms->dir, q->type);
	unsigned at = here->index;

	if (type == NULL)
		return at;
	if (q->key.n > 0)
		(void)directory_key_find(type, q->key, &at);
	else if (type->here[at].first == NULL)
		(void)directory_joinable_elsewhere(type, here->all->count, at, &at);
	return at;
}

static unsigned loop_for(const struct loop *here, const struct room_request *q)
{
	if (id_is(q->room))
		return id_loop(q->room);
	return q->verb == ROOM_JOIN ? loop_for_type(here, q) : here->index;
}

/* False: the key leads to another loop by now. */
static bool room_by_key(struct rooms *r, struct room_type *type, struct room_request *q,
			struct room **room)
{
	struct room_key *claim = NULL;
	unsigned at = r->loop->index;
	struct id id = ID_NONE;

	switch (directory_key_claim(type, q->key, at, &claim, &at, &id)) {
	case KEY_NEW: q->error = room_open(r, type, q->key, claim, room); return true;
	case KEY_KNOWN:
		if (at != r->loop->index)
			return false;
		*room = rooms_find(r, id);
		q->error = *room ? ROOM_OK : ROOM_NOT_FOUND;
		return true;
	default: q->error = ROOM_NO_MEMORY; return true;
	}
}

static void room_by_type(struct rooms *r, struct room_type *type, struct room_request *q,
			 struct room **room)
{
	/* What it hangs on may have changed without a word: a lockstep room whose last player able to show his state left. */
	while ((*room = type->here[r->loop->index].first) != NULL) {
		room_list_update(*room);
		if ((*room)->listed)
			break;
	}
	q->error = ROOM_OK;
	if (*room == NULL && q->spectate)
		q->error = ROOM_NOT_FOUND;
	else if (*room == NULL)
		q->error = room_open(r, type, (struct str){NULL, 0}, NULL, room);
}

static void forward(struct rooms *r, struct room_request *q);
static void carry(struct rooms *r, struct room_request *q);

static void join_by_type(struct rooms *r, struct room_request *q)
{
	bool known = conf_room_type_find(r->loop->config.now->set, q->type) != NULL;
	struct room_type *type = known ? directory_type_add(r->dir, q->type) : NULL;
	struct room *room = NULL;

	if (q->key.n > ROOM_KEY_MAX) {
		refuse(r, q, ROOM_NOT_FOUND);
		return;
	}
	if (type == NULL) {
		refuse(r, q, known ? ROOM_NO_MEMORY : ROOM_NO_TYPE);
		return;
	}
	if (directory_cordons(type)) {
		refuse(r, q, ROOM_CORDONED);
		return;
	}
	if (q->key.n == 0) {
		room_by_type(r, type, q, &room);
	} else if (!room_by_key(r, type, q, &room)) {
		forward(r, q);
		return;
	}
	if (room != NULL)
		member_join(room, q);
	else
		request_answer(r, q);
}

/* ---- Carrying out ---- */

static void message(struct rooms *r, struct id id, struct id session, uint16_t type,
		    uint32_t client_seq, struct str payload)
{
	struct room *room = rooms_find(r, id);
	struct seat *seat = room ? seat_find(room, session) : NULL;

	if (UNLIKELY(seat == NULL))
		return; /* it left, or the room closed, while this was on its way */
	room->messages_in++;
	r->messages++;
	room->mode->message(room, seat, type, client_seq, payload);
}

static void carry(struct rooms *r, struct room_request *q)
{
	struct room *room;

	if (q->verb == ROOM_JOIN && !id_is(q->room)) {
		join_by_type(r, q);
		return;
	}
	if (q->verb == ROOM_MESSAGE) {
		message(r, q->room, q->session, q->frame_type, q->client_seq, q->payload);
		return;
	}
	room = rooms_find(r, q->room);
	if (room == NULL) {
		refuse(r, q, ROOM_NOT_FOUND);
		return;
	}
	switch (q->verb) {
	case ROOM_JOIN: member_join(room, q); break;
	case ROOM_LEAVE: member_leave(room, q); break;
	case ROOM_SUSPEND: member_suspend(room, q); break;
	case ROOM_RESUME: member_resume(room, q); break;
	case ROOM_MESSAGE: break;
	}
}

/* ---- Travel ---- */

/* The rooms of that loop may be closed already when it arrives: then this thread has no rooms to ask. */
static void arrive(struct room_request *q)
{
	struct loop *here = loop_here();

	if (here->rooms != NULL) {
		carry(here->rooms, q);
	} else if (q->done != NULL) {
		q->error = ROOM_NOT_FOUND;
		q->task.run = run_finish;
		thread_send(q->all->loop[id_loop(q->session)].thread, &q->task);
	}
}

static void run_arrive(struct task *task)
{
	arrive(CONTAINER_OF(task, struct room_request, task));
}

static void run_arrive_copy(struct task *task)
{
	struct room_request *q = CONTAINER_OF(task, struct room_request, task);
	struct shared *self = q->held;

	q->held = NULL;
	arrive(q);
	shared_unref(self);
}

static bool send_copy(struct loop *from, struct loop *to, const struct room_request *q)
{
	struct shared *s = shared_new(from->pool, (uint32_t)(sizeof(*q) + q->payload.n + ALIGNED));
	struct room_request *copy;
	char *payload;

	if (s == NULL)
		return false;
	copy = (struct room_request *)(((uintptr_t)s->bytes + ALIGNED - 1) &
				       ~(uintptr_t)(ALIGNED - 1));
	payload = (char *)(copy + 1);
	*copy = *q;
	if (q->payload.n > 0)
		memcpy(payload, q->payload.p, q->payload.n);
	copy->payload.p = payload;
	copy->held = s;
	copy->task.run = run_arrive_copy;
	thread_send(to->thread, &copy->task);
	return true;
}

static void forward(struct rooms *r, struct room_request *q)
{
	unsigned to = loop_for(r->loop, q);

	if (q->hops++ >= HOPS_MAX) {
		refuse(r, q, ROOM_NOT_FOUND);
	} else if (to == r->loop->index) { /* the key was given up meanwhile: it is ours to take */
		carry(r, q);
	} else {
		q->task.run = run_arrive;
		thread_send(q->all->loop[to].thread, &q->task);
	}
}

void rooms_ask(struct loop *from, struct room_request *q)
{
	unsigned to = loop_for(from, q);

	q->all = from->all;
	q->held = NULL;
	q->hops = 0;
	q->replay_count = 0;
	q->error = ROOM_OK;
	if (to == from->index) {
		carry(from->rooms, q);
	} else if (to >= from->all->count) {
		refuse(from->rooms, q, ROOM_NOT_FOUND);
	} else if (q->done == NULL) {
		(void)send_copy(from, &from->all->loop[to], q);
	} else {
		q->task.run = run_arrive;
		thread_send(from->all->loop[to].thread, &q->task);
	}
}

bool rooms_message(struct loop *from, struct id room, struct id session, uint16_t type,
		   uint32_t client_seq, struct str payload)
{
	struct room_request q;
	unsigned to = id_loop(room);

	if (LIKELY(to == from->index)) {
		message(from->rooms, room, session, type, client_seq, payload);
	} else if (to < from->all->count) {
		q = (struct room_request){
			.verb = ROOM_MESSAGE,
			.room = room,
			.session = session,
			.frame_type = type,
			.client_seq = client_seq,
			.payload = payload,
			.all = from->all,
		};
		return send_copy(from, &from->all->loop[to], &q);
	}
	return true;
}
