/* bench/live/machine.h
 * What the server takes, and what disturbs a run, from /proc.
 *
 * Thread: any; no state.
 */
#pragma once
#include <sys/types.h>

#include "base/base.h"

double machine_cpu_s(pid_t pid); /* seconds on a core, all threads; 0 when it is gone */
long machine_rss_kb(pid_t pid);  /* resident; 0 when it is gone */
/* Core seconds since boot: of everybody, of this process, and what the hypervisor took. What is neither the server's nor ours
 * disturbs a run. */
void machine_busy_s(double *all, double *ours, double *stolen);
