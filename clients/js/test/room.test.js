// A seat: joining, sending, hearing, leaving, and the configuration a room shows.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { TIMING } from './fake_server.js';
import { JOINED, bytes, live, pair, seated, sleep, string, until } from './helpers.js';

const json = (value) => bytes(JSON.stringify(value));

test('a room knows its members, its state, its seed and its pace', async () => {
  const { client, room } = await seated({}, { seed: '18446744073709551615' });
  assert.equal(client.room, room);
  assert.deepEqual(
    [room.id, room.type, room.seat, room.mode, room.revision, room.seed, room.tickMs, room.status.state, room.me.player],
    ['r-1', 'lobby', 1, 'relay', 7, 18446744073709551615n, 50, 'running', 'ada']);
});

test('join() says which room is meant', async () => {
  const { client, peer } = await live();
  const joining = client.join({ room: 'r-9', spectate: true });
  const { room, roomType, key, spectate } = await peer.expect('JOIN');
  assert.deepEqual([room, roomType, key, spectate], ['r-9', '', '', true]);
  peer.send('JOINED', { ...JOINED, room: 'r-9', spectator: true });
  assert.equal((await joining).spectator, true);
});

test('a refused join() rejects with the server\'s code, and another may follow', async () => {
  const { client, peer } = await live();
  const joining = client.join({ type: 'lobby' });
  const { seq } = await peer.expect('JOIN');
  peer.send('ERROR', { clientSeq: seq, code: 'room-full', text: 'all 10 seats are taken', retryAfterMs: 500 });
  await assert.rejects(joining, { code: 'room-full', message: 'room-full: all 10 seats are taken', retryAfterMs: 500 });
  const again = client.join({ type: 'lobby' });
  await peer.expect('JOIN');
  peer.send('JOINED', JOINED);
  assert.equal((await again).id, 'r-1');
});

test('join() without an answer rejects after the patience', async () => {
  const { client } = await live({ patienceMs: 1500 });
  await assert.rejects(client.join({ type: 'lobby' }), { code: 'timeout' });
});

test('join() before the line is there goes into the first session', async () => {
  const { server, client } = await pair();
  const connected = client.connect();
  const joining = client.join({ type: 'lobby' });
  const peer = await server.accept();
  await peer.expect('HELLO');
  peer.welcome('NEW');
  await connected;
  assert.equal((await peer.expect('JOIN')).seq, 1);
  peer.send('JOINED', JOINED);
  await joining;
});

test('join() outlives a broken line', async () => {
  const { server, client, peer } = await live();
  const joining = client.join({ type: 'lobby' });
  const { seq } = await peer.expect('JOIN');
  peer.cut();
  const next = await server.accept();
  await next.expect('HELLO');
  next.welcome('RESUMED', { clientSeq: 0 });
  assert.equal((await next.expect('JOIN')).seq, seq);
  next.send('JOINED', JOINED);
  await joining;
});

test('a seat that the player had already is announced', async () => {
  const { client, peer } = await live();
  const announced = client.once('room');
  peer.send('JOINED', { ...JOINED, resync: true });
  assert.equal((await announced).id, 'r-1');
});

test('join() gives the seat that the player has there already, and refuses another', async () => {
  const { client, peer } = await live();
  const joining = client.join({ type: 'lobby', key: 'k' }); // on its way when the seat is announced
  const { seq } = await peer.expect('JOIN');
  peer.send('JOINED', { ...JOINED, key: 'k', resync: true });
  peer.send('ERROR', { clientSeq: seq, code: 'already-seated' });
  const room = await joining;
  for (const target of [{ type: 'lobby', key: 'k' }, { type: 'lobby' }, { room: 'r-1' }]) {
    assert.equal(await client.join(target), room);
  }
  for (const target of [{ type: 'lobby', key: 'other' }, { type: 'duel', key: 'k' }, { room: 'r-2' }]) {
    const refused = assert.rejects(client.join(target), { code: 'already-seated' });
    peer.send('ERROR', { clientSeq: (await peer.expect('JOIN')).seq, code: 'already-seated' });
    await refused;
  }
});

