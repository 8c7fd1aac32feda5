/* bench/live/machine.h
 * What the server takes, and what disturbs a run, from /proc.
 *
 * Thread: any; no state.
 */
#pragma once
#include <sys/types.h>

#include "base/base.h"

double machine_cpu_s(pid_t pid);    /* seconds on a core, all threads; 0 when it is gone */
long machine_rss_kb(pid_t pid);     /* resident; 0 when it is gone */
double machine_others_s(pid_t pid); /* of every process but `pid` and the caller */
/* Clock ticks since boot: all cores together, and of them what the hypervisor took. */
void machine_times(double *all, double *stolen);
