// A token bucket: how much of the server's rate limit is left. Half of the burst is left alone, for messages may bunch
// up on their way.

export class Bucket {
  #tokens = 1;
  #at = 0;
  #rate = Infinity;
  #burst = Infinity;

  /**
   * @param {number} rate messages a second; 0: no limit
   * @param {number} burst
   */
  limit(rate, burst) {
    this.#rate = rate || Infinity;
    this.#burst = burst ? Math.max(1, burst / 2) : Infinity;
    this.#tokens = this.#burst;
    this.#at = performance.now();
  }

  /** One message may leave now. */
  take() {
    if (this.#rate === Infinity) return true;
    const now = performance.now();
    this.#tokens = Math.min(this.#burst, this.#tokens + ((now - this.#at) * this.#rate) / 1000);
    this.#at = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Milliseconds until the next one. */
  get waitMs() {
    return Math.max(1, Math.ceil(((1 - this.#tokens) * 1000) / this.#rate));
  }
}
