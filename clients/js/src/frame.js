// The header in front of every message, and what may stand around its payload. docs/wire.md is the specification.
//
//   0      4    5    6      8     12       16
//   magic  ver  flg  type   seq   length   [trace 25] payload [crc32c 4]      big endian
import { crc32c } from './crc32c.js';
import { GamesrvError } from './errors.js';

export const Flag = { ZSTD: 1, ENCRYPTED: 2, CRC32C: 4, TRACED: 8, UNORDERED: 16 };
const KNOWN = Flag.ZSTD | Flag.CRC32C | Flag.TRACED | Flag.UNORDERED;
const MAGIC = 0xf0f0f0f0;
const HEADER = 16;
const TRACE = 25;
const CRC = 4;

/** @typedef {{ type: number, flags: number, seq: number, payload: Uint8Array }} Frame */

const bad = (/** @type {string} */ text) => new GamesrvError('bad-frame', text);

/**
 * One whole frame. Throws GamesrvError("bad-frame").
 * @param {Uint8Array} bytes
 * @param {((payload: Uint8Array) => Uint8Array) | undefined} inflate undoes zstd
 * @returns {Frame} its payload is a view into `bytes`
 */
export function readFrame(bytes, inflate) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER) throw bad('shorter than a header');
  if (view.getUint32(0) !== MAGIC || bytes[4] !== 1) throw bad('not a frame of version 1');
  const flags = bytes[5];
  if (flags & ~KNOWN) throw bad(`unknown flags ${flags}`);
  const start = HEADER + (flags & Flag.TRACED ? TRACE : 0);
  const end = start + view.getUint32(12);
  if (end + (flags & Flag.CRC32C ? CRC : 0) !== bytes.length) throw bad('its length is not that of the message');
  if (flags & Flag.CRC32C && crc32c(bytes.subarray(0, end)) !== view.getUint32(end)) throw bad('wrong checksum');
  let payload = bytes.subarray(start, end);
  if (flags & Flag.ZSTD) {
    if (!inflate) throw bad('compressed, which was not asked for');
    payload = inflate(payload);
  }
  return { type: view.getUint16(6), flags, seq: view.getUint32(8), payload };
}

/**
 * @param {number} type
 * @param {number} flags
 * @param {number} seq
 * @param {Uint8Array} payload
 * @returns {Uint8Array}
 */
export function writeFrame(type, flags, seq, payload) {
  const end = HEADER + payload.length;
  const bytes = new Uint8Array(end + (flags & Flag.CRC32C ? CRC : 0));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC);
  bytes[4] = 1;
  bytes[5] = flags;
  view.setUint16(6, type);
  view.setUint32(8, seq);
  view.setUint32(12, payload.length);
  bytes.set(payload, HEADER);
  if (flags & Flag.CRC32C) view.setUint32(end, crc32c(bytes.subarray(0, end)));
  return bytes;
}
