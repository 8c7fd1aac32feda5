/* gamesrvd/limits.h
 * The limits of the admin socket as the Server document in force says. Thread: any; pure.
 */
#pragma once
#include "conf/set.h"
#include "gamesrvd/control/control.h"

void limits_of(const struct conf_set *set, struct control_limits *out);
/* Server.http, .p == NULL: none. A view into the set. */
struct str limits_http(const struct conf_set *set);
