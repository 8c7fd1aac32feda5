/* tests/unit/test_store.c */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "gamesrvd/store/history.h"
#include "test.h"

struct place {
	char dir[64], db[96];
	struct store *store;
	struct arena *mem;
	struct buf why;
};

static void open_place(struct place *p)
{
	*p = (struct place){.dir = "/tmp/gamesrv-store-XXXXXX", .mem = arena_new("test")};
	CHECK(mkdtemp(p->dir) != NULL);
	snprintf(p->db, sizeof(p->db), "%s/history.db", p->dir);
	CHECK_INT(store_open(p->dir, &p->store, &p->why), 0);
}

static void close_place(struct place *p)
{
	static const char *const names[] = {"history.db", "history.db-wal", "history.db-shm",
					    "history.db.new"};
	char path[128];

	store_close(p->store);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", p->dir, names[i]);
		unlink(path);
	}
	CHECK_INT(rmdir(p->dir), 0);
	buf_free(&p->why);
	arena_free(p->mem);
}

static int reopen(struct place *p)
{
	store_close(p->store);
	p->store = NULL;
	buf_free(&p->why);
	return store_open(p->dir, &p->store, &p->why);
}

/* Runs SQL on the closed database, as somebody from outside would. */
static void meddle(struct place *p, const char *sql)
{
	sqlite3 *db;

	store_close(p->store);
	p->store = NULL;
	CHECK_INT(sqlite3_open(p->db, &db), SQLITE_OK);
	CHECK_INT(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

struct recording {
	struct history_record rec;
	int rc;
};

static void do_record(struct store_db *db, void *ctx)
{
	struct recording *r = ctx;

	r->rc = history_record(db, &r->rec);
}

static struct history_file text_file(const char *path, const char *text)
{
	struct history_file f = {.path = str_of(path), .text = str_of(text)};

	digest_of(f.text, f.digest);
	return f;
}

static struct history_attempt someone(int64_t time_us)
{
	return (struct history_attempt){.time_us = time_us,
					.uid = 7,
					.actor = STR("ann"),
					.message = STR("why"),
					.origin = STR("apply"),
					.outcome = STR("applied"),
					.has_digest = true};
}

/* One revision that writes `path` with `text` (or removes it when text is NULL). */
static int64_t revise(struct place *p, const char *path, const char *text)
{
	struct history_file f = text_file(path, text ? text : "");
	struct str gone = str_of(path);
	struct recording r = {.rec = {.attempt = someone(1000000),
				      .succeeded = true,
				      .written = text ? &f : NULL,
				      .written_count = text != NULL,
				      .removed = text ? NULL : &gone,
				      .removed_count = text == NULL}};

	store_call(p->store, do_record, &r);
	CHECK_INT(r.rc, 0);
	return r.rec.attempt.revision;
}

struct reading {
	struct arena *mem;
	int64_t revision;
	history_files files;
	history_attempts list;
	struct history_attempt head;
	int rc;
};

static void do_files(struct store_db *db, void *ctx)
{
	struct reading *r = ctx;

	r->rc = history_read_files(db, r->mem, r->revision, true, &r->files);
}

static void do_list(struct store_db *db, void *ctx)
{
	struct reading *r = ctx;

	r->rc = history_list(db, r->mem, 0, 100, &r->list);
}

static void do_head(struct store_db *db, void *ctx)
{
	struct reading *r = ctx;

	r->rc = history_head(db, r->mem, &r->head);
}

/* "path=text path=text" of a revision. */
static const char *files_of(struct place *p, int64_t revision)
{
	struct reading r = {.mem = p->mem, .revision = revision};
	struct buf out = {0};
	struct history_file *f;
	const char *text;

	store_call(p->store, do_files, &r);
	CHECK_INT(r.rc, 0);
	VEC_EACH (&r.files, f)
		buf_printf(&out, "%s" STR_FMT "=" STR_FMT, out.n ? " " : "", STR_ARG(f->path),
			   STR_ARG(f->text));
	text = arena_cstr(p->mem, buf_str(&out));
	buf_free(&out);
	return text;
}

static int64_t head_of(struct place *p)
{
	struct reading r = {.mem = p->mem};

	store_call(p->store, do_head, &r);
	return r.rc < 0 ? r.rc : r.head.revision;
}

TEST(a_new_directory_gets_an_empty_history)
{
	struct place p;
	struct stat st;

	open_place(&p);
	CHECK_INT(head_of(&p), -ENOENT);
	CHECK_INT(stat(p.db, &st), 0);
	CHECK_INT(st.st_mode & 077, 0);
	close_place(&p);
}

TEST(every_revision_gives_back_its_own_files)
{
	struct place p;

	open_place(&p);
	CHECK_INT(revise(&p, "a.yaml", "1"), 1);
	CHECK_INT(revise(&p, "b.yaml", "2"), 2);
	CHECK_INT(revise(&p, "a.yaml", "3"), 3);
	CHECK_INT(revise(&p, "b.yaml", NULL), 4);
	CHECK_INT(revise(&p, "b.yaml", "2"), 5);
	CHECK_INT(reopen(&p), 0);
	CHECK_TEXT(files_of(&p, 1), "a.yaml=1");
	CHECK_TEXT(files_of(&p, 2), "a.yaml=1 b.yaml=2");
	CHECK_TEXT(files_of(&p, 3), "a.yaml=3 b.yaml=2");
	CHECK_TEXT(files_of(&p, 4), "a.yaml=3");
	CHECK_TEXT(files_of(&p, 5), "a.yaml=3 b.yaml=2");
	CHECK_INT(head_of(&p), 5);
	close_place(&p);
}

TEST(a_failure_is_kept_without_a_revision_number)
{
	struct str finding = STR("{\"code\":\"max\"}");
	struct recording r = {
		.rec = {.attempt = someone(5), .findings = &finding, .finding_count = 1}};
	struct reading read;
	struct place p;

	open_place(&p);
	revise(&p, "a.yaml", "1");
	r.rec.attempt.outcome = STR("invalid");
	store_call(p.store, do_record, &r);
	CHECK_INT(r.rc, 0);
	CHECK_INT(revise(&p, "a.yaml", "2"), 2);
	read = (struct reading){.mem = p.mem};
	store_call(p.store, do_list, &read);
	CHECK_INT(read.list.count, 3);
	CHECK_INT(read.list.items[1].revision, 0);
	CHECK_STR(read.list.items[1].outcome, "invalid");
	CHECK_STR(read.list.items[0].actor, "ann");
	close_place(&p);
}

static void check_refused(struct place *p, int rc, const char *text)
{
	CHECK_INT(reopen(p), rc);
	if (strstr(buf_str(&p->why).p, text) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", buf_str(&p->why).p, text);
	CHECK(strstr(p->why.p, p->db) != NULL);
}

TEST(a_database_of_another_program_is_named_and_left_alone)
{
	struct place p;

	open_place(&p);
	meddle(&p, "PRAGMA application_id = 17");
	check_refused(&p, -EMEDIUMTYPE, "is not a history of gamesrvd");
	close_place(&p);
}

TEST(a_text_file_is_not_a_history)
{
	struct place p;
	FILE *f;

	open_place(&p);
	store_close(p.store);
	p.store = NULL;
	f = fopen(p.db, "w");
	for (int i = 0; i < 1000; i++)
		fputs("no database\n", f);
	fclose(f);
	check_refused(&p, -EMEDIUMTYPE, "is not a history of gamesrvd");
	close_place(&p);
}

TEST(an_empty_file_is_damage_not_a_beginning)
{
	struct place p;

	open_place(&p);
	store_close(p.store);
	p.store = NULL;
	CHECK_INT(truncate(p.db, 0), 0);
	check_refused(&p, -EUCLEAN, "it is empty");
	close_place(&p);
}

TEST(a_newer_format_is_not_touched)
{
	struct place p;

	open_place(&p);
	meddle(&p, "PRAGMA user_version = 9000");
	check_refused(&p, -ENOTSUP, "newer gamesrvd");
	close_place(&p);
}

TEST(a_migration_that_ran_with_another_text_is_noticed)
{
	struct place p;

	open_place(&p);
	meddle(&p, "UPDATE migration SET digest = zeroblob(32)");
	check_refused(&p, -EUCLEAN, "0001_history");
	close_place(&p);
}

TEST(an_edited_revision_breaks_the_chain)
{
	static const char *const edits[] = {
		"UPDATE attempt SET message = 'another' WHERE revision = 2",
		"UPDATE attempt SET actor = 'bob' WHERE revision = 2",
		"UPDATE attempt SET time_us = 1 WHERE revision = 2",
		"UPDATE attempt SET digest = randomblob(32) WHERE revision = 2",
		"UPDATE revision SET prev = zeroblob(32), chain = chain WHERE number = 2",
		"DELETE FROM attempt WHERE revision = 2",
	};

	for (size_t i = 0; i < ARRAY_LEN(edits); i++) {
		struct place p;

		open_place(&p);
		for (int n = 0; n < 3; n++)
			revise(&p, "a.yaml", n == 0 ? "1" : n == 1 ? "2" : "3");
		meddle(&p, edits[i]);
		check_refused(&p, -EUCLEAN, "revision 2");
		close_place(&p);
	}
}

TEST(flipped_bytes_anywhere_never_crash)
{
	struct place p;
	off_t size;
	int fd, refused = 0;

	open_place(&p);
	for (int n = 0; n < 20; n++)
		revise(&p, n % 2 ? "a.yaml" : "b.yaml", n % 3 ? "some text" : "other text");
	store_close(p.store);
	p.store = NULL;
	fd = open(p.db, O_RDWR);
	size = lseek(fd, 0, SEEK_END);
	for (off_t at = 0; at < size; at += 509) {
		char was, flipped;

		CHECK_INT(pread(fd, &was, 1, at), 1);
		flipped = (char)(was ^ 0x55);
		CHECK_INT(pwrite(fd, &flipped, 1, at), 1);
		refused += reopen(&p) != 0;
		store_close(p.store);
		p.store = NULL;
		CHECK_INT(pwrite(fd, &was, 1, at), 1);
	}
	close(fd);
	CHECK(refused > 5);
	CHECK_INT(reopen(&p), 0);
	CHECK_INT(head_of(&p), 20);
	close_place(&p);
}

static void fill_text(char *text, size_t n, int seed)
{
	for (size_t i = 0; i < n - 1; i++)
		text[i] = (char)('a' + (i * 31 + (size_t)seed * 7 + i / 91) % 26);
	text[n - 1] = '\0';
}

TEST(a_full_disk_leaves_the_old_revision_and_heals)
{
	static char big[300000];
	struct rlimit old, tight;
	struct history_file f;
	struct recording r;
	struct place p;
	struct stat st;

	open_place(&p);
	revise(&p, "a.yaml", "1");
	CHECK_INT(stat(p.db, &st), 0);
	fill_text(big, sizeof(big), 1);
	f = text_file("a.yaml", big);
	signal(SIGXFSZ, SIG_IGN);
	CHECK_INT(getrlimit(RLIMIT_FSIZE, &old), 0);
	tight = (struct rlimit){(rlim_t)st.st_size + 50000, old.rlim_max};
	CHECK_INT(setrlimit(RLIMIT_FSIZE, &tight), 0);
	r = (struct recording){.rec = {.attempt = someone(9),
				       .succeeded = true,
				       .written = &f,
				       .written_count = 1}};
	store_call(p.store, do_record, &r);
	CHECK(r.rc < 0);
	CHECK(store_problem(store_here(p.store))[0] != '\0');
	CHECK_TEXT(files_of(&p, 1), "a.yaml=1");
	CHECK_INT(head_of(&p), 1);
	CHECK_INT(setrlimit(RLIMIT_FSIZE, &old), 0);
	store_call(p.store, do_record, &r);
	CHECK_INT(r.rc, 0);
	CHECK_INT(reopen(&p), 0);
	CHECK_INT(head_of(&p), 2);
	close_place(&p);
}

struct pruning {
	struct history_limits limits;
	int64_t pin;
	size_t gone;
	int rc;
};

static void do_prune(struct store_db *db, void *ctx)
{
	struct pruning *r = ctx;

	r->rc = r->pin ? history_pin(db, r->pin, true) : 0;
	if (r->rc == 0)
		r->rc = history_prune(db, &r->limits, 1000, &r->gone);
}

static size_t count_blobs(struct place *p)
{
	sqlite3_stmt *stmt;
	sqlite3 *db;
	size_t n;

	CHECK_INT(sqlite3_open(p->db, &db), SQLITE_OK);
	CHECK_INT(sqlite3_prepare_v2(db, "SELECT count(*) FROM blob", -1, &stmt, NULL), SQLITE_OK);
	CHECK_INT(sqlite3_step(stmt), SQLITE_ROW);
	n = (size_t)sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return n;
}

TEST(pruning_keeps_pins_and_what_is_in_force)
{
	struct pruning prune = {.limits = {.count = 4,
					   .age_us = INT64_MAX / 2,
					   .bytes = INT64_MAX,
					   .now_us = 2000000},
				.pin = 3};
	struct reading read;
	char text[16];
	struct place p;

	open_place(&p);
	for (int n = 1; n <= 20; n++) {
		snprintf(text, sizeof(text), "%d", n);
		revise(&p, n % 2 ? "a.yaml" : "b.yaml", text);
	}
	store_call(p.store, do_prune, &prune);
	CHECK_INT(prune.rc, 0);
	CHECK_INT(prune.gone, 16);
	read = (struct reading){.mem = p.mem};
	store_call(p.store, do_list, &read);
	CHECK_INT(read.list.count, 4);
	CHECK_INT(read.list.items[3].revision, 3);
	CHECK(read.list.items[3].pinned);
	CHECK_INT(read.list.items[0].revision, 20);
	CHECK_TEXT(files_of(&p, 3), "a.yaml=3 b.yaml=2");
	CHECK_TEXT(files_of(&p, 18), "a.yaml=17 b.yaml=18");
	CHECK_TEXT(files_of(&p, 20), "a.yaml=19 b.yaml=20");
	CHECK_INT(count_blobs(&p), 6);
	CHECK_INT(reopen(&p), 0);
	close_place(&p);
}

TEST(pruning_by_age_and_bytes_spares_the_last_two)
{
	struct pruning prune = {
		.limits = {.count = 1000, .age_us = 10, .bytes = INT64_MAX, .now_us = 2000000}};
	struct place p;

	open_place(&p);
	for (int n = 0; n < 6; n++)
		revise(&p, "a.yaml", n % 2 ? "odd" : "even");
	store_call(p.store, do_prune, &prune);
	CHECK_INT(prune.rc, 0);
	CHECK_INT(prune.gone, 4);
	CHECK_TEXT(files_of(&p, 5), "a.yaml=even");
	prune = (struct pruning){
		.limits = {.count = 1000, .age_us = INT64_MAX / 2, .bytes = 1, .now_us = 2}};
	store_call(p.store, do_prune, &prune);
	CHECK_INT(prune.gone, 0);
	close_place(&p);
}

static void set_flag(struct store_db *db, void *ctx)
{
	(void)db;
	++*(int *)ctx;
}

TEST(posts_run_before_a_later_call)
{
	struct place p;
	int ran = 0;

	open_place(&p);
	for (int i = 0; i < 100; i++)
		CHECK_INT(store_post(p.store, set_flag, &ran), 0);
	store_call(p.store, set_flag, &ran);
	CHECK_INT(ran, 101);
	close_place(&p);
}
