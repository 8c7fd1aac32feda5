/* tests/unit/test_saved_plan.c: what a plan file may and may not say. */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "saved_plan.h"
#include "test.h"

#define DIGEST "abababababababababababababababababababababababababababababababab"

static json_t *good_plan(void)
{
	return json_pack("{s:s,s:i,s:s,s:s,s:i,s:s,s:i,s:s,s:{s:s},s:{s:s}}", "apiVersion",
			 "gamesrv/v1", "saved_plan", SAVED_PLAN_FORMAT, "created",
			 "2026-01-02T03:04:05.678Z", "bundle", "/srv/arena", "base_revision", 4,
			 "base_digest", DIGEST, "allow_delete", 0, "digest", DIGEST, "files",
			 "arenas/a.yaml", "kind: Arena\n", "unchanged", "schemas/arena.yaml",
			 DIGEST);
}

/* Seals `plan` (taken), reads it, and gives what was wrong; NULL: nothing. */
static const char *problem_of(json_t *plan, bool sealed)
{
	static char text[512];
	struct buf problem = {0};
	struct saved_plan out;
	char *json;

	CHECK(!sealed || saved_plan_seal(plan));
	json = json_dumps(plan, 0);
	json_decref(plan);
	if (saved_plan_parse(str_of(json), &out, &problem)) {
		saved_plan_free(&out);
		free(json);
		return NULL;
	}
	(void)snprintf(text, sizeof(text), "%s", problem.p);
	buf_free(&problem);
	free(json);
	return text;
}

static const char *with(const char *key, json_t *value)
{
	json_t *plan = good_plan();

	json_object_set_new(plan, key, value);
	return problem_of(plan, true);
}

TEST(a_sealed_plan_is_read)
{
	CHECK(problem_of(good_plan(), true) == NULL);
}

TEST(an_edited_plan_is_refused)
{
	json_t *plan = good_plan();

	CHECK(saved_plan_seal(plan));
	json_object_set_new(plan, "base_revision", json_integer(5));
	CHECK_TEXT(problem_of(plan, false),
		   "was changed after it was written (its digest differs); make it "
		   "again with gamectl plan --out");
}

TEST(a_plan_without_a_digest_is_damaged)
{
	CHECK_TEXT(problem_of(good_plan(), false),
		   "is damaged: \"integrity\" is missing or of another type; "
		   "make it again with gamectl plan --out");
}

TEST(another_format_is_named_before_anything_else)
{
	CHECK_TEXT(with("saved_plan", json_integer(2)),
		   "is a saved plan in format 2, but gamectl " GAMESRV_VERSION
		   " reads format 1; make it again with this one");
}

TEST(json_that_is_no_plan_is_said_to_be_none)
{
	CHECK_TEXT(problem_of(json_pack("{s:s}", "kind", "Arena"), false),
		   "is no saved plan (gamectl plan --out FILE writes one) and no directory");
	CHECK_TEXT(problem_of(json_array(), false),
		   "is no saved plan (gamectl plan --out FILE writes one) and no directory");
}

TEST(paths_may_not_leave_the_bundle)
{
	CHECK(with("files", json_pack("{s:s}", "../../etc/cron.yaml", "x")) != NULL);
	CHECK(with("files", json_pack("{s:s}", "/etc/cron.yaml", "x")) != NULL);
	CHECK(with("unchanged", json_pack("{s:s}", "a/../b.yaml", DIGEST)) != NULL);
}

TEST(fields_of_another_type_are_named)
{
	CHECK(strstr(with("base_revision", json_string("4")), "\"base_revision\""));
	CHECK(strstr(with("base_revision", json_integer(-1)), "\"base_revision\""));
	CHECK(strstr(with("files", json_array()), "\"files\""));
	CHECK(strstr(with("unchanged", json_pack("{s:s}", "b.yaml", "short")), "\"unchanged\""));
	CHECK(strstr(with("base_digest", json_string("short")), "\"base_digest\""));
	CHECK(strstr(with("base_digest", json_null()), "\"base_digest\""));
	CHECK(with("base_digest", json_string("")) == NULL);
	CHECK(strstr(with("digest", json_string("short")), "\"digest\""));
}

TEST(a_file_both_changed_and_unchanged_is_damaged)
{
	CHECK(strstr(with("unchanged", json_pack("{s:s}", "arenas/a.yaml", DIGEST)), "\"files\""));
}

TEST(what_was_written_is_read_and_for_its_owner_alone)
{
	char path[] = "/tmp/test_saved_plan.XXXXXX";
	int fd = mkstemp(path);
	json_t *files = json_pack("{s:s}", "a.yaml", "x: 1\n"), *unchanged = json_object();
	struct saved_plan out, plan = {.base_revision = 7,
				       .base_digest = DIGEST,
				       .digest = DIGEST,
				       .bundle = "/b",
				       .created = "2026-01-02T03:04:05.678Z",
				       .files = files,
				       .unchanged = unchanged};
	struct buf problem = {0};
	struct stat st;

	CHECK(fd >= 0);
	close(fd);
	CHECK_INT(saved_plan_write(path, &plan), 0);
	CHECK(stat(path, &st) == 0);
	CHECK_INT(st.st_mode & 0777, 0600);
	CHECK(saved_plan_read(path, &out, &problem));
	CHECK_INT(out.base_revision, 7);
	CHECK_TEXT(json_string_value(json_object_get(out.files, "a.yaml")), "x: 1\n");
	saved_plan_free(&out);
	json_decref(files);
	json_decref(unchanged);
	unlink(path);
}

TEST(a_directory_or_a_pipe_is_no_plan)
{
	struct saved_plan out;
	struct buf problem = {0};

	CHECK(!saved_plan_read("/tmp", &out, &problem));
	CHECK_TEXT(problem.p, "is no regular file");
	buf_free(&problem);
	CHECK(!saved_plan_read("/nonexistent/plan", &out, &problem));
	CHECK_TEXT(problem.p, "cannot be read: No such file or directory");
	buf_free(&problem);
}
