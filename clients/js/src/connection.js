// Stays connected: one line after the other, with back-off between them, to wherever the server leads; and knows which
// answer to HELLO means what. What is said over the line is its owner's business.
import { resolve } from './address.js';
import { actionFor, decide } from './advice.js';
import { Backoff } from './backoff.js';
import { GamesrvError } from './errors.js';
import { Line } from './line.js';
import { Type, encode, proto, reasonName } from './messages.js';

/** @typedef {'idle' | 'connecting' | 'live' | 'suspect' | 'waiting' | 'closed'} State */
/**
 * @typedef {object} StateEvent
 * @property {State} state connecting: an attempt is under way. live. suspect: connected, but nothing was heard for a
 *   while. waiting: for the next attempt. closed: for good; connect() begins anew
 * @property {State} before
 * @property {number} attempt of this outage, from 1; 0 while live
 * @property {number} retryInMs of "waiting"
 * @property {GamesrvError | undefined} error why: of "waiting" and "closed"; none after close()
 */
/**
 * @typedef {object} ConnectionOwner
 * @property {(event: StateEvent) => void} onState
 * @property {(how: 'new' | 'resumed' | 'resync', welcome: any) => void} onStand the session stands on a line
 * @property {(error: GamesrvError) => void} onSessionOver
 * @property {(frame: import('./frame.js').Frame, message: any) => void} onFrame
 * @property {(error: GamesrvError | undefined) => void} onClosed
 */
/**
 * @typedef {object} ConnectionOptions
 * @property {string} url
 * @property {string | (() => string | Promise<string>)} token
 * @property {string} [build]
 * @property {boolean} [crc32c]
 * @property {(payload: Uint8Array) => Uint8Array} [inflate]
 * @property {() => number} [random]
 */

const { Answer, Reason } = proto;
const PROTOCOL = 1;
const HELLO_MS = 5_000;
const STABLE_MS = 2_000; // a line that held so long begins a new outage when it breaks
const MAX_MOVES = 4; // in a row; more is a loop
const HOW = /** @type {Record<number, 'new' | 'resumed' | 'resync'>} */ ({
  [Answer.ANSWER_NEW]: 'new', [Answer.ANSWER_RESUMED]: 'resumed', [Answer.ANSWER_RESYNC]: 'resync',
});

export class Connection {
  #options;
  #session;
  #owner;
  #backoff;
  /** @type {Line | undefined} */
  #line;
  #liveSince = 0;
  #moves = 0;
  #atFrontDoor = true;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #onOnline = () => this.retry();
  /** @type {State} */
  state = 'idle';
  /** Why the last attempt failed. @type {GamesrvError | undefined} */
  lastError;
  /** What the server said about waiting, and its bounds. @type {any} */
  timing = {};

  /**
   * @param {ConnectionOptions} options
   * @param {import('./session.js').Session} session
   * @param {ConnectionOwner} owner
   */
  constructor(options, session, owner) {
    this.#options = options;
    this.#session = session;
    this.#owner = owner;
    this.#backoff = new Backoff({ random: options.random });
  }

  get closed() {
    return this.state === 'idle' || this.state === 'closed';
  }

  get rttMs() {
    return this.#line?.rttMs;
  }

