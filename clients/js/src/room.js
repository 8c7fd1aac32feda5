// A seat in a room: what its members say, who they are, how the match stands, and the configuration it shows.
import { Documents } from './documents.js';
import { Emitter } from './emitter.js';
import { GamesrvError } from './errors.js';
import { Flag } from './frame.js';
import { Lockstep } from './lockstep.js';
import {
  ROOM_STREAM, Type, deliveryName, encode, memberEventName, modeName, proto, reasonName, roomStateName, toBigInt,
  toNumber,
} from './messages.js';

/** @typedef {{ seat: number, player: string, suspended: boolean, spectator: boolean }} Member */
/** @typedef {{ seat: number, member: Member | undefined, data: Uint8Array, delivery: string, key: number, direct: boolean }} RelayEvent */
/** @typedef {{ event: 'joined' | 'left' | 'suspended' | 'resumed', member: Member, reason: string }} MemberEvent */
/**
 * @typedef {object} RoomStatus
 * @property {'creating' | 'open' | 'running' | 'ending' | 'closed'} state
 * @property {boolean} paused
 * @property {boolean} locked
 * @property {boolean} draining
 * @property {boolean} degraded the server lowered the room's rate
 * @property {string} actor "room", "player/ada", "operator/root"
 * @property {string} reason
 */
/**
 * @typedef {object} RoomEvents
 * @property {RelayEvent} relay somebody sent something, maybe this client itself: its echo is its place in the order
 * @property {MemberEvent} member
 * @property {RoomStatus} status
 * @property {void} resync more was missed than the server keeps: `members`, `status` and `config` are fresh, relays are lost
 * @property {{ reason: string, text: string }} left the seat is gone; the last event
 * @property {GamesrvError} refused something this client sent was not carried out
 */

/**
 * @typedef {object} SendOptions
 * @property {'ordered' | 'latest' | 'cosmetic'} [delivery] ordered (the default): never dropped, sent again after a resume.
 *   latest: only the newest of each `key` matters to whoever is slow. cosmetic: dropped for whoever is slow.
 * @property {number} [key] of "latest"
 * @property {number[]} [to] seats; without: everybody, the sender too
 */

/**
 * What a room asks of its client.
 * @typedef {object} RoomHost
 * @property {(type: number, fields: object, how?: { merge?: string, droppable?: boolean }) => any} command
 * @property {() => Promise<void>} flush
 * @property {() => Promise<void>} leave
 */

const MAX_TO = 64; // more breaks the protocol
const DELIVERY = { ordered: 0, latest: 1, cosmetic: 2 };
/** What a simulation is made of; it waits until the game has given one. */
const LOCKSTEP = new Set([
  Type.BUNDLE, Type.EMPTY, Type.DELAY, Type.LATE, Type.DESYNC, Type.SNAPSHOT, Type.SNAPSHOT_WANTED, Type.MEMBER,
]);

/** @extends {Emitter<RoomEvents>} */
export class Room extends Emitter {
  #host;
  /** @type {[number, any, number][] | null} frames that wait until the game had a chance to listen */
  #held = [];
  /** @type {Lockstep | undefined} */
  #lockstep;
  /** @type {[number, any, number][]} lockstep frames until the game gives its simulation */
  #early = [];
  #gone = false;
  /** @type {any} the last JOINED */
  #joined;
  /** This client's seat. */
  seat = 0;
  spectator = false;
  /** How long the seat is kept when the line breaks. */
  resumeMs = 0;
  /** The documents that the room shows (RoomType.shows), kept up to date. */
  config = new Documents();
  /** @type {Map<number, Member>} by seat */
  members = new Map();
  /** @type {RoomStatus} */
  status = { state: 'open', paused: false, locked: false, draining: false, degraded: false, actor: '', reason: '' };

  /**
   * @internal
   * @param {any} joined the JOINED frame's message
   * @param {RoomHost} host
   */
  constructor(joined, host) {
    super();
    this.#host = host;
    /** "r-2000ck" @type {string} */
    this.id = joined.room;
    /** @type {string} */
    this.type = joined.roomType;
    /** The key that all who share the room gave; empty: none. @type {string} */
    this.key = joined.key;
    this.mode = modeName(joined.mode);
    /** Frames of lockstep, ticks of others: time from one to the next. @type {number} */
    this.tickMs = joined.tickUs / 1000;
    /** The room's seed: the same for every member. */
    this.seed = toBigInt(joined.seed);
    /** The configuration revision the room is pinned to. */
    this.revision = toNumber(joined.revision);
    this.#sit(joined);
    setTimeout(() => this.#release(), 0);
  }

  /** @param {any} joined */
  #sit(joined) {
    this.#joined = joined;
    this.seat = joined.seat;
    this.spectator = joined.spectator;
    this.resumeMs = joined.resumeMs;
    this.members = new Map(joined.seats.map((/** @type {any} */ seat) => [seat.seat, memberOf(seat)]));
    this.status = { ...this.status, state: /** @type {any} */ (roomStateName(joined.state)) };
  }

  /** This client's own row of `members`. @returns {Member | undefined} */
  get me() {
    return this.members.get(this.seat);
  }

  /** The seat is gone. */
  get left() {
    return this.#gone;
  }

