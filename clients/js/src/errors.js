// What goes wrong, in one class: `code` is for programs, `message` for people.

export class GamesrvError extends Error {
  /**
   * @param {string} code "room-full", "kicked", "http-403", "timeout", ...: the README lists them
   * @param {string} message
   * @param {{ reason?: string, retryAfterMs?: number, closeCode?: number }} [more]
   */
  constructor(code, message, more = {}) {
    super(message ? `${code}: ${message}` : code);
    this.name = 'GamesrvError';
    this.code = code;
    /** Why the server ended something: "kicked", "drained", ...; undefined when it did not say. */
    this.reason = more.reason;
    /** The server asks not to try again before; 0: it asked for nothing. */
    this.retryAfterMs = more.retryAfterMs ?? 0;
    /** The WebSocket close code, where one was seen. */
    this.closeCode = more.closeCode;
  }
}
