/* lib/admin/client.c */
#include "admin/client.h"

#include <curl/curl.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "admin/socket.h"
#include "admin/version.h"
#include "base/time.h"

#define DEFAULT_TIMEOUT_MS 120000
#define SILENCE_S          30L
#define ANSWER_MAX         ((size_t)1 << 30) /* a whole bundle's texts, escaped, stay far below */

struct admin_client {
	CURL *curl;
	char socket[ADMIN_SOCKET_MAX];
	char agent[64];
	struct admin_options how;
	int64_t begun_us;
	struct buf received;
	bool gave_up;
	admin_line_fn *on_line; /* of a stream; NULL: a whole answer is collected */
	void *line_ctx;
	bool bad_line, enough;
};

/* Hands on the lines that are whole. False: no more is wanted. Errors are no streams, and are collected. */
static bool take_lines(struct admin_client *c)
{
	const char *end;
	long status = 0;

	curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &status);
	while (status == 200 && c->received.n > 0 &&
	       (end = memchr(c->received.p, '\n', c->received.n)) != NULL) {
		size_t n = (size_t)(end - c->received.p);
		json_t *line = json_loadb(c->received.p, n, JSON_REJECT_DUPLICATES, NULL);

		c->received.n -= n + 1;
		memmove(c->received.p, end + 1, c->received.n);
		c->bad_line = !json_is_object(line);
		c->enough = c->bad_line || c->on_line(c->line_ctx, line) != 0;
		json_decref(line);
		if (c->enough)
			return false;
	}
	return true;
}

static size_t on_data(char *data, size_t one, size_t n, void *ctx)
{
	struct admin_client *c = ctx;

	if (n > ANSWER_MAX - c->received.n)
		return 0;
	buf_add(&c->received, (struct str){data, n});
	if (c->received.failed)
		return 0;
	return c->on_line == NULL || take_lines(c) ? n : 0;
}

static int on_progress(void *ctx, curl_off_t a, curl_off_t b, curl_off_t x, curl_off_t y)
{
	struct admin_client *c = ctx;

	if (c->how.waiting == NULL)
		return 0;
	c->gave_up = c->how.waiting(c->how.waiting_ctx, (time_mono_us() - c->begun_us) / 1000) != 0;
	return c->gave_up;
}

struct admin_client *admin_client_new(const struct admin_options *how)
{
	struct admin_client *c = calloc(1, sizeof(*c));
	CURL *curl;

	if (c == NULL)
		return NULL;
	c->how = *how;
	if (how->socket == NULL ? !admin_socket_default(c->socket)
				: admin_socket_problem(how->socket) != NULL)
		goto failed;
	if (how->socket != NULL)
		memcpy(c->socket, how->socket, strlen(how->socket) + 1);
	snprintf(c->agent, sizeof(c->agent), "%s/" GAMESRV_VERSION,
		 how->program ? how->program : "gamesrv");
	/* TLS, which a local socket has no use for, takes longer to set up than the call. */
	curl_global_init(CURL_GLOBAL_NOTHING);
	c->curl = curl = curl_easy_init();
	if (curl == NULL)
		goto failed;
	curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, c->socket);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http");
	/* A proxy in the environment is none of a local socket's business. */
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, c->agent);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS,
			 (long)(how->timeout_ms > 0 ? how->timeout_ms : DEFAULT_TIMEOUT_MS));
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_data);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, c);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, c);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	/* A body travels at once: the daemon is next door, and waiting for "100 Continue" costs a
	 * trip. */
	curl_easy_setopt(curl, CURLOPT_EXPECT_100_TIMEOUT_MS, 1000L);
	return c;
failed:
	free(c);
	return NULL;
}

void admin_client_free(struct admin_client *c)
{
	if (c == NULL)
		return;
	curl_easy_cleanup(c->curl);
	buf_free(&c->received);
	free(c);
}

const char *admin_client_socket(const struct admin_client *c)
{
	return c->socket;
}

void admin_answer_free(struct admin_answer *answer)
{
	json_decref(answer->body);
	buf_free(&answer->message);
	buf_free(&answer->text);
	*answer = (struct admin_answer){0};
}

struct exit_row {
	const char *code;
	enum exit_code exit;
};

static const struct exit_row exit_rows[] = {
	{"conflict", EXIT_CONFLICT},       {"confirm_pending", EXIT_CONFLICT},
	{"wrong_state", EXIT_CONFLICT},    {"missing_files", EXIT_CONFLICT},
	{"invalid", EXIT_INVALID},         {"mass_delete", EXIT_REFUSED},
	{"forbidden", EXIT_REFUSED},       {"not_found", EXIT_REFUSED},
	{"rate_limited", EXIT_REFUSED},    {"timeout", EXIT_TIMEOUT},
	{"unavailable", EXIT_UNREACHABLE},
};

