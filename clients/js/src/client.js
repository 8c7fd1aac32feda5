// A player's session: connects, stays connected, and brings the game its rooms. A broken line is mended without the
// game's help: same session, same seat, nothing lost or doubled; where that is impossible the game is told.
import { Connection } from './connection.js';
import { Emitter } from './emitter.js';
import { GamesrvError } from './errors.js';
import { ROOM_STREAM, Type, encode } from './messages.js';
import { Request } from './request.js';
import { Room } from './room.js';
import { Session } from './session.js';

/** @typedef {import('./connection.js').State} State */
/** @typedef {import('./connection.js').StateEvent} StateEvent */
/**
 * @typedef {object} ClientEvents
 * @property {StateEvent} state
 * @property {{ session: string, player: string, how: 'new' | 'resumed' | 'resync' }} session the server took us in
 * @property {Room} room this client has a seat: after join(), or because its player had one when it connected
 * @property {{ kind: string, text: string, inMs: number }} notice an operator's words; `inMs`: until what they announce
 * @property {GamesrvError} refused something this client sent was not carried out
 */
/**
 * @typedef {object} ClientOptions
 * @property {string} url "wss://game.example/play"
 * @property {string | (() => string | Promise<string>)} token who this is; a function is asked again at each attempt
 * @property {string} [build] the game's version, shown to operators
 * @property {boolean} [crc32c] a checksum on each frame, both ways
 * @property {(payload: Uint8Array) => Uint8Array} [inflate] undoes zstd; with it the server compresses large payloads
 * @property {number} [patienceMs] connect(), join() and leave() fail after this; default 15 s
 * @property {number} [maxQueueMessages] unacknowledged messages kept, default 1024
 * @property {number} [maxQueueBytes] default 1 MiB
 * @property {() => number} [random] for the back-off; default Math.random
 */
/** @typedef {{ room: string, spectate?: boolean } | { type: string, key?: string, spectate?: boolean }} JoinTarget */

const PATIENCE_MS = 15_000;
const AROUND = 20; // bytes around a payload: header and checksum

/** @extends {Emitter<ClientEvents>} */
export class Client extends Emitter {
  #session;
  #connection;
  #patienceMs;
  /** @type {{ connect?: Request<void>, join?: Request<Room>, leave?: Request<void> }} */
  #requests = {};
  /** The room this client has a seat in. @type {Room | undefined} */
  room;
  /** "gamesrvd 0.1.0" @type {string} */
  server = '';

