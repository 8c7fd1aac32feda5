/* tests/unit/test_admin_client.c */
#include "admin/client.h"
#include "admin/socket.h"
#include "admin/version.h"
#include "test.h"

TEST(errors_have_the_exit_code_of_their_code)
{
	static const struct {
		int status;
		const char *code;
		enum exit_code exit;
	} rows[] = {
		{200, NULL, EXIT_DONE},
		{400, "bad_request", EXIT_USAGE},
		{403, "forbidden", EXIT_REFUSED},
		{404, "not_found", EXIT_REFUSED},
		{405, "method_not_allowed", EXIT_USAGE},
		{408, "timeout", EXIT_TIMEOUT},
		{409, "conflict", EXIT_CONFLICT},
		{409, "confirm_pending", EXIT_CONFLICT},
		{409, "wrong_state", EXIT_CONFLICT},
		{411, "length_required", EXIT_USAGE},
		{413, "too_large", EXIT_USAGE},
		{422, "invalid", EXIT_INVALID},
		{422, "mass_delete", EXIT_REFUSED},
		{429, "rate_limited", EXIT_REFUSED},
		{500, "internal", EXIT_INTERNAL},
		{503, "unavailable", EXIT_UNREACHABLE},
		{507, "storage", EXIT_INTERNAL},
		{418, "new_word", EXIT_USAGE},
		{302, NULL, EXIT_INTERNAL},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		CHECK_INT(admin_exit_of(rows[i].status, rows[i].code), rows[i].exit);
}

TEST(paths_escape_what_they_are_given)
{
	char *path = admin_path("/v1/config/%s/%s?where=%s", "Arena", "a/../b c", "x == \"é\"&");

	CHECK_TEXT(path, "/v1/config/Arena/a%2F..%2Fb%20c?where=x%20%3D%3D%20%22%C3%A9%22%26");
	free(path);
}

TEST(the_socket_is_where_the_environment_says)
{
	char path[ADMIN_SOCKET_MAX], too_long[200];

	setenv("GAMESRV_SOCKET", "/tmp/x.sock", 1);
	CHECK(admin_socket_default(path));
	CHECK_TEXT(path, "/tmp/x.sock");
	memset(too_long, 'x', sizeof(too_long) - 1);
	too_long[sizeof(too_long) - 1] = '\0';
	setenv("GAMESRV_SOCKET", too_long, 1);
	CHECK(!admin_socket_default(path));
	unsetenv("GAMESRV_SOCKET");
	CHECK(admin_socket_default(path));
	CHECK(strstr(path, "gamesrv") != NULL);
	CHECK(admin_socket_problem(too_long) != NULL);
	CHECK(admin_socket_problem("") != NULL);
	CHECK(admin_socket_problem(path) == NULL);
}

TEST(the_built_in_kinds_have_a_fingerprint)
{
	CHECK_INT(strlen(admin_builtin_fingerprint()), 64);
}

TEST(without_a_daemon_the_message_says_how_to_start_one)
{
	struct admin_options how = {.socket = "/nonexistent/gamesrv.sock", .program = "test"};
	struct admin_client *client = admin_client_new(&how);
	struct admin_answer answer = {0};

	CHECK(client != NULL);
	CHECK_INT(admin_call(client, "GET", "/v1/status", NULL, &answer), EXIT_UNREACHABLE);
	CHECK_TEXT(answer.code, "unreachable");
	CHECK_STR(buf_str(&answer.message),
		  "no gamesrvd answers on /nonexistent/gamesrv.sock (No such file or directory); "
		  "start it with "
		  "`gamesrvd --bundle DIR`, or name its socket with --socket or GAMESRV_SOCKET");
	admin_answer_free(&answer);
	admin_client_free(client);
}
