/* tests/unit/test_gate_play.c */
#include <stdio.h>

#include "gamesrvd/net/gate_play.h"
#include "test.h"

#define KEY    "dGhlIHNhbXBsZSBub25jZQ=="
#define HOST   "Host: game.example\r\n"
#define UP     "Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
#define VER    "Sec-WebSocket-Version: 13\r\n"
#define KEYED  "Sec-WebSocket-Key: " KEY "\r\n"
#define PROTO  "Sec-WebSocket-Protocol: gamesrv.v1\r\n"
#define FIELDS HOST UP VER KEYED PROTO
#define END    "\r\n"

static struct gate_play gate;
static const struct gate_play_rules anybody;

static enum gate_verdict judge(const char *text, const struct gate_play_rules *rules)
{
	uint32_t seen = 0;

	memset(&gate, 0, sizeof(gate));
	return gate_play_read(&seen, rules, str_of(text), &gate);
}

static void check_refused(const char *text, int status, const char *words)
{
	CHECK_INT(judge(text, &anybody), GATE_REFUSED);
	CHECK_TEXT(gate.refusal.text, words);
	CHECK_INT(gate.refusal.status, status);
}

TEST(an_exact_upgrade_passes_and_is_written_anew)
{
	static const char request[] =
		"GET /play HTTP/1.1\r\n" FIELDS "Cookie: secret\r\nX: y\r\n" END "first frame";

	CHECK_INT(judge(request, &anybody), GATE_HEAD);
	CHECK_INT(gate.loop, GATE_PLAY_ANY_LOOP);
	CHECK_STR(((struct str){request + gate.bytes, sizeof(request) - 1 - gate.bytes}),
		  "first frame");
	CHECK_STR(((struct str){gate.head, gate.head_n}),
		  "GET /play HTTP/1.1\r\nHost: gamesrv\r\nUpgrade: websocket\r\nConnection: "
		  "Upgrade\r\n"
		  "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: "
		  "gamesrv.v1\r\nSec-WebSocket-Key: " KEY "\r\n\r\n");
}

TEST(a_path_may_name_the_loop_of_a_session)
{
	CHECK_INT(judge("GET /play/0 HTTP/1.1\r\n" FIELDS END, &anybody), GATE_HEAD);
	CHECK_INT(gate.loop, 0);
	CHECK_INT(judge("GET /play/63 HTTP/1.1\r\n" FIELDS END, &anybody), GATE_HEAD);
	CHECK_INT(gate.loop, 63);
}

TEST(other_paths_are_not_found)
{
	static const char *const paths[] = {
		"/",        "/livez",   "/readyz",    "/metrics", "/play/",    "/play/64",
		"/play/01", "/play/1x", "/play/-1",   "/play/+1", "/play/1/2", "/Play",
		"/plays",   "/play/..", "/v1/status", "//play",   "/play%2f1", "/play/100"};
	char text[512];

	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\n" FIELDS END, paths[i]);
		check_refused(text, 404,
			      "nothing is here; players connect by WebSocket to /play (metrics and "
			      "health are on another "
			      "port)");
	}
}

TEST(a_query_is_refused_because_tokens_do_not_belong_there)
{
	check_refused("GET /play?token=x HTTP/1.1\r\n" FIELDS END, 400,
		      "/play takes no query; who a player is stands in the HELLO frame, never in "
		      "an address");
}

TEST(only_get_begins_a_websocket)
{
	check_refused("POST /play HTTP/1.1\r\n" FIELDS END, 405, "a WebSocket begins with GET");
	CHECK_TEXT(gate.refusal.header, "Allow: GET\r\n");
	check_refused("CONNECT /play HTTP/1.1\r\n" FIELDS END, 405, "a WebSocket begins with GET");
}

TEST(older_and_newer_versions_of_http_are_refused)
{
	check_refused("GET /play HTTP/1.0\r\n" FIELDS END, 505, "a WebSocket begins with HTTP/1.1");
	check_refused("GET /play HTTP/2.0\r\n" FIELDS END, 505,
		      "HTTP version 2.0 is not spoken here; use 1.1");
	check_refused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400,
		      "the path of the request does not begin with /");
}

#define WANTS_WS "players are served by WebSocket here; connect with the sub-protocol gamesrv.v1"

TEST(a_request_without_upgrade_is_told_to_upgrade)
{
	check_refused("GET /play HTTP/1.1\r\n" HOST END, 426, WANTS_WS);
	CHECK_TEXT(gate.refusal.header, "Upgrade: websocket\r\n");
	check_refused("GET /play HTTP/1.1\r\n" HOST
		      "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n"
		      "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n" END,
		      426, WANTS_WS);
	check_refused("GET /play HTTP/1.1\r\n" HOST
		      "Upgrade: websockets\r\nConnection: Upgrade\r\n" END,
		      426, WANTS_WS);
}

