/* tests/unit/test_bundle.c */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/digest.h"
#include "conf/bundle.h"
#include "conf/render.h"
#include "test.h"

struct tree { /* a bundle in a directory of its own; tear_down() removes it */
	char root[64];
	struct arena *mem;
	struct bundle bundle;
	struct diags found;
	struct buf text; /* the findings as people see them */
	int rc;
};

static const char *in(const struct tree *t, const char *path)
{
	static char full[2][4096];
	static int turn;

	turn = !turn;
	snprintf(full[turn], sizeof(full[turn]), "%s/%s", t->root, path);
	return full[turn];
}

static struct tree set_up(void)
{
	struct tree t = {.root = "/tmp/gamesrv-bundle-XXXXXX", .mem = arena_new("test")};

	CHECK(mkdtemp(t.root) != NULL);
	return t;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	return remove(path);
}

static void tear_down(struct tree *t)
{
	buf_free(&t->text);
	arena_free(t->mem);
	nftw(t->root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void put(const struct tree *t, const char *path, const char *text)
{
	FILE *out = fopen(in(t, path), "wb");

	CHECK(out != NULL);
	fputs(text, out);
	CHECK_INT(fclose(out), 0);
}

static void make_dir(const struct tree *t, const char *path)
{
	CHECK_INT(mkdir(in(t, path), 0755), 0);
}

static void make_link(const struct tree *t, const char *target, const char *path)
{
	CHECK_INT(symlink(target, in(t, path)), 0);
}

static void read_path(struct tree *t, const char *path, const struct yaml_caps *caps)
{
	static const struct conf_render plain;

	buf_free(&t->text);
	t->found = diags_into(t->mem);
	t->rc = bundle_read(t->mem, path, caps, &t->bundle, &t->found);
	conf_render_text(&t->text, &t->found, &plain);
}

static void read_root(struct tree *t)
{
	read_path(t, t->root, &yaml_caps_default);
}

/* "a.yaml=text;b.yaml=text;" */
static const char *files(const struct tree *t)
{
	static char text[4096];
	const struct conf_input *f;
	size_t n = 0;

	text[0] = '\0';
	VEC_EACH (&t->bundle.files, f)
		n += (size_t)snprintf(text + n, sizeof(text) - n, STR_FMT "=" STR_FMT ";",
				      STR_ARG(f->path), STR_ARG(f->text));
	return text;
}

static void check_says(const struct tree *t, const char *wanted)
{
	if (t->text.p != NULL && strstr(t->text.p, wanted) != NULL)
		return;
	print_error("want: %s\nin:   %s\n", wanted, t->text.p ? t->text.p : "");
	fail();
}

TEST(files_come_sorted_with_their_digests_from_every_depth)
{
	struct tree t = set_up();
	uint8_t digest[DIGEST_SIZE];

	make_dir(&t, "b");
	make_dir(&t, "b/c");
	put(&t, "z.yaml", "1");
	put(&t, "b/c/y.yaml", "22");
	put(&t, "a.yaml", "");
	read_root(&t);
	CHECK_INT(t.rc, 0);
	CHECK_TEXT(files(&t), "a.yaml=;b/c/y.yaml=22;z.yaml=1;");
	CHECK_INT(t.found.list.count, 0);
	CHECK_INT(t.bundle.dirs.count, 3);
	digest_of(STR("22"), digest);
	CHECK(digest_eq(t.bundle.files.items[1].digest, digest));
	tear_down(&t);
}

TEST(editors_leftovers_and_dotfiles_are_passed_over_in_silence)
{
	static const char *const names[] = {".hidden.yaml", ".a.yaml.swp", "a.yaml~", "4913",
					    ".#a.yaml",     "#a.yaml#",    "a.swp",   "README.md"};
	struct tree t = set_up();

	make_dir(&t, ".git");
	put(&t, ".git/config.yaml", "no");
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		put(&t, names[i], "no");
	read_root(&t);
	CHECK_INT(t.rc, 0);
	CHECK_INT(t.bundle.files.count, 0);
	CHECK_INT(t.found.list.count, 0);
	tear_down(&t);
}

TEST(look_alikes_are_named_with_the_name_they_should_have)
{
	struct tree t = set_up();

	put(&t, "arena.yml", "no");
	put(&t, "other.YAML", "no");
	read_root(&t);
	CHECK_INT(t.bundle.files.count, 0);
	CHECK_INT(t.found.warnings, 2);
	check_says(&t, "arena.yml");
	check_says(&t, "rename it to arena.yaml");
	check_says(&t, "rename it to other.yaml");
	check_says(&t, "[ignored-file]");
	tear_down(&t);
}

TEST(fifos_sockets_and_devices_never_block_and_are_named)
{
	struct tree t = set_up();
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int s = socket(AF_UNIX, SOCK_STREAM, 0);

	CHECK_INT(mkfifo(in(&t, "pipe.yaml"), 0644), 0);
	CHECK_INT(mkfifo(in(&t, "pipe"), 0644), 0);
	snprintf(at.sun_path, sizeof(at.sun_path), "%s/sock.yaml", t.root);
	CHECK_INT(bind(s, (struct sockaddr *)&at, sizeof(at)), 0);
	make_link(&t, "pipe.yaml", "link.yaml");
	put(&t, "ok.yaml", "1");
	read_root(&t);
	close(s);
	CHECK_INT(t.rc, 0);
	CHECK_INT(t.found.errors, 3);
	check_says(&t, "pipe.yaml: error: is a FIFO, not a file [unreadable]");
	check_says(&t, "sock.yaml: error: is a socket, not a file [unreadable]");
	check_says(&t, "link.yaml: error: is a FIFO, not a file [unreadable]");
	CHECK_TEXT(files(&t), "ok.yaml=1;");
	tear_down(&t);
}

TEST(links_inside_the_bundle_are_followed)
{
	struct tree t = set_up();
	char absolute[256];

	make_dir(&t, "real");
	put(&t, "real/a.yaml", "1");
	make_link(&t, "real/a.yaml", "b.yaml");
	make_link(&t, "./real/../real", "copy");
	snprintf(absolute, sizeof(absolute), "%s/real/a.yaml", t.root);
	make_link(&t, absolute, "c.yaml");
	read_root(&t);
	CHECK_TEXT(files(&t), "b.yaml=1;c.yaml=1;copy/a.yaml=1;real/a.yaml=1;");
	CHECK_INT(t.found.list.count, 0);
	tear_down(&t);
}

TEST(links_that_lead_out_are_refused_by_name)
{
	struct tree t = set_up();

	make_dir(&t, "in");
	make_link(&t, "/etc/passwd", "in/a.yaml");
	make_link(&t, "../../../../../etc", "in/etc");
	make_link(&t, "/etc/hostname", "in/unrelated");
	make_link(&t, "nowhere", "in/gone.yaml");
	make_link(&t, "self.yaml", "in/self.yaml");
	read_root(&t);
	CHECK_INT(t.bundle.files.count, 0);
	CHECK_INT(t.found.errors, 4);
	check_says(&t, "in/a.yaml: error: is a symbolic link that leads out of the bundle");
	check_says(&t, "in/etc: error: is a symbolic link that leads out of the bundle");
	check_says(&t, "in/gone.yaml: error: is a symbolic link to something that does not exist");
	check_says(&t, "in/self.yaml: error: cannot be read: Too many levels of symbolic links");
	tear_down(&t);
}

TEST(a_sibling_whose_name_begins_like_the_root_is_outside)
{
	struct tree t = set_up();
	char target[256];

	make_dir(&t, "one");
	make_dir(&t, "one-more");
	put(&t, "one-more/a.yaml", "1");
	snprintf(target, sizeof(target), "%s/one-more/a.yaml", t.root);
	make_link(&t, target, "one/a.yaml");
	read_path(&t, in(&t, "one"), &yaml_caps_default);
	check_says(&t, "leads out of the bundle");
	tear_down(&t);
}

TEST(a_directory_that_links_back_to_itself_ends)
{
	struct tree t = set_up();

	make_dir(&t, "a");
	put(&t, "a/x.yaml", "1");
	make_link(&t, "..", "a/loop");
	read_root(&t);
	CHECK_TEXT(files(&t), "a/x.yaml=1;");
	check_says(&t, "a/loop: error: is a link to a directory that it lies in");
	tear_down(&t);
}

TEST(directories_deeper_than_any_reason_end)
{
	struct tree t = set_up();
	char path[256] = "d";

	for (int i = 0; i < 40; i++) {
		make_dir(&t, path);
		snprintf(path + strlen(path), sizeof(path) - strlen(path), "/d");
	}
	read_root(&t);
	check_says(&t, "lies more than 32 directories deep");
	tear_down(&t);
}

/* root/..data -> ..v1, and everything else links to ..data/x: how Kubernetes mounts a ConfigMap. */
static struct tree config_map(void)
{
	struct tree t = set_up();

	make_dir(&t, "..v1");
	make_dir(&t, "..v1/schemas");
	put(&t, "..v1/schemas/a.yaml", "s1");
	put(&t, "..v1/a.yaml", "1");
	put(&t, "..v1/b.yaml", "1");
	make_link(&t, "..v1", "..data");
	make_link(&t, "..data/a.yaml", "a.yaml");
	make_link(&t, "..data/b.yaml", "b.yaml");
	make_link(&t, "..data/schemas", "schemas");
	return t;
}

TEST(a_config_map_is_read_once_under_its_own_names)
{
	struct tree t = config_map();

	read_root(&t);
	CHECK_INT(t.found.list.count, 0);
	CHECK_TEXT(files(&t), "a.yaml=1;b.yaml=1;schemas/a.yaml=s1;");
	tear_down(&t);
}

static void *swap_all_the_time(void *arg)
{
	struct tree *t = arg;

	for (int i = 2; i < 300; i++) {
		char dir[32], path[64], text[16], old[32];

		snprintf(dir, sizeof(dir), "..v%d", i);
		snprintf(old, sizeof(old), "..v%d", i - 1);
		snprintf(text, sizeof(text), "%d", i);
		mkdir(in(t, dir), 0755);
		snprintf(path, sizeof(path), "%s/schemas", dir);
		mkdir(in(t, path), 0755);
		snprintf(path, sizeof(path), "%s/a.yaml", dir);
		put(t, path, text);
		snprintf(path, sizeof(path), "%s/b.yaml", dir);
		put(t, path, text);
		if (symlink(dir, in(t, "..data_tmp")) != 0)
			abort();
		rename(in(t, "..data_tmp"), in(t, "..data"));
		nftw(in(t, old), remove_one, 16, FTW_DEPTH | FTW_PHYS);
		usleep(300);
	}
	return NULL;
}

TEST(a_swap_while_reading_never_mixes_old_and_new)
{
	struct tree t = config_map(), mine = t;
	pthread_t swapper;
	int whole = 0;

	CHECK_INT(pthread_create(&swapper, NULL, swap_all_the_time, &mine), 0);
	for (int i = 0; i < 300; i++) {
		char path[64];
		struct arena *mem = arena_new("round");
		struct diags d = diags_into(mem);
		struct bundle b;

		snprintf(path, sizeof(path), "%s", t.root);
		if (bundle_read(mem, path, &yaml_caps_default, &b, &d) == 0 && b.files.count >= 2) {
			CHECK(str_eq(b.files.items[0].text, b.files.items[1].text));
			whole++;
		}
		arena_free(mem);
	}
	pthread_join(swapper, NULL);
	CHECK(whole > 10);
	tear_down(&t);
}

TEST(a_path_that_is_not_there_is_one_clear_error)
{
	struct tree t = set_up();

	read_path(&t, in(&t, "missing"), &yaml_caps_default);
	CHECK_INT(t.rc, -ENOENT);
	CHECK_INT(t.found.errors, 1);
	check_says(&t, "/missing: does not exist [unreadable]");
	check_says(&t, "name the directory that holds the YAML files");
	read_path(&t, "", &yaml_caps_default);
	CHECK_INT(t.rc, -ENOENT);
	read_path(&t, "/dev/null", &yaml_caps_default);
	CHECK_INT(t.rc, -EINVAL);
	check_says(&t, "/dev/null: is neither a directory nor a file");
	tear_down(&t);
}

TEST(a_single_file_is_read_by_itself)
{
	struct tree t = set_up();

	put(&t, "a.yaml", "1");
	put(&t, "b.yaml", "2");
	put(&t, "c.yml", "3");
	read_path(&t, in(&t, "b.yaml"), &yaml_caps_default);
	CHECK_INT(t.rc, 0);
	CHECK_TEXT(files(&t), "b.yaml=2;");
	CHECK_INT(t.bundle.dirs.count, 1);
	read_path(&t, in(&t, "c.yml"), &yaml_caps_default);
	CHECK_INT(t.rc, -EINVAL);
	check_says(&t, "c.yml: is not a .yaml file");
	tear_down(&t);
}

TEST(a_single_file_in_a_config_map_keeps_its_name)
{
	struct tree t = config_map();

	read_path(&t, in(&t, "a.yaml"), &yaml_caps_default);
	CHECK_TEXT(files(&t), "a.yaml=1;");
	CHECK_STR(str_of(t.bundle.dirs.items[0]), t.root);
	tear_down(&t);
}

TEST(caps_name_the_file_and_the_bound)
{
	struct yaml_caps caps = yaml_caps_default;
	struct tree t = set_up();

	put(&t, "a.yaml", "0123456789");
	put(&t, "b.yaml", "01234");
	caps.file_bytes = 9;
	read_path(&t, t.root, &caps);
	CHECK_TEXT(files(&t), "b.yaml=01234;");
	check_says(&t,
		   "a.yaml: error: 10 bytes are above the maximum 9 bytes of a file [too-large]");
	caps = yaml_caps_default;
	caps.bundle_bytes = 12;
	read_path(&t, t.root, &caps);
	CHECK_INT(t.bundle.files.count, 1);
	check_says(&t, "with this file the bundle is above the maximum 12 bytes [too-large]");
	caps = yaml_caps_default;
	caps.documents = 1;
	read_path(&t, t.root, &caps);
	CHECK_INT(t.bundle.files.count, 1);
	check_says(&t, "above the maximum 1 documents");
	tear_down(&t);
}

TEST(a_file_without_permission_is_named_with_the_way_out)
{
	struct tree t = set_up();
	bool root = geteuid() == 0;

	put(&t, "a.yaml", "1");
	CHECK_INT(chmod(in(&t, "a.yaml"), 0), 0);
	CHECK_INT(chmod(t.root, 0755), 0);
	if (root)
		CHECK_INT(seteuid(65534), 0);
	read_root(&t);
	if (root)
		CHECK_INT(seteuid(0), 0);
	CHECK_INT(t.rc, 0);
	check_says(&t, "a.yaml: error: cannot be read: Permission denied [unreadable]");
	check_says(&t, "give the user who runs this the right to read it");
	tear_down(&t);
}

TEST(a_name_that_no_message_could_show_is_refused)
{
	struct tree t = set_up();

	put(&t, "a\nb.yaml", "1");
	put(&t, "c\xff.yaml", "1");
	read_root(&t);
	CHECK_INT(t.bundle.files.count, 0);
	CHECK_INT(t.found.errors, 2);
	check_says(&t, "the path holds a control character");
	check_says(&t, "the path is not UTF-8");
	CHECK(strchr(t.text.p, '\xff') == NULL);
	tear_down(&t);
}

TEST(the_manifest_digest_depends_on_paths_and_bytes_only)
{
	struct conf_input one[] = {{.path = STR("a.yaml"), .text = STR("1")},
				   {.path = STR("b.yaml"), .text = STR("2")}};
	struct tree t = set_up();
	uint8_t digest[DIGEST_SIZE], other[DIGEST_SIZE];

	put(&t, "b.yaml", "2");
	put(&t, "a.yaml", "1");
	put(&t, "note.txt", "whatever");
	read_root(&t);
	bundle_digest(one, 2, digest);
	CHECK(digest_eq(t.bundle.digest, digest));
	one[0].text = STR("2");
	one[1].text = STR("1");
	bundle_digest(one, 2, other);
	CHECK(!digest_eq(digest, other));
	tear_down(&t);
}

TEST(paths_from_outside_must_look_like_a_bundles_own)
{
	static const struct {
		const char *path, *problem;
	} cases[] = {
		{"a.yaml", NULL},
		{"arenas/frozen keep/\xc3\xa9.yaml", NULL},
		{"", "does not end in .yaml"},
		{"/a.yaml", "is absolute; paths in a bundle are relative"},
		{"a/../b.yaml", "has a part that begins with a dot"},
		{"./a.yaml", "has a part that begins with a dot"},
		{".a.yaml", "has a part that begins with a dot"},
		{"a//b.yaml", "has an empty part"},
		{"a.yml", "does not end in .yaml"},
		{"a\x7f.yaml", "holds a control character"},
		{"a\xc2\x85.yaml", "holds a control character"},
		{"a\xed\xa0\x80.yaml", "is not UTF-8"},
		{"a\xc0\xaf.yaml", "is not UTF-8"},
		{"a\xf4\x90\x80\x80.yaml", "is not UTF-8"},
		{"a.yaml\xc3", "is not UTF-8"},
	};
	char part[300];

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *problem = bundle_path_problem(str_of(cases[i].path));

		if (cases[i].problem == NULL)
			CHECK(problem == NULL);
		else
			CHECK_TEXT(problem ? problem : "none", cases[i].problem);
	}
	memset(part, 'a', sizeof(part));
	memcpy(part + 251, ".yaml", 5);
	CHECK_TEXT(bundle_path_problem((struct str){part, 256}),
		   "has a part longer than 255 bytes");
	CHECK(bundle_path_problem((struct str){part + 1, 255}) == NULL);
	CHECK_TEXT(bundle_path_problem((struct str){"a\0b.yaml", 8}), "holds a control character");
}
