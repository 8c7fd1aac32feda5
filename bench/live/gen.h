/* bench/live/gen.h
 * The load generator: thousands of WebSocket clients in one thread, each in a room, each sending records of 32 bytes; every
 * record that arrives is counted and its age measured from the moment it was *due*, so that a server that stalls cannot
 * hide it (no coordinated omission).
 *
 *	record: u64 due (ns, CLOCK_MONOTONIC), u32 room, client, number, magic, 8 bytes of nothing; the machine's byte order
 *
 * Dialects (dialect_*.c) say how a server is spoken to; everything else is the same for all.
 */
#pragma once
#include <sys/types.h>

#include "histogram.h"

enum { RECORD = 32, RECORD_MAGIC = 0x47414d45, RECORDS_MAX = 4, FRAME_MAX = 192 };

enum client_state {
	CLIENT_NEW,
	CLIENT_CONNECTING,
	CLIENT_UPGRADING,
	CLIENT_GREETING, /* upgraded; the dialect still has words to say */
	CLIENT_OPEN,
	CLIENT_DEAD
};

struct client {
	int fd;
	uint32_t index, room;
	uint32_t sent;       /* commands: the next record's number */
	uint32_t seen;       /* dialect gamesrv: last number of the room's stream */
	uint8_t state, step; /* step: the dialect's */
	uint8_t unsent_n;
	uint8_t unsent[FRAME_MAX]; /* the rest of a frame that the socket did not take */
	uint8_t *partial;          /* the beginning of a frame that did not arrive whole */
	uint32_t partial_n;
};

struct gen;

struct dialect {
	const char *name;
	const char *headers; /* lines of the upgrade request, beyond what RFC 6455 wants */
	void (*path)(const struct gen *g, const struct client *c, char *out, size_t room);
	void (*upgraded)(struct gen *g,
			 struct client *c); /* ends in client_open(), sooner or later */
	void (*message)(struct gen *g, struct client *c, const uint8_t *p, size_t n, uint64_t now);
	void (*send)(struct gen *g, struct client *c, const uint8_t *records, size_t n);
	/* A heartbeat; its answer: gen_beat_came(). */
	void (*beat)(struct gen *g, struct client *c, uint64_t due);
	void (*leave)(struct gen *g, struct client *c); /* NULL: closing the socket says it all */
};
extern const struct dialect dialect_peer, dialect_gamesrv, dialect_colyseus;

struct gen_options {
	int port;
	uint32_t clients, members, per_address, at_once; /* at_once: connects under way */
	uint32_t room_from, records;                     /* records: in one message */
	pid_t server;
	double rate_hz, factor, seconds, warm_s, limit_ms, beat_s, enough;
	const char *mode, *room_type, *paths, *tag;
};

struct gen {
	struct gen_options opt;
	const struct dialect *dialect;
	struct client *clients;
	char **paths; /* of --paths, one a client */
	int epoll;
	uint32_t open, failed, dead;
	uint64_t sent, blocked; /* records handed to sockets; or not, since one was full */
	uint64_t records, frames, bytes, reads, others; /* received */
	uint64_t bad, astray, gaps, refused;            /* must stay 0 */
	uint64_t beats, beats_back;
	uint64_t lag_max; /* ns that sending fell behind its schedule */
	double idle;      /* share of the last window in which there was nothing to do */
	bool measuring;
	struct histogram latency;
	/* Schedule: the n-th record is due at due0 + n * step. */
	uint64_t due0, due_n;
	double step_ns;
	uint32_t turn; /* whose record it is */
};

uint64_t gen_now(void); /* ns, CLOCK_MONOTONIC */

/* ---- clients.c ---- */

/* False: out of descriptors or memory. */
bool clients_init(struct gen *g);
/* Until all are open, failed, or nothing moved for 15 s; gives the seconds it took. */
double clients_connect(struct gen *g);
int clients_pump(struct gen *g, int wait_ms); /* events handled */
void clients_leave(struct gen *g);
void client_open(struct gen *g, struct client *c);
void client_end(struct gen *g, struct client *c);
/* A masked frame; dropped (and counted) while the socket is full. */
void client_send(struct gen *g, struct client *c, unsigned opcode, const uint8_t *p, size_t n);

/* ---- for dialects ---- */

void gen_records_came(struct gen *g, struct client *c, const uint8_t *p, size_t n, uint64_t now);
void gen_beat_came(struct gen *g, uint64_t due, uint64_t now);

/* ---- load.c ---- */

int load_rate(struct gen *g); /* one window at a fixed rate */
int load_knee(
	struct gen *g); /* the highest rate that is delivered in time; then 50 % and 80 % of it */
int load_idle(struct gen *g); /* heartbeats only */
void load_end(struct gen *g); /* waits for what is on its way, says the totals */
