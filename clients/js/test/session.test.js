// HELLO and its answers, the line, and what happens when it breaks.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TIMING, frame } from './fake_server.js';
import { JOINED, bytes, live, pair, seated, sleep, string, until } from './helpers.js';

test('a client says who it is and is live after WELCOME', async () => {
  const { server, client, states } = await pair({ build: 'game 1.2' });
  const connected = client.connect();
  const peer = await server.accept();
  const hello = await peer.expect('HELLO');
  assert.equal(peer.path, '/play');
  assert.equal(peer.socket.protocol, 'gamesrv.v1');
  assert.deepEqual(
    [hello.token, hello.protocol, hello.clientBuild, hello.resumeToken.length, hello.zstd, hello.crc32c, hello.flags],
    ['ada', 1, 'game 1.2', 0, false, false, 16]);
  peer.welcome('NEW', { session: 's-2000ck' });
  await connected;
  assert.deepEqual(states, ['connecting', 'live']);
  assert.deepEqual([client.session, client.player, client.server, client.state], ['s-2000ck', 'ada', 'fake 1', 'live']);
});

test('a broken line is resumed where the session is kept, with the ticket and the last numbers', async () => {
  const { server, client, states, peer, room } = await seated();
  const heard = [];
  room.on('relay', ({ data }) => heard.push(string(data)));
  peer.send('RELAYED', { seat: 0, data: bytes('one') });
  peer.send('NOTICE', { kind: 'say', text: 'hi' });
  await until('the relay', () => heard.length === 1);
  peer.cut();
  const next = await server.accept();
  const hello = await next.expect('HELLO');
  assert.equal(next.path, '/play/1');
  assert.deepEqual([string(hello.resumeToken), hello.sessionSeq, hello.roomSeq], ['ticket', 2, 1]);
  next.welcome('RESUMED', { replayed: 1, clientSeq: 1, resumeToken: bytes('second') });
  next.seq = { session: 2, room: 1 };
  next.send('RELAYED', { seat: 0, data: bytes('two') });
  await until('the replay', () => heard.length === 2);
  assert.deepEqual(heard, ['one', 'two']);
  assert.deepEqual(states, ['connecting', 'live', 'waiting', 'connecting', 'live']);
  assert.equal(client.room, room);
});

test('commands without an ACK are sent again with their numbers, those with one are not', async () => {
  const { server, peer, room } = await seated();
  for (const text of ['a', 'b', 'c']) room.send(bytes(text));
  assert.deepEqual([(await peer.expect('RELAY')).seq, (await peer.expect('RELAY')).seq], [2, 3]);
  peer.say('ACK', { clientSeq: 2 });
  await until('the ACK', () => room.seat === 1);
  peer.cut();
  room.send(bytes('d'));
  const next = await server.accept();
  await next.expect('HELLO');
  next.welcome('RESUMED', { clientSeq: 3 });
  const [c, d] = [await next.expect('RELAY'), await next.expect('RELAY')];
  assert.deepEqual([c.seq, string(c.data), d.seq, string(d.data)], [4, 'c', 5, 'd']);
  await sleep(20);
  assert.equal(next.seen('RELAY').length, 0);
});

test('a hundred cuts lose nothing and double nothing', async () => {
  const { server, client, peer: first, room } = await seated({ random: () => 0 });
  const heard = [];
  room.on('relay', ({ data }) => heard.push(Number(string(data))));
  let peer = first;
  let carriedOut = 1;
  const done = [];
  for (let cut = 0; cut < 100; cut++) {
    room.send(bytes(String(cut)));
    // Some commands arrive before the cut, of some only the echo is lost.
    if (cut % 3) {
      const { seq, data } = await peer.expect('RELAY');
      carriedOut = seq;
      done.push(Number(string(data)));
    }
    peer.cut();
    peer = await server.accept();
    const hello = await peer.expect('HELLO');
    peer.seq = { session: hello.sessionSeq, room: hello.roomSeq };
    peer.welcome('RESUMED', { clientSeq: carriedOut });
    while (done.length > hello.roomSeq && peer.seq.room < done.length) {
      peer.send('RELAYED', { seat: 1, data: bytes(String(done[peer.seq.room])) });
    }
    for (let more = cut % 3 ? 0 : 1; more > 0; more--) {
      const { seq, data } = await peer.expect('RELAY');
      carriedOut = seq;
      done.push(Number(string(data)));
    }
  }
  while (peer.seq.room < done.length) peer.send('RELAYED', { seat: 1, data: bytes(String(done[peer.seq.room])) });
  await until('the last', () => heard.length === 100);
  assert.deepEqual(heard, Array.from({ length: 100 }, (_, i) => i));
  peer.say('ACK', { clientSeq: carriedOut });
  await until('an empty queue', () => client.queued === 0);
});

