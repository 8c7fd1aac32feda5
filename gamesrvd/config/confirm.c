/* gamesrvd/config/confirm.c
 * A revision on probation. Its deadline belongs to the daemon, not to a terminal: it is in the history before
 * the revision is in force, it survives a restart, and only confirm() ends it well.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <unistd.h>

#include "base/log.h"
#include "base/time.h"
#include "gamesrvd/config/shapes.h"
#include "gamesrvd/config/state.h"

enum { RETRY_US = 5000000 };

const char *config_boot_id(char out[64])
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, out, 63);

	if (fd >= 0)
		close(fd);
	while (n > 0 && out[n - 1] == '\n')
		n--;
	out[n > 0 ? n : 0] = '\0';
	return out;
}

json_t *config_confirm_json(const struct history_confirm *confirm)
{
	int64_t left = confirm->boottime_us - time_mono_us();

	if (confirm->revision == 0)
		return json_null();
	if (left < 0)
		left = 0;
	return json_pack("{s:I, s:o, s:I, s:I}", "revision", (json_int_t)confirm->revision,
			 "deadline", shape_time(time_wall_us() + left), "remaining_ms",
			 (json_int_t)(left / 1000), "rolls_back_to", (json_int_t)confirm->base);
}

int64_t config_confirm_left_us(const struct config *c)
{
	return c->confirm.boottime_us - time_mono_us();
}

bool config_refused_while_pending(struct config *c, struct arena *mem, struct config_answer *out)
{
	if (c->confirm.revision == 0)
		return false;
	atomic_fetch_add(&c->refused, 1);
	answer_fail(out, mem, 409, "confirm_pending",
		    json_pack("{s:o}", "confirm", config_confirm_json(&c->confirm)),
		    "revision %" PRId64 " waits for its confirmation; confirm or cancel it first",
		    c->confirm.revision);
	return true;
}

struct storing {
	struct arena *mem;
	struct history_confirm confirm;
	struct history_attempt attempt; /* of the revision, afterwards */
};

static int store_confirmed(struct store_db *db, void *ctx)
{
	struct storing *s = ctx;
	int rc = history_confirmed(db, s->confirm.revision);

	if (rc == 0 && history_revision(db, s->mem, s->confirm.revision, &s->attempt) < 0)
		s->attempt.id = 0; /* shown as it was until the next change */
	return rc;
}

static bool nothing_pending(struct config *c, struct arena *mem, struct config_answer *out)
{
	if (c->confirm.revision != 0)
		return false;
	answer_fail(out, mem, 409, "wrong_state", NULL, "no revision waits for a confirmation");
	return true;
}

void config_confirm(struct config *c, struct arena *mem, const struct config_request *who,
		    struct config_answer *out)
{
	struct storing s = {.mem = mem, .confirm = c->confirm};
	struct str problem;

	if (nothing_pending(c, mem, out))
		return;
	if (config_ask(c, mem, store_confirmed, &s, &problem) < 0) {
		config_alarm_set(c, ALARM_STORE, "storage", STR_FMT, STR_ARG(problem));
		answer_fail(out, mem, 507, "storage", NULL,
			    "the confirmation could not be recorded, revision %" PRId64
			    " still waits: " STR_FMT,
			    s.confirm.revision, STR_ARG(problem));
		return;
	}
	config_alarm_clear(c, ALARM_STORE);
	config_alarm_clear(c, ALARM_CONFIRM);
	c->confirm = (struct history_confirm){0};
	config_show_confirm(c);
	if (s.attempt.id != 0)
		config_show_revision(c, &s.attempt);
	log_info("revision %" PRId64 " is confirmed by %s", s.confirm.revision, who->actor);
	*out = (struct config_answer){.status = 200,
				      .body = json_pack("{s:I, s:s}", "revision",
							(json_int_t)s.confirm.revision, "outcome",
							"confirmed")};
	watch_look_soon(c->watch);
}

bool config_take_back(struct config *c, struct arena *mem, const struct config_request *who,
		      const char *origin, struct config_answer *out)
{
	struct config_change ch = {
		.c = c,
		.mem = mem,
		.req = who,
		.origin = origin,
		.rollback_of = c->confirm.base,
		.takes_back = c->confirm.revision,
		.unguarded = true,
		.out = out,
	};
	struct str why;

	if (config_revision_inputs(c, mem, c->confirm.base, &ch.inputs, &ch.input_count, &why) < 0)
		answer_fail(out, mem, 507, "storage", NULL,
			    "revision %" PRId64 " cannot be read: " STR_FMT, c->confirm.base,
			    STR_ARG(why));
	else
		config_change_run(&ch);
	if (out->code != NULL) {
		config_alarm_set(c, ALARM_CONFIRM, "take-back-failed",
				 "revision %" PRId64
				 " was not confirmed but cannot be taken back: " STR_FMT,
				 c->confirm.revision, STR_ARG(out->message));
		return false;
	}
	config_alarm_clear(c, ALARM_CONFIRM);
	watch_look_soon(c->watch);
	return true;
}

void config_cancel(struct config *c, struct arena *mem, const struct config_request *who,
		   struct config_answer *out)
{
	if (!nothing_pending(c, mem, out))
		config_take_back(c, mem, who, "cancel", out);
}

/* The daemon itself acts: nobody came. A failure is tried again, because a disk may have room later. */
void config_on_confirm_due(void *arg)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("confirm timeout");
	struct config_request who = {
		.uid = getuid(),
		.actor = "gamesrvd",
		.message = STR("not confirmed in time"),
		.base_revision = -1,
	};
	struct config_answer out = {0};
	struct config *c = arg;

	if (c->confirm.revision == 0 || c->confirm.boottime_us > time_mono_us()) {
		config_show_confirm(c); /* somebody was faster: look at the clock again */
		return;
	}
	if (!config_take_back(c, mem, &who, "confirm-timeout", &out)) {
		atomic_store(&c->confirm_due_us, time_mono_us() + RETRY_US);
		atomic_store(&c->confirm_posted, false);
		c->host.rearm(c->host.ctx);
	}
	json_decref(out.body);
}

static int store_rearmed(struct store_db *db, void *ctx)
{
	const struct storing *s = ctx;

	return history_rearm(db, &s->confirm);
}

/* Within one boot of the machine the clock that nobody can set decides; after a boot the wall clock does, but
 * never for longer than the window was. */
void config_confirm_load(struct config *c, struct arena *mem, const struct history_confirm *stored,
			 int64_t window_us)
{
	char boot_id[64];
	struct storing s = {.mem = mem, .confirm = *stored};
	struct str problem;
	int64_t left, mono = time_mono_us();

	c->confirm = *stored;
	c->confirm.boot_id = (struct str){NULL, 0};
	if (stored->revision != 0 && !str_is(stored->boot_id, config_boot_id(boot_id))) {
		left = stored->wall_us - time_wall_us();
		c->confirm.boottime_us = mono + (left < window_us ? left : window_us);
		s.confirm.boottime_us = c->confirm.boottime_us;
		s.confirm.boot_id = str_of(boot_id);
		if (config_ask(c, mem, store_rearmed, &s, &problem) < 0)
			log_warn("the deadline of revision %" PRId64
				 " still hangs on the wall clock: " STR_FMT,
				 stored->revision, STR_ARG(problem));
	}
	config_show_confirm(c);
}