  open() {
    this.lastError = undefined;
    globalThis.addEventListener?.('online', this.#onOnline);
    this.#attempt();
  }

  retry() {
    if (this.state === 'waiting') this.#attempt();
  }

  heartbeat() {
    this.#line?.heartbeat();
  }

  /** For good. @param {GamesrvError | undefined} error undefined: the game asked for it */
  close(error) {
    if (this.closed) return;
    clearTimeout(this.#timer);
    globalThis.removeEventListener?.('online', this.#onOnline);
    const line = this.#line;
    this.#become('closed', { error });
    line?.leave(encode(Type.BYE, { reason: Reason.REASON_CLIENT_BYE }));
    this.#backoff.reset();
    this.#atFrontDoor = true;
    this.#owner.onClosed(error);
  }

  /** @param {State} state @param {{ retryInMs?: number, error?: GamesrvError }} [more] */
  #become(state, { retryInMs = 0, error } = {}) {
    const before = this.state;
    this.state = state;
    const attempt = state === 'live' || state === 'suspect' ? 0 : this.#backoff.attempt;
    this.#owner.onState({ state, before, attempt, retryInMs, error });
  }

  async #attempt() {
    clearTimeout(this.#timer);
    this.#become('connecting');
    const { token, url, crc32c, inflate } = this.#options;
    let who = '';
    try {
      who = typeof token === 'function' ? await token() : token;
    } catch (error) {
      if (this.state === 'connecting') this.#wait(0, new GamesrvError('no-token', String(error)));
      return;
    }
    if (this.state !== 'connecting' || this.#line) return;
    const line = new Line(resolve(url, this.#atFrontDoor ? {} : this.#session.lead), {
      onOpen: () => this.#hello(line, who),
      onFrame: (frame, message) => {
        if (frame.type === Type.WELCOME) this.#welcome(line, frame, message, who);
        else this.#owner.onFrame(frame, message);
      },
      onBatch: (frame) => this.#session.accept(frame),
      onQuiet: (quiet) => this.#become(quiet ? 'suspect' : 'live'),
      onEnd: (end) => this.#end(end),
      received: () => this.#session.received,
    }, { crc32c, inflate, answerMs: this.timing.helloMs || HELLO_MS });
    this.#line = line;
  }

  /** @param {Line} line @param {string} token */
  #hello(line, token) {
    const { crc32c = false, inflate, build = '' } = this.#options;
    line.send(Type.HELLO, encode(Type.HELLO, {
      token, resumeToken: this.#session.resumeToken, ...this.#session.received, protocol: PROTOCOL,
      clientBuild: build, zstd: Boolean(inflate), crc32c,
    }));
  }

  /** The line is gone. @param {import('./advice.js').End} end */
  #end(end) {
    this.#line = undefined;
    this.#session.outbox.close();
    if (this.state === 'closed') return;
    const decision = decide(end);
    if (this.#liveSince && performance.now() - this.#liveSince > STABLE_MS) this.#backoff.reset();
    this.#liveSince = 0;
    // A refusal at the session's own door says nothing of the front door: the server may have restarted.
    const refused = decision.action === 'stop' && end.status !== undefined && !this.#atFrontDoor;
    if (decision.action === 'stop' && !refused) return void this.close(decision.error);
    if (decision.action === 'reconnect') this.#owner.onSessionOver(decision.error);
    this.#wait(decision.retryAfterMs, decision.error);
  }

  /** @param {number} retryAfterMs @param {GamesrvError} error */
  #wait(retryAfterMs, error) {
    this.lastError = error;
    const retryInMs = this.#backoff.next(retryAfterMs);
    this.#timer = setTimeout(() => this.#attempt(), retryInMs);
    // First where the session is kept, then by turns there and at the front door.
    this.#atFrontDoor = !this.#session.lead.path || this.#backoff.attempt % 2 === 0;
    this.#become('waiting', { retryInMs, error });
  }

  /** @param {Line} line @param {import('./frame.js').Frame} frame @param {any} welcome @param {string} token */
  #welcome(line, frame, welcome, token) {
    switch (welcome.answer) {
      case Answer.ANSWER_NEW:
      case Answer.ANSWER_RESUMED:
      case Answer.ANSWER_RESYNC:
        return this.#stand(line, frame, welcome);
      case Answer.ANSWER_MOVED:
        return this.#move(line, welcome);
      case Answer.ANSWER_RETRY:
        return line.fail('the server takes nobody in now', { why: 'retry', retryAfterMs: welcome.retryAfterMs });
      case Answer.ANSWER_GONE: {
        const reason = reasonName(welcome.reason);
        const error = new GamesrvError(reason, 'the session is over', { reason });
        if (actionFor(reason) === 'stop') return this.close(error);
        this.#owner.onSessionOver(error);
        return this.#hello(line, token);
      }
      default:
        throw new Error(`an answer of unknown kind ${welcome.answer}`);
    }
  }

  /** @param {Line} line @param {any} welcome */
  #move(line, { path, address }) {
    this.#session.lead = { path, address };
    if (++this.#moves > MAX_MOVES) return line.fail('the server leads in a circle');
    this.#line = undefined;
    line.drop();
    this.#atFrontDoor = false;
    return void this.#attempt();
  }

  /** @param {Line} line @param {import('./frame.js').Frame} frame @param {any} welcome */
  #stand(line, frame, welcome) {
    const how = HOW[welcome.answer];
    if (how === 'new') {
      this.#owner.onSessionOver(new GamesrvError('session-lost', 'the server does not know the session any more'));
    }
    this.#session.stand(welcome, how === 'resumed' ? undefined : frame.seq);
    this.#moves = 0;
    this.#liveSince = performance.now();
    this.timing = welcome.timing ?? {};
    this.#backoff.minMs = this.timing.backoffMinMs || this.#backoff.minMs;
    this.#backoff.maxMs = this.timing.backoffMaxMs || this.#backoff.maxMs;
    line.seq = welcome.clientSeq;
    line.keepAlive(this.timing);
    this.#become('live');
    this.#owner.onStand(how, welcome);
    this.#session.outbox.open(this.timing, ({ type, payload, seq }) => line.send(type, payload, seq));
  }
}