test('what comes right behind JOINED finds its handlers', async () => {
  const { client, peer } = await live();
  const joining = client.join({ type: 'lobby' });
  await peer.expect('JOIN');
  peer.socket._socket.cork();
  peer.send('JOINED', JOINED);
  peer.send('CONFIG_NOW', { revision: 1, pinned: 1, complete: true, documents: [{ kind: 'A', name: 'b', json: json({}) }] });
  for (let i = 0; i < 10; i++) peer.send('RELAYED', { seat: 0, data: bytes(String(i)) });
  peer.socket._socket.uncork();
  const room = await joining;
  const heard = [];
  room.on('relay', ({ data }) => heard.push(string(data)));
  room.config.on('change', ({ changed }) => heard.push(...changed));
  await until('eleven', () => heard.length === 11);
  assert.deepEqual(heard, ['A/b', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
});

test('relays say who sent them, how, and whether to us alone', async () => {
  const { peer, room } = await seated();
  const heard = [];
  room.on('relay', (e) => heard.push([e.seat, e.member?.player, string(e.data), e.delivery, e.key, e.direct]));
  peer.send('RELAYED', { seat: 0, data: bytes('a') });
  peer.send('RELAYED', { seat: 1, data: bytes('b'), delivery: 'DELIVERY_LATEST', key: 3 });
  peer.send('DIRECT', { seat: 0, data: bytes('c'), delivery: 'DELIVERY_COSMETIC' });
  await until('three', () => heard.length === 3);
  assert.deepEqual(heard, [[0, 'bob', 'a', 'ordered', 0, false], [1, 'ada', 'b', 'latest', 3, false],
    [0, 'bob', 'c', 'cosmetic', 0, true]]);
});

test('members come, fall silent, come back and leave', async () => {
  const { peer, room } = await seated();
  const heard = [];
  room.on('member', ({ event, member, reason }) => heard.push([event, member.player, member.suspended, reason]));
  const eve = { seat: 2, player: 'eve' };
  peer.send('MEMBER', { seat: eve, event: 'MEMBER_JOINED' });
  peer.send('MEMBER', { seat: { ...eve, suspended: true }, event: 'MEMBER_SUSPENDED' });
  await until('silence', () => room.members.get(2)?.suspended);
  peer.send('MEMBER', { seat: eve, event: 'MEMBER_RESUMED' });
  peer.send('MEMBER', { seat: eve, event: 'MEMBER_LEFT', reason: 'REASON_KICKED' });
  await until('four', () => heard.length === 4);
  assert.deepEqual(heard, [['joined', 'eve', false, 'none'], ['suspended', 'eve', true, 'none'],
    ['resumed', 'eve', false, 'none'], ['left', 'eve', false, 'kicked']]);
  assert.deepEqual([...room.members.keys()], [0, 1]);
});

test('the state of the match comes with actor and reason', async () => {
  const { peer, room } = await seated();
  const status = room.once('status');
  peer.send('ROOM', { state: 'ROOM_ENDING', actor: 'operator/root', reason: 'maintenance', draining: true });
  assert.deepEqual(await status, { state: 'ending', paused: false, locked: false, draining: true, degraded: false,
    actor: 'operator/root', reason: 'maintenance' });
  assert.equal(room.status.state, 'ending');
});

test('the match is started, paused, resumed and finished', async () => {
  const { peer, room } = await seated();
  room.start();
  room.pause('lunch');
  room.resume();
  room.finish();
  const verbs = [];
  for (let i = 0; i < 4; i++) verbs.push(await peer.expect('CONTROL'));
  assert.deepEqual(verbs.map(({ seq, verb, reason }) => [seq, verb, reason]), [[2, 'VERB_START', ''],
    [3, 'VERB_PAUSE', 'lunch'], [4, 'VERB_RESUME', ''], [5, 'VERB_FINISH', '']]);
  const refused = room.once('refused');
  peer.send('ERROR', { clientSeq: 5, code: 'not-allowed', text: 'only the owner may' });
  assert.equal((await refused).code, 'not-allowed');
});

test('leave() resolves when the seat is free', async () => {
  const { client, peer, room } = await seated();
  const leaving = room.leave();
  const left = room.once('left');
  await peer.expect('LEAVE');
  peer.send('LEFT', { room: 'r-1', reason: 'REASON_CLIENT_BYE' });
  await leaving;
  assert.deepEqual([(await left).reason, client.room, room.left], ['client_bye', undefined, true]);
  await room.leave();
});

test('a room that was closed says why', async () => {
  const { client, peer, room } = await seated();
  const left = room.once('left');
  peer.send('LEFT', { room: 'r-1', reason: 'REASON_ROOM_CLOSED', text: 'empty for too long' });
  assert.deepEqual(await left, { reason: 'room_closed', text: 'empty for too long' });
  assert.equal(client.state, 'live');
});

test('flush() resolves when the server has everything', async () => {
  const { peer, room } = await seated();
  room.send(bytes('x'));
  let flushed = false;
  const flushing = room.flush().then(() => (flushed = true));
  const { seq } = await peer.expect('RELAY');
  await until('a heartbeat that asks', () => peer.seen('HEARTBEAT').length >= 2);
  assert.equal(flushed, false);
  peer.say('HEARTBEAT', { clientSeq: seq });
  await flushing;
});

test('while the line is down, of "latest" the newest of a key waits, "cosmetic" does not', async () => {
  const { server, client, peer, room } = await seated({}, {}, { timing: { ...TIMING, backoffMinMs: 100 } });
  await until('the ACK', () => client.queued === 0);
  peer.cut();
  await until('the cut', () => client.state === 'waiting');
  room.send(bytes('o1'));
  for (const n of [1, 2, 3]) {
    room.send(bytes(`k1-${n}`), { delivery: 'latest', key: 1 });
    room.send(bytes(`k2-${n}`), { delivery: 'latest', key: 2 });
    room.send(bytes(`c-${n}`), { delivery: 'cosmetic' });
  }
  room.send(bytes('k1-to'), { delivery: 'latest', key: 1, to: [0] });
  const next = await server.accept();
  await next.expect('HELLO');
  next.welcome('RESUMED', { clientSeq: 1 });
  const came = [];
  for (let i = 0; i < 4; i++) came.push(await next.expect('RELAY'));
  assert.deepEqual(came.map(({ seq, data, to }) => [seq, string(data), to]),
    [[2, 'o1', []], [3, 'k1-3', []], [4, 'k2-3', []], [5, 'k1-to', [0]]]);
});

test('more than the queue holds is refused at once', async () => {
  const { peer, room } = await seated({ maxQueueMessages: 3 });
  for (let i = 0; i < 3; i++) room.send(bytes('x'));
  assert.throws(() => room.send(bytes('x')), { code: 'queue-full' });
  peer.say('ACK', { clientSeq: 4 });
  await sleep(20);
  room.send(bytes('x'));
});

test('more than the server takes in one message is refused at once', async () => {
  const { room } = await seated({}, {}, { timing: { ...TIMING, messageBytes: 256 } });
  room.send(new Uint8Array(230));
  assert.throws(() => room.send(new Uint8Array(260)), { code: 'too-big' });
});

test('more receivers than the protocol knows are refused at once', async () => {
  const { room } = await seated();
  assert.throws(() => room.send(bytes('x'), { to: Array.from({ length: 65 }, (_, i) => i) }), { code: 'bad-request' });
});

test('the server\'s rate is kept, and nothing is lost by that', async () => {
  const { peer, room } = await seated({}, {}, { timing: { ...TIMING, rate: 200, burst: 20 } });
  const began = performance.now();
  for (let i = 0; i < 40; i++) room.send(bytes(String(i)));
  const order = [];
  while (order.length < 40) order.push(Number(string((await peer.expect('RELAY')).data)));
  assert.deepEqual(order, Array.from({ length: 40 }, (_, i) => i));
  assert.ok(performance.now() - began >= 140, 'sent faster than the server allows');
});

test('configuration comes whole, then changes, in parts that count together', async () => {
  const { peer, room } = await seated();
  const heard = [];
  room.config.on('change', (e) => heard.push(e));
  const doc = (name, hp) => ({ kind: 'Arena', name, json: json({ hp }) });
  peer.send('CONFIG_NOW', { revision: 5, pinned: 5, complete: true, documents: [doc('keep', 100)], more: true });
  peer.send('CONFIG_NOW', { revision: 5, pinned: 5, complete: true, documents: [doc('pit', 50)] });
  await until('all of it', () => heard.length === 1);
  assert.deepEqual(room.config.get('Arena', 'keep'), { hp: 100 });
  assert.deepEqual(room.config.list('Arena').map((d) => d.name), ['keep', 'pit']);
  peer.send('CONFIG', { revision: 6, pinned: 5, documents: [doc('keep', 90)], more: true });
  peer.send('NOTICE', { kind: 'say', text: 'between' });
  await sleep(20);
  assert.deepEqual(room.config.get('Arena', 'keep'), { hp: 100 });
  peer.send('CONFIG', { revision: 6, pinned: 5, removed: ['Arena/pit'] });
  await until('the change', () => heard.length === 2);
  assert.deepEqual(heard[1], { revision: 6, pinned: 5, changed: ['Arena/keep'], removed: ['Arena/pit'] });
  assert.deepEqual([room.config.get('Arena', 'keep'), room.config.get('Arena', 'pit')], [{ hp: 90 }, undefined]);
  assert.deepEqual([room.config.revision, room.config.pinned], [6, 5]);
});

test('a handler that throws harms nobody else, and is reported', () => {
  const game = `import { Emitter } from ${JSON.stringify(new URL('../src/emitter.js', import.meta.url))};
    const e = new Emitter();
    process.on('uncaughtException', (error) => console.log('reported', error.message));
    e.on('x', () => { throw new Error('a bug of the game'); });
    e.on('x', (n) => console.log('heard', n));
    e.emit('x', 1);`;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', game], { encoding: 'utf8' });
  assert.equal(run.stdout, 'heard 1\nreported a bug of the game\n');
});

test('a handler can be taken away', async () => {
  const { peer, room } = await seated();
  const heard = [];
  const off = room.on('relay', ({ data }) => heard.push(string(data)) === 1 && off());
  const second = new Promise((resolve) => room.on('relay', ({ data }) => string(data) === '2' && resolve()));
  peer.send('RELAYED', { data: bytes('1') });
  peer.send('RELAYED', { data: bytes('2') });
  await second;
  assert.deepEqual(heard, ['1']);
});
