/* gamesrvd/control/control.h
 * The admin API: HTTP/1.1 with JSON on the Unix socket, and probes on a loopback port.
 *
 * Thread: control. Owns its connections and listening descriptors (not the socket's file: control/listen.h). Every
 * request becomes a job that is moved to the thread its operation names and back; a connection that went away
 * meanwhile is not an error. Nothing here blocks, and no client can make it wait: deadlines on head, body and
 * answer, caps on connections and bytes.
 */
#pragma once
#include "base/base.h"

struct control;
struct daemon;

struct control_limits { /* Server.admin in force */
	uint32_t connections;
	uint64_t body_bytes, bundle_bytes;
	double request_s, idle_s;
};
extern const struct control_limits control_limits_default;

/* Serves at once; descriptors are listening sockets (-1: none) and become control's. NULL: errno. */
struct control *control_open(struct daemon *daemon, int unix_fd, int http_fd);
void control_set_limits(struct control *c, const struct control_limits *limits);
/* Takes no more requests; done(ctx) once the last answer in work went out or 5 s after its operation ended. */
void control_drain(struct control *c, void (*done)(void *ctx), void *ctx);
void control_close(struct control *c); /* after work and store stopped; NULL is fine */
