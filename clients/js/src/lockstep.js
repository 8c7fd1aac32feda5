// A lockstep match: every client computes the same frames from the same inputs. The game gives its simulation; this
// schedules its inputs, hands it the frames in order, reports hashes, and saves and loads its state when the server asks.
import { Emitter, guard } from './emitter.js';
import { GamesrvError } from './errors.js';
import { Flag } from './frame.js';
import { Type, fromBigInt, memberEventName, toBigInt } from './messages.js';

/**
 * The game's part. It must be deterministic: integers, no clock, no Math.random, nothing that depends on this client's
 * own seat. What it may use besides its inputs: room.seed, and room.config only where all fields reload "next".
 * @typedef {object} Simulation
 * @property {(frame: number, inputs: ReadonlyMap<number, Uint8Array>) => void} step computes `frame`, for every frame in
 *   order. `inputs` by seat: what that seat's player does in this frame; none, or an empty one: not there
 * @property {() => bigint} hash of the state now, 64 bits; the server compares those of all clients
 * @property {() => Uint8Array} save the state now, for those who join later or went astray
 * @property {(state: Uint8Array, frame: number) => void} load takes what another client saved after `frame`
 * @property {(event: 'joined' | 'left' | 'suspended' | 'resumed', seat: number, player: string) => void} [member] in
 *   its place between two frames, the same for all
 */
/**
 * @typedef {object} LockstepEvents
 * @property {{ frame: number, movedTo: number }} late an input came too late and holds for `movedTo`
 * @property {{ frame: number, inputDelay: number }} delay from `frame` on
 * @property {{ frame: number, yours: bigint, majority: bigint }} desync this client went astray; the others' state follows
 * @property {{ frame: number }} loaded the state of the others was taken over
 */
/**
 * What is known of one frame that was not computed yet.
 * @typedef {object} Slot
 * @property {[number, Uint8Array][] | undefined} inputs those that are new; undefined: the frame did not close yet
 * @property {any[]} members MEMBER messages in front of it
 */

/** @extends {Emitter<LockstepEvents>} */
export class Lockstep extends Emitter {
  #simulation;
  #command;
  #spectator;
  #missingRepeats;
  #hashEvery;
  /** @type {Map<number, Slot>} */
  #slots = new Map();
  /** @type {Map<number, Uint8Array>} by seat, as of the last frame */
  #inputs = new Map();
  #astray = false;
  /** Frames were missed: which inputs hold on is known only from what follows. */
  #stale = false;
  /** A frame whose state the server waits for; -1: none. */
  #wanted = -1;
  #lastInput = -1;
  /** The newest frame that closed: as the match runs, and in what is played to us of its past. */
  #newest = { live: -1, past: -1 };
  /** The next frame to compute. */
  frame = 0;
  /** Frames between an input and its effect. @type {number} */
  inputDelay;

  /**
   * @internal
   * @param {Simulation} simulation
   * @param {any} joined
   * @param {(type: number, fields: object) => void} command
   */
  constructor(simulation, joined, command) {
    super();
    this.#simulation = simulation;
    this.#command = command;
    this.#spectator = joined.spectator;
    this.#missingRepeats = joined.lockstep.missingRepeats;
    this.#hashEvery = joined.lockstep.hashEvery;
    this.#newest.live = joined.lockstep.frame - 1;
    /** @type {number} */
    this.inputDelay = joined.lockstep.inputDelay;
  }

  /** The newest frame that closed on the server, as far as is known here; while it is ahead, we catch up. */
  get newest() {
    return this.#newest.live;
  }

