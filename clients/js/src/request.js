// A promise that is kept or broken from outside, or by its deadline.
import { GamesrvError } from './errors.js';

/** @template T */
export class Request {
  /** @type {any} the command that carries it, where one does */
  command;
  /** @type {(value: T) => void} */
  resolve = () => {};
  /** @type {(error: Error) => void} */
  reject = () => {};
  /** @type {() => GamesrvError} */
  #late;

  /**
   * @param {string} what
   * @param {number} patienceMs
   * @param {() => GamesrvError | undefined} [why] a better reason than "timeout", once it is late
   */
  constructor(what, patienceMs, why = () => undefined) {
    this.#late = () => why() ?? new GamesrvError('timeout', `no answer to ${what} after ${patienceMs} ms`);
    /** @type {Promise<T>} */
    this.promise = new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.reject(this.#late()), patienceMs);
      this.resolve = (value) => {
        clearTimeout(timer);
        resolve(value);
      };
      this.reject = (error) => {
        clearTimeout(timer);
        reject(error);
      };
    });
  }
}
