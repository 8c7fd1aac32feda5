/* gamesrvd/options.h
 * The command line: one row an option, from which parsing, --help and the manual page follow.
 *
 * Thread: main. Views into argv; nothing is opened here.
 */
#pragma once
#include "admin/exit.h"
#include "admin/socket.h"
#include "base/buf.h"
#include "base/log.h"
#include "gamesrvd/control/daemon.h"

enum options_ask { OPTIONS_RUN, OPTIONS_HELP, OPTIONS_VERSION, OPTIONS_MAN };

enum { OPTIONS_LISTEN_MAX = 16 };

struct options {
	const char *bundle, *data, *socket, *http, *watch;
	const char *listen[OPTIONS_LISTEN_MAX];
	size_t listen_count;
	bool strict_boot, check;
	enum log_level log_level;
	enum options_ask ask;
	char default_socket[ADMIN_SOCKET_MAX], default_data[4096];
};

/* EXIT_DONE, or EXIT_USAGE with what is wrong and the way out in `why`. */
enum exit_code options_read(int argc, char **argv, struct options *out, struct buf *why);
/* The options that win over the Server document, for status. */
void options_overrides(const struct options *o, struct daemon *d);
void options_help(struct buf *out);
void options_man(struct buf *out);
