// What a room shows of the server's configuration. Changes come in parts and take effect together.
import { Emitter } from './emitter.js';
import { Type, toNumber } from './messages.js';

/** @typedef {{ kind: string, name: string, value: any }} Document `value`: the document's fields, from JSON */
/**
 * @typedef {object} ConfigChange
 * @property {number} revision in force on the server
 * @property {number} pinned the one the room opened with: fields that reload "next" keep its values
 * @property {string[]} changed "Arena/frozen-keep"; at first all of them
 * @property {string[]} removed
 */

const text = new TextDecoder();

/** @extends {Emitter<{ change: ConfigChange }>} */
export class Documents extends Emitter {
  /** @type {Map<string, Document>} */
  #all = new Map();
  /** @type {any[]} parts that came so far */
  #parts = [];
  /** The configuration revision in force on the server. */
  revision = 0;
  /** The revision this room is pinned to. */
  pinned = 0;

  /**
   * The fields of one document; undefined: the room shows no such document.
   * @param {string} kind
   * @param {string} name
   * @returns {any}
   */
  get(kind, name) {
    return this.#all.get(`${kind}/${name}`)?.value;
  }

  /** All documents of a kind. @param {string} kind @returns {Document[]} */
  list(kind) {
    return [...this.#all.values()].filter((document) => document.kind === kind);
  }

  /** @returns {IterableIterator<Document>} */
  [Symbol.iterator]() {
    return this.#all.values();
  }

  /**
   * @internal
   * @param {number} type CONFIG or CONFIG_NOW
   * @param {any} part
   */
  take(type, part) {
    // A complete state that begins anew replaces what was left unfinished before.
    if (type === Type.CONFIG_NOW && this.#parts.some((p) => !p.complete)) this.#parts = [];
    this.#parts.push(part);
    if (part.more) return;
    const parts = this.#parts.splice(0);
    const next = part.complete ? new Map() : new Map(this.#all);
    const changed = [];
    for (const { kind, name, json } of parts.flatMap((p) => p.documents)) {
      next.set(`${kind}/${name}`, { kind, name, value: JSON.parse(text.decode(json)) });
      changed.push(`${kind}/${name}`);
    }
    const removed = parts.flatMap((p) => p.removed);
    for (const name of removed) next.delete(name);
    this.#all = next;
    this.revision = toNumber(part.revision);
    this.pinned = toNumber(part.pinned);
    this.emit('change', { revision: this.revision, pinned: this.pinned, changed, removed });
  }
}
