/* http/gate.h
 * The admission gate: bytes of a stranger in, a checked HTTP/1 request head or a refusal out.
 *
 * Thread: any; a pure function over its arguments, no allocation, no clock: the caller keeps the deadline.
 * Strict where lenient servers differ from each other: lines end in CRLF, no folding, no control bytes, one
 * Content-Length of digits, no Transfer-Encoding, exactly one Host.
 */
#pragma once
#include "base/base.h"

enum { GATE_HEAD_MAX = 8192, GATE_HEADERS_MAX = 64 };

enum gate_verdict { GATE_MORE, GATE_HEAD, GATE_REFUSED };

struct gate_limits {
	uint32_t head_bytes; /* of the whole head, its empty line included; at most GATE_HEAD_MAX */
	uint32_t headers;    /* at most GATE_HEADERS_MAX */
};
extern const struct gate_limits gate_limits_default;

struct gate_header {
	struct str name, value; /* as sent; value without spaces around it */
};

struct gate {          /* all-zero before a request's first byte */
	uint32_t seen; /* bytes already looked at: a dripping client costs each byte once */

	/* GATE_HEAD: views into the bytes given last */
	struct str method, target;
	uint32_t bytes; /* of the head */
	bool http10, keep_alive, expects_continue, has_length;
	uint64_t length; /* of the body; 0 without Content-Length */
	struct gate_header headers[GATE_HEADERS_MAX];
	uint32_t header_count;

	/* GATE_REFUSED: the connection cannot be used any more */
	int status;
	const char *code;
	char reason[160];
};

/* `bytes`: everything received of this request so far; each call gives the same beginning, and more. */
enum gate_verdict gate_read(struct gate *g, const struct gate_limits *limits, struct str bytes);
/* The value of a header (any case); .p == NULL: not sent. */
struct str gate_header(const struct gate *g, const char *name);
