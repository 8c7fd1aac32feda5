/* lib/admin/exit.h
 * Exit codes, the same for every program and verb. Thread: any; no state.
 */
#pragma once
#include <errno.h>

enum exit_code {
	EXIT_DONE = 0,        /* done, or no difference */
	EXIT_DIFFERS = 1,     /* differences found */
	EXIT_USAGE = 2,       /* wrong usage */
	EXIT_INVALID = 3,     /* invalid configuration */
	EXIT_CONFLICT = 4,    /* base moved, confirmation pending, wrong state */
	EXIT_UNREACHABLE = 5, /* no daemon answers */
	EXIT_TIMEOUT = 6,     /* deadline passed or timed out */
	EXIT_REFUSED = 7,     /* not permitted, no such thing */
	EXIT_PARTLY = 8,      /* done in part */
	EXIT_INTERNAL = 9,    /* I/O, disk full, a fault of ours */
};

/* What an errno of opening, binding or locking something means to a script. */
static inline enum exit_code exit_code_of_errno(int error)
{
	switch (error) {
	case EBUSY:
	case EADDRINUSE: return EXIT_CONFLICT;
	case EACCES:
	case EPERM: return EXIT_REFUSED;
	default: return EXIT_INTERNAL;
	}
}
