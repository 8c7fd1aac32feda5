/* gamebot/line_ws.c: the client's side of RFC 6455, and of bare frames on TCP. */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "line.h"
#include "wire/frame.h"

/* Key and answer of RFC 6455's own example. A key is no secret; that the server can hash it shows with any. */
#define KEY    "dGhlIHNhbXBsZSBub25jZQ=="
#define ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

enum { HEAD_MAX = 8192, MESSAGE_MAX = 16 << 20 };

static const char *split(struct str url, struct str *host, struct str *port, struct str *path)
{
	ptrdiff_t slash = str_find(url, '/'), colon;

	*path = slash < 0 ? STR("/play") : (struct str){url.p + slash, url.n - (size_t)slash};
	if (slash >= 0)
		url.n = (size_t)slash;
	for (colon = (ptrdiff_t)url.n - 1; colon >= 0 && url.p[colon] != ':'; colon--)
		;
	if (colon <= 0 || (size_t)colon + 1 == url.n)
		return "has no port: ws://127.0.0.1:7350/play";
	*host = (struct str){url.p, (size_t)colon};
	*port = (struct str){url.p + colon + 1, url.n - (size_t)colon - 1};
	return NULL;
}

const char *line_address_parse(struct str url, struct line_address *out)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
	struct str host, port, path;
	const char *problem;
	char name[128], service[16];

	*out = (struct line_address){.tcp = str_starts(url, STR("tcp://"))};
	if (!out->tcp && !str_starts(url, STR("ws://")))
		return str_starts(url, STR("wss://"))
			       ? "wss:// is not spoken here; a front proxy can end TLS"
			       : "is neither ws://ADDR:PORT/play nor tcp://ADDR:PORT";
	url.p += out->tcp ? 6 : 5;
	url.n -= out->tcp ? 6 : 5;
	problem = split(url, &host, &port, &path);
	if (problem)
		return problem;
	if (url.n >= sizeof(out->host) || path.n >= sizeof(out->path) || port.n >= sizeof(service))
		return "is too long";
	snprintf(out->host, sizeof(out->host), STR_FMT ":" STR_FMT, STR_ARG(host), STR_ARG(port));
	snprintf(out->path, sizeof(out->path), STR_FMT, STR_ARG(path));
	if (host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
		host = (struct str){host.p + 1, host.n - 2};
	snprintf(name, sizeof(name), STR_FMT, STR_ARG(host));
	snprintf(service, sizeof(service), STR_FMT, STR_ARG(port));
	if (getaddrinfo(name, service, &hints, &found) != 0)
		return "names no known address";
	memcpy(&out->address, found->ai_addr, found->ai_addrlen);
	out->length = found->ai_addrlen;
	freeaddrinfo(found);
	return NULL;
}

void ws_send_head(struct line *line, const char *path)
{
	char head[512];
	int n = snprintf(
		head, sizeof(head),
		"GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
		"Sec-WebSocket-Key: " KEY "\r\nSec-WebSocket-Version: 13\r\n"
		"Sec-WebSocket-Protocol: gamesrv.v1\r\n\r\n",
		path, line->all->server.host);

	line_write(line, (struct str){head, (size_t)n});
}

/* The value of a header in an answer's head; empty: not there. */
static struct str header(struct str head, const char *name)
{
	struct str line;
	size_t n = strlen(name);

	while (str_cut(&head, '\n', &line))
		if (line.n > n && line.p[n] == ':' && strncasecmp(line.p, name, n) == 0) {
			line = (struct str){line.p + n + 1, line.n - n - 1};
			if (line.n && line.p[line.n - 1] == '\r')
				line.n--;
			return str_trim(line);
		}
	return STR("");
}

static unsigned number(struct str text)
{
	unsigned n = 0;

	for (size_t i = 0; i < text.n && i < 6 && text.p[i] >= '0' && text.p[i] <= '9'; i++)
		n = n * 10 + (unsigned)(text.p[i] - '0');
	return n;
}

/* The answer to the upgrade. Gives how many bytes it took; 0: not all there yet. */
static size_t eat_head(struct line *line, struct str bytes)
{
	const char *end = memmem(bytes.p, bytes.n, "\r\n\r\n", 4);
	struct str head;
	unsigned status;

	if (end == NULL) {
		if (bytes.n > HEAD_MAX)
			line_fail(line, 0, "no end of the answer's head");
		return 0;
	}
	head = (struct str){bytes.p, (size_t)(end + 4 - bytes.p)};
	status = head.n > 12 ? number((struct str){head.p + 9, 3}) : 0;
	if (status != 101) {
		line->retry_after_s = number(header(head, "retry-after"));
		line_fail(line, (uint16_t)status, "upgrade refused");
		return 0;
	}
	if (!str_is(header(head, "sec-websocket-accept"), ACCEPT) ||
	    !str_is(header(head, "sec-websocket-protocol"), "gamesrv.v1")) {
		line_fail(line, 0, "wrong answer to the upgrade");
		return 0;
	}
	line->state = LINE_OPEN;
	line->all->events->opened(line);
	return head.n;
}