test('RESYNC keeps session and room, and tells the game what it must look at anew', async () => {
  const { server, client, peer, room } = await seated();
  let resyncs = 0;
  room.on('resync', () => resyncs++);
  const heard = [];
  room.on('relay', ({ data }) => heard.push(string(data)));
  peer.cut();
  const next = await server.accept();
  await next.expect('HELLO');
  next.seq = { session: 9, room: 50 };
  next.welcome('RESYNC', { clientSeq: 1 });
  next.send('JOINED', { ...JOINED, roomSeq: 50, resync: true, seats: [{ seat: 1, player: 'ada' }, { seat: 2, player: 'eve' }] });
  next.send('RELAYED', { seat: 2, data: bytes('hi') });
  await until('the relay', () => heard.length);
  assert.equal(resyncs, 1);
  assert.equal(client.room, room);
  assert.deepEqual([...room.members.keys()], [1, 2]);
});

test('MOVED leads to another path at once, with the same ticket', async () => {
  const { server, client } = await pair();
  const connected = client.connect();
  const peer = await server.accept();
  await peer.expect('HELLO');
  peer.welcome('MOVED', { path: '/play/3', session: '', resumeToken: bytes('') });
  const next = await server.accept();
  assert.equal(next.path, '/play/3');
  await next.expect('HELLO');
  next.welcome('NEW');
  await connected;
});

test('a server that leads in a circle is left alone for a while', async () => {
  const { server, client, states } = await pair();
  client.connect().catch(() => {});
  for (let i = 0; i < 5; i++) {
    const peer = await server.accept();
    await peer.expect('HELLO');
    peer.welcome('MOVED', { path: '/play/3' });
  }
  await until('back-off', () => states.includes('waiting'));
});

test('RETRY waits as long as the server says', async () => {
  const { server, client } = await pair({ random: () => 0 });
  const connected = client.connect();
  const peer = await server.accept();
  await peer.expect('HELLO');
  const waiting = client.once('state');
  peer.welcome('RETRY', { retryAfterMs: 80 });
  const { state, retryInMs, error } = await waiting;
  assert.deepEqual([state, retryInMs, error.code], ['waiting', 80, 'retry']);
  const next = await server.accept();
  await next.expect('HELLO');
  next.welcome('NEW');
  await connected;
});

test('GONE ends the room and begins a new session on the same line', async () => {
  const { server, client, peer, room } = await seated();
  const left = room.once('left');
  peer.cut();
  const next = await server.accept();
  await next.expect('HELLO');
  next.welcome('GONE', { reason: 'REASON_RESUME_EXPIRED' });
  const hello = await next.expect('HELLO');
  assert.deepEqual([hello.resumeToken.length, hello.sessionSeq, hello.roomSeq], [0, 0, 0]);
  const session = client.once('session');
  next.welcome('NEW', { session: 's-2' });
  assert.deepEqual(await session, { session: 's-2', player: 'ada', how: 'new' });
  assert.equal((await left).reason, 'resume_expired');
  assert.equal(client.room, undefined);
  assert.throws(() => room.send(bytes('x')), { code: 'left' });
});

test('GONE for a kicked player stops', async () => {
  const { server, client, peer } = await live();
  const closed = new Promise((resolve) => client.on('state', (e) => e.state === 'closed' && resolve(e)));
  peer.cut();
  const next = await server.accept();
  await next.expect('HELLO');
  next.welcome('GONE', { reason: 'REASON_KICKED' });
  assert.equal((await closed).error.code, 'kicked');
  await sleep(50);
  assert.equal(server.waiting, 0);
});

test('BYE with the advice to stop is obeyed, with its words', async () => {
  const { server, client, peer, room } = await seated();
  const closed = new Promise((resolve) => client.on('state', (e) => e.state === 'closed' && resolve(e)));
  const left = room.once('left');
  peer.say('BYE', { reason: 'REASON_SUPERSEDED', advice: 'ADVICE_STOP', text: 'the player connected from elsewhere' });
  peer.socket.close(4004);
  const { error } = await closed;
  assert.deepEqual([error.code, error.reason, error.closeCode, error.message],
    ['superseded', 'superseded', 4004, 'superseded: the player connected from elsewhere']);
  assert.equal((await left).reason, 'superseded');
  await sleep(50);
  assert.equal(server.waiting, 0);
  await assert.rejects(client.join({ type: 'lobby' }), { code: 'wrong-state' });
});

test('BYE with the advice to reconnect begins a new session', async () => {
  const { server, client, peer } = await seated();
  peer.say('BYE', { reason: 'REASON_DRAINED', advice: 'ADVICE_RECONNECT', retryAfterMs: 5 });
  peer.socket.close(4007);
  const next = await server.accept();
  const hello = await next.expect('HELLO');
  assert.equal(hello.resumeToken.length, 0);
  assert.equal(next.path, '/play');
  assert.equal(client.room, undefined);
});

