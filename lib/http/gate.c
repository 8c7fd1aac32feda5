/* lib/http/gate.c */
#include "http/gate.h"

#include <inttypes.h>
#include <stdio.h>
#include <strings.h>

const struct gate_limits gate_limits_default = {GATE_HEAD_MAX, GATE_HEADERS_MAX};

static enum gate_verdict refuse(struct gate *g, int status, const char *code, const char *fmt, ...)
	PRINTF(4, 5);
static enum gate_verdict refuse(struct gate *g, int status, const char *code, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(g->reason, sizeof(g->reason), fmt, args);
	va_end(args);
	g->status = status;
	g->code = code;
	return GATE_REFUSED;
}

/* Looks at each byte once, as it comes, so that what is no HTTP at all is refused without waiting for more. */
static enum gate_verdict find_end(struct gate *g, const struct gate_limits *limits,
				  struct str bytes)
{
	while (g->seen < bytes.n) {
		unsigned char c = (unsigned char)bytes.p[g->seen];
		bool after_cr = g->seen > 0 && bytes.p[g->seen - 1] == '\r';

		if (g->seen == limits->head_bytes)
			break;
		if (after_cr != (c == '\n'))
			return refuse(
				g, 400, "bad_request",
				"a line of the request head ends in a lone %s; CR LF is expected",
				after_cr ? "CR" : "LF");
		if ((c < ' ' && c != '\t' && c != '\r' && c != '\n') || c == 0x7f)
			return refuse(g, 400, "bad_request",
				      "byte %" PRIu32
				      " of the request head is the control character 0x%02x",
				      g->seen, c);
		g->seen++;
		if (c == '\n' && g->seen >= 4 && bytes.p[g->seen - 3] == '\n') {
			g->bytes = g->seen;
			return GATE_HEAD;
		}
		if (c == '\n' && g->seen == 2)
			return refuse(g, 400, "bad_request",
				      "the request begins with an empty line");
	}
	if (g->seen == limits->head_bytes)
		return refuse(g, 431, "too_large",
			      "the request head is longer than %" PRIu32 " bytes",
			      limits->head_bytes);
	return GATE_MORE;
}

static bool is_token(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static bool all(struct str s, bool (*allowed)(unsigned char c))
{
	for (size_t i = 0; i < s.n; i++) {
		if (!allowed((unsigned char)s.p[i]))
			return false;
	}
	return true;
}

static bool is_method(unsigned char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_target(unsigned char c)
{
	return c > ' ' && c < 0x7f && c != '#';
}

static bool is_path(unsigned char c)
{
	return is_target(c) && strchr("\"<>\\^`{|}", c) == NULL;
}

static bool is_host(unsigned char c)
{
	return is_path(c) && strchr("/?@,;=", c) == NULL;
}

static bool is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

static enum gate_verdict read_version(struct gate *g, struct str version)
{
	g->http10 = str_is(version, "HTTP/1.0");
	if (g->http10 || str_is(version, "HTTP/1.1"))
		return GATE_HEAD;
	if (version.n == 8 && str_starts(version, STR("HTTP/")) &&
	    is_digit((unsigned char)version.p[5]) && version.p[6] == '.' &&
	    is_digit((unsigned char)version.p[7]))
		return refuse(g, 505, "bad_request",
			      "HTTP version %.3s is not spoken here; use 1.1", version.p + 5);
	return refuse(g, 400, "bad_request",
		      "the request line does not end in HTTP/1.1 (or HTTP/1.0)");
}

static enum gate_verdict read_request_line(struct gate *g, struct str line)
{
	struct str rest = line, version, path;

	str_cut(&rest, ' ', &g->method);
	if (g->method.n == 0 || g->method.n > 16 || !all(g->method, is_method))
		return refuse(g, 400, "bad_request",
			      "the request does not begin with a method such as GET");
	if (!str_cut(&rest, ' ', &g->target) || rest.p == NULL)
		return refuse(g, 400, "bad_request",
			      "the request line is not METHOD, space, path, space, HTTP/1.1");
	version = rest;
	if (g->target.n == 0 || g->target.p[0] != '/')
		return refuse(g, 400, "bad_request",
			      "the path of the request does not begin with /");
	path = g->target;
	if (str_find(path, '?') >= 0)
		path.n = (size_t)str_find(path, '?');
	if (!all(path, is_path) || !all(g->target, is_target))
		return refuse(g, 400, "bad_request",
			      "the path holds a character that must be percent-escaped");
	return read_version(g, version);
}

static bool is_ci(struct str s, const char *word)
{
	return s.n == strlen(word) && strncasecmp(s.p, word, s.n) == 0;
}

static enum gate_verdict read_header(struct gate *g, const struct gate_limits *limits,
				     struct str line)
{
	struct gate_header *h = &g->headers[g->header_count];
	struct str rest = line;

	if (line.p[0] == ' ' || line.p[0] == '\t')
		return refuse(g, 400, "bad_request", "a header continues on a second line");
	if (g->header_count == limits->headers)
		return refuse(g, 431, "too_large", "more than %" PRIu32 " headers",
			      limits->headers);
	str_cut(&rest, ':', &h->name);
	if (rest.p == NULL || h->name.n == 0 || !all(h->name, is_token))
		return refuse(g, 400, "bad_request", "header %" PRIu32 " is not NAME: VALUE",
			      g->header_count + 1);
	h->value = str_trim(rest);
	g->header_count++;
	return GATE_HEAD;
}

struct str gate_header(const struct gate *g, const char *name)
{
	for (uint32_t i = 0; i < g->header_count; i++) {
		if (is_ci(g->headers[i].name, name))
			return g->headers[i].value;
	}
	return (struct str){NULL, 0};
}

static uint32_t count_headers(const struct gate *g, const char *name)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < g->header_count; i++)
		n += is_ci(g->headers[i].name, name);
	return n;
}