TEST(an_upgrade_to_two_things_is_refused)
{
	check_refused("GET /play HTTP/1.1\r\n" HOST
		      "Upgrade: websocket, h2c\r\nConnection: Upgrade\r\n" VER KEYED PROTO END,
		      400, "Upgrade offers more than websocket");
	check_refused("GET /play HTTP/1.1\r\n" FIELDS "Upgrade: websocket\r\n" END, 400,
		      "Upgrade offers more than websocket");
	check_refused("GET /play HTTP/1.1\r\n" FIELDS "Upgrade: h2c\r\n" END, 400,
		      "Upgrade offers more than websocket");
}

TEST(connection_must_say_upgrade_as_a_word_of_its_own)
{
	check_refused("GET /play HTTP/1.1\r\n" HOST "Upgrade: websocket\r\n" VER KEYED PROTO END,
		      400, "Connection does not say Upgrade");
	check_refused("GET /play HTTP/1.1\r\n" HOST
		      "Upgrade: websocket\r\nConnection: keep-alive\r\n" VER KEYED PROTO END,
		      400, "Connection does not say Upgrade");
	check_refused("GET /play HTTP/1.1\r\n" HOST
		      "Upgrade: websocket\r\nConnection: no-upgrade\r\n" VER KEYED PROTO END,
		      400, "Connection does not say Upgrade");
	CHECK_INT(judge("GET /play HTTP/1.1\r\n" HOST
			"Upgrade: WebSocket\r\nConnection: close\r\nConnection:x,UPGRADE\r\n" VER
				KEYED PROTO END,
			&anybody),
		  GATE_HEAD);
}

TEST(another_websocket_version_is_told_which_one_is_spoken)
{
	check_refused("GET /play HTTP/1.1\r\n" HOST UP KEYED PROTO
		      "Sec-WebSocket-Version: 8\r\n" END,
		      426, "only version 13 of WebSocket (RFC 6455) is spoken here");
	CHECK_TEXT(gate.refusal.header, "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n");
	check_refused("GET /play HTTP/1.1\r\n" HOST UP KEYED PROTO END, 426,
		      "only version 13 of WebSocket (RFC 6455) is spoken here");
	check_refused("GET /play HTTP/1.1\r\n" HOST UP KEYED PROTO
		      "Sec-WebSocket-Version: 13, 8\r\n" END,
		      426, "only version 13 of WebSocket (RFC 6455) is spoken here");
	check_refused("GET /play HTTP/1.1\r\n" FIELDS VER END, 400,
		      "Sec-WebSocket-Version is given 2 times");
}

TEST(the_key_is_sixteen_bytes_in_base64_once)
{
	static const char *const bad[] = {
		"",
		"Sec-WebSocket-Key:\r\n",
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=\r\n",
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQAA\r\n",
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==A\r\n",
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZ*==\r\n",
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j Q==\r\n",
		KEYED KEYED,
	};
	char text[512];

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		snprintf(text, sizeof(text), "GET /play HTTP/1.1\r\n" HOST UP VER PROTO "%s" END,
			 bad[i]);
		check_refused(text, 400, "Sec-WebSocket-Key is not 16 bytes in base64, once");
	}
}

TEST(the_sub_protocol_must_be_offered)
{
	static const char words[] = "the sub-protocol gamesrv.v1 is not offered; in a browser: new "
				    "WebSocket(url, 'gamesrv.v1')";

	check_refused("GET /play HTTP/1.1\r\n" HOST UP VER KEYED END, 400, words);
	check_refused("GET /play HTTP/1.1\r\n" HOST UP VER KEYED
		      "Sec-WebSocket-Protocol: GAMESRV.V1\r\n" END,
		      400, words);
	check_refused("GET /play HTTP/1.1\r\n" HOST UP VER KEYED
		      "Sec-WebSocket-Protocol: gamesrv.v10\r\n" END,
		      400, words);
	CHECK_INT(judge("GET /play HTTP/1.1\r\n" HOST UP VER KEYED
			"Sec-WebSocket-Protocol: other,gamesrv.v2\r\nSec-WebSocket-Protocol: x , "
			"gamesrv.v1\r\n" END,
			&anybody),
		  GATE_HEAD);
}

TEST(a_body_has_no_place)
{
	check_refused("GET /play HTTP/1.1\r\n" FIELDS "Content-Length: 3\r\n" END "abc", 400,
		      "a WebSocket begins without a body");
	check_refused("GET /play HTTP/1.1\r\n" FIELDS "Transfer-Encoding: chunked\r\n" END, 411,
		      "Transfer-Encoding is not supported; send the body with Content-Length");
	check_refused("GET /play HTTP/1.1\r\n" FIELDS "Expect: 100-continue\r\n" END, 417,
		      "a WebSocket begins without Expect");
	CHECK_INT(judge("GET /play HTTP/1.1\r\n" FIELDS "Content-Length: 0\r\n" END, &anybody),
		  GATE_HEAD);
}