  /**
   * Sends bytes to the members. While the line is down, ordered messages wait for it. Throws GamesrvError: "left",
   * "queue-full", "too-big", "bad-request" (more than 64 seats in `to`).
   * @param {Uint8Array} data
   * @param {SendOptions} [options]
   */
  send(data, { delivery = 'ordered', key = 0, to = [] } = {}) {
    if (to.length > MAX_TO) throw new GamesrvError('bad-request', `to has ${to.length} seats, ${MAX_TO} at most`);
    const how = delivery === 'latest' ? { merge: `${key}:${to}` } : { droppable: delivery === 'cosmetic' };
    this.#command(Type.RELAY, { data, delivery: DELIVERY[delivery], key, to }, how);
  }

  /** Resolves when the server has everything that was sent until now. @returns {Promise<void>} */
  flush() {
    return this.#host.flush();
  }

  /** Gives the seat up. @returns {Promise<void>} */
  leave() {
    return this.#gone ? Promise.resolve() : this.#host.leave();
  }

  /** Asks for the match to start. RoomType.control says who may; "refused" tells when it was not this client. */
  start() {
    this.#control(proto.Verb.VERB_START);
  }

  /** @param {string} [reason] */
  pause(reason) {
    this.#control(proto.Verb.VERB_PAUSE, reason);
  }

  resume() {
    this.#control(proto.Verb.VERB_RESUME);
  }

  /** @param {string} [reason] */
  finish(reason) {
    this.#control(proto.Verb.VERB_FINISH, reason);
  }

  /**
   * Runs a lockstep match on the game's simulation; see Lockstep. Frames that came before this call wait for it.
   * @param {import('./lockstep.js').Simulation} simulation
   * @returns {Lockstep}
   */
  lockstep(simulation) {
    if (this.mode !== 'lockstep') throw new GamesrvError('wrong-mode', `${this.type} is a ${this.mode} room`);
    if (this.#lockstep) throw new GamesrvError('wrong-mode', 'this room has its simulation already');
    this.#lockstep = new Lockstep(simulation, this.#joined, (type, fields) => this.#command(type, fields));
    for (const [type, message, flags] of this.#early.splice(0)) this.#lockstep.take(type, message, flags);
    return this.#lockstep;
  }

  /** @param {number} verb @param {string} [reason] */
  #control(verb, reason = '') {
    this.#command(Type.CONTROL, { verb, reason });
  }

  /** @param {number} type @param {object} fields @param {{ merge?: string, droppable?: boolean }} [how] */
  #command(type, fields, how) {
    if (this.#gone) throw new GamesrvError('left', `the seat in ${this.id} is gone`);
    return this.#host.command(type, fields, how);
  }

  /**
   * @internal
   * @param {number} type of a frame of this room
   * @param {any} message
   * @param {number} [flags] the frame's
   */
  take(type, message, flags = 0) {
    if (this.#held) this.#held.push([type, message, flags]);
    else this.#handle(type, message, flags);
  }

  #release() {
    const held = this.#held ?? [];
    this.#held = null;
    for (const [type, message, flags] of held) this.#handle(type, message, flags);
  }

  /** @param {number} type @param {any} message @param {number} flags */
  #handle(type, message, flags) {
    if (this.#gone) return;
    if (this.mode === 'lockstep' && LOCKSTEP.has(type)) {
      if (this.#lockstep) this.#lockstep.take(type, message, flags);
      else this.#early.push([type, message, flags]);
    }
    const past = Boolean(flags & Flag.UNORDERED); // a match's past, played to its simulation
    if (type === Type.RELAYED || type === Type.DIRECT) {
      const { seat, data, delivery, key } = message;
      const event = { seat, member: this.members.get(seat), data, delivery: deliveryName(delivery), key };
      this.emit('relay', { ...event, direct: type < ROOM_STREAM });
    } else if ((type === Type.CONFIG && !past) || type === Type.CONFIG_NOW) {
      this.config.take(type, message);
    } else if (type === Type.MEMBER && !past) {
      this.#member(message);
    } else if (type === Type.ROOM && !past) {
      const { state, paused, locked, draining, degraded, actor, reason } = message;
      this.status = {
        state: /** @type {any} */ (roomStateName(state)), paused, locked, draining, degraded, actor, reason,
      };
      this.emit('status', this.status);
    } else if (type === Type.ERROR) {
      this.emit('refused', message);
    } else if (type === Type.JOINED) {
      this.#sit(message);
      this.#lockstep?.resync(message);
      this.emit('resync', undefined);
    } else if (type === Type.LEFT) {
      this.#gone = true;
      this.emit('left', { reason: reasonName(message.reason), text: message.text });
    }
  }

  /** @param {any} message */
  #member({ seat, event, reason }) {
    const member = memberOf(seat);
    const name = /** @type {MemberEvent['event']} */ (memberEventName(event));
    if (name === 'left') this.members.delete(member.seat);
    else this.members.set(member.seat, member);
    this.emit('member', { event: name, member, reason: reasonName(reason) });
  }
}

/** @param {any} seat @returns {Member} */
function memberOf({ seat, player, suspended, spectator }) {
  return { seat, player, suspended, spectator };
}
