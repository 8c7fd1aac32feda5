/* lib/admin/socket.h
 * Where the admin socket lies unless somebody says otherwise; the one place both programs ask.
 *
 * Thread: any; reads the environment.
 */
#pragma once
#include "base/base.h"

#define ADMIN_SOCKET_MAX 108 /* sun_path, its NUL included */

/* GAMESRV_SOCKET; else /run/gamesrv/gamesrv.sock for root, $XDG_RUNTIME_DIR/gamesrv/gamesrv.sock
 * for a user, /tmp/gamesrv-UID/gamesrv.sock without one. False: the path does not fit. */
bool admin_socket_default(char out[ADMIN_SOCKET_MAX]);
/* What is wrong with a path as a socket's (static text), or NULL. */
const char *admin_socket_problem(const char *path);