test('an upgrade that is refused for now is tried again after Retry-After', async () => {
  const { server, client } = await pair({ random: () => 0 });
  let refused = 0;
  server.refuse = () => refused++ < 1 && [503, { 'Retry-After': '1' }, 'full'];
  const began = Date.now();
  const connected = client.connect();
  const waits = [];
  client.on('state', (e) => e.state === 'waiting' && waits.push([e.retryInMs, e.error.code, e.error.message]));
  const peer = await server.accept();
  assert.deepEqual(waits, [[1000, 'http-503', 'http-503: full']]);
  assert.ok(Date.now() - began >= 990);
  await peer.expect('HELLO');
  peer.welcome('NEW');
  await connected;
});

test('an upgrade that is refused for good rejects connect()', async () => {
  const { server, client } = await pair();
  server.refuse = () => [403, {}, 'this page may not connect'];
  await assert.rejects(client.connect(), { code: 'http-403', message: 'http-403: this page may not connect' });
  assert.equal(client.state, 'closed');
});

test('a session whose own path is gone is asked for at the front door', async () => {
  const { server, client, peer } = await live();
  server.refuse = ({ url }) => url === '/play/1' && [404, {}, 'no such loop'];
  peer.cut();
  const next = await server.accept();
  assert.equal(next.path, '/play');
  assert.equal(string((await next.expect('HELLO')).resumeToken), 'ticket');
  next.welcome('RESUMED');
  await until('live', () => client.state === 'live');
});

test('connect() gives up after its patience and says what was wrong last', async () => {
  const { server, client } = await pair({ patienceMs: 1500 });
  server.refuse = () => [503, {}, 'full'];
  await assert.rejects(client.connect(), { code: 'http-503' });
  assert.equal(client.state, 'closed');
  server.refuse = undefined;
  const again = client.connect();
  const peer = await server.accept();
  await peer.expect('HELLO');
  peer.welcome('NEW');
  await again;
});

test('the token is asked for at each attempt', async () => {
  let n = 0;
  const { server, client } = await pair({ token: async () => `token-${++n}` });
  const connected = client.connect();
  const peer = await server.accept();
  assert.equal((await peer.expect('HELLO')).token, 'token-1');
  peer.welcome('NEW');
  await connected;
  peer.cut();
  const next = await server.accept();
  assert.equal((await next.expect('HELLO')).token, 'token-2');
});

test('a token that cannot be had is tried again, and connect() says so', async () => {
  const { client } = await pair({ patienceMs: 100, token: () => Promise.reject(new Error('login is down')) });
  await assert.rejects(client.connect(), { code: 'no-token', message: /login is down/ });
});

test('heartbeats go out, acknowledge both streams and measure the way', async () => {
  const { client, peer, room } = await seated({}, {}, { timing: { ...TIMING, heartbeatMs: 40 } });
  peer.send('RELAYED', { seat: 0, data: bytes('x') });
  await room.once('relay');
  await until('a heartbeat after the relay', () => peer.seen('HEARTBEAT').some((b) => b.roomSeq === 1));
  const beat = peer.seen('HEARTBEAT').find((b) => b.roomSeq === 1);
  assert.deepEqual([beat.sessionSeq, beat.flags, beat.seq], [1, 16, 1]);
  peer.say('HEARTBEAT', { timeUs: 77, echoUs: beat.timeUs });
  const echo = await until('the echo', () => peer.seen('HEARTBEAT').find((b) => b.echoUs === '77'));
  assert.equal(echo.timeUs, '0');
  assert.ok(client.rttMs >= 0 && client.rttMs < 10_000);
});

test('a server that falls silent is suspect, then left, though we go on sending', async () => {
  const { server, client, states, room } = await seated({}, {}, { timing: { ...TIMING, heartbeatMs: 30 } });
  const chatter = setInterval(() => client.room && room.send(bytes('x')), 5);
  const next = await server.accept();
  clearInterval(chatter);
  assert.equal(string((await next.expect('HELLO')).resumeToken), 'ticket');
  assert.deepEqual(states.slice(0, 5), ['connecting', 'live', 'suspect', 'waiting', 'connecting']);
});

test('a suspect line is live again with the next frame', async () => {
  const { client, states, peer } = await live({}, { timing: { ...TIMING, heartbeatMs: 40, heartbeatMisses: 100 } });
  await until('suspicion', () => client.state === 'suspect');
  peer.say('HEARTBEAT', { timeUs: 1 });
  await until('trust', () => client.state === 'live');
  assert.deepEqual(states, ['connecting', 'live', 'suspect', 'live']);
});

