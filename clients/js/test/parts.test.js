// The pure parts: advice, back-off, addresses, checksums.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolve } from '../src/address.js';
import { decide } from '../src/advice.js';
import { Backoff } from '../src/backoff.js';
import { crc32c } from '../src/crc32c.js';
import { Flag, readFrame, writeFrame } from '../src/frame.js';
import { Sequence } from '../src/sequence.js';

const bye = (reason, advice = 0, retryAfterMs = 0) => ({ code: 4000 + reason, text: '', bye: { reason, advice, retryAfterMs, text: 'why' } });

for (const [what, end, action, code] of [
  ['a line that broke', { code: 1006, text: 'gone' }, 'resume', 'line-broken'],
  ['a server that goes away', { code: 1001, text: '' }, 'resume', 'line-broken'],
  ['a server that restarts', { code: 1012, text: '' }, 'resume', 'line-broken'],
  ['a server that is busy', { code: 1013, text: '' }, 'resume', 'line-broken'],
  ['a fault in the protocol', { code: 1002, text: '' }, 'stop', 'line-broken'],
  ['a message that was too big', { code: 1009, text: '' }, 'stop', 'line-broken'],
  ['missed heartbeats', { code: 4000, text: '' }, 'resume', 'line-broken'],
  ['kicked, by the code alone', { code: 4002, text: '' }, 'stop', 'kicked'],
  ['banned, by the code alone', { code: 4003, text: '' }, 'stop', 'banned'],
  ['superseded, by the code alone', { code: 4004, text: '' }, 'stop', 'superseded'],
  ['an expired session, by the code alone', { code: 4005, text: '' }, 'reconnect', 'resume_expired'],
  ['a drain, by the code alone', { code: 4007, text: '' }, 'reconnect', 'drained'],
  ['a broken protocol, by the code alone', { code: 4008, text: '' }, 'stop', 'protocol_error'],
  ['too many messages, by the code alone', { code: 4009, text: '' }, 'reconnect', 'rate_limited'],
  ['reading too slowly, by the code alone', { code: 4010, text: '' }, 'resume', 'too_slow'],
  ['a fault of the server, by the code alone', { code: 4011, text: '' }, 'reconnect', 'server_fault'],
  ['a reason of the future', { code: 4050, text: '' }, 'resume', '50'],
  ['a BYE whose advice differs from its reason', bye(2, 1), 'resume', 'kicked'],
  ['a BYE that says stop', bye(10, 3), 'stop', 'too_slow'],
  ['a BYE that says reconnect', bye(10, 2), 'reconnect', 'too_slow'],
  ['a BYE without advice', bye(7), 'reconnect', 'drained'],
  ['HTTP 403', { code: 1006, text: 'no', status: 403 }, 'stop', 'http-403'],
  ['HTTP 426', { code: 1006, text: 'no', status: 426 }, 'stop', 'http-426'],
  ['HTTP 429', { code: 1006, text: 'no', status: 429, retryAfterMs: 2000 }, 'resume', 'http-429'],
  ['HTTP 503', { code: 1006, text: 'no', status: 503 }, 'resume', 'http-503'],
]) {
  test(`${what} means ${action}`, () => {
    const decision = decide(end);
    assert.deepEqual([decision.action, decision.error.code], [action, code]);
    assert.equal(decision.retryAfterMs, end.bye?.retryAfterMs || end.retryAfterMs || 0);
  });
}

test('back-off doubles up to its bound, with full jitter, from zero on', () => {
  const top = new Backoff({ minMs: 100, maxMs: 1000, random: () => 0.999999 });
  assert.deepEqual([1, 2, 3, 4, 5, 6].map(() => top.next()), [100, 200, 400, 800, 1000, 1000]);
  const bottom = new Backoff({ minMs: 100, maxMs: 1000, random: () => 0 });
  assert.deepEqual([bottom.next(), bottom.next()], [0, 0]);
  top.reset();
  assert.equal(top.next(), 100);
});

test('back-off never comes sooner than the server asked for, nor all at once after it', () => {
  const b = new Backoff({ minMs: 100, maxMs: 1000 });
  const waits = Array.from({ length: 50 }, () => {
    b.reset();
    return b.next(5000);
  });
  assert.ok(waits.every((ms) => ms >= 5000 && ms <= 5100));
  assert.ok(new Set(waits).size > 10);
});

for (const [base, lead, url] of [
  ['ws://h:1/play', {}, 'ws://h:1/play'],
  ['ws://h:1/play', { path: '/play/2' }, 'ws://h:1/play/2'],
  ['ws://h:1/play/', { path: '/play/2' }, 'ws://h:1/play/2'],
  ['ws://h:1/play/4', { path: '/play/2' }, 'ws://h:1/play/2'],
  ['wss://h/eu/play', { path: '/play/2' }, 'wss://h/eu/play/2'],
  ['wss://h/eu/play?v=1', { path: '/play/2' }, 'wss://h/eu/play/2?v=1'],
  ['ws://h:1/play', { path: '/play/0', address: '10.0.0.7:7350' }, 'ws://10.0.0.7:7350/play/0'],
  ['ws://h:1/play', { path: '/play/0', address: 'wss://other.example/eu/play' }, 'wss://other.example/eu/play/0'],
]) {
  test(`${base} with ${JSON.stringify(lead)} is ${url}`, () => assert.equal(resolve(base, lead), url));
}

test('CRC-32C is that of RFC 3720', () => {
  assert.equal(crc32c(new Uint8Array(32)), 0x8a9136aa);
  assert.equal(crc32c(new Uint8Array(32).fill(0xff)), 0x62a8ab43);
  assert.equal(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i)), 0x46dd794e);
  assert.equal(crc32c(new TextEncoder().encode('123456789')), 0xe3069283);
});

test('a frame is read as it was written, with a checksum and without', () => {
  for (const flags of [0, Flag.UNORDERED, Flag.CRC32C, Flag.CRC32C | Flag.UNORDERED]) {
    const bytes = writeFrame(0x13, flags, 0xfffffffe, Uint8Array.of(1, 2, 3));
    const { type, seq, payload, flags: read } = readFrame(bytes, undefined);
    assert.deepEqual([type, read, seq, [...payload]], [0x13, flags, 0xfffffffe, [1, 2, 3]]);
    if (flags & Flag.CRC32C) {
      for (let i = 0; i < bytes.length; i++) {
        const broken = bytes.slice();
        broken[i] ^= 0x20;
        assert.throws(() => readFrame(broken, undefined), { code: 'bad-frame' }, `byte ${i}`);
      }
    }
  }
});

test('trace context is passed over', () => {
  const plain = writeFrame(0x41, 0, 1, Uint8Array.of(8, 5));
  const traced = Uint8Array.from([...plain.subarray(0, 16), ...new Uint8Array(25).fill(7), ...plain.subarray(16)]);
  traced[5] = Flag.TRACED;
  assert.deepEqual([...readFrame(traced, undefined).payload], [8, 5]);
});

test('numbers of a stream go round', () => {
  const s = new Sequence();
  s.last = 0xffffffff;
  assert.equal(s.accept({ seq: 0, flags: 0 }), true);
  assert.equal(s.accept({ seq: 0xffffffff, flags: 0 }), false);
  assert.equal(s.accept({ seq: 1, flags: 0 }), true);
  assert.throws(() => s.accept({ seq: 3, flags: 0 }));
  assert.equal(s.accept({ seq: 77, flags: Flag.UNORDERED }), true);
  assert.equal(s.last, 1);
});
