// One connection: a WebSocket that carries frames, and knows whether anybody is still at its other end. It ends once,
// with onEnd, whatever the reason.
import { Flag, readFrame, writeFrame } from './frame.js';
import { Type, decode, encode, toNumber } from './messages.js';
import { openSocket } from './socket.js';

/**
 * @typedef {object} LineOwner
 * @property {() => void} onOpen
 * @property {(frame: import('./frame.js').Frame, message: any) => void} onFrame may throw: the line ends
 * @property {(frame: import('./frame.js').Frame) => boolean} onBatch false: it came before
 * @property {(quiet: boolean) => void} onQuiet nothing was heard for a while; or it is again
 * @property {(end: import('./advice.js').End) => void} onEnd
 * @property {() => { sessionSeq: number, roomSeq: number }} received what heartbeats acknowledge
 */

const NORMAL = 1000;
const BROKEN = 1006;
const now = () => performance.now();

export class Line {
  /** @type {WebSocket | undefined} */
  #socket;
  #owner;
  #options;
  #ended = false;
  #heard = now();
  #quiet = false;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #pulse;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #deadline;
  /** @type {any} */
  #bye;
  /** @type {{ status?: number, retryAfterMs?: number, text?: string }} */
  #refusal = {};
  /** The last command's number, repeated by frames that are not numbered. */
  seq = 0;
  /** Round trip in milliseconds, from the last heartbeat; undefined: not known yet. @type {number | undefined} */
  rttMs = undefined;

  /**
   * @param {string} url
   * @param {LineOwner} owner
   * @param {{ inflate?: (payload: Uint8Array) => Uint8Array, crc32c?: boolean, answerMs: number }} options `answerMs`:
   *   until keepAlive(), the line must come this far
   */
  constructor(url, owner, options) {
    this.#owner = owner;
    this.#options = options;
    this.#deadline = setTimeout(() => this.fail('no answer in time'), options.answerMs);
    openSocket(url, (status, retryAfterMs, text) => (this.#refusal = { status, retryAfterMs, text })).then(
      (socket) => this.#attach(socket),
      (error) => this.fail(String(error?.message ?? error)),
    );
  }

  /** @param {WebSocket} socket */
  #attach(socket) {
    if (this.#ended) {
      socket.onerror = () => {};
      socket.close();
      return;
    }
    this.#socket = socket;
    socket.onopen = () => this.#ended || this.#owner.onOpen();
    socket.onmessage = (event) => this.#receive(event.data);
    socket.onerror = (event) => (this.#refusal.text ??= /** @type {any} */ (event).message);
    socket.onclose = ({ code, reason }) =>
      this.#end({ code, text: reason || this.#refusal.text || 'the connection broke' });
  }

  /** @param {ArrayBuffer | string} data */
  #receive(data) {
    if (this.#ended) return;
    this.#heard = now();
    if (this.#quiet) this.#owner.onQuiet((this.#quiet = false));
    try {
      if (typeof data === 'string') throw new Error('a text message');
      this.#take(readFrame(new Uint8Array(data), this.#options.inflate));
    } catch (error) {
      this.fail(`cannot read the server: ${/** @type {Error} */ (error).message}`);
    }
  }

  /** @param {import('./frame.js').Frame} frame */
  #take(frame) {
    const message = decode(frame);
    if (frame.type === Type.BATCH) {
      if (!this.#owner.onBatch(frame)) return;
      for (const bytes of message.frames) {
        if (!this.#ended) this.#take(readFrame(bytes, this.#options.inflate));
      }
      return;
    }
    if (frame.type === Type.BYE) this.#bye = message;
    if (frame.type === Type.HEARTBEAT) this.#measure(message);
    if (message) this.#owner.onFrame(frame, message);
  }

  /** How far it is: for us, and for the server, which is not answered again. @param {any} beat */
  #measure({ timeUs, echoUs }) {
    if (!toNumber(echoUs)) return;
    this.rttMs = Math.max(0, now() - toNumber(echoUs) / 1000);
    this.send(Type.HEARTBEAT, encode(Type.HEARTBEAT, { echoUs: timeUs, ...this.#owner.received() }));
  }

  /**
   * @param {number} type
   * @param {Uint8Array} payload
   * @param {number} [seq] of a command; without: a frame that is not numbered
   */
  send(type, payload, seq) {
    if (this.#ended || this.#socket?.readyState !== 1) return;
    if (seq !== undefined) this.seq = seq;
    const flags = (seq === undefined ? Flag.UNORDERED : 0) | (this.#options.crc32c ? Flag.CRC32C : 0);
    this.#socket.send(/** @type {any} */ (writeFrame(type, flags, this.seq, payload)));
  }

  /**
   * The session stands: from here on the line proves that it lives, and is given up when it does not.
   * @param {{ heartbeatMs: number, suspectMisses: number, heartbeatMisses: number }} timing
   */
  keepAlive({ heartbeatMs, suspectMisses, heartbeatMisses }) {
    clearTimeout(this.#deadline);
    clearInterval(this.#pulse);
    if (!heartbeatMs) return;
    let beaten = now();
    const beat = () => {
      // Late by more than a beat: this program slept, not the server.
      if (now() - beaten > 2 * heartbeatMs) this.#heard = now();
      beaten = now();
      const misses = (beaten - this.#heard) / heartbeatMs;
      if (misses > heartbeatMisses) return this.fail('the server is silent');
      if (misses > suspectMisses + 0.5 && !this.#quiet) this.#owner.onQuiet((this.#quiet = true));
      return this.heartbeat();
    };
    this.#pulse = setInterval(beat, heartbeatMs);
    this.heartbeat();
  }

  /** Sent at once: the answer acknowledges commands and measures the way. */
  heartbeat() {
    const timeUs = Math.max(1, Math.round(now() * 1000));
    this.send(Type.HEARTBEAT, encode(Type.HEARTBEAT, { timeUs, ...this.#owner.received() }));
  }

  /** Ends it with an orderly goodbye; onEnd follows at once. @param {Uint8Array} bye */
  leave(bye) {
    this.send(Type.BYE, bye);
    this.#end({ code: NORMAL, text: 'goodbye' });
  }

  /**
   * Ends it without waiting for the other end: a dead line answers no close.
   * @param {string} text
   * @param {{ retryAfterMs?: number, why?: string }} [more]
   */
  fail(text, more) {
    this.#end({ code: BROKEN, text, ...more });
  }

  /** Ends it without telling its owner, who has another by now. */
  drop() {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#deadline);
    clearInterval(this.#pulse);
    if (this.#socket) this.#socket.onclose = this.#socket.onmessage = null;
    if (this.#socket && this.#socket.readyState < 2) this.#socket.close(this.#socket.readyState ? NORMAL : undefined);
  }

  /** @param {import('./advice.js').End} end */
  #end(end) {
    if (this.#ended) return;
    this.drop();
    const { status, retryAfterMs } = this.#refusal;
    this.#owner.onEnd({ status, retryAfterMs, ...end, bye: this.#bye });
  }
}
