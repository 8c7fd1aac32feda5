/* gamesrvd/net/admission.h
 * How many may come in: connections in all, by address, and down to the descriptors that players never get.
 *
 * Thread: any; one small mutex around each arrival and each departure. Limits are the caller's (they are "live" fields).
 * An IPv6 /64 counts as one address, IPv4 addresses each. Memory: 24 bytes an address that is connected now.
 */
#pragma once
#include "base/base.h"

struct admission;

enum admission_answer {
	ADMISSION_IN,
	ADMISSION_FULL,           /* `connections` are open */
	ADMISSION_ADDRESS_FULL,   /* of this address `per_address` are */
	ADMISSION_NO_DESCRIPTORS, /* only the reserve is left */
};

struct admission_limits {
	uint32_t connections, per_address, fd_reserve;
};

struct admission *admission_new(void);    /* NULL: out of memory */
void admission_free(struct admission *a); /* every connection has left; NULL is fine */

/* `fd`: of the connection. The kernel gives the lowest free number, so it tells how many are taken. Only after ADMISSION_IN
 * admission_leave() is due. Out of memory counts as FULL. */
MUST_USE enum admission_answer admission_enter(struct admission *a,
					       const struct admission_limits *limits,
					       const uint8_t address[16], int fd);
void admission_leave(struct admission *a, const uint8_t address[16]); /* NULL is fine */
uint32_t admission_count(const struct admission *a);

/* Raises this process's limit of descriptors to what `connections` need, where the hard limit allows, once for the process: the
 * tables of libwebsockets are made for it. (Above 2^20 it is lowered, or those tables would take gigabytes.) */
void descriptors_provide(uint32_t connections);
uint32_t descriptors_max(void);
