/* tests/fuzz/fuzz_gate_play.c
 * Any bytes at the players' port, whole and dripping in, with and without a list of origins: the verdict must not depend on
 * how they come, what passes becomes one exact head, and what is refused gets an answer that is HTTP.
 */
#include <stdlib.h>

#include "fuzz.h"
#include "gamesrvd/net/gate_play.h"

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void check_pass(const struct gate_play *g, struct str bytes)
{
	static const char begin_text[] =
		"GET /play HTTP/1.1\r\nHost: gamesrv\r\nUpgrade: websocket\r\n"
		"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
		"Sec-WebSocket-Protocol: gamesrv.v1\r\nSec-WebSocket-Key: ";
	struct str begin = str_of(begin_text), head = {g->head, g->head_n};

	must(g->bytes <= bytes.n && g->bytes <= GATE_HEAD_MAX);
	must(g->loop >= GATE_PLAY_ANY_LOOP && g->loop <= GATE_PLAY_LOOP_MAX);
	must(str_starts(head, begin) && head.n == begin.n + 24 + 4 &&
	     str_ends(head, STR("==\r\n\r\n")));
	for (size_t i = 0; i < 22; i++)
		must(head.p[begin.n + i] > ' ' && head.p[begin.n + i] < 0x7f);
}

static void check_refusal(const struct refusal *r)
{
	char out[REFUSAL_BYTES];
	size_t n = refusal_write(r, out);

	must(r->status >= 400 && r->status < 600 && r->text[0] != '\0' && r->code != NULL);
	must(n < REFUSAL_BYTES - 1 && str_starts((struct str){out, n}, STR("HTTP/1.1 ")) &&
	     out[n - 1] == '\n');
	for (size_t i = 0; i < n; i++)
		must((out[i] >= ' ' && out[i] < 0x7f) || out[i] == '\r' || out[i] == '\n');
}

static void judge(struct str bytes, const struct gate_play_rules *rules)
{
	struct gate_play whole, drip;
	uint32_t seen = 0, seen_drip = 0;
	enum gate_verdict verdict = gate_play_read(&seen, rules, bytes, &whole), piece = GATE_MORE;

	for (size_t n = 0; n <= bytes.n && piece == GATE_MORE; n++)
		piece = gate_play_read(&seen_drip, rules, (struct str){bytes.p, n}, &drip);
	must(piece == verdict);
	if (verdict == GATE_HEAD) {
		check_pass(&whole, bytes);
		must(whole.loop == drip.loop && whole.bytes == drip.bytes);
	} else if (verdict == GATE_REFUSED) {
		check_refusal(&whole.refusal);
		must(whole.refusal.status == drip.refusal.status &&
		     strcmp(whole.refusal.text, drip.refusal.text) == 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct str origins[] = {{"https://game.example", 20}, {"null", 4}};
	static const struct gate_play_rules anybody, listed = {origins, ARRAY_LEN(origins)};
	struct str bytes = {(const char *)data, size};

	judge(bytes, &anybody);
	judge(bytes, &listed);
	return 0;
}
