/* tests/fuzz/replay.c
 * Replays a corpus through a fuzz target: every file of the directories and every file named, and each of them
 * once more cut off at a few places, because a reader that trusts the end of its input fails there.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "fuzz.h"

enum { CUTS = 16 };

/* An allocation of the exact size: one byte read too far is found by AddressSanitizer. */
static void feed(const char *p, size_t n)
{
	uint8_t *exact = malloc(n ? n : 1);

	if (!exact)
		abort();
	memcpy(exact, p, n);
	(void)LLVMFuzzerTestOneInput(exact, n);
	free(exact);
}

static bool replay_file(const char *path)
{
	CLEANUP(buf_free) struct buf text = {0};
	char block[4096];
	size_t n;
	FILE *f = fopen(path, "rb");

	if (!f) {
		perror(path);
		return false;
	}
	while ((n = fread(block, 1, sizeof(block), f)) > 0)
		buf_add(&text, (struct str){block, n});
	(void)fclose(f);
	feed(text.p ? text.p : "", text.n);
	for (size_t cut = 1; text.n > 0 && cut < CUTS; cut++)
		feed(text.p, text.n * cut / CUTS);
	return true;
}

static size_t replay(const char *path)
{
	DIR *dir = opendir(path);
	const struct dirent *e;
	size_t count = 0;

	if (!dir)
		return replay_file(path);
	while ((e = readdir(dir))) {
		char inner[4096];

		if (e->d_name[0] == '.')
			continue;
		(void)snprintf(inner, sizeof(inner), "%s/%s", path, e->d_name);
		count += replay(inner);
	}
	(void)closedir(dir);
	return count;
}

int main(int argc, char **argv)
{
	size_t count = 0;

	for (int i = 1; i < argc; i++)
		count += replay(argv[i]);
	printf("%zu inputs\n", count);
	/* An empty corpus tests nothing, so it must not pass. */
	return count > 0 ? 0 : 1;
}
