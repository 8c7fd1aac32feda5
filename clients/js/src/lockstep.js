// A lockstep match: every client computes the same frames from the same inputs. The game gives its simulation; this
// schedules its inputs, hands it the frames in order, reports hashes, and saves and loads its state when the server asks.
import { Emitter, guard } from './emitter.js';
import { Type, fromBigInt, toBigInt } from './messages.js';

/**
 * The game's part. It must be deterministic: integers, no time, no Math.random, no order of a hash.
 * @typedef {object} Simulation
 * @property {(frame: number, inputs: Map<number, Uint8Array>) => void} step computes `frame`; `inputs` by seat, of those
 *   who gave one. Called for every frame, in order
 * @property {() => bigint} hash of the state now, 64 bits; the server compares those of all clients
 * @property {() => Uint8Array} save the state now, for those who join later or went astray
 * @property {(state: Uint8Array, frame: number) => void} load takes what another client saved after `frame`
 */
/**
 * @typedef {object} LockstepEvents
 * @property {{ frame: number, movedTo: number }} late an input came too late and holds for `movedTo`
 * @property {{ frame: number, inputDelay: number }} delay from `frame` on
 * @property {{ frame: number, yours: bigint, majority: bigint }} desync this client went astray; the others' state follows
 * @property {{ frame: number }} loaded the state of other clients was taken over
 */

/** @extends {Emitter<LockstepEvents>} */
export class Lockstep extends Emitter {
  #simulation;
  #command;
  /** @type {Map<number, Uint8Array>} by seat, as of the last frame */
  #inputs = new Map();
  /** @type {any[]} BUNDLE and EMPTY that wait for a snapshot */
  #ahead = [];
  #lastInput = -1;
  #newest = -1;
  #missingRepeats;
  #hashEvery;
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
    const { inputDelay, hashEvery, missingRepeats } = joined.lockstep;
    this.inputDelay = inputDelay;
    this.#hashEvery = hashEvery;
    this.#missingRepeats = missingRepeats;
    this.#newest = joined.lockstep.frame - 1;
  }

  /**
   * Schedules this client's input: it holds for the frame `inputDelay` after the newest one known here. Once a frame at
   * most; a further one goes into the frame after.
   * @param {Uint8Array} data
   * @returns {number} the frame
   */
  input(data) {
    const frame = Math.max(this.#lastInput + 1, this.#newest + 1 + this.inputDelay);
    this.#lastInput = frame;
    this.#command(Type.INPUT, { frame, data });
    return frame;
  }

  /** @internal @param {any} joined more was missed than is kept: a snapshot follows */
  resync(joined) {
    this.#ahead = [];
    this.inputDelay = joined.lockstep.inputDelay;
    this.#newest = joined.lockstep.frame - 1;
  }

  /** @internal @param {number} type @param {any} message */
  take(type, message) {
    switch (type) {
      case Type.BUNDLE:
      case Type.EMPTY:
        return this.#frames(message);
      case Type.SNAPSHOT:
        return this.#load(message);
      case Type.SNAPSHOT_WANTED:
        return this.#save();
      case Type.DELAY:
        this.inputDelay = message.inputDelay;
        return this.emit('delay', { frame: message.frame, inputDelay: message.inputDelay });
      case Type.LATE:
        this.#lastInput = Math.max(this.#lastInput, message.movedTo);
        return this.emit('late', { frame: message.frame, movedTo: message.movedTo });
      case Type.DESYNC: {
        const { frame, yours, majority } = message;
        return this.emit('desync', { frame, yours: toBigInt(yours), majority: toBigInt(majority) });
      }
      default:
        return undefined;
    }
  }

  /** @param {any} message BUNDLE, or EMPTY for `count` frames */
  #frames(message) {
    const { frame, count = 1 } = message;
    this.#newest = Math.max(this.#newest, frame + count - 1);
    if (frame > this.frame) {
      this.#ahead.push(message);
      return;
    }
    for (let f = frame; f < frame + count; f++) {
      if (f === this.frame) this.#step(message.inputs);
    }
  }

  /** @param {any[] | undefined} inputs of those whose input is new, or who must be repeated; undefined: nobody's is */
  #step(inputs) {
    if (!this.#missingRepeats) this.#inputs = new Map();
    for (const { seat, data } of inputs ?? []) this.#inputs.set(seat, data);
    const frame = this.frame++;
    guard(() => this.#simulation.step(frame, this.#inputs));
    if (frame % this.#hashEvery === 0) this.#command(Type.HASH, { frame, hash: fromBigInt(this.#simulation.hash()) });
  }

  #save() {
    const hash = fromBigInt(this.#simulation.hash());
    this.#command(Type.SNAPSHOT, { frame: this.frame - 1, data: this.#simulation.save(), hash });
  }

  /** @param {any} snapshot */
  #load({ frame, data }) {
    guard(() => this.#simulation.load(data, frame));
    this.frame = frame + 1;
    this.emit('loaded', { frame });
    const ahead = this.#ahead.splice(0).sort((a, b) => a.frame - b.frame);
    for (const message of ahead) this.#frames(message);
  }
}
