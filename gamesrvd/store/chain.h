/* gamesrvd/store/chain.h
 * The digest that ties a revision to the one before it.
 *
 * Thread: any; no state.
 */
#pragma once
#include "gamesrvd/store/history.h"

/* Over `prev` and everything of the revision that never changes: not its outcome, not its pin. */
void chain_digest(const uint8_t prev[32], const struct history_attempt *a, uint8_t out[32]);