test('a WELCOME that does not come ends the attempt', async () => {
  const { server, client, peer } = await live({}, { timing: { ...TIMING, helloMs: 60 } });
  peer.cut();
  const next = await server.accept();
  await next.expect('HELLO');
  const third = await server.accept();
  await third.expect('HELLO');
  third.welcome('RESUMED');
  await until('live', () => client.state === 'live');
});

test('a frame that came before is dropped, a gap is mended by a resume', async () => {
  const { server, peer, room } = await seated();
  const heard = [];
  room.on('relay', ({ data }) => heard.push(string(data)));
  const relayed = (text, seq) => peer.raw(frame('RELAYED', { data: bytes(text) }, { seq }));
  relayed('1', 1);
  relayed('1', 1);
  relayed('2', 2);
  relayed('4', 4);
  const next = await server.accept();
  assert.equal((await next.expect('HELLO')).roomSeq, 2);
  assert.deepEqual(heard, ['1', '2']);
});

test('a BATCH is the frames in it', async () => {
  const { peer, room } = await seated();
  const heard = [];
  room.on('relay', ({ data }) => heard.push(string(data)));
  const frames = ['1', '2', '3'].map((text, i) => frame('RELAYED', { data: bytes(text) }, { seq: i + 1 }));
  peer.say('BATCH', { frames });
  await until('three', () => heard.length === 3);
  assert.deepEqual(heard, ['1', '2', '3']);
});

test('what cannot be read ends the line, not the client', async () => {
  const { server, client, peer: first } = await live();
  let peer = first;
  const wrong = [
    Buffer.from('short'), Buffer.alloc(16), frame('ACK', {}, { flags: 64 }), frame('ACK', {}, { flags: 2 }),
    Buffer.concat([frame('ACK', {}), Buffer.from('x')]), frame('ACK', {}, { flags: 4, tail: Buffer.alloc(4) }),
    frame('ACK', {}, { flags: 1 }), frame('ACK', Buffer.from([0x08])), frame('JOINED', Buffer.from([0x0a, 0x7f]), { seq: 1 }),
    'text',
  ];
  for (const bad of wrong) {
    peer.raw(bad);
    peer = await server.accept();
    await peer.expect('HELLO');
    peer.welcome('RESUMED');
    await until('live', () => client.state === 'live');
  }
});

test('a frame of an unknown type is nobody\'s business', async () => {
  const { client, peer } = await live();
  const odd = frame('ACK', {}, { flags: 16 });
  odd.writeUInt16BE(0x7f, 6);
  peer.raw(odd);
  peer.send('NOTICE', { kind: 'say', text: 'still here', inMs: 5 });
  assert.deepEqual(await client.once('notice'), { kind: 'say', text: 'still here', inMs: 5 });
});

test('checksums are asked for, made, and checked', async () => {
  const { server, client } = await pair({ crc32c: true });
  const connected = client.connect();
  const peer = await server.accept();
  const hello = await peer.expect('HELLO');
  assert.deepEqual([hello.crc32c, hello.flags], [true, 16 | 4]);
  peer.welcome('NEW');
  await connected;
});

test('with an inflater, compressed payloads are asked for and read', async () => {
  const { server, client } = await pair({ inflate: (payload) => payload.subarray(4) });
  const connected = client.connect();
  const peer = await server.accept();
  assert.equal((await peer.expect('HELLO')).zstd, true);
  peer.welcome('NEW');
  await connected;
  const plain = frame('NOTICE', { kind: 'say', text: 'small' });
  peer.raw(frame('NOTICE', Buffer.concat([Buffer.from('zstd'), plain.subarray(16)]), { seq: 1, flags: 1 }));
  assert.equal((await client.once('notice')).text, 'small');
});

test('close() says goodbye and tells everybody who waits', async () => {
  const { server, client, peer } = await live();
  const joining = assert.rejects(client.join({ type: 'lobby' }), { code: 'closed', reason: 'client_bye' });
  client.close();
  assert.equal((await peer.expect('BYE')).reason, 'REASON_CLIENT_BYE');
  assert.equal(await peer.ended, 1000);
  await joining;
  await sleep(30);
  assert.equal(server.waiting, 0);
  assert.equal(client.state, 'closed');
});

test('close() before the server answered rejects connect()', async () => {
  const { client } = await pair();
  const connecting = assert.rejects(client.connect(), { code: 'closed' });
  client.close();
  await connecting;
});

test('retry() does not wait for the back-off', async () => {
  const { server, client, peer } = await live({ random: () => 1 }, { timing: { ...TIMING, backoffMinMs: 60_000, backoffMaxMs: 60_000 } });
  peer.cut();
  await until('waiting', () => client.state === 'waiting');
  client.retry();
  await (await server.accept()).expect('HELLO');
});
