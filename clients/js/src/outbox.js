// Commands on their way to the server: numbered when they first leave, kept until the server acknowledged them, sent
// again after a resume; the server carries out each number once. What waits (no line, or above the server's rate) stays
// short: of "latest" messages only the newest of a key waits, "cosmetic" ones do not wait at all.
import { Bucket } from './bucket.js';
import { GamesrvError } from './errors.js';

/**
 * @typedef {object} Command
 * @property {number} seq 0: never sent
 * @property {number} type
 * @property {Uint8Array} payload
 * @property {string} [merge] waits only until a newer command of this name
 * @property {boolean} done the server acknowledged it
 */

export class Outbox {
  /** @type {Command[]} the first `#sent` are on their way, unacknowledged */
  #commands = [];
  #sent = 0;
  #bytes = 0;
  #seq = 0;
  #bucket = new Bucket();
  /** @type {((command: Command) => void) | null} */
  #write = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {{ last: Command, resolve: () => void, reject: (error: Error) => void }[]} */
  #waiters = [];

  /** @param {{ maxMessages?: number, maxBytes?: number }} [limits] */
  constructor({ maxMessages = 1024, maxBytes = 1 << 20 } = {}) {
    this.maxMessages = maxMessages;
    this.maxBytes = maxBytes;
  }

  /** The number of the last command that was sent. */
  get seq() {
    return this.#seq;
  }

  /** Commands the server has not acknowledged, waiting ones too. */
  get length() {
    return this.#commands.length;
  }

  /**
   * @param {number} type
   * @param {Uint8Array} payload
   * @param {{ merge?: string, droppable?: boolean }} [how]
   * @returns {Command | undefined} undefined: dropped, as it may be
   */
  push(type, payload, { merge, droppable } = {}) {
    const waiting = merge === undefined ? undefined : this.#commands.find((c) => c.seq === 0 && c.merge === merge);
    if (waiting) {
      this.#bytes += payload.length - waiting.payload.length;
      waiting.payload = payload;
      return waiting;
    }
    if (droppable && (!this.#write || this.#sent < this.#commands.length)) return undefined;
    if (this.#commands.length >= this.maxMessages || this.#bytes + payload.length > this.maxBytes) {
      throw new GamesrvError('queue-full', `${this.#commands.length} messages wait for the server already`);
    }
    const command = { seq: 0, type, payload, merge, done: false };
    this.#commands.push(command);
    this.#bytes += payload.length;
    this.#pump();
    return command;
  }

  /**
   * A line is there; everything unacknowledged is sent on it.
   * @param {{ rate: number, burst: number }} limits
   * @param {(command: Command) => void} write
   */
  open({ rate, burst }, write) {
    this.#bucket.limit(rate, burst);
    this.#write = write;
    this.#sent = 0;
    this.#pump();
  }

  /** The line is gone. */
  close() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#write = null;
  }

  /** @param {number} seq the server carried out, or refused, the commands up to here */
  ack(seq) {
    while (this.#commands[0]?.seq && ((seq - this.#commands[0].seq) | 0) >= 0) {
      const command = /** @type {Command} */ (this.#commands.shift());
      command.done = true;
      this.#bytes -= command.payload.length;
      this.#sent = Math.max(0, this.#sent - 1);
    }
    const done = this.#waiters.filter((w) => w.last.done);
    this.#waiters = this.#waiters.filter((w) => !w.last.done);
    for (const waiter of done) waiter.resolve();
  }

  /**
   * The server said at the beginning of a line what it has; the next new command follows it.
   * @param {number} seq
   */
  settle(seq) {
    this.ack(seq);
    if (!this.#commands[0]?.seq) this.#seq = seq;
  }

  /** @returns {Promise<void>} when everything pushed until now was acknowledged */
  flushed() {
    const last = this.#commands.at(-1);
    return last ? new Promise((resolve, reject) => this.#waiters.push({ last, resolve, reject })) : Promise.resolve();
  }

  /**
   * Forgets everything: its session is over.
   * @param {Error} error what waiters are told
   */
  clear(error) {
    this.#commands = [];
    this.#sent = this.#bytes = this.#seq = 0;
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
  }

  #pump() {
    while (this.#write && this.#sent < this.#commands.length) {
      if (!this.#bucket.take()) {
        this.#timer ??= setTimeout(() => {
          this.#timer = undefined;
          this.#pump();
        }, this.#bucket.waitMs);
        return;
      }
      const command = this.#commands[this.#sent++];
      if (command.seq === 0) command.seq = this.#seq = (this.#seq + 1) >>> 0;
      this.#write(command);
    }
  }
}
