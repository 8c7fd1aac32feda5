// Frames in order, inputs that hold on, hashes, snapshots, and who comes late.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frame } from './fake_server.js';
import { JOINED, bytes, seated, sleep, until } from './helpers.js';

const LOCKSTEP = { frame: 0, inputDelay: 3, hashEvery: 4, missingRepeats: true };
const room = (lockstep = {}, more = {}) =>
  ({ ...JOINED, mode: 'MODE_LOCKSTEP', roomType: 'duel', ...more, lockstep: { ...LOCKSTEP, ...lockstep } });

/** Remembers what it was told; its hash is a mix of it. */
function simulation() {
  return {
    log: [],
    state: 7n,
    step(frame, inputs) {
      const held = [...inputs].sort((a, b) => a[0] - b[0]).map(([seat, data]) => `${seat}=${Buffer.from(data)}`);
      this.log.push([frame, ...held].join(' '));
      for (const c of this.log.at(-1)) this.state = BigInt.asUintN(64, (this.state ^ BigInt(c.charCodeAt(0))) * 0x100000001b3n);
    },
    hash() {
      return this.state;
    },
    save() {
      return bytes(String(this.state));
    },
    load(data, frame) {
      this.state = BigInt(Buffer.from(data).toString());
      this.log.push(`load ${frame}`);
    },
    member(event, seat) {
      this.log.push(`${event} ${seat}`);
    },
  };
}

async function match(lockstep, more) {
  const all = await seated({}, room(lockstep, more));
  const game = simulation();
  const run = all.room.lockstep(game);
  const bundle = (n, inputs) => all.peer.send('BUNDLE', { frame: n, inputs: inputs.map(([seat, text]) => ({ seat, data: bytes(text) })) });
  const past = (name, fields) => all.peer.raw(frame(name, fields, { seq: all.peer.seq.room, flags: 16 }));
  const until_ = (n) => until(`frame ${n}`, () => run.frame >= n);
  return { ...all, game, run, bundle, past, until: until_ };
}

test('every frame is computed once, in order, and inputs hold on', async () => {
  const { peer, game, bundle, until } = await match();
  bundle(0, [[0, 'a'], [1, 'b']]);
  peer.send('EMPTY', { frame: 1, count: 3 });
  bundle(4, [[0, 'c']]);
  await until(5);
  assert.deepEqual(game.log, ['0 0=a 1=b', '1 0=a 1=b', '2 0=a 1=b', '3 0=a 1=b', '4 0=c 1=b']);
});

test('where missing inputs are neutral, none holds on', async () => {
  const { peer, game, bundle, until } = await match({ missingRepeats: false });
  bundle(0, [[0, 'a'], [1, 'b']]);
  peer.send('EMPTY', { frame: 1, count: 1 });
  bundle(2, [[0, 'c']]);
  await until(3);
  assert.deepEqual(game.log, ['0 0=a 1=b', '1', '2 0=c']);
});

test('an empty input is none', async () => {
  const { game, bundle, until } = await match();
  bundle(0, [[0, 'a'], [1, 'b']]);
  bundle(1, [[0, '']]);
  await until(2);
  assert.deepEqual(game.log, ['0 0=a 1=b', '1 1=b']);
});

test('who leaves takes the input along, in its place', async () => {
  const { peer, game, bundle, until } = await match();
  bundle(0, [[0, 'a'], [1, 'b']]);
  peer.send('MEMBER', { seat: { seat: 0, player: 'bob' }, event: 'MEMBER_LEFT' });
  peer.send('EMPTY', { frame: 1, count: 1 });
  await until(2);
  assert.deepEqual(game.log, ['0 0=a 1=b', 'left 0', '1 1=b']);
});