  /**
   * Schedules this client's input: it holds for the first frame after `inputDelay` that has none of ours yet.
   * @param {Uint8Array} data
   * @returns {number} that frame
   */
  input(data) {
    if (this.#spectator) throw new GamesrvError('not-allowed', 'a spectator gives no input');
    this.#lastInput = Math.max(this.#lastInput + 1, this.#newest.live + 1 + this.inputDelay);
    this.#command(Type.INPUT, { frame: this.#lastInput, data });
    return this.#lastInput;
  }

  /** @internal @param {any} joined what was missed follows: from the log, or another's state */
  resync(joined) {
    this.inputDelay = joined.lockstep.inputDelay;
    this.#stale = true;
    this.#newest = { live: joined.lockstep.frame - 1, past: this.frame - 1 };
  }

  /** @internal @param {number} type @param {any} message @param {number} flags */
  take(type, message, flags) {
    const source = flags & Flag.UNORDERED ? 'past' : 'live';
    switch (type) {
      case Type.BUNDLE:
      case Type.EMPTY:
        return this.#closed(source, message);
      case Type.MEMBER: {
        const next = this.#newest[source] + 1;
        if (next >= this.frame) this.#slot(next).members.push(message);
        return undefined;
      }
      case Type.SNAPSHOT:
        return this.#load(message);
      case Type.SNAPSHOT_WANTED:
        this.#wanted = message.frame;
        return this.#save();
      case Type.DELAY:
        if (source === 'past') return undefined;
        this.inputDelay = message.inputDelay;
        return this.emit('delay', { frame: message.frame, inputDelay: message.inputDelay });
      case Type.LATE:
        this.#lastInput = Math.max(this.#lastInput, message.movedTo);
        return this.emit('late', { frame: message.frame, movedTo: message.movedTo });
      case Type.DESYNC: {
        this.#astray = true;
        const { frame, yours, majority } = message;
        return this.emit('desync', { frame, yours: toBigInt(yours), majority: toBigInt(majority) });
      }
      default:
        return undefined;
    }
  }

  /** @param {number} frame @returns {Slot} */
  #slot(frame) {
    let slot = this.#slots.get(frame);
    if (!slot) this.#slots.set(frame, (slot = { inputs: undefined, members: [] }));
    return slot;
  }

  /** @param {'live' | 'past'} source @param {any} message BUNDLE, or EMPTY for `count` frames */
  #closed(source, { frame, count = 1, inputs = [] }) {
    this.#newest[source] = Math.max(this.#newest[source], frame + count - 1);
    if (source === 'past') this.#stale = false;
    for (let f = frame; f < frame + count; f++) {
      if (f >= this.frame) this.#slot(f).inputs ??= inputs.map((/** @type {any} */ i) => [i.seat, i.data]);
    }
    this.#run();
  }

  #run() {
    for (;;) {
      const slot = this.#slots.get(this.frame);
      if (this.#astray || !slot?.inputs) return;
      this.#slots.delete(this.frame);
      this.#apply(slot, this.#simulation.member);
      const frame = this.frame++;
      guard(() => this.#simulation.step(frame, this.#inputs));
      if (frame % this.#hashEvery === 0 && !this.#spectator) {
        this.#command(Type.HASH, { frame, hash: fromBigInt(this.#simulation.hash()) });
      }
      this.#save();
    }
  }

  /** What holds in a frame. @param {Slot} slot @param {Simulation['member']} [tell] */
  #apply({ members, inputs = [] }, tell) {
    for (const { seat, event } of members) {
      const name = /** @type {any} */ (memberEventName(event));
      if (name === 'left') this.#inputs.delete(seat.seat);
      if (tell) guard(() => tell.call(this.#simulation, name, seat.seat, seat.player));
    }
    if (!this.#missingRepeats) this.#inputs.clear();
    for (const [seat, data] of inputs) {
      if (data.length > 0) this.#inputs.set(seat, data);
      else this.#inputs.delete(seat); // an empty one is none: who joins later is not told of it either
    }
  }

  #save() {
    if (this.#wanted < 0 || this.frame <= this.#wanted || this.#astray) return;
    this.#wanted = -1;
    guard(() => {
      const hash = fromBigInt(this.#simulation.hash());
      this.#command(Type.SNAPSHOT, { frame: this.frame - 1, data: this.#simulation.save(), hash });
    });
  }

  /** @param {any} snapshot */
  #load({ frame, data }) {
    if (this.#stale) this.#inputs.clear();
    this.#stale = this.#astray = false;
    // The frames that are in that state already still tell which inputs hold on.
    const past = [...this.#slots.keys()].filter((f) => f <= frame).sort((a, b) => a - b);
    for (const f of past) {
      this.#apply(this.#slot(f));
      this.#slots.delete(f);
    }
    guard(() => this.#simulation.load(data, frame));
    this.frame = frame + 1;
    this.emit('loaded', { frame });
    this.#run();
  }
}
