/* tests/unit/test_listener.c: who gets in, and where. */
#include "transport_help.h"

TEST(a_path_leads_to_its_loop)
{
	start("");
	for (unsigned i = 0; i < 20; i++) {
		int fd = dial_ws(i & 1 ? "/play/1" : "/play/0");

		say_message(fd, LISTEN_WS, 'e', 3);
		check_echo(fd, LISTEN_WS, 'e', 3);
		close(fd);
	}
	close(dial_ws("/play/63")); /* of a server that had more loops */
	until(&closed, 21);
	stop();
}

TEST(no_more_connections_of_one_address_than_allowed)
{
	char text[1024];
	int first, second;

	start("per_address: 1");
	first = dial_ws("/play");
	second = dial(LISTEN_WS);
	text[hear(second, text, sizeof(text) - 1)] = '\0';
	CHECK(strstr(text, "HTTP/1.1 429 Too Many Requests\r\n") == text &&
	      strstr(text, "Retry-After: ") != NULL);
	close(second);
	close(first);
	until(&closed, 1);
	while (listeners_connections(server.listeners) > 0)
		usleep(1000);
	close(dial_ws("/play"));
	until(&closed, 2);
	stop();
}

TEST(a_full_server_says_so)
{
	char text[1024];
	int first, second;

	start("connections: 1");
	first = dial_ws("/play");
	second = dial(LISTEN_WS);
	say(second, "GET /play HTTP/1.1\r\n", 20); /* unread input must not take the answer back */
	text[hear(second, text, sizeof(text) - 1)] = '\0';
	CHECK(strstr(text, "HTTP/1.1 503 Service Unavailable\r\n") == text);
	close(second);
	close(first);
	until(&closed, 1);
	stop();
}

TEST(a_head_that_drips_too_slowly_is_told_and_ended)
{
	char text[1024];
	int fd, silent;

	start("handshake: 200ms");
	fd = dial(LISTEN_WS);
	silent = dial(LISTEN_WS);
	say(fd, "GET /pl", 7);
	text[hear(fd, text, sizeof(text) - 1)] = '\0';
	CHECK(strstr(text, "HTTP/1.1 408 Request Timeout\r\n") == text);
	close(fd);
	CHECK_INT(hear(silent, text, 1), 0);
	close(silent);
	CHECK_INT(opened, 0);
	while (listeners_connections(server.listeners) > 0)
		usleep(1000);
	stop();
}

TEST(pausing_refuses_new_connections_and_keeps_the_others)
{
	struct address a;
	int fd, late;

	start("");
	fd = dial_ws("/play");
	listeners_pause(server.listeners);
	a = where(LISTEN_WS);
	for (bool refused = false; !refused;
	     usleep(1000)) { /* until both loops have closed their socket */
		late = socket(AF_INET, SOCK_STREAM, 0);
		refused = connect(late, &a.any, a.size) < 0 && errno == ECONNREFUSED;
		close(late);
	}
	say_message(fd, LISTEN_WS, 'e', 3);
	check_echo(fd, LISTEN_WS, 'e', 3);
	close(fd);
	until(&closed, opened);
	while (listeners_connections(server.listeners) > 0)
		usleep(1000);
	stop();
}

TEST(stopping_ends_what_is_open)
{
	int fds[8];

	start("");
	for (size_t i = 0; i < ARRAY_LEN(fds); i++)
		fds[i] = dial_any(kinds[i & 1]);
	until(&opened, ARRAY_LEN(fds));
	stop();
	for (size_t i = 0; i < ARRAY_LEN(fds); i++)
		CHECK(is_over(fds[i]));
}

TEST(a_second_server_is_told_that_the_port_is_taken)
{
	CLEANUP(buf_free) struct buf why = {0};
	struct listen_options options = {.listen_count = 1};
	struct listen_list list;
	char text[ADDRESS_TEXT], words[256];
	const char *address;

	start("");
	address = address_text(&server.ws, text);
	options.listen = &address;
	CHECK_INT(listen_bind(&options, server.config.set, 2, &list, &why), -1);
	snprintf(words, sizeof(words),
		 "cannot listen on %s: Address already in use; another program uses it, choose "
		 "another with --listen or "
		 "Server.listen",
		 text);
	CHECK_STR(buf_str(&why), words);
	stop();
}

TEST(any_name_is_believed_on_loopback_only)
{
	static const char *const open_to_all[] = {"0.0.0.0:0"};
	struct listen_options options = {open_to_all, 1};
	CLEANUP(buf_free) struct buf why = {0};
	struct loaded l = LOAD(NULL, "s.yaml", "kind: Server\nname: main\nlisten: [127.0.0.1:0]\n");
	struct diags d = diags_into(l.mem);
	struct config_part part = listeners_part(&options);

	CHECK_INT(listeners_check(&options, l.set, &why), LISTEN_OPEN_TO_ALL);
	CHECK(part.prepare(part.self, l.set, &d) < 0);
	CHECK_INT(d.errors, 1);
	CHECK_TEXT(d.list.items[0].code, "dev-auth");
	CHECK_STR(d.list.items[0].path, "Server/main.players.auth");
	CHECK_STR(d.list.items[0].message, "auth dev believes every name, and 0.0.0.0:0 is reached "
					   "from other machines; set Server.players.auth to "
					   "token, or listen on 127.0.0.1 or [::1]");
	unload(&l);
}

TEST(with_tokens_any_address_will_do)
{
	static const char *const open_to_all[] = {"0.0.0.0:0", "[::]:0"};
	struct listen_options options = {open_to_all, 2};
	CLEANUP(buf_free) struct buf why = {0};
	struct loaded l =
		LOAD(NULL, "s.yaml", "kind: Server\nname: main\nplayers: {auth: token}\n");
	struct listen_list list;

	CHECK_INT(listeners_check(&options, l.set, &why), LISTEN_FINE);
	CHECK_INT(listen_bind(&options, l.set, 3, &list, &why), 0);
	CHECK_INT(list.count, 6);
	listen_close_all(&list);
	unload(&l);
}