size_t ws_frame(struct lines *all, uint8_t *out, uint8_t first, struct str payload)
{
	uint8_t *p = out;
	uint32_t mask;
	size_t i = 0;

	all->mask = all->mask * 6364136223846793005ull + 1442695040888963407ull;
	mask = (uint32_t)(all->mask >> 32);
	*p++ = first;
	if (payload.n < 126) {
		*p++ = (uint8_t)(0x80 | payload.n);
	} else if (payload.n < 65536) {
		*p++ = 0x80 | 126;
		*p++ = (uint8_t)(payload.n >> 8);
		*p++ = (uint8_t)payload.n;
	} else {
		*p++ = 0x80 | 127;
		for (int shift = 56; shift >= 0; shift -= 8)
			*p++ = (uint8_t)((uint64_t)payload.n >> shift);
	}
	memcpy(p, &mask, 4);
	p += 4;
	for (; i + 4 <= payload.n; i += 4) {
		uint32_t word;

		memcpy(&word, payload.p + i, 4);
		word ^= mask;
		memcpy(p + i, &word, 4);
	}
	for (; i < payload.n; i++)
		p[i] = (uint8_t)payload.p[i] ^ (uint8_t)(mask >> (8 * (i & 3)));
	return (size_t)(p - out) + payload.n;
}

struct ws_head {
	uint8_t opcode;
	bool fin;
	uint64_t length;
	size_t size; /* of the header; 0: not all there yet */
};

static struct ws_head read_head(const uint8_t *p, size_t n)
{
	struct ws_head h = {0};
	size_t size = 2;

	if (n < 2)
		return h;
	h.opcode = p[0] & 15;
	h.fin = p[0] & 0x80;
	h.length = p[1] & 127;
	if (h.length >= 126) {
		unsigned more = h.length == 126 ? 2 : 8;

		if (n < 2 + more)
			return h;
		h.length = 0;
		for (unsigned i = 0; i < more; i++)
			h.length = h.length << 8 | p[2 + i];
		size += more;
	}
	h.size = size;
	return h;
}

static void control(struct line *line, uint8_t opcode, struct str payload)
{
	uint8_t out[WS_FRAME_HEAD + 125];

	if (opcode == 9 && payload.n <= 125)
		(void)line_send_raw(line, (struct str){(char *)out,
						       ws_frame(line->all, out, WS_PONG, payload)});
	if (opcode != 8)
		return;
	(void)line_send_raw(
		line, (struct str){(char *)out,
				   ws_frame(line->all, out, WS_CLOSE,
					    (struct str){payload.p, payload.n >= 2 ? 2 : 0})});
	line_fail(line,
		  payload.n >= 2 ? (uint16_t)((uint8_t)payload.p[0] << 8 | (uint8_t)payload.p[1])
				 : 1005,
		  "closed by the server");
}

static void data(struct line *line, const struct ws_head *h, struct str payload)
{
	struct line_bytes whole;

	if (h->fin && h->opcode == 2 && line->parts.n == 0) {
		line->all->events->message(line, payload);
		return;
	}
	if ((h->opcode == 0) != (line->parts.n != 0) || !line_append(&line->parts, payload)) {
		line_fail(line, 0, "bad fragment");
		return;
	}
	if (!h->fin)
		return;
	whole = line->parts;
	line->parts = (struct line_bytes){0};
	line->all->events->message(line, (struct str){(char *)whole.p, whole.n});
	free(whole.p);
}

static size_t eat_frame(struct line *line, struct str bytes)
{
	const uint8_t *p = (const uint8_t *)bytes.p;
	struct ws_head h = read_head(p, bytes.n);
	struct str payload;

	if (bytes.n >= 2 &&
	    (p[0] & 0x70 || p[1] & 0x80 || (h.opcode > 2 && h.opcode < 8) || h.opcode > 10 ||
	     h.opcode == 1 || (h.opcode >= 8 && (!h.fin || h.length > 125)))) {
		line_fail(line, 0, "a frame that RFC 6455 or the sub-protocol does not allow");
		return 0;
	}
	if (h.size && h.length > MESSAGE_MAX) {
		line_fail(line, 0, "a message beyond reason");
		return 0;
	}
	if (h.size == 0 || bytes.n - h.size < h.length)
		return 0;
	payload = (struct str){bytes.p + h.size, (size_t)h.length};
	if (h.opcode >= 8)
		control(line, h.opcode, payload);
	else
		data(line, &h, payload);
	return h.size + (size_t)h.length;
}

size_t ws_eat(struct line *line, struct str bytes)
{
	size_t at = 0, n;

	while (line->state != LINE_CLOSED && at < bytes.n) {
		struct str rest = {bytes.p + at, bytes.n - at};

		n = line->state == LINE_UPGRADING ? eat_head(line, rest) : eat_frame(line, rest);
		if (n == 0)
			break;
		at += n;
	}
	return at;
}

size_t tcp_eat(struct line *line, struct str bytes)
{
	struct wire_header head;
	uint32_t total;
	size_t at = 0;

	while (line->state != LINE_CLOSED && bytes.n - at >= WIRE_HEADER) {
		if (wire_header_read((const uint8_t *)bytes.p + at, MESSAGE_MAX, &head, &total) !=
		    WIRE_OK) {
			line_fail(line, 0, "bytes that are no frame");
			break;
		}
		if (bytes.n - at < total)
			break;
		line->all->events->message(line, (struct str){bytes.p + at, total});
		at += total;
	}
	return at;
}