enum exit_code admin_exit_of(int status, const char *code)
{
	if (status >= 200 && status < 300)
		return EXIT_DONE;
	for (size_t i = 0; code != NULL && i < ARRAY_LEN(exit_rows); i++) {
		if (strcmp(code, exit_rows[i].code) == 0)
			return exit_rows[i].exit;
	}
	switch (status) {
	case 403:
	case 404:
	case 429: return EXIT_REFUSED;
	case 408: return EXIT_TIMEOUT;
	case 409: return EXIT_CONFLICT;
	case 422: return EXIT_INVALID;
	case 503: return EXIT_UNREACHABLE;
	default: return status >= 400 && status < 500 ? EXIT_USAGE : EXIT_INTERNAL;
	}
}

static enum exit_code fail(struct admin_answer *out, enum exit_code exit, const char *code,
			   const char *fmt, ...) PRINTF(4, 5);
static enum exit_code fail(struct admin_answer *out, enum exit_code exit, const char *code,
			   const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	buf_vprintf(&out->message, fmt, args);
	va_end(args);
	out->code = code;
	return out->exit = exit;
}

static enum exit_code no_answer(struct admin_client *c, CURLcode rc, bool writes,
				struct admin_answer *out)
{
	const char *unsure = writes ? "; whether the request was carried out is not known, "
				      "`gamectl status` and `gamectl history` tell"
				    : "";
	long os_error = 0;
	struct stat st;

	curl_easy_getinfo(c->curl, CURLINFO_OS_ERRNO, &os_error);
	switch (rc) {
	case CURLE_COULDNT_CONNECT:
		if (os_error == EACCES || os_error == EPERM)
			return fail(out, EXIT_REFUSED, "forbidden",
				    "no permission to use the socket %s; become the user that runs "
				    "gamesrvd, or a member of its group (gamesrv-readers may read)",
				    c->socket);
		if (stat(c->socket, &st) == 0 && !S_ISSOCK(st.st_mode))
			return fail(
				out, EXIT_UNREACHABLE, "unreachable",
				"%s is no socket; name the one that gamesrvd says it is ready on",
				c->socket);
		return fail(
			out, EXIT_UNREACHABLE, "unreachable",
			"no gamesrvd answers on %s (%s); start it with `gamesrvd --bundle DIR`, or "
			"name its socket with --socket or GAMESRV_SOCKET",
			c->socket, os_error ? strerror((int)os_error) : "cannot connect");
	case CURLE_OPERATION_TIMEDOUT:
		return fail(out, EXIT_TIMEOUT, "timeout",
			    "no answer from %s within %" PRId64 " s%s", c->socket,
			    (time_mono_us() - c->begun_us) / 1000000, unsure);
	case CURLE_ABORTED_BY_CALLBACK:
		return fail(out, EXIT_TIMEOUT, "timeout", "gave up waiting for the answer%s",
			    unsure);
	case CURLE_OUT_OF_MEMORY: return fail(out, EXIT_INTERNAL, "internal", "out of memory");
	case CURLE_WRITE_ERROR:
		return fail(out, EXIT_INTERNAL, "internal",
			    c->received.failed ? "out of memory for the answer"
					       : "the answer is larger than 1 GiB");
	default:
		return fail(out, EXIT_UNREACHABLE, "unreachable",
			    "gamesrvd on %s closed the connection without an answer (%s)%s",
			    c->socket, curl_easy_strerror(rc), unsure);
	}
}

/* An answer that is not what the API promises: another program sits on this path. */
static enum exit_code not_ours(struct admin_client *c, struct admin_answer *out, const char *why)
{
	return fail(
		out, EXIT_INTERNAL, "internal",
		"the answer from %s is not one of gamesrvd (%s); is it another program's socket?",
		c->socket, why);
}

static enum exit_code read_answer(struct admin_client *c, struct admin_answer *out)
{
	long status = 0;
	char *type = NULL;
	json_error_t problem;
	json_t *error, *code, *message;

	curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(c->curl, CURLINFO_CONTENT_TYPE, &type);
	out->status = (int)status;
	if (type != NULL && (strncmp(type, "text/plain", 10) == 0 ||
			     strcmp(type, "application/octet-stream") == 0)) {
		out->text = c->received;
		c->received = (struct buf){0};
		return out->exit = admin_exit_of(out->status, NULL);
	}
	if (c->received.p == NULL)
		return not_ours(c, out, "it is empty");
	out->body = json_loadb(c->received.p, c->received.n, JSON_REJECT_DUPLICATES, &problem);
	if (out->body == NULL && json_error_code(&problem) == json_error_out_of_memory)
		return fail(out, EXIT_INTERNAL, "internal", "out of memory for the answer");
	if (!json_is_object(out->body))
		return not_ours(c, out, "it is not a JSON object");
	if (status >= 200 && status < 300)
		return out->exit = EXIT_DONE;
	error = json_object_get(out->body, "error");
	code = json_object_get(error, "code");
	message = json_object_get(error, "message");
	if (!json_is_string(code) || !json_is_string(message))
		return not_ours(c, out, "an error without code and message");
	out->details = json_object_get(error, "details");
	return fail(out, admin_exit_of(out->status, json_string_value(code)),
		    json_string_value(code), "%s", json_string_value(message));
}

