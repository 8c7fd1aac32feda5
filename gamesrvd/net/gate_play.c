/* gamesrvd/net/gate_play.c
 * The checks in the order in which a client would put them right.
 */
#include "gamesrvd/net/gate_play.h"

#include <stdio.h>
#include <strings.h>

static enum gate_verdict refuse(struct gate_play *out, int status, const char *code,
				const char *fmt, ...) PRINTF(4, 5);
static enum gate_verdict refuse(struct gate_play *out, int status, const char *code,
				const char *fmt, ...)
{
	char text[sizeof(out->refusal.text)];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	refusal_set(&out->refusal, status, code, "%s", text);
	return GATE_REFUSED;
}

static bool is_ci(struct str s, struct str word)
{
	return s.n == word.n && strncasecmp(s.p, word.p, s.n) == 0;
}

static uint32_t count(const struct gate *g, const char *name)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < g->header_count; i++)
		n += is_ci(g->headers[i].name, str_of(name));
	return n;
}

/* Is `word` one of the comma-separated words of all headers of that name? */
static bool names(const struct gate *g, const char *name, struct str word, bool any_case)
{
	for (uint32_t i = 0; i < g->header_count; i++) {
		struct str rest = g->headers[i].value, one;

		if (!is_ci(g->headers[i].name, str_of(name)))
			continue;
		while (str_cut(&rest, ',', &one)) {
			one = str_trim(one);
			if (any_case ? is_ci(one, word) : str_eq(one, word))
				return true;
		}
	}
	return false;
}

/* "/play" and "/play/N"; N without leading zeros. */
static bool read_path(struct str path, int *loop)
{
	int value = 0;

	*loop = GATE_PLAY_ANY_LOOP;
	if (str_is(path, "/play"))
		return true;
	if (!str_starts(path, STR("/play/")) || path.n < 7 || path.n > 8 ||
	    (path.p[6] == '0' && path.n > 7))
		return false;
	for (size_t i = 6; i < path.n; i++) {
		if (path.p[i] < '0' || path.p[i] > '9')
			return false;
		value = value * 10 + (path.p[i] - '0');
	}
	*loop = value;
	return value <= GATE_PLAY_LOOP_MAX;
}

static enum gate_verdict check_target(const struct gate *g, struct gate_play *out)
{
	struct str query = g->target, path;

	str_cut(&query, '?', &path);
	if (!read_path(path, &out->loop))
		return refuse(out, 404, "not_found",
			      "nothing is here; players connect by WebSocket to /play (metrics and "
			      "health are on another "
			      "port)");
	if (query.p != NULL)
		return refuse(out, 400, "bad_request",
			      "/play takes no query; who a player is stands in the HELLO frame, "
			      "never in an address");
	if (!str_is(g->method, "GET")) {
		refuse(out, 405, "method_not_allowed", "a WebSocket begins with GET");
		out->refusal.header = "Allow: GET\r\n";
		return GATE_REFUSED;
	}
	if (g->http10)
		return refuse(out, 505, "bad_request", "a WebSocket begins with HTTP/1.1");
	return GATE_HEAD;
}

static enum gate_verdict upgrade_required(struct gate_play *out, const char *header,
					  const char *text)
{
	refuse(out, 426, "upgrade_required", "%s", text);
	out->refusal.header = header;
	return GATE_REFUSED;
}

static enum gate_verdict check_upgrade(const struct gate *g, struct gate_play *out)
{
	uint32_t upgrades = count(g, "Upgrade"), versions = count(g, "Sec-WebSocket-Version");

	if (upgrades == 0 || !names(g, "Upgrade", STR("websocket"), true))
		return upgrade_required(out, "Upgrade: websocket\r\n",
					"players are served by WebSocket here; connect with the "
					"sub-protocol " GATE_PLAY_PROTOCOL);
	if (upgrades > 1 || !is_ci(gate_header(g, "Upgrade"), STR("websocket")))
		return refuse(out, 400, "bad_request", "Upgrade offers more than websocket");
	if (!names(g, "Connection", STR("upgrade"), true))
		return refuse(out, 400, "bad_request", "Connection does not say Upgrade");
	if (versions > 1)
		return refuse(out, 400, "bad_request", "Sec-WebSocket-Version is given %u times",
			      versions);
	if (!str_is(gate_header(g, "Sec-WebSocket-Version"), "13"))
		return upgrade_required(out, "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n",
					"only version 13 of WebSocket (RFC 6455) is spoken here");
	return GATE_HEAD;
}

