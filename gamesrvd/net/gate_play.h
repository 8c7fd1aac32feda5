/* gamesrvd/net/gate_play.h
 * The gate of the players' port: a request head that http/gate.h let pass is an exact WebSocket upgrade to /play or /play/N,
 * or it gets an answer in plain HTTP (docs/wire.md, "Connecting").
 *
 * Thread: any; a pure function, no allocation. What passes is not handed on as it came but written anew from the parts that
 * were checked: whatever reads it behind the gate meets no byte that a stranger chose but the 24 letters of the key.
 */
#pragma once
#include "gamesrvd/net/refusal.h"
#include "http/gate.h"

#define GATE_PLAY_PROTOCOL "gamesrv.v1"

enum { GATE_PLAY_HEAD_MAX = 256, GATE_PLAY_LOOP_MAX = 63, GATE_PLAY_ANY_LOOP = -1 };

struct gate_play_rules {
	const struct str *origins; /* web pages that may connect, as in Server.players.origins */
	size_t origin_count;       /* 0: any */
};

struct gate_play {
	/* GATE_HEAD */
	int loop; /* of /play/N; GATE_PLAY_ANY_LOOP: of /play */
	uint32_t
		bytes; /* of the client's head; what came behind it is the connection's first input */
	uint32_t head_n;
	char head[GATE_PLAY_HEAD_MAX]; /* the new one */
	/* GATE_REFUSED */
	struct refusal refusal;
};

/* `seen`: 0 before the first byte, kept by the caller from call to call; `bytes`: everything received so far. */
enum gate_verdict gate_play_read(uint32_t *seen, const struct gate_play_rules *rules,
				 struct str bytes, struct gate_play *out);
