// The frames that every implementation of the protocol must read the same way.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Flag, readFrame, writeFrame } from '../src/frame.js';
import { Type, decode, encode, proto, toBigInt } from '../src/messages.js';

const { frames } = JSON.parse(readFileSync(new URL('../../../tests/golden/wire/frames.json', import.meta.url), 'utf8'));
const FROM_CLIENT = ['HEARTBEAT', 'BYE', 'HELLO', 'JOIN', 'LEAVE', 'RELAY', 'INPUT', 'HASH', 'SNAPSHOT', 'CONTROL'];
const camel = (name) => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());

/** Every field of `wanted` (as the file has it) is in `got` (as the client reads it). */
function same(got, wanted, at) {
  if (Array.isArray(wanted)) {
    assert.equal(got.length, wanted.length, at);
    wanted.forEach((item, i) => same(got[i], item, `${at}[${i}]`));
  } else if (wanted !== null && typeof wanted === 'object') {
    for (const [name, value] of Object.entries(wanted)) same(got[camel(name)], value, `${at}.${name}`);
  } else if (got instanceof Uint8Array) {
    assert.equal(Buffer.from(got).toString('base64'), wanted, at);
  } else if (typeof got === 'object') {
    assert.equal(toBigInt(got), BigInt(wanted), at);
  } else {
    assert.equal(got, wanted, at);
  }
}

test('there are golden frames', () => assert.ok(frames.length > 10));

for (const { name, type, seq, flags, message, hex } of frames) {
  if (flags & Flag.ZSTD) continue; // inflating is the game's affair
  test(`${name} is read as it is meant`, () => {
    const frame = readFrame(Buffer.from(hex, 'hex'), undefined);
    assert.deepEqual([frame.type, frame.seq, frame.flags], [Type[type], seq, flags]);
    same(decode(frame), message, name);
  });
  if (!FROM_CLIENT.includes(type) || flags & Flag.TRACED) continue;
  test(`${name} is written byte for byte`, () => {
    const { payload } = readFrame(Buffer.from(hex, 'hex'), undefined);
    const again = writeFrame(Type[type], flags, seq, encode(Type[type], decode({ type: Type[type], payload })));
    assert.equal(Buffer.from(again).toString('hex'), hex);
  });
}

test('every type of game.proto has its message', () => {
  for (const [name, type] of Object.entries(proto.FrameType)) {
    if (name === 'FRAME_NONE' || typeof type !== 'number') continue;
    assert.ok(decode({ type, flags: 0, seq: 0, payload: new Uint8Array() }), name);
  }
});
