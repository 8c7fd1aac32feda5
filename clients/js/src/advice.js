// What to do when a connection ended: pure, from what the server said last. docs/wire.md has the same table.
import { GamesrvError } from './errors.js';
import { proto, reasonName } from './messages.js';

/**
 * How a connection ended.
 * @typedef {object} End
 * @property {number} code the WebSocket close code; 1006: the line broke
 * @property {string} text
 * @property {any} [bye] the BYE before it
 * @property {number} [status] of an HTTP answer that refused the upgrade
 * @property {number} [retryAfterMs] and its Retry-After; or what the server said otherwise
 * @property {string} [why] the error's code, where this client ended the connection itself
 */

/**
 * resume: with the resume token. reconnect: as a new session. stop: not by itself.
 * @typedef {{ action: 'resume' | 'reconnect' | 'stop', retryAfterMs: number, error: GamesrvError }} Decision
 */

const { Advice } = proto;
const CLOSE_REASON = 4000;
const STOPPING_CODES = new Set([1002, 1003, 1007, 1009, 1010]);
/** Reasons after which coming back would be wrong, with a BYE or without. */
const STOPPING_REASONS = new Set(['kicked', 'banned', 'superseded', 'protocol_error', 'client_bye']);
const FRESH_REASONS = new Set(['resume_expired', 'room_closed', 'drained', 'rate_limited', 'server_fault']);

/** @param {string} reason @returns {Decision['action']} */
export function actionFor(reason) {
  if (STOPPING_REASONS.has(reason)) return 'stop';
  return FRESH_REASONS.has(reason) ? 'reconnect' : 'resume';
}

/** @param {End} end @returns {Decision['action']} */
function actionOf({ code, bye, status }) {
  if (status !== undefined) return status === 429 || status >= 500 ? 'resume' : 'stop';
  if (bye?.advice === Advice.ADVICE_STOP) return 'stop';
  if (bye?.advice === Advice.ADVICE_RECONNECT) return 'reconnect';
  if (bye?.advice === Advice.ADVICE_RESUME) return 'resume';
  if (bye) return actionFor(reasonName(bye.reason));
  if (code > CLOSE_REASON && code < CLOSE_REASON + 100) return actionFor(reasonName(code - CLOSE_REASON));
  return STOPPING_CODES.has(code) ? 'stop' : 'resume';
}

/** @param {End} end @returns {Decision} */
export function decide(end) {
  const number = end.bye ? end.bye.reason : end.code > CLOSE_REASON ? end.code - CLOSE_REASON : 0;
  const reason = number ? reasonName(number) : undefined;
  const retryAfterMs = end.bye?.retryAfterMs || end.retryAfterMs || 0;
  const code = end.status ? `http-${end.status}` : reason ?? end.why ?? 'line-broken';
  const text = end.bye?.text || end.text;
  return {
    action: actionOf(end), retryAfterMs,
    error: new GamesrvError(code, text, { reason, retryAfterMs, closeCode: end.code }),
  };
}
