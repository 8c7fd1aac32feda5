/* tests/fuzz/fuzz_gate.c
 * Any bytes as a request head, whole and dripping in: the verdict must not depend on how they arrive, and what is let
 * through must hold what the gate promises. Then the target, decoded and routed.
 */
#include <stdlib.h>

#include "fuzz.h"
#include "gamesrvd/control/route.h"
#include "http/gate.h"

static void must(bool holds)
{
	if (!holds)
		abort();
}

static bool within(struct str part, struct str all)
{
	return part.n == 0 || (part.p >= all.p && part.p + part.n <= all.p + all.n);
}

static void check_head(const struct gate *g, struct str bytes)
{
	must(g->bytes <= bytes.n && g->bytes <= GATE_HEAD_MAX);
	must(within(g->method, bytes) && within(g->target, bytes));
	must(g->method.n > 0 && g->target.n > 0 && g->target.p[0] == '/');
	must(str_find(g->target, ' ') < 0 && str_find(g->target, '\0') < 0);
	must(g->header_count <= GATE_HEADERS_MAX);
	for (uint32_t i = 0; i < g->header_count; i++) {
		must(within(g->headers[i].name, bytes) && within(g->headers[i].value, bytes));
		must(g->headers[i].name.n > 0 && str_find(g->headers[i].value, '\n') < 0);
	}
	must(gate_header(g, "transfer-encoding").p == NULL);
	must(g->has_length || g->length == 0);
}

static void check_target(struct str text)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("fuzz");
	struct target target;
	struct route route;

	if (target_read(mem, text, &target) != NULL)
		return;
	for (size_t i = 0; i < target.segment_count; i++) {
		must(target.segments[i].n > 0 && str_find(target.segments[i], '\0') < 0);
		must(!str_is(target.segments[i], "..") && !str_is(target.segments[i], "."));
	}
	route_find(STR("GET"), &target, &route);
	must(route.op == NULL || route.value_count <= ROUTE_VALUES_MAX);
	if (route.op != NULL)
		(void)route_stranger(&route);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes = {(const char *)data, size};
	struct gate whole = {.seen = 0}, drip = {.seen = 0};
	enum gate_verdict verdict = gate_read(&whole, &gate_limits_default, bytes),
			  piece = GATE_MORE;

	for (size_t n = 0; n <= size && piece == GATE_MORE; n++)
		piece = gate_read(&drip, &gate_limits_default, (struct str){bytes.p, n});
	must(piece == verdict);
	if (verdict == GATE_REFUSED) {
		must(whole.status >= 400 && whole.status < 600 && whole.reason[0] != '\0');
		must(whole.status == drip.status && strcmp(whole.reason, drip.reason) == 0);
	} else if (verdict == GATE_HEAD) {
		must(whole.bytes == drip.bytes && whole.length == drip.length);
		check_head(&whole, bytes);
		check_target(whole.target);
	} else {
		must(size < GATE_HEAD_MAX);
	}
	return 0;
}
