/* tests/unit/test_gate.c */
#include <stdio.h>

#include "http/gate.h"
#include "test.h"

static struct gate gate;

static enum gate_verdict read_all(const char *text)
{
	gate = (struct gate){.seen = 0};
	return gate_read(&gate, &gate_limits_default, str_of(text));
}

#define OK_HEAD "GET /v1/status HTTP/1.1\r\nHost: localhost\r\n"

static void check_refused(const char *text, int status, const char *reason)
{
	CHECK_INT(read_all(text), GATE_REFUSED);
	CHECK_TEXT(gate.reason, reason);
	CHECK_INT(gate.status, status);
}

TEST(a_plain_request_is_a_head)
{
	CHECK_INT(read_all(OK_HEAD "User-Agent:  curl \r\n\r\nrest"), GATE_HEAD);
	CHECK_STR(gate.method, "GET");
	CHECK_STR(gate.target, "/v1/status");
	CHECK_STR(gate_header(&gate, "user-agent"), "curl");
	CHECK(gate_header(&gate, "Accept").p == NULL);
	CHECK_INT(gate.bytes, strlen(OK_HEAD "User-Agent:  curl \r\n\r\n"));
	CHECK(gate.keep_alive && !gate.http10 && !gate.has_length && gate.length == 0);
}

TEST(every_beginning_of_a_head_wants_more)
{
	const char text[] = "POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n";
	size_t n = sizeof(text) - 1;

	gate = (struct gate){.seen = 0};
	for (size_t i = 0; i < n; i++) {
		CHECK_INT(gate_read(&gate, &gate_limits_default, (struct str){text, i}), GATE_MORE);
		CHECK_INT(gate.seen, i);
	}
	CHECK_INT(gate_read(&gate, &gate_limits_default, (struct str){text, n}), GATE_HEAD);
	CHECK_INT(gate.length, 5);
	CHECK(gate.has_length);
}

TEST(the_cap_is_exact)
{
	static char text[GATE_HEAD_MAX + 1];
	static const char begin[] = OK_HEAD "X: ";
	struct gate_limits limits = gate_limits_default;

	memset(text, 'a', sizeof(text));
	memcpy(text, begin, sizeof(begin) - 1);
	memcpy(text + GATE_HEAD_MAX - 4, "\r\n\r\n", 4);
	gate = (struct gate){.seen = 0};
	CHECK_INT(gate_read(&gate, &limits, (struct str){text, GATE_HEAD_MAX - 1}), GATE_MORE);
	CHECK_INT(gate_read(&gate, &limits, (struct str){text, GATE_HEAD_MAX}), GATE_HEAD);
	text[GATE_HEAD_MAX - 4] = 'a';
	memcpy(text + GATE_HEAD_MAX - 3, "\r\n\r\n", 4);
	gate = (struct gate){.seen = 0};
	CHECK_INT(gate_read(&gate, &limits, (struct str){text, GATE_HEAD_MAX}), GATE_REFUSED);
	CHECK_INT(gate.status, 431);
	CHECK_TEXT(gate.reason, "the request head is longer than 8192 bytes");
}

TEST(too_many_headers_are_refused)
{
	char text[4096];
	size_t n = (size_t)snprintf(text, sizeof(text), OK_HEAD);

	for (int i = 0; i < GATE_HEADERS_MAX - 1; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "X%d: y\r\n", i);
	memcpy(text + n, "\r\n", 3);
	CHECK_INT(read_all(text), GATE_HEAD);
	memcpy(text + n, "Y: z\r\n\r\n", 9);
	check_refused(text, 431, "more than 64 headers");
}

TEST(lines_end_in_cr_lf_and_nothing_else)
{
	check_refused("GET / HTTP/1.1\nHost: x\n\n", 400,
		      "a line of the request head ends in a lone LF; CR LF is expected");
	check_refused("GET / HTTP/1.1\rHost: x\r\n\r\n", 400,
		      "a line of the request head ends in a lone CR; CR LF is expected");
	check_refused("GET / HTTP/1.1\r\r\n", 400,
		      "a line of the request head ends in a lone CR; CR LF is expected");
	check_refused("\r\nGET / HTTP/1.1\r\n", 400, "the request begins with an empty line");
}

TEST(control_characters_are_refused_as_they_come)
{
	gate = (struct gate){.seen = 0};
	CHECK_INT(gate_read(&gate, &gate_limits_default, (struct str){"\x16\x03\x01", 3}),
		  GATE_REFUSED);
	CHECK_TEXT(gate.reason, "byte 0 of the request head is the control character 0x16");
	gate = (struct gate){.seen = 0};
	CHECK_INT(gate_read(&gate, &gate_limits_default, (struct str){"GET /\0 HTTP", 11}),
		  GATE_REFUSED);
	check_refused(OK_HEAD "X: \x7f\r\n\r\n", 400,
		      "byte 45 of the request head is the control character 0x7f");
}

