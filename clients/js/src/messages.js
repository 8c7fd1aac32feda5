// Which message stands in which frame, and the words for its enums. The messages themselves are generated from
// proto/game.proto.
import { gamesrv } from '../generated/proto.js';

/** @type {any} */
export const proto = gamesrv.v1;

/** "HELLO" -> 0x10 @type {Record<string, number>} */
export const Type = {};
for (const [name, number] of Object.entries(proto.FrameType)) Type[name.slice('FRAME_'.length)] = Number(number);

const messages = {
  BATCH: proto.Batch, HEARTBEAT: proto.Heartbeat, BYE: proto.Bye,
  HELLO: proto.Hello, JOIN: proto.Join, LEAVE: proto.Leave, RELAY: proto.Relay, INPUT: proto.Input, HASH: proto.Hash,
  SNAPSHOT: proto.Snapshot, CONTROL: proto.Control,
  WELCOME: proto.Welcome, ACK: proto.Ack, ERROR: proto.Error, JOINED: proto.Joined, LEFT: proto.Left,
  NOTICE: proto.Notice, SNAPSHOT_WANTED: proto.SnapshotWanted, DESYNC: proto.Desync, LATE: proto.Late,
  DIRECT: proto.Relayed, CONFIG_NOW: proto.Config,
  RELAYED: proto.Relayed, MEMBER: proto.Member, ROOM: proto.Room, CONFIG: proto.Config, BUNDLE: proto.Bundle,
  EMPTY: proto.Empty, DELAY: proto.Delay,
};
const byType = new Map(Object.entries(messages).map(([name, message]) => [Type[name], message]));

/** The first type of the room's stream; those below are the session's. */
export const ROOM_STREAM = 0x100;

/**
 * @param {number} type
 * @param {object} fields
 * @returns {Uint8Array}
 */
export function encode(type, fields) {
  return /** @type {any} */ (byType.get(type)).encode(fields).finish();
}

/**
 * The message of a frame; undefined for a type this client does not know. Throws on a broken payload.
 * @param {import('./frame.js').Frame} frame
 * @returns {any}
 */
export function decode(frame) {
  return byType.get(frame.type)?.decode(frame.payload);
}

/**
 * "kicked" for 2; a number this client does not know stays a number in words.
 * @param {Record<number, string>} values
 * @param {string} prefix
 */
function words(values, prefix) {
  return (/** @type {number} */ number) => values[number]?.slice(prefix.length).toLowerCase() ?? String(number);
}
export const reasonName = words(proto.Reason, 'REASON_');
export const modeName = words(proto.Mode, 'MODE_');
export const roomStateName = words(proto.RoomState, 'ROOM_');
export const deliveryName = words(proto.Delivery, 'DELIVERY_');
export const memberEventName = words(proto.MemberEvent, 'MEMBER_');

/** @param {number | { toNumber(): number }} value a 64-bit field that stays below 2^53 */
export const toNumber = (value) => (typeof value === 'number' ? value : value.toNumber());

/** @param {any} value a 64-bit field @returns {bigint} */
export const toBigInt = (value) =>
  typeof value === 'number' ? BigInt(value) : (BigInt(value.high >>> 0) << 32n) | BigInt(value.low >>> 0);

/** @param {bigint} value */
export const fromBigInt = (value) => ({
  low: Number(BigInt.asIntN(32, value)), high: Number(BigInt.asIntN(32, value >> 32n)), unsigned: true,
});
