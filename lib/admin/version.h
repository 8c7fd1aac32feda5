/* lib/admin/version.h
 * Which built-in kinds this program was built with: both ends of the socket compare them, so that a
 * program left behind by an upgrade is told and does not misunderstand.
 *
 * Thread: any; computed once.
 */
#pragma once
#include "base/base.h"

#define ADMIN_HEADER_BUILTIN "X-Gamesrv-Builtin"
#define ADMIN_HEADER_VERSION "X-Gamesrv-Version"

/* 64 hex digits: the fingerprint of the built-in kinds alone; "" when out of memory. */
const char *admin_builtin_fingerprint(void);
