/* lib/admin/socket.c */
#include "admin/socket.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

bool admin_socket_default(char out[ADMIN_SOCKET_MAX])
{
	const char *given = secure_getenv("GAMESRV_SOCKET");
	const char *runtime = secure_getenv("XDG_RUNTIME_DIR");
	int n;

	if (given != NULL && given[0] != '\0')
		n = snprintf(out, ADMIN_SOCKET_MAX, "%s", given);
	else if (geteuid() == 0)
		n = snprintf(out, ADMIN_SOCKET_MAX, "/run/gamesrv/gamesrv.sock");
	else if (runtime != NULL && runtime[0] == '/')
		n = snprintf(out, ADMIN_SOCKET_MAX, "%s/gamesrv/gamesrv.sock", runtime);
	else
		n = snprintf(out, ADMIN_SOCKET_MAX, "/tmp/gamesrv-%u/gamesrv.sock",
			     (unsigned)geteuid());
	return n > 0 && n < ADMIN_SOCKET_MAX;
}

const char *admin_socket_problem(const char *path)
{
	if (path[0] == '\0')
		return "the path is empty";
	if (strlen(path) >= ADMIN_SOCKET_MAX)
		return "the path is longer than 107 bytes, which is all the system takes for a "
		       "socket; choose a shorter one";
	return NULL;
}