static struct curl_slist *headers(bool body)
{
	struct curl_slist *list, *more;
	char line[128];

	snprintf(line, sizeof(line), ADMIN_HEADER_BUILTIN ": %s", admin_builtin_fingerprint());
	list = curl_slist_append(NULL, line);
	more = curl_slist_append(list, ADMIN_HEADER_VERSION ": " GAMESRV_VERSION);
	if (more != NULL && body)
		more = curl_slist_append(list, "Content-Type: application/json");
	if (more == NULL) {
		curl_slist_free_all(list);
		return NULL;
	}
	return list;
}

enum exit_code admin_call(struct admin_client *c, const char *method, const char *path,
			  const json_t *body, struct admin_answer *out)
{
	bool posts = strcmp(method, "GET") != 0;
	CLEANUP(buf_free) struct buf url = {0};
	char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
	struct curl_slist *list = headers(posts);
	CURLcode rc = CURLE_OUT_OF_MEMORY;

	admin_answer_free(out);
	c->received.n = 0;
	c->begun_us = time_mono_us();
	buf_printf(&url, "http://localhost%s", path);
	if (list != NULL && (text != NULL || body == NULL) && !url.failed) {
		curl_easy_setopt(c->curl, CURLOPT_URL, url.p);
		curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, list);
		if (posts) {
			curl_easy_setopt(c->curl, CURLOPT_POST, 1L);
			curl_easy_setopt(c->curl, CURLOPT_POSTFIELDS, text ? text : "");
			curl_easy_setopt(c->curl, CURLOPT_POSTFIELDSIZE_LARGE,
					 (curl_off_t)(text ? strlen(text) : 0));
		} else {
			curl_easy_setopt(c->curl, CURLOPT_HTTPGET, 1L);
		}
		curl_easy_setopt(c->curl, CURLOPT_CUSTOMREQUEST, method);
		rc = curl_easy_perform(c->curl);
		curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, NULL);
		curl_easy_setopt(c->curl, CURLOPT_POSTFIELDS, NULL);
	}
	curl_slist_free_all(list);
	free(text);
	return rc == CURLE_OK ? read_answer(c, out) : no_answer(c, rc, posts, out);
}

static void watch_silence(struct admin_client *c, bool stream)
{
	curl_easy_setopt(c->curl, CURLOPT_LOW_SPEED_LIMIT, stream ? 1L : 0L);
	curl_easy_setopt(c->curl, CURLOPT_LOW_SPEED_TIME, stream ? SILENCE_S : 0L);
	curl_easy_setopt(
		c->curl, CURLOPT_TIMEOUT_MS,
		stream ? 0L
		       : (long)(c->how.timeout_ms > 0 ? c->how.timeout_ms : DEFAULT_TIMEOUT_MS));
}

enum exit_code admin_follow(struct admin_client *c, const char *path, admin_line_fn *on_line,
			    void *ctx, struct admin_answer *out)
{
	c->on_line = on_line;
	c->line_ctx = ctx;
	c->bad_line = c->enough = false;
	watch_silence(c, true);
	(void)admin_call(c, "GET", path, NULL, out);
	watch_silence(c, false);
	c->on_line = NULL;
	/* A stream leaves nothing behind its last line; that is no empty answer then. */
	if (c->enough || out->status == 200) {
		bool bad = c->bad_line || c->received.n > 0;

		admin_answer_free(out);
		if (bad)
			return not_ours(c, out, "a line is not a JSON object");
	}
	return out->exit;
}

void admin_escape(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		    c == '-' || c == '.' || c == '_' || c == '~')
			buf_addc(out, (char)c);
		else
			buf_printf(out, "%%%02X", c);
	}
}

char *admin_path(const char *fmt, ...)
{
	struct buf out = {0};
	va_list args;

	va_start(args, fmt);
	for (const char *p = fmt; *p; p++) {
		if (p[0] == '%' && p[1] == 's') {
			admin_escape(&out, str_of(va_arg(args, const char *)));
			p++;
		} else {
			buf_addc(&out, *p);
		}
	}
	va_end(args);
	if (out.failed)
		buf_free(&out);
	return out.p;
}
