/* lib/admin/version.c */
#include "admin/version.h"

#include <pthread.h>

#include "base/digest.h"
#include "conf/schema.h"

static char fingerprint[DIGEST_HEX_SIZE];

static int compute(void *ctx)
{
	struct arena *mem = ctx;
	struct diags d = diags_into(mem);
	struct conf_schema *builtin = conf_schema_load(NULL, 0, &yaml_caps_default, &d);

	if (builtin != NULL)
		digest_hex(builtin->fingerprint, fingerprint);
	conf_schema_unref(builtin);
	return 0;
}

static void compute_once(void)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("built-in kinds");

	if (arena_try(compute, mem) < 0)
		fingerprint[0] = '\0';
}

const char *admin_builtin_fingerprint(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, compute_once);
	return fingerprint;
}
