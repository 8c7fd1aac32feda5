/* tests/unit/test_transport_end.c: how connections end, and who is told what. */
#include "transport_help.h"

TEST(closing_says_the_code_and_waits_for_the_answer)
{
	int fd;

	start("");
	fd = dial_ws("/play");
	say_message(fd, LISTEN_WS, 'c', 1);
	check_close_frame(fd, 4001, "as you wish");
	CHECK_INT(closed, 0);
	say_ws(fd, 0x88, "\x0f\xa1", 2);
	CHECK(is_over(fd));
	until(&closed, 1);
	CHECK_TEXT(how_closed, "closed");
	fd = dial(LISTEN_TCP);
	say_message(fd, LISTEN_TCP, 'c', 1);
	CHECK(is_over(fd));
	until(&closed, 2);
	stop();
}

TEST(a_client_that_does_not_answer_a_close_is_cut_off)
{
	start("");
	for (size_t k = 0; k < 2; k++) {
		int fd = dial_any(kinds[k]);

		say_message(fd, kinds[k], 'c', 1);
		until(&closed, (uint32_t)k + 1);
		CHECK_TEXT(how_closed, "closed");
		CHECK(is_over(fd));
	}
	stop();
}

TEST(a_close_of_the_client_is_answered_with_its_code)
{
	int fd;

	start("");
	fd = dial_ws("/play");
	say_ws(fd, 0x88, "\x03\xe9gone", 6);
	check_close_frame(fd, 1001, "");
	CHECK(is_over(fd));
	until(&closed, 1);
	CHECK_TEXT(how_closed, "peer closed");
	stop();
}

TEST(an_abort_tells_at_once_and_needs_nobody)
{
	start("");
	for (size_t k = 0; k < 2; k++) {
		int fd = dial_any(kinds[k]);

		say_message(fd, kinds[k], 'a', 1);
		CHECK(is_over(fd));
		until(&closed, (uint32_t)k + 1);
		CHECK_TEXT(how_closed, "aborted");
	}
	stop();
}

TEST(a_cut_connection_is_noticed)
{
	start("");
	for (size_t k = 0; k < 2; k++) {
		struct linger reset = {.l_onoff = 1};
		int fd = dial_any(kinds[k]);

		until(&opened, (uint32_t)k * 2 + 1);
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
		close(fd);
		until(&closed, (uint32_t)k * 2 + 1);
		fd = dial_any(kinds[k]);
		until(&opened, (uint32_t)k * 2 + 2);
		close(fd);
		until(&closed, (uint32_t)k * 2 + 2);
	}
	stop();
}

TEST(text_is_handed_up_as_such)
{
	int fd;

	start("");
	fd = dial_ws("/play");
	say_ws(fd, 0x81, "hello", 5);
	check_close_frame(fd, 1003, "binary frames only");
	CHECK_INT(texts, 1);
	close(fd);
	until(&closed, 1);
	stop();
}

static const char too_long[] = "the message is longer than this server reads";

TEST(a_message_that_would_be_too_long_ends_at_its_first_bytes)
{
	static const uint8_t promise[] = {0x82, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 'x'};
	uint8_t part[3000] = {0};
	int fd;

	start("");
	fd = dial_ws("/play");
	say(fd, promise, sizeof(promise));
	check_close_frame(fd, 1009, too_long);
	close(fd);
	until(&closed, 1);
	CHECK_TEXT(how_closed, "too big");
	fd = dial_ws("/play");
	say_ws(fd, 0x02, part, sizeof(part));
	say_ws(fd, 0x00, part, sizeof(part));
	check_close_frame(fd, 1009, too_long);
	close(fd);
	until(&closed, 2);
	CHECK_INT(messages, 0);
	stop();
}

TEST(a_header_that_cannot_be_right_is_handed_up_and_ends_plain_tcp)
{
	int fd;

	start("");
	fd = dial(LISTEN_TCP);
	say(fd, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 27);
	CHECK(is_over(fd));
	until(&closed, 1);
	CHECK_INT(messages, 1);
	stop();
}

TEST(a_slow_reader_that_is_closed_or_half_closes_is_gone_in_a_second)
{
	start("");
	for (size_t k = 0; k < 2; k++) {
		int fd = dial_any(kinds[k]);

		say_message(fd, kinds[k], 'x', 1);
		shutdown(fd, SHUT_WR);
		until(&closed, (uint32_t)k + 1);
		close(fd);
	}
	stop();
}
