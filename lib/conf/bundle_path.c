/* lib/conf/bundle_path.c: what a bundle's paths may look like, and the manifest digest. */
#include "base/digest.h"
#include "conf/bundle.h"

enum { PATH_BYTES = 1024, PART_BYTES = 255 };

/* Bytes of the code point at s, 0 when it is no UTF-8 (overlong, surrogate, cut off, above
 * U+10FFFF). */
static size_t code_point_bytes(struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t n = p[0] < 0x80   ? 1
		   : p[0] < 0xc2 ? 0
		   : p[0] < 0xe0 ? 2
		   : p[0] < 0xf0 ? 3
		   : p[0] < 0xf5 ? 4
				 : 0;

	if (n == 0 || n > s.n)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
	    (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return n;
}

static const char *text_problem(struct str path)
{
	while (path.n > 0) {
		unsigned char c = (unsigned char)path.p[0];
		size_t n = code_point_bytes(path);

		if (n == 0)
			return "is not UTF-8";
		if (c < 0x20 || c == 0x7f || (c == 0xc2 && (unsigned char)path.p[1] < 0xa0))
			return "holds a control character";
		path.p += n;
		path.n -= n;
	}
	return NULL;
}

const char *bundle_path_problem(struct str path)
{
	const char *problem = text_problem(path);
	struct str rest = path, part;

	if (problem != NULL)
		return problem;
	if (path.n > PATH_BYTES)
		return "is longer than 1024 bytes";
	if (path.n > 0 && path.p[0] == '/')
		return "is absolute; paths in a bundle are relative";
	if (!str_ends(path, STR(".yaml")))
		return "does not end in .yaml";
	while (str_cut(&rest, '/', &part)) {
		if (part.n == 0)
			return "has an empty part";
		if (part.p[0] == '.')
			return "has a part that begins with a dot";
		if (part.n > PART_BYTES)
			return "has a part longer than 255 bytes";
	}
	return NULL;
}

void bundle_digest(const struct conf_input *files, size_t count, uint8_t out[DIGEST_SIZE])
{
	uint8_t own[DIGEST_SIZE];
	struct digest d;

	digest_init(&d);
	for (size_t i = 0; i < count; i++) {
		const uint8_t *digest = files[i].digest;

		if (digest == NULL) {
			digest_of(files[i].text, own);
			digest = own;
		}
		digest_add_part(&d, files[i].path);
		digest_add(&d, (struct str){(const char *)digest, DIGEST_SIZE});
	}
	digest_end(&d, out);
}
