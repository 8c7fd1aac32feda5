/* gamesrvd/config/config.c
 * Making and ending the whole, its timer, and the small questions that any thread may ask.
 */
#include "gamesrvd/config/config.h"

#include <errno.h>
#include <stdlib.h>

#include "base/time.h"
#include "conf/render.h"
#include "gamesrvd/config/state.h"

static void rearm(void *ctx)
{
	struct config *c = ctx;

	c->host.rearm(c->host.ctx);
}

int config_open(const struct config_options *options, struct store *store,
		const struct config_host *host, struct config **out)
{
	struct config *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return -ENOMEM;
	c->host = *host;
	c->store = store;
	c->caps = options->caps;
	c->strict_boot = options->strict_boot;
	c->watch_given = options->watch != NULL;
	if (c->watch_given)
		c->watch_option = config_watch_mode(str_of(options->watch));
	c->disk.state = options->bundle ? "unknown" : "none";
	pthread_mutex_init(&c->lock, NULL);
	if (options->bundle != NULL) {
		c->bundle = strdup(options->bundle);
		c->watch = watch_new(options->bundle, (struct watch_owner){c, rearm});
		if (c->bundle == NULL || c->watch == NULL) {
			config_close(c);
			return -ENOMEM;
		}
	}
	*out = c;
	return 0;
}

void config_add_part(struct config *c, const struct config_part *part)
{
	if (c->part_count == CONFIG_PARTS_MAX)
		abort(); /* the wiring is wrong, not the configuration */
	c->parts[c->part_count++] = *part;
}

void config_close(struct config *c)
{
	if (c == NULL)
		return;
	watch_free(c->watch);
	publication_free(c->publication);
	conf_set_unref(c->now);
	conf_set_unref(c->booted);
	json_decref(c->revision_json);
	json_decref(c->pending_json);
	arena_free(c->waits_mem);
	pthread_mutex_destroy(&c->lock);
	free(c->bundle);
	free(c);
}

void config_start(struct config *c)
{
	config_obey(c);
	watch_look_soon(c->watch); /* also without a watch: drift shows in the status */
}

struct publication *config_publication(struct config *c)
{
	return c->publication;
}

int config_fd(const struct config *c)
{
	return watch_fd(c->watch);
}

void config_on_readable(struct config *c)
{
	watch_on_readable(c->watch);
}

int64_t config_next_ms(struct config *c)
{
	int64_t due = atomic_load(&c->confirm_posted) ? 0 : atomic_load(&c->confirm_due_us);
	int64_t look = watch_next_us(c->watch), left;

	if (due == 0 || (look != 0 && look < due))
		due = look;
	if (due == 0)
		return -1;
	left = due - time_mono_us();
	return left <= 0 ? 0 : (left + 999) / 1000;
}

void config_on_timer(struct config *c)
{
	int64_t due = atomic_load(&c->confirm_due_us);

	if (due != 0 && due <= time_mono_us() && !atomic_exchange(&c->confirm_posted, true))
		c->host.post_work(c->host.ctx, config_on_confirm_due, c);
	if (watch_take_due(c->watch))
		c->host.post_work(c->host.ctx, config_disk_due, c);
}

json_t *config_pending(struct config *c)
{
	json_t *list;

	pthread_mutex_lock(&c->lock);
	list = json_deep_copy(c->pending_json);
	pthread_mutex_unlock(&c->lock);
	return json_pack("{s:o, s:I}", "pending", list, "total", (json_int_t)json_array_size(list));
}

struct config_counts config_counts(struct config *c)
{
	struct config_counts n = {
		.applied = c->applied,
		.unchanged = c->unchanged,
		.invalid = c->invalid,
		.refused = c->refused,
		.failed = c->failed,
		.conflicts = c->conflicts,
		.watch_scans = c->scans,
		.documents = c->documents,
		.pending = c->pending_total,
	};

	pthread_mutex_lock(&c->lock);
	n.revision = (uint64_t)c->revision;
	for (size_t i = 0; i < ALARM_COUNT; i++)
		n.alarms += c->alarms[i].code != NULL;
	pthread_mutex_unlock(&c->lock);
	return n;
}

void config_validate(struct config *c, struct arena *mem, const struct config_request *req,
		     struct config_answer *out)
{
	struct conf_load how = {.caps = c->caps, .previous = c->now};
	struct diags d = diags_into(mem);
	const struct conf_input *inputs;
	struct conf_set *set = NULL;
	size_t count;

	if (!config_request_inputs(c, mem, req, &inputs, &count, out))
		return;
	if (conf_set_load(inputs, count, &how, &set, &d) < 0) {
		answer_fail(out, mem, 503, "unavailable", NULL, "out of memory");
		return;
	}
	*out = (struct config_answer){.status = 200,
				      .body = conf_render_json(&d, req->max_findings)};
	conf_set_unref(set);
}

static void run_request(struct config *c, struct arena *mem, const struct config_request *req,
			bool plan, struct config_answer *out)
{
	struct config_change ch = {
		.c = c, .mem = mem, .req = req, .origin = "apply", .plan_only = plan, .out = out};

	if (!plan && !req->dry_run && config_refused_while_pending(c, mem, out))
		return;
	if (config_request_inputs(c, mem, req, &ch.inputs, &ch.input_count, out))
		config_change_run(&ch);
}

void config_plan(struct config *c, struct arena *mem, const struct config_request *req,
		 struct config_answer *out)
{
	run_request(c, mem, req, true, out);
}

void config_apply(struct config *c, struct arena *mem, const struct config_request *req,
		  struct config_answer *out)
{
	run_request(c, mem, req, false, out);
}
