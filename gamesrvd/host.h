/* gamesrvd/host.h
 * What config needs of the process: its descriptor and timer watched on control, its tasks run on work, and control
 * itself as a reader of what config publishes.
 *
 * Thread: control, except for the callbacks in host_of(), which may come from any.
 */
#pragma once
#include "gamesrvd/config/config.h"
#include "gamesrvd/control/daemon.h"

struct host;

struct host *host_new(struct daemon *d); /* d's threads run already; NULL: errno */
struct config_host host_of(struct host *h);
/* After config_boot() and control_open(): joins the publication and starts watching. */
void host_attach(struct host *h);
/* Before work stops: nothing is posted any more. */
void host_detach(struct host *h);
void host_free(struct host *h); /* after work stopped; NULL is fine */
