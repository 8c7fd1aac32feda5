// How long to wait before the next attempt: exponential with full jitter, so that thousands of clients that lost one
// server at the same moment do not come back at the same moment; never sooner than the server asked for.

export class Backoff {
  #attempt = 0;

  /** @param {{ minMs?: number, maxMs?: number, random?: () => number }} [options] */
  constructor({ minMs = 250, maxMs = 15_000, random = Math.random } = {}) {
    this.minMs = minMs;
    this.maxMs = maxMs;
    this.random = random;
  }

  get attempt() {
    return this.#attempt;
  }

  /** It worked. */
  reset() {
    this.#attempt = 0;
  }

  /**
   * Milliseconds to wait now.
   * @param {number} [retryAfterMs] the server's wish
   */
  next(retryAfterMs = 0) {
    const ceiling = Math.min(this.maxMs, this.minMs * 2 ** Math.min(this.#attempt++, 30));
    return Math.round(retryAfterMs + this.random() * ceiling);
  }
}
