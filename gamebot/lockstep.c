/* gamebot/lockstep.c */
#include "lockstep.h"

#include "pb.h"
#include "wire/message.h"
#include "wire/names.h"

enum { EMPTY_MAX = 100000 };

void lockstep_begin(struct lockstep *l, uint64_t seed, uint32_t next, bool repeats)
{
	sim_init(&l->sim, seed, UINT32_MAX, repeats);
	l->newest = next - 1;
	l->has_state = next == 0;
	for (int i = 0; i < LOCKSTEP_KEPT; i++)
		l->kept[i].count = UINT8_MAX;
}

void lockstep_resume(struct lockstep *l, uint32_t next)
{
	l->newest = next - 1;
}

static struct lockstep_frame *kept(struct lockstep *l, uint32_t frame)
{
	return &l->kept[frame % LOCKSTEP_KEPT];
}

static void step(struct lockstep *l, const struct lockstep_frame *f)
{
	sim_step(&l->sim, f->inputs, f->count);
	if (l->computed)
		l->computed(l, f);
}

/* Computes frames of the stream whose turn it is. */
static void catch_up(struct lockstep *l)
{
	while (l->has_state && (int32_t)(l->newest - l->sim.frame) > 0) {
		const struct lockstep_frame *f = kept(l, l->sim.frame + 1);

		if (f->count == UINT8_MAX || f->frame != l->sim.frame + 1)
			return;
		step(l, f);
	}
}

static const char *add(struct lockstep *l, const struct lockstep_frame *f)
{
	if ((int32_t)(f->frame - l->newest) <= 0)
		return "a lockstep frame that came before";
	if (f->frame != l->newest + 1)
		return "a lockstep frame is missing";
	*kept(l, f->frame) = *f;
	l->newest = f->frame;
	catch_up(l);
	return NULL;
}

static const char *add_old(struct lockstep *l, const struct lockstep_frame *f)
{
	l->has_state = l->has_state || f->frame == 0;
	if ((int32_t)(f->frame - l->sim.frame) <= 0)
		return NULL;
	if (!l->has_state || f->frame != l->sim.frame + 1)
		return "a lockstep frame of the log is missing";
	step(l, f);
	catch_up(l);
	return NULL;
}

static bool read_input(struct str bytes, struct sim_input *out)
{
	struct pb_in in = pb_of(bytes);

	*out = (struct sim_input){0};
	while (pb_next(&in)) {
		if (in.field == 1) {
			out->seat = (uint8_t)in.value;
			if (in.value >= SIM_SEATS)
				return false;
		} else if (in.field == 2) {
			out->n = (uint8_t)(in.bytes.n < SIM_INPUT ? in.bytes.n : SIM_INPUT);
			memcpy(out->data, in.bytes.p, out->n);
		}
	}
	return !in.bad;
}

typedef const char *add_fn(struct lockstep *l, const struct lockstep_frame *f);

static const char *bundle(struct lockstep *l, struct str payload, add_fn *to)
{
	struct lockstep_frame f = {0};
	struct pb_in in = pb_of(payload);

	while (pb_next(&in)) {
		if (in.field == 1)
			f.frame = (uint32_t)in.value;
		else if (in.field == 2 && (f.count == LOCKSTEP_INPUTS ||
					   !read_input(in.bytes, &f.inputs[f.count++])))
			return "a BUNDLE of more seats than these bots play with";
	}
	return in.bad ? "a BUNDLE that cannot be read" : to(l, &f);
}

static const char *empty(struct lockstep *l, struct str payload, add_fn *to)
{
	struct lockstep_frame f = {0};
	struct pb_in in = pb_of(payload);
	const char *wrong = NULL;
	uint64_t count = 0;

	while (pb_next(&in)) {
		if (in.field == 1)
			f.frame = (uint32_t)in.value;
		else if (in.field == 2)
			count = in.value;
	}
	if (in.bad || count == 0 || count > EMPTY_MAX)
		return "an EMPTY that cannot be read, or of no frames";
	for (; count > 0 && wrong == NULL; count--, f.frame++)
		wrong = to(l, &f);
	return wrong;
}

const char *lockstep_feed(struct lockstep *l, const struct wire_frame *frame)
{
	add_fn *to = frame->head.flags & WIRE_UNORDERED ? add_old : add;

	return frame->head.type == FRAME_BUNDLE ? bundle(l, frame->payload, to)
						: empty(l, frame->payload, to);
}

const char *lockstep_snapshot(struct lockstep *l, uint32_t frame, struct str state)
{
	struct sim sim = {0};

	if (!sim_load(&sim, state) || sim.frame != frame)
		return "a SNAPSHOT that is no state of this game, or of another frame";
	l->sim = sim;
	l->has_state = true;
	catch_up(l);
	return l->sim.frame == l->newest || (int32_t)(l->sim.frame - l->newest) > 0
		       ? NULL
		       : "a SNAPSHOT of a frame long ago";
}
