/* gamesrvd/net/refusal.c */
#include "gamesrvd/net/refusal.h"

#include <stdio.h>

static const struct {
	int status;
	const char *text;
} phrases[] = {
	{400, "Bad Request"},
	{403, "Forbidden"},
	{404, "Not Found"},
	{405, "Method Not Allowed"},
	{408, "Request Timeout"},
	{411, "Length Required"},
	{413, "Content Too Large"},
	{417, "Expectation Failed"},
	{426, "Upgrade Required"},
	{429, "Too Many Requests"},
	{431, "Request Header Fields Too Large"},
	{503, "Service Unavailable"},
	{505, "HTTP Version Not Supported"},
};

static const char *phrase(int status)
{
	for (size_t i = 0; i < ARRAY_LEN(phrases); i++) {
		if (phrases[i].status == status)
			return phrases[i].text;
	}
	return "Refused";
}

void refusal_set(struct refusal *r, int status, const char *code, const char *fmt, ...)
{
	va_list args;

	*r = (struct refusal){.status = status, .code = code};
	va_start(args, fmt);
	vsnprintf(r->text, sizeof(r->text), fmt, args);
	va_end(args);
}

/* The texts are ours and hold no letter that JSON would escape; one that slips in is dropped. */
static size_t body_write(const struct refusal *r, char *out, size_t max)
{
	char safe[sizeof(r->text)];
	size_t n = 0;

	for (const char *p = r->text; *p != '\0'; p++) {
		if (*p >= ' ' && *p < 0x7f && *p != '"' && *p != '\\')
			safe[n++] = *p;
	}
	safe[n] = '\0';
	return (size_t)snprintf(
		out, max,
		"{\"apiVersion\":\"gamesrv/v1\",\"error\":{\"code\":\"%s\",\"message\":\"%s\","
		"\"details\":{}}}\n",
		r->code, safe);
}

size_t refusal_write(const struct refusal *r, char out[REFUSAL_BYTES])
{
	char body[REFUSAL_BYTES / 2], retry[32] = "";
	size_t body_n = body_write(r, body, sizeof(body));
	int n;

	if (r->retry_after_s > 0)
		snprintf(retry, sizeof(retry), "Retry-After: %d\r\n", r->retry_after_s);
	n = snprintf(
		out, REFUSAL_BYTES,
		"HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n%s%s"
		"Connection: %s\r\n\r\n%s",
		r->status, phrase(r->status), body_n, retry, r->header != NULL ? r->header : "",
		r->status == 426 ? "Upgrade, close" : "close", body);
	return n < REFUSAL_BYTES ? (size_t)n : REFUSAL_BYTES - 1;
}