static bool is_base64(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '+' || c == '/';
}

/* 16 bytes are 22 letters and two signs of padding. */
static bool is_key(struct str key)
{
	for (size_t i = 0; i < key.n && i < 22; i++) {
		if (!is_base64(key.p[i]))
			return false;
	}
	return key.n == 24 && key.p[22] == '=' && key.p[23] == '=';
}

static enum gate_verdict check_handshake(const struct gate *g, struct gate_play *out)
{
	if (count(g, "Sec-WebSocket-Key") != 1 || !is_key(gate_header(g, "Sec-WebSocket-Key")))
		return refuse(out, 400, "bad_request",
			      "Sec-WebSocket-Key is not 16 bytes in base64, once");
	if (!names(g, "Sec-WebSocket-Protocol", STR(GATE_PLAY_PROTOCOL), false))
		return refuse(
			out, 400, "bad_protocol",
			"the sub-protocol " GATE_PLAY_PROTOCOL
			" is not offered; in a browser: new WebSocket(url, '" GATE_PLAY_PROTOCOL
			"')");
	if (gate_header(g, "Host").n == 0)
		return refuse(out, 400, "bad_request", "Host is empty");
	if (g->length > 0)
		return refuse(out, 400, "bad_request", "a WebSocket begins without a body");
	if (g->expects_continue)
		return refuse(out, 417, "bad_request", "a WebSocket begins without Expect");
	return GATE_HEAD;
}

static enum gate_verdict check_origin(const struct gate *g, const struct gate_play_rules *rules,
				      struct gate_play *out)
{
	uint32_t origins = count(g, "Origin");

	if (origins > 1)
		return refuse(out, 400, "bad_request", "Origin is given %u times", origins);
	if (origins == 0 || rules->origin_count == 0)
		return GATE_HEAD;
	for (size_t i = 0; i < rules->origin_count; i++) {
		if (is_ci(gate_header(g, "Origin"), rules->origins[i]))
			return GATE_HEAD;
	}
	return refuse(out, 403, "bad_origin",
		      "pages of this origin may not connect; the server's configuration lists "
		      "those that may "
		      "(Server.players.origins)");
}

static enum gate_verdict pass(const struct gate *g, struct gate_play *out)
{
	out->bytes = g->bytes;
	out->head_n = (uint32_t)snprintf(
		out->head, sizeof(out->head),
		"GET /play HTTP/1.1\r\nHost: gamesrv\r\nUpgrade: websocket\r\nConnection: "
		"Upgrade\r\n"
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: " GATE_PLAY_PROTOCOL
		"\r\nSec-WebSocket-Key: " STR_FMT "\r\n\r\n",
		STR_ARG(gate_header(g, "Sec-WebSocket-Key")));
	return GATE_HEAD;
}

enum gate_verdict gate_play_read(uint32_t *seen, const struct gate_play_rules *rules,
				 struct str bytes, struct gate_play *out)
{
	struct gate g;
	enum gate_verdict verdict;

	g.seen = *seen;
	g.header_count = 0;
	g.length = 0;
	g.http10 = g.keep_alive = g.expects_continue = g.has_length = false;
	verdict = gate_read(&g, &gate_limits_default, bytes);
	*seen = g.seen;
	if (verdict == GATE_REFUSED)
		return refuse(out, g.status, g.code, "%s", g.reason);
	if (verdict == GATE_HEAD)
		verdict = check_target(&g, out);
	if (verdict == GATE_HEAD)
		verdict = check_upgrade(&g, out);
	if (verdict == GATE_HEAD)
		verdict = check_handshake(&g, out);
	if (verdict == GATE_HEAD)
		verdict = check_origin(&g, rules, out);
	return verdict == GATE_HEAD ? pass(&g, out) : verdict;
}