  /** @param {ClientOptions} options */
  constructor(options) {
    super();
    this.#patienceMs = options.patienceMs ?? PATIENCE_MS;
    this.#session = new Session({ maxMessages: options.maxQueueMessages, maxBytes: options.maxQueueBytes });
    this.#connection = new Connection(options, this.#session, {
      onState: (event) => this.emit('state', event),
      onStand: (how, welcome) => this.#stand(how, welcome),
      onSessionOver: (error) => this.#sessionOver(error),
      onFrame: (frame, message) => this.#take(frame, message),
      onClosed: (error) => this.#closed(error),
    });
  }

  /** @returns {State} */
  get state() {
    return this.#connection.state;
  }

  /** "s-2000ck", as operators see it; empty: none. */
  get session() {
    return this.#session.id;
  }

  /** The player's name, as the token says. */
  get player() {
    return this.#session.player;
  }

  /** Round trip in milliseconds by the last heartbeat; undefined: not known yet. */
  get rttMs() {
    return this.#connection.rttMs;
  }

  /** Messages that the server has not acknowledged yet. */
  get queued() {
    return this.#session.outbox.length;
  }

  /**
   * Connects. Tries again, with back-off, until `patienceMs` is over or the server says not to. Later outages are
   * mended without end: listen to "state".
   * @returns {Promise<void>}
   */
  connect() {
    if (!this.#connection.closed) return refuse(`this client is ${this.state} already`);
    /** @type {Request<void>} */
    const request = new Request('HELLO', this.#patienceMs, () => this.#connection.lastError);
    this.#requests.connect = request;
    request.promise.catch((error) => this.#connection.close(error));
    this.#connection.open();
    return request.promise;
  }

  /**
   * A seat in a room: in one that exists, or in any open one of a type, or in the one of that type that all who give
   * the same key share. The seat that the player has there already, if there is one.
   * @param {JoinTarget} target
   * @returns {Promise<Room>}
   */
  join(target) {
    if (this.#connection.closed) return refuse('connect() first');
    const { room = '', type: roomType = '', key = '', spectate = false } = /** @type {any} */ (target);
    if (this.room && names(target, this.room)) return Promise.resolve(this.room);
    const answer = this.#ask('join', Type.JOIN, { room, roomType, key, spectate });
    return answer.catch((error) => {
      // The page was loaded again: the seat of before is announced behind WELCOME, when this was on its way already.
      if (error.code === 'already-seated' && this.room && names(target, this.room)) return this.room;
      throw error;
    });
  }

  /** Says goodbye: the session ends and its seat is given up. */
  close() {
    this.#connection.close(undefined);
  }

  /** Tries now instead of after the back-off: the player pressed a button. Being online again does it by itself. */
  retry() {
    this.#connection.retry();
  }

  // ---- Commands ----

  /**
   * @param {'join' | 'leave'} name
   * @param {number} type
   * @param {object} fields
   * @returns {Promise<any>}
   */
  #ask(name, type, fields) {
    if (this.#requests[name]) return refuse(`another ${name}() is under way`);
    /** @type {Request<any>} */
    const request = new Request(name, this.#patienceMs);
    this.#requests[name] = request;
    const forget = () => this.#requests[name] === request && delete this.#requests[name];
    request.promise.then(forget, forget);
    try {
      request.command = this.#command(type, fields);
    } catch (error) {
      request.reject(/** @type {Error} */ (error));
    }
    return request.promise;
  }

  /**
   * @param {number} type
   * @param {object} fields
   * @param {{ merge?: string, droppable?: boolean }} [how]
   */
  #command(type, fields, how) {
    const payload = encode(type, fields);
    const room = (this.#connection.timing.messageBytes ?? Infinity) - AROUND;
    if (payload.length > room) throw new GamesrvError('too-big', `${payload.length} bytes; the server takes ${room}`);
    return this.#session.outbox.push(type, payload, how);
  }

  #host = {
    command: this.#command.bind(this),
    flush: () => {
      this.#connection.heartbeat();
      return this.#session.outbox.flushed();
    },
    leave: () => this.#ask('leave', Type.LEAVE, {}),
  };

  // ---- What the connection tells ----

  /** @param {'new' | 'resumed' | 'resync'} how @param {any} welcome */
  #stand(how, welcome) {
    this.server = welcome.server;
    this.emit('session', { session: this.session, player: this.player, how });
    this.#requests.connect?.resolve();
    delete this.#requests.connect;
  }

  /** The session is over: so is its room, and what was under way. @param {GamesrvError} error */
  #sessionOver(error) {
    const had = this.#session.id !== '';
    this.#session.forget(error);
    if (!had) return;
    this.#requests.join?.reject(error);
    this.#left({ reason: error.reason ?? error.code, text: error.message });
  }

  /** @param {GamesrvError | undefined} error */
  #closed(error) {
    const why = error ?? new GamesrvError('closed', 'close() was called', { reason: 'client_bye' });
    this.#sessionOver(why);
    this.#session.outbox.clear(why);
    for (const request of Object.values(this.#requests)) request.reject(why);
    this.#requests = {};
  }

  /** @param {import('./frame.js').Frame} frame @param {any} message */
  #take(frame, message) {
    if (frame.type >= ROOM_STREAM && !this.room) return undefined; // on its way when the seat was given up
    if (!this.#session.accept(frame)) return undefined;
    switch (frame.type) {
      case Type.HEARTBEAT:
      case Type.ACK:
        return this.#session.outbox.ack(message.clientSeq);
      case Type.ERROR:
        return this.#error(message);
      case Type.JOINED:
        return this.#joined(message);
      case Type.LEFT:
        return this.#left(message);
      case Type.NOTICE:
        return this.emit('notice', { kind: message.kind, text: message.text, inMs: message.inMs });
      default:
        return this.room?.take(frame.type, message, frame.flags);
    }
  }

  /** @param {any} message */
  #joined(message) {
    this.#session.streams.room.last = message.roomSeq;
    if (this.room?.id === message.room && message.resync) {
      this.room?.take(Type.JOINED, message);
    } else {
      this.#left({ reason: 'room_closed', text: '' });
      this.#session.streams.room.last = message.roomSeq;
      this.room = new Room(message, this.#host);
      this.emit('room', this.room);
    }
    this.#requests.join?.resolve(/** @type {Room} */ (this.room));
  }

  /** @param {any} message LEFT, or what we say ourselves for a session that is over */
  #left(message) {
    const room = this.room;
    this.room = undefined;
    this.#session.streams.room.last = 0;
    room?.take(Type.LEFT, message);
    this.#requests.leave?.resolve();
  }

  /** @param {any} message */
  #error({ clientSeq, code, text, retryAfterMs }) {
    const error = new GamesrvError(code, text, { retryAfterMs });
    const request = Object.values(this.#requests).find((r) => r.command && r.command.seq === clientSeq);
    if (request) return request.reject(error);
    this.emit('refused', error);
    return this.room?.take(Type.ERROR, error);
  }
}

/** Is it this room that is meant? @param {any} target @param {Room} room */
const names = ({ room: id, type, key }, room) => (id ? id === room.id : type === room.type && (key ?? room.key) === room.key);

/** @param {string} text @returns {Promise<any>} */
const refuse = (text) => Promise.reject(new GamesrvError('wrong-state', text));