test('inputs are scheduled behind the delay, one a frame, and behind a late one', async () => {
  const { peer, run, bundle, until } = await match();
  assert.deepEqual([run.input(bytes('a')), run.input(bytes('b'))], [3, 4]);
  const first = await peer.expect('INPUT');
  assert.deepEqual([first.frame, first.seq, Buffer.from(first.data).toString()], [3, 2, 'a']);
  for (let n = 0; n < 6; n++) bundle(n, []);
  await until(6);
  assert.equal(run.input(bytes('c')), 9);
  const late = run.once('late');
  peer.send('LATE', { frame: 9, movedTo: 20 });
  assert.deepEqual(await late, { frame: 9, movedTo: 20 });
  assert.equal(run.input(bytes('d')), 21);
  const delay = run.once('delay');
  peer.send('DELAY', { frame: 6, inputDelay: 30 });
  await delay;
  assert.equal(run.input(bytes('e')), 36);
});

test('hashes are reported of the frames that the server asked for, all 64 bits of them', async () => {
  const { peer, game, run, bundle } = await match();
  game.hash = () => 0xfedcba9876543210n + BigInt(run.frame);
  for (let n = 0; n < 9; n++) bundle(n, []);
  const hashes = [await peer.expect('HASH'), await peer.expect('HASH'), await peer.expect('HASH')];
  assert.deepEqual(hashes.map((h) => [h.frame, h.hash]),
    [[0, '18364758544493064721'], [4, '18364758544493064725'], [8, '18364758544493064729']]);
});

test('frames wait for a simulation that comes late', async () => {
  const all = await seated({}, room());
  all.peer.send('BUNDLE', { frame: 0, inputs: [{ seat: 0, data: bytes('x') }] });
  all.peer.send('EMPTY', { frame: 1, count: 2 });
  await sleep(30);
  const game = simulation();
  assert.equal(all.room.lockstep(game).frame, 3);
  assert.deepEqual(game.log, ['0 0=x', '1 0=x', '2 0=x']);
  assert.throws(() => all.room.lockstep(simulation()), { code: 'wrong-mode' });
});

test('a relay room has no lockstep', async () => {
  const { room: relay } = await seated();
  assert.throws(() => relay.lockstep(simulation()), { code: 'wrong-mode' });
});

test('a joiner takes over the state of another and the inputs that hold on since', async () => {
  const { peer, game, run, bundle, until } = await match({ frame: 100 });
  bundle(100, [[0, 'a'], [1, 'b']]);
  bundle(101, [[0, 'c']]);
  peer.send('EMPTY', { frame: 102, count: 2 });
  assert.equal(run.frame, 0);
  peer.send('SNAPSHOT', { frame: 102, data: bytes('99') });
  await until(104);
  assert.deepEqual(game.log, ['load 102', '103 0=c 1=b']);
});

test('a joiner is played the past, while the match goes on', async () => {
  const { client, game, run, bundle, past, until, room: seat } = await match({ frame: 3 });
  const members = [];
  seat.on('member', ({ event, member }) => members.push([event, member.player]));
  bundle(3, [[0, 'd']]);
  past('BUNDLE', { frame: 0, inputs: [{ seat: 0, data: bytes('a') }, { seat: 5, data: bytes('z') }] });
  past('MEMBER', { seat: { seat: 5, player: 'old' }, event: 'MEMBER_LEFT' });
  past('EMPTY', { frame: 1, count: 2 });
  bundle(4, []);
  await until(5);
  assert.deepEqual(game.log, ['0 0=a 5=z', 'left 5', '1 0=a', '2 0=a', '3 0=d', '4 0=d']);
  assert.deepEqual(members, []);
  assert.equal(run.newest, 4);
  assert.ok(client.room);
});

test('the past may come in a BATCH that is numbered itself', async () => {
  const { client, peer, game, until } = await match({ frame: 2 });
  const frames = [0, 1].map((n) => frame('EMPTY', { frame: n, count: 1 }, { flags: 16 }));
  peer.send('BATCH', { frames });
  peer.raw(frame('BATCH', Buffer.from([]), { seq: peer.seq.session })); // the same number once more
  peer.send('NOTICE', { kind: 'say', text: 'no gap' });
  assert.equal((await client.once('notice')).text, 'no gap');
  await until(2);
  assert.deepEqual(game.log, ['0', '1']);
});

