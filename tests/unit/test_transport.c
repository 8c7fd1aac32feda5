/* tests/unit/test_transport.c: messages, over WebSocket and plain TCP. */
#include "transport_help.h"

TEST(messages_of_all_sizes_come_back_over_both_transports)
{
	static const size_t sizes[] = {
		0, 1, 109, 110, 500, 511, 512, 513, 1025, 3000, MESSAGE_MAX - WIRE_HEADER};

	start("");
	for (size_t k = 0; k < 2; k++) {
		int fd = dial_any(kinds[k]);

		for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
			say_message(fd, kinds[k], 'e', sizes[i]);
			check_echo(fd, kinds[k], 'e', sizes[i]);
		}
		close(fd);
	}
	until(&closed, 2);
	stop();
}

TEST(a_message_in_parts_is_put_together_however_it_is_cut)
{
	uint8_t bytes[MESSAGE_MAX];
	size_t n = message(bytes, 'e', 3000), cuts[] = {1, 15, 16, 17, 700, 2999};
	int fd;

	start("");
	fd = dial_ws("/play");
	for (size_t i = 0; i < ARRAY_LEN(cuts); i++) {
		say_ws(fd, 0x02, bytes, cuts[i]);
		say_ws(fd, 0x89, "ping", 4);
		CHECK_INT(hear(fd, bytes + n, 6), 6); /* the pong comes between */
		assert_memory_equal(bytes + n, "\x8a\x04ping", 6);
		say_ws(fd, 0x00, NULL, 0);
		say_ws(fd, 0x80, bytes + cuts[i], n - cuts[i]);
		check_echo(fd, LISTEN_WS, 'e', 3000);
	}
	close(fd);
	until(&closed, 1);
	CHECK_INT(messages, ARRAY_LEN(cuts));
	stop();
}

TEST(bytes_that_come_one_by_one_make_the_same_message)
{
	uint8_t bytes[64];
	size_t n = message(bytes, 'e', 20);

	start("");
	for (size_t k = 0; k < 2; k++) {
		int fd = dial_any(kinds[k]);
		uint8_t frame[128] = {0x82, (uint8_t)(0x80 | n)};
		size_t head = kinds[k] == LISTEN_WS ? 6 : 0;

		memcpy(frame + head, bytes, n); /* mask 0 */
		for (size_t i = 0; i < head + n; i++)
			say(fd, frame + i, 1), usleep(200);
		check_echo(fd, kinds[k], 'e', 20);
		close(fd);
	}
	until(&closed, 2);
	stop();
}

TEST(a_frame_pipelined_behind_the_upgrade_is_not_lost)
{
	char text[1024];
	uint8_t bytes[64], frame[128] = {0x82};
	size_t n = message(bytes, 'e', 20);
	int head = snprintf(text, sizeof(text), upgrade, "/play"), fd;

	start("");
	fd = dial(LISTEN_WS);
	frame[1] = (uint8_t)(0x80 | n);
	memcpy(frame + 6, bytes, n);
	memcpy(text + head, frame, 6 + n);
	say(fd, text, (size_t)head + 6 + n);
	CHECK_INT(hear(fd, text, sizeof(accepted) - 1), sizeof(accepted) - 1);
	check_echo(fd, LISTEN_WS, 'e', 20);
	close(fd);
	until(&closed, 1);
	stop();
}

TEST(tcp_moves_to_another_loop_with_all_that_was_read)
{
	uint8_t bytes[256];
	size_t n = 0;
	int fds[16];

	start("");
	for (size_t i = 0; i < ARRAY_LEN(fds); i++) { /* some of them are accepted by loop 0 */
		fds[i] = dial(LISTEN_TCP);
		n = message(bytes, 'm', 20);
		n += message(bytes + n, 'e', 30);
		n += message(bytes + n, 'e', 40);
		say(fds[i], bytes, n - 10);
	}
	for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
		check_echo(fds[i], LISTEN_TCP, 'm', 20);
		check_echo(fds[i], LISTEN_TCP, 'e', 30);
		say(fds[i], bytes + n - 10, 10);
		check_echo(fds[i], LISTEN_TCP, 'e', 40);
		close(fds[i]);
	}
	until(&closed, opened);
	CHECK(moved > 0 && opened == 16 + moved);
	stop();
}

TEST(a_slow_reader_is_told_of_and_gets_everything_once_it_reads)
{
	start("");
	for (size_t k = 0; k < 2; k++) {
		int fd = dial_any(kinds[k]);

		say_message(fd, kinds[k], 'f', 1);
		until(&floods, (uint32_t)k + 1); /* before anything is read */
		CHECK_INT(writables, k);
		while (writables == k) {
			char bytes[65536];

			(void)!recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);
		}
		close(fd);
	}
	until(&closed, 2);
	stop();
}

/* What it sent meanwhile was not read; now it is. */
TEST(commands_of_a_slow_reader_wait_and_are_not_lost)
{
	static uint8_t bytes[1 << 16];

	start("");
	for (size_t k = 0; k < 2; k++) {
		int fd = dial_any(kinds[k]);

		say_message(fd, kinds[k], 'f', 1);
		for (int i = 0; i < 100; i++)
			say_message(fd, kinds[k], 'e', 100);
		until(&floods, (uint32_t)k + 1);
		while (messages < (k + 1) * 101 || writables == k)
			(void)!recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);
		close(fd);
	}
	until(&closed, 2);
	stop();
}
