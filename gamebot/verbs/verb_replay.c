/* gamebot/verbs/verb_replay.c */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

#include "lockstep.h"
#include "verb.h"
#include "wire/message.h"
#include "wire/names.h"
#include "wire/replay.h"

enum { KEPT = 4096 }; /* a hash is confirmed some time after its frame */

struct replaying {
	struct lockstep lockstep; /* first: computed() leads back from it */
	struct arena *mem;
	uint32_t every, first;
	uint64_t frames, compared, differing;
	json_t *hashes;      /* NULL: print lines */
	uint64_t last[KEPT]; /* hashes of the last frames */
};

static void put_hash(struct replaying *r, uint32_t frame)
{
	char text[24];

	snprintf(text, sizeof(text), "%016" PRIx64, r->last[frame % KEPT]);
	if (r->hashes)
		json_array_append_new(r->hashes, json_pack("{s:I,s:s}", "frame", (json_int_t)frame,
							   "hash", text));
	else
		printf("frame %" PRIu32 " %s\n", frame, text);
}

static void computed(struct lockstep *l, const struct lockstep_frame *f)
{
	struct replaying *r = (struct replaying *)l;

	r->frames++;
	r->last[f->frame % KEPT] = sim_hash(&l->sim);
	if (r->every && f->frame % r->every == 0)
		put_hash(r, f->frame);
}

/* What the clients agreed on while they played. */
static void compare(struct call *call, struct replaying *r, struct str payload)
{
	ProtobufCMessage *m = NULL;
	const Gamesrv__V1__Hash *h;

	if (wire_unpack(r->mem, wire_descriptor(FRAME_HASH), payload, &m) != WIRE_OK)
		return;
	h = (const Gamesrv__V1__Hash *)m;
	if (h->frame < r->first || h->frame > r->lockstep.sim.frame ||
	    r->lockstep.sim.frame - h->frame >= KEPT)
		return;
	r->compared++;
	if (h->hash == r->last[h->frame % KEPT])
		return;
	r->differing++;
	(void)call_error(call, EXIT_DIFFERS, NULL,
			 "frame %u: computed %016" PRIx64 ", the players agreed on %016" PRIx64,
			 h->frame, r->last[h->frame % KEPT], h->hash);
}

static const char *begin(struct replaying *r, struct str payload)
{
	ProtobufCMessage *m = NULL;
	const Gamesrv__V1__Joined *j;

	if (wire_unpack(r->mem, wire_descriptor(FRAME_JOINED), payload, &m) != WIRE_OK)
		return "its first frame cannot be read";
	j = (const Gamesrv__V1__Joined *)m;
	if (j->lockstep == NULL)
		return "it is not of a lockstep room";
	lockstep_begin(&r->lockstep, j->seed, j->lockstep->frame, j->lockstep->missing_repeats);
	r->lockstep.computed = computed;
	if (r->every == UINT32_MAX)
		r->every = j->lockstep->hash_every;
	r->first = j->lockstep->frame;
	return NULL;
}

static const char *feed(struct call *call, struct replaying *r, struct str file)
{
	struct replay in;
	struct wire_frame f;
	const char *wrong = NULL;
	bool begun = false;

	if (!replay_open(&in, file))
		return in.torn;
	while (wrong == NULL && replay_next(&in, &f)) {
		if (f.head.type == FRAME_JOINED && !begun) {
			wrong = begin(r, f.payload);
			begun = true;
		} else if (!begun) {
			wrong = "it does not begin with JOINED";
		} else if (f.head.type == FRAME_BUNDLE || f.head.type == FRAME_EMPTY) {
			wrong = lockstep_feed(&r->lockstep, &f);
		} else if (f.head.type == FRAME_HASH) {
			compare(call, r, f.payload);
		}
	}
	if (wrong == NULL && in.torn)
		(void)call_error(call, EXIT_DONE, NULL, "%s: %s; what stands before counts",
				 call->word, in.torn);
	return wrong ? wrong : begun ? NULL : "it holds no frames";
}

static void tell_json(struct replaying *r)
{
	char text[24];
	json_t *out;

	snprintf(text, sizeof(text), "%016" PRIx64, sim_hash(&r->lockstep.sim));
	out = json_pack("{s:s,s:I,s:I,s:I,s:I,s:s,s:o}", "apiVersion", "gamesrv/v1", "first_frame",
			(json_int_t)r->first, "frames", (json_int_t)r->frames, "compared",
			(json_int_t)r->compared, "differing", (json_int_t)r->differing, "hash",
			text, "hashes", r->hashes);
	if (out)
		json_dumpf(out, stdout, JSON_INDENT(2));
	fputc('\n', stdout);
	json_decref(out);
}

static int replay(struct call *call)
{
	const struct given *every = call_given(call, "every"), *output = call_given(call, "output");
	bool json = output && strcmp(output->text, "json") == 0;
	struct replaying *r = ARENA_NEW(call->mem, struct replaying);
	struct str file;
	const char *wrong;
	int code;

	if (!call_read(call, call->word, &file, &code))
		return code;
	r->mem = call->mem;
	r->every = every ? (uint32_t)every->number : UINT32_MAX;
	r->hashes = json ? json_array() : NULL;
	wrong = feed(call, r, file);
	if (wrong)
		return call_error(call, EXIT_INVALID, "gamectl replay ROOM -o FILE downloads one",
				  "%s: %s", call->word, wrong);
	if (json)
		tell_json(r);
	else
		printf("%" PRIu64 " frames, final hash %016" PRIx64 "; %" PRIu64
		       " hashes compared with the players', %" PRIu64 " differ\n",
		       r->frames, sim_hash(&r->lockstep.sim), r->compared, r->differing);
	return r->differing ? EXIT_DIFFERS : EXIT_DONE;
}

const struct verb verb_replay = {
	.name = "replay",
	.place = 3,
	.word = "FILE",
	.options =
		(const struct option[]){
			{.name = "every",
			 .kind = OPTION_INT,
			 .arg = "N",
			 .max = 1000000,
			 .doc = "Print the hash of every N-th frame; 0 = only the last; default: "
				"the room's hash_every"},
			{.name = "output",
			 .brief = 'o',
			 .kind = OPTION_WORD,
			 .arg = "FORM",
			 .words = "text|json",
			 .doc = "text or json"},
			{.name = NULL},
		},
	.run = replay,
	.summary = "Feed a lockstep match's input log to a simulated player and print its hashes",
	.text = "The log is what gamectl replay ROOM downloads. The same log gives the same hashes "
		"on every machine and "
		"build; where\nthe players had agreed on a hash, it is compared.",
	.examples = "gamectl replay r-2000ck -o match.replay\tdownload it\ngamebot replay "
		    "match.replay\thash it\n",
};