TEST(there_is_one_host_and_it_is_not_empty)
{
	check_refused("GET /play HTTP/1.1\r\n" UP VER KEYED PROTO END, 400,
		      "Host is given 0 times instead of once");
	check_refused("GET /play HTTP/1.1\r\n" FIELDS HOST END, 400,
		      "Host is given 2 times instead of once");
	check_refused("GET /play HTTP/1.1\r\nHost:\r\n" UP VER KEYED PROTO END, 400,
		      "Host is empty");
	check_refused("GET /play HTTP/1.1\r\nHost: a@b\r\n" UP VER KEYED PROTO END, 400,
		      "Host is not a host name");
}

TEST(pages_of_listed_origins_may_connect_and_programs_without_one)
{
	static const struct str origins[] = {{"https://game.example", 20},
					     {"http://localhost:8080", 21}};
	static const struct gate_play_rules listed = {origins, 2};

	CHECK_INT(judge("GET /play HTTP/1.1\r\n" FIELDS END, &listed), GATE_HEAD);
	CHECK_INT(judge("GET /play HTTP/1.1\r\n" FIELDS "Origin: https://game.example\r\n" END,
			&listed),
		  GATE_HEAD);
	CHECK_INT(judge("GET /play HTTP/1.1\r\n" FIELDS "Origin: HTTPS://GAME.example\r\n" END,
			&listed),
		  GATE_HEAD);
	CHECK_INT(judge("GET /play HTTP/1.1\r\n" FIELDS "Origin: https://evil.example\r\n" END,
			&anybody),
		  GATE_HEAD);
}

TEST(pages_of_other_origins_are_refused)
{
	static const struct str origins[] = {{"https://game.example", 20}};
	static const struct gate_play_rules listed = {origins, 1};
	static const char *const bad[] = {
		"https://evil.example",     "https://game.example.evil.example",
		"https://game.example:443", "http://game.example",
		"https://game.example/",    "null",
		"https://game.exampl",      ""};
	char text[512];

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		snprintf(text, sizeof(text), "GET /play HTTP/1.1\r\n" FIELDS "Origin: %s\r\n" END,
			 bad[i]);
		CHECK_INT(judge(text, &listed), GATE_REFUSED);
		CHECK_INT(gate.refusal.status, 403);
		CHECK_TEXT(gate.refusal.code, "bad_origin");
	}
	CHECK_INT(judge("GET /play HTTP/1.1\r\n" FIELDS
			"Origin: https://game.example\r\nOrigin: https://evil.example\r\n" END,
			&listed),
		  GATE_REFUSED);
	CHECK_INT(gate.refusal.status, 400);
}

TEST(a_head_that_drips_is_judged_like_one_that_came_at_once)
{
	static const char request[] = "GET /play/7 HTTP/1.1\r\n" FIELDS END;
	uint32_t seen = 0;

	for (size_t n = 0; n < sizeof(request) - 1; n++)
		CHECK_INT(gate_play_read(&seen, &anybody, (struct str){request, n}, &gate),
			  GATE_MORE);
	CHECK_INT(gate_play_read(&seen, &anybody, str_of(request), &gate), GATE_HEAD);
	CHECK_INT(gate.loop, 7);
	CHECK_INT(gate.bytes, sizeof(request) - 1);
}

TEST(an_answer_is_whole_http_with_the_way_out)
{
	char out[REFUSAL_BYTES];
	struct refusal r;

	refusal_set(&r, 503, "full", "come back later");
	r.retry_after_s = 4;
	CHECK_STR(((struct str){out, refusal_write(&r, out)}),
		  "HTTP/1.1 503 Service Unavailable\r\nContent-Type: "
		  "application/json\r\nContent-Length: 93\r\n"
		  "Retry-After: 4\r\nConnection: close\r\n\r\n"
		  "{\"apiVersion\":\"gamesrv/v1\",\"error\":{\"code\":\"full\",\"message\":\"come "
		  "back later\",\"details\":{}}}\n");
}

TEST(an_answer_never_carries_letters_that_end_its_text)
{
	char out[REFUSAL_BYTES];
	struct refusal r;
	size_t n;

	refusal_set(&r, 400, "bad_request", "a\"b\\c\r\nd%s", "\x7f\xff");
	n = refusal_write(&r, out);
	CHECK(memmem(out, n, "\"message\":\"abcd\"", 16) != NULL);
}

TEST(the_longest_answer_fits)
{
	char out[REFUSAL_BYTES], text[300];
	struct refusal r;
	size_t n;

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	refusal_set(&r, 426, "upgrade_required", "%s", text);
	r.header = "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n";
	r.retry_after_s = 100;
	n = refusal_write(&r, out);
	CHECK(n < REFUSAL_BYTES - 1 && memcmp(out + n - 4, "{}}}\n" + 1, 4) == 0);
}
