/* gamesrvd/check.h
 * gamesrvd --check: would a start with these options work? Nothing is served and nothing is changed, but the data
 * directory is made when missing, as a start would.
 *
 * Thread: main. Findings and verdicts go to standard error and output, for people.
 */
#pragma once
#include "gamesrvd/options.h"

/* The exit code of the first part that fails: bundle, data directory, socket, ports. All are looked at. */
enum exit_code check_run(const struct options *o);