static enum gate_verdict check_length(struct gate *g)
{
	struct str value = gate_header(g, "Content-Length");
	uint32_t lengths = count_headers(g, "Content-Length");

	if (gate_header(g, "Transfer-Encoding").p != NULL) {
		if (lengths > 0)
			return refuse(g, 400, "bad_request",
				      "both Content-Length and Transfer-Encoding are given");
		return refuse(
			g, 411, "length_required",
			"Transfer-Encoding is not supported; send the body with Content-Length");
	}
	if (lengths == 0)
		return GATE_HEAD;
	if (lengths > 1)
		return refuse(g, 400, "bad_request", "Content-Length is given %" PRIu32 " times",
			      lengths);
	if (value.n == 0 || !all(value, is_digit))
		return refuse(g, 400, "bad_request", "Content-Length is not a whole number");
	if (value.n > 18)
		return refuse(g, 413, "too_large", "Content-Length has %zu digits", value.n);
	for (size_t i = 0; i < value.n; i++)
		g->length = g->length * 10 + (uint64_t)(value.p[i] - '0');
	g->has_length = true;
	return GATE_HEAD;
}

static void read_connection(struct gate *g)
{
	g->keep_alive = !g->http10;
	for (uint32_t i = 0; i < g->header_count; i++) {
		struct str rest = g->headers[i].value, word;

		if (!is_ci(g->headers[i].name, "Connection"))
			continue;
		while (str_cut(&rest, ',', &word)) {
			word = str_trim(word);
			if (is_ci(word, "close")) {
				g->keep_alive = false;
				return;
			}
			if (is_ci(word, "keep-alive"))
				g->keep_alive = true;
		}
	}
}

static enum gate_verdict check_meaning(struct gate *g)
{
	uint32_t hosts = count_headers(g, "Host");
	struct str expect = gate_header(g, "Expect");

	if (hosts > 1 || (hosts == 0 && !g->http10))
		return refuse(g, 400, "bad_request",
			      "Host is given %" PRIu32 " times instead of once", hosts);
	if (hosts == 1 && !all(gate_header(g, "Host"), is_host))
		return refuse(g, 400, "bad_request", "Host is not a host name");
	if (expect.p != NULL && (count_headers(g, "Expect") > 1 || !is_ci(expect, "100-continue")))
		return refuse(g, 417, "bad_request", "Expect is known with 100-continue only");
	g->expects_continue = expect.p != NULL && !g->http10;
	read_connection(g);
	return check_length(g);
}

enum gate_verdict gate_read(struct gate *g, const struct gate_limits *limits, struct str bytes)
{
	enum gate_verdict verdict = find_end(g, limits, bytes);
	struct str rest, line;

	if (verdict != GATE_HEAD)
		return verdict;
	rest = (struct str){bytes.p, g->bytes - 4};
	for (bool first = true; str_cut(&rest, '\n', &line) && verdict == GATE_HEAD;
	     first = false) {
		if (rest.p != NULL)
			line.n--; /* its CR; the last line's was cut off with the end */
		verdict = first ? read_request_line(g, line) : read_header(g, limits, line);
	}
	return verdict == GATE_HEAD ? check_meaning(g) : verdict;
}
