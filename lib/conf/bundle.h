/* lib/conf/bundle.h
 * A bundle directory (or one file of it) read as one consistent snapshot of bytes.
 *
 * Thread: any that may block on files; no state. Reads only; never writes into a bundle.
 */
#pragma once
#include "conf/set.h"

struct bundle {
	VEC(struct conf_input) files; /* sorted by path; texts and digests in the arena given */
	VEC(const char *) dirs;       /* absolute, every directory read: what a watch must watch */
	uint8_t digest[32];           /* manifest digest, as conf_set.digest */
};

/* Follows symlinks only where they stay inside the bundle's real root (ConfigMap layout: `..data`
 * is resolved once). Reads again when anything moved meanwhile, at most 5 times. Ignored
 * look-alikes, FIFOs, devices and oversize files become findings (code `unreadable` for what cannot
 * be read at all). -errno with a finding when the path itself cannot be read or never held still;
 * -ENOMEM without one. On failure *out is empty. */
MUST_USE int bundle_read(struct arena *mem, const char *path, const struct yaml_caps *caps,
			 struct bundle *out, struct diags *d);
/* The same without any digest: for those who load the files at once, which hashes them in threads. */
MUST_USE int bundle_read_texts(struct arena *mem, const char *path, const struct yaml_caps *caps,
			       struct bundle *out, struct diags *d);
/* BLAKE2b-256 of every text, in threads where that pays. */
void bundle_digests(const struct conf_input *files, size_t count, uint8_t (*out)[32]);
/* Manifest digest of sorted (path, text) pairs. */
void bundle_digest(const struct conf_input *files, size_t count, uint8_t out[32]);
/* A file's path within a bundle, also as it may come in over the API: relative, no empty part and
 * none that begins with a dot, UTF-8 without control characters, at most 255 bytes a part and 1024
 * in all, ends in .yaml. NULL = fine, else what is wrong (static). */
const char *bundle_path_problem(struct str path);