test('a snapshot is sent when that frame is computed', async () => {
  const { peer, game, bundle } = await match();
  bundle(0, []);
  peer.send('SNAPSHOT_WANTED', { frame: 2, why: 'a joiner' });
  bundle(1, []);
  await sleep(20);
  assert.equal(peer.seen('SNAPSHOT').length, 0);
  bundle(2, []);
  const snapshot = await peer.expect('SNAPSHOT');
  assert.deepEqual([snapshot.frame, Buffer.from(snapshot.data).toString()], [2, String(game.state)]);
  peer.send('SNAPSHOT_WANTED', { frame: 1 });
  assert.equal((await peer.expect('SNAPSHOT')).frame, 2);
});

test('who went astray stops, takes over the majority\'s state, and goes on from there', async () => {
  const { peer, game, run, bundle, until } = await match();
  for (let n = 0; n < 5; n++) bundle(n, n ? [] : [[0, 'a']]);
  await until(5);
  const desync = run.once('desync');
  peer.send('DESYNC', { frame: 4, yours: '18446744073709551615', majority: 5 });
  assert.deepEqual(await desync, { frame: 4, yours: 18446744073709551615n, majority: 5n });
  game.log = [];
  for (let n = 5; n < 9; n++) bundle(n, n === 6 ? [[1, 'b']] : []);
  peer.send('SNAPSHOT_WANTED', { frame: 5 }); // not from us
  await sleep(20);
  assert.deepEqual([run.frame, game.log, peer.seen('SNAPSHOT').length], [5, [], 0]);
  peer.send('SNAPSHOT', { frame: 7, data: bytes('1') });
  await until(9);
  assert.deepEqual(game.log, ['load 7', '8 0=a 1=b']);
});

test('after a resync with another\'s state, no input of before holds on', async () => {
  const { server, peer, game, run, bundle, until } = await match();
  bundle(0, [[0, 'a'], [1, 'b']]);
  await until(1);
  peer.cut();
  const next = await server.accept();
  await next.expect('HELLO');
  next.seq = { session: 9, room: 50 };
  next.welcome('RESYNC', { clientSeq: 2 });
  next.send('JOINED', { ...room({ frame: 100 }), roomSeq: 50, resync: true });
  next.send('BUNDLE', { frame: 100, inputs: [{ seat: 1, data: bytes('c') }] });
  next.send('SNAPSHOT', { frame: 100, data: bytes('5') });
  next.send('EMPTY', { frame: 101, count: 1 });
  await until(102);
  assert.deepEqual(game.log.slice(1), ['load 100', '101 1=c']);
  assert.equal(run.input(bytes('x')), 105);
});

test('after a resync from the log, the match goes on as if nothing had been', async () => {
  const { server, peer, game, bundle, until } = await match();
  bundle(0, [[0, 'a']]);
  await until(1);
  peer.cut();
  const next = await server.accept();
  await next.expect('HELLO');
  next.seq = { session: 9, room: 50 };
  next.welcome('RESYNC', { clientSeq: 2 });
  next.send('JOINED', { ...room({ frame: 3 }), roomSeq: 50, resync: true });
  next.send('BUNDLE', { frame: 3, inputs: [{ seat: 1, data: bytes('c') }] });
  next.raw(frame('EMPTY', { frame: 1, count: 2 }, { seq: 50, flags: 16 }));
  await until(4);
  assert.deepEqual(game.log, ['0 0=a', '1 0=a', '2 0=a', '3 0=a 1=c']);
});

test('a spectator follows, but says nothing', async () => {
  const { peer, game, run, bundle, until } = await match({}, { spectator: true });
  for (let n = 0; n < 5; n++) bundle(n, []);
  await until(5);
  assert.equal(game.log.length, 5);
  assert.equal(peer.seen('HASH').length, 0);
  assert.throws(() => run.input(bytes('x')), { code: 'not-allowed' });
});