TEST(the_request_line_has_three_parts)
{
	check_refused("GET\r\nHost: x\r\n\r\n", 400,
		      "the request line is not METHOD, space, path, space, HTTP/1.1");
	check_refused("GET /\r\nHost: x\r\n\r\n", 400,
		      "the request line is not METHOD, space, path, space, HTTP/1.1");
	check_refused("GET  / HTTP/1.1\r\nHost: x\r\n\r\n", 400,
		      "the path of the request does not begin with /");
	check_refused("GET / x HTTP/1.1\r\nHost: x\r\n\r\n", 400,
		      "the request line does not end in HTTP/1.1 (or HTTP/1.0)");
	check_refused(" GET / HTTP/1.1\r\nHost: x\r\n\r\n", 400,
		      "the request does not begin with a method such as GET");
	check_refused("get / HTTP/1.1\r\nHost: x\r\n\r\n", 400,
		      "the request does not begin with a method such as GET");
	check_refused("GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n", 400,
		      "the path of the request does not begin with /");
	check_refused("GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505,
		      "HTTP version 2.0 is not spoken here; use 1.1");
	check_refused("GET / http/1.1\r\nHost: x\r\n\r\n", 400,
		      "the request line does not end in HTTP/1.1 (or HTTP/1.0)");
}

TEST(odd_characters_of_a_path_must_be_escaped)
{
	static const char *const bad[] = {"/a#b", "/a\"b", "/\xc3\xa9",
					  "/{x}", "/a\\b", "/a?b=\xc3\xa9"};
	char text[64];

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", bad[i]);
		check_refused(text, 400, "the path holds a character that must be percent-escaped");
	}
	CHECK_INT(read_all("GET /a%20b?w=[x]|{} HTTP/1.1\r\nHost: x\r\n\r\n"), GATE_HEAD);
}

TEST(headers_are_name_colon_value)
{
	check_refused(OK_HEAD "Bad\r\n\r\n", 400, "header 2 is not NAME: VALUE");
	check_refused(OK_HEAD "Bad : x\r\n\r\n", 400, "header 2 is not NAME: VALUE");
	check_refused(OK_HEAD ": x\r\n\r\n", 400, "header 2 is not NAME: VALUE");
	check_refused(OK_HEAD "X: a\r\n b\r\n\r\n", 400, "a header continues on a second line");
	CHECK_INT(read_all(OK_HEAD "X:\r\n\r\n"), GATE_HEAD);
	CHECK_STR(gate_header(&gate, "X"), "");
}

TEST(a_body_has_one_length_in_digits)
{
	CHECK_INT(read_all(OK_HEAD "Content-Length: 0\r\n\r\n"), GATE_HEAD);
	CHECK(gate.has_length && gate.length == 0);
	CHECK_INT(read_all(OK_HEAD "content-length: 999999999999999999\r\n\r\n"), GATE_HEAD);
	CHECK(gate.length == 999999999999999999u);
	check_refused(OK_HEAD "Content-Length: +5\r\n\r\n", 400,
		      "Content-Length is not a whole number");
	check_refused(OK_HEAD "Content-Length: 5, 5\r\n\r\n", 400,
		      "Content-Length is not a whole number");
	check_refused(OK_HEAD "Content-Length:\r\n\r\n", 400,
		      "Content-Length is not a whole number");
	check_refused(OK_HEAD "Content-Length: 0x5\r\n\r\n", 400,
		      "Content-Length is not a whole number");
	check_refused(OK_HEAD "Content-Length: 5\r\nContent-Length: 5\r\n\r\n", 400,
		      "Content-Length is given 2 times");
	check_refused(OK_HEAD "Content-Length: 18446744073709551617\r\n\r\n", 413,
		      "Content-Length has 20 digits");
}

TEST(chunked_bodies_are_refused_with_the_way_out)
{
	check_refused(OK_HEAD "Transfer-Encoding: chunked\r\n\r\n", 411,
		      "Transfer-Encoding is not supported; send the body with Content-Length");
	check_refused(OK_HEAD "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400,
		      "both Content-Length and Transfer-Encoding are given");
}

TEST(there_is_exactly_one_host)
{
	check_refused("GET / HTTP/1.1\r\n\r\n", 400, "Host is given 0 times instead of once");
	check_refused(OK_HEAD "Host: y\r\n\r\n", 400, "Host is given 2 times instead of once");
	check_refused("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400, "Host is not a host name");
	CHECK_INT(read_all("GET / HTTP/1.0\r\n\r\n"), GATE_HEAD);
	CHECK_INT(read_all("GET / HTTP/1.1\r\nHost:\r\n\r\n"), GATE_HEAD);
}

TEST(connections_stay_open_as_the_version_and_header_say)
{
	read_all(OK_HEAD "Connection: close\r\n\r\n");
	CHECK(!gate.keep_alive);
	read_all(OK_HEAD "Connection: keep-alive, Close\r\n\r\n");
	CHECK(!gate.keep_alive);
	read_all("GET / HTTP/1.0\r\n\r\n");
	CHECK(!gate.keep_alive && gate.http10);
	read_all("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
	CHECK(gate.keep_alive);
}

TEST(expect_knows_100_continue_only)
{
	read_all(OK_HEAD "Expect: 100-Continue\r\nContent-Length: 3\r\n\r\n");
	CHECK(gate.expects_continue);
	check_refused(OK_HEAD "Expect: 200-ok\r\n\r\n", 417,
		      "Expect is known with 100-continue only");
}
