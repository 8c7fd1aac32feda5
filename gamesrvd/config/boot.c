/* gamesrvd/config/boot.c
 * From the history (or the bundle of an empty one, or the defaults) to a configuration that is in force. Here, and
 * only here, trouble stops the daemon: it does not guess an older revision by itself.
 */
#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/log.h"
#include "conf/bundle.h"
#include "gamesrvd/config/state.h"

struct past {
	struct arena *mem;
	struct history_attempt head, waiting;
	struct history_confirm confirm;
	struct str acted;
};

static int read_past(struct store_db *db, void *ctx)
{
	struct past *p = ctx;
	int rc = history_note(db, p->mem, "bundle-acted", &p->acted);

	if (rc < 0 && rc != -ENOENT)
		return rc;
	rc = history_head(db, p->mem, &p->head);
	if (rc == 0)
		rc = history_pending(db, p->mem, &p->confirm);
	if (rc == 0 && p->confirm.revision != 0)
		rc = history_revision(db, p->mem, p->confirm.revision, &p->waiting);
	if (rc == -ENOENT && p->head.revision != 0) /* what waits is not there */
		return -EUCLEAN;
	return rc;
}

/* Makes `set` the one in force; takes the reference. */
static int publish_first(struct config *c, struct conf_set *set, int64_t revision)
{
	c->publication = publication_new(set, (uint64_t)revision);
	config_swap(c, set, revision);
	config_obey(c);
	c->running = revision;
	return c->publication ? 0 : -ENOMEM;
}

static int boot_defaults(struct config *c, struct diags *d)
{
	struct conf_load how = {.caps = c->caps};
	struct conf_set *set;
	int rc = conf_set_load(NULL, 0, &how, &set, d);

	return rc < 0 ? rc : publish_first(c, set, 0);
}

static struct config_request by_itself(const char *message)
{
	return (struct config_request){.uid = getuid(),
				       .actor = "gamesrvd",
				       .message = str_of(message),
				       .base_revision = -1,
				       .max_findings = 1000};
}

static int boot_bundle(struct config *c, struct arena *mem, struct diags *d, struct buf *why)
{
	struct config_request who = by_itself("first start");
	struct config_answer out = {0};
	struct bundle bundle = {0};
	struct config_change ch = {
		.c = c, .mem = mem, .req = &who, .origin = "boot", .diags = *d, .out = &out};
	int rc = bundle_read(mem, c->bundle, &c->caps, &bundle, &ch.diags);

	if (rc == 0) {
		ch.inputs = bundle.files.items;
		ch.input_count = bundle.files.count;
		config_change_run(&ch);
	}
	*d = ch.diags;
	json_decref(out.body);
	if (rc < 0 || ch.diags.errors > 0) {
		buf_printf(why, "the first start needs a valid bundle: %s", c->bundle);
		return -EINVAL;
	}
	if (out.code != NULL) {
		buf_printf(why, STR_FMT, STR_ARG(out.message));
		return -EIO;
	}
	config_disk_acted(c, bundle.digest);
	c->disk.state = "in-sync";
	c->disk.has_digest = true;
	memcpy(c->disk.digest, bundle.digest, 32);
	return 0;
}

static void unref_set(void *set)
{
	conf_set_unref(set);
}

static int boot_head(struct config *c, struct past *p, struct diags *d, struct buf *why)
{
	struct conf_load how = {.caps = c->caps};
	const struct conf_input *inputs;
	struct conf_set *set = NULL;
	struct str problem;
	size_t count;
	int rc = config_revision_inputs(c, p->mem, p->head.revision, &inputs, &count, &problem);

	if (rc < 0) {
		buf_printf(why, "revision %" PRId64 ", which is in force, cannot be read: " STR_FMT,
			   p->head.revision, STR_ARG(problem));
		return rc;
	}
	rc = conf_set_load(inputs, count, &how, &set, d);
	if (rc < 0)
		return rc;
	arena_defer(d->mem, unref_set, conf_set_ref(set)); /* the findings look into it */
	if (!digest_eq(set->digest, p->head.digest)) {
		*d = diags_into(d->mem); /* they would only speak of the damage */
		buf_printf(why,
			   "the history is damaged: the files of revision %" PRId64
			   " are not those that were recorded; restore it from a backup, or start"
			   " with another --data directory",
			   p->head.revision);
		conf_set_unref(set);
		return -EUCLEAN;
	}
	if (d->errors > 0) {
		buf_printf(
			why,
			"revision %" PRId64
			", which is in force, does not pass the schemas of this gamesrvd; start the"
			" former binary and apply a bundle that passes `gamectl validate` of this "
			"one",
			p->head.revision);
		conf_set_unref(set);
		return -EINVAL;
	}
	rc = publish_first(c, set, p->head.revision);
	config_show_revision(c, &p->head);
	return rc;
}

/* The window may have closed while nobody was here: then the former content comes back before anybody is served. */
static void boot_confirm(struct config *c, const struct past *p, struct arena *mem)
{
	struct config_request who = by_itself("not confirmed in time");
	struct config_answer out = {0};

	config_confirm_load(c, mem, &p->confirm, p->confirm.wall_us - p->waiting.time_us);
	if (c->confirm.revision == 0)
		return;
	if (config_confirm_left_us(c) > 0) {
		log_info("revision %" PRId64 " waits for its confirmation: %" PRId64 " s left",
			 c->confirm.revision, config_confirm_left_us(c) / 1000000);
		return;
	}
	config_take_back(c, mem, &who, "confirm-timeout", &out);
	json_decref(out.body);
}

static int check_strictly(struct config *c, struct diags *d, struct buf *why)
{
	if (!c->strict_boot || c->bundle == NULL)
		return 0;
	config_disk_look(c, false, d);
	if (strcmp(c->disk.state, "in-sync") == 0)
		return 0;
	buf_printf(why, "--strict-boot: the bundle %s is not what is in force (%s): %s", c->bundle,
		   c->disk.state, c->disk.message);
	return -EINVAL;
}

int config_boot(struct config *c, struct diags *d, struct buf *why)
{
	struct past p = {.mem = d->mem};
	struct str problem;
	int rc;

	c->booting = true;
	rc = config_ask(c, d->mem, read_past, &p, &problem);
	c->has_acted = p.acted.p != NULL && digest_parse(p.acted, c->acted);
	if (rc == 0) {
		rc = boot_head(c, &p, d, why);
		if (rc == 0)
			boot_confirm(c, &p, d->mem);
	} else if (rc == -ENOENT) {
		rc = boot_defaults(c, d);
		if (rc == 0 && c->bundle != NULL)
			rc = boot_bundle(c, d->mem, d, why);
	} else {
		buf_printf(why, "the history cannot be read: " STR_FMT, STR_ARG(problem));
	}
	if (rc == 0) {
		c->booted = conf_set_ref(c->now);
		config_find_pending(c);
		rc = check_strictly(c, d, why);
	}
	c->booting = false;
	if (rc == -ENOMEM && why->n == 0)
		buf_printf(why, "out of memory");
	return rc;
}
