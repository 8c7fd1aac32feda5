// What the tests of the client share.
import { after } from 'node:test';
import { Client } from '../src/index.js';
import { FakeServer } from './fake_server.js';

const open = [];
after(() => open.splice(0).forEach((close) => close()));

/** A fake server and a client of it, which has not connected yet. */
export async function pair(options = {}) {
  const server = await FakeServer.start();
  const client = new Client({ url: server.url, token: 'ada', patienceMs: 20_000, ...options });
  const states = [];
  client.on('state', ({ state }) => states.push(state));
  open.push(() => (client.close(), server.stop()));
  return { server, client, states };
}

/** And with a session. */
export async function live(options = {}, welcome = {}) {
  const all = await pair(options);
  const connected = all.client.connect();
  const peer = await all.server.accept();
  await peer.expect('HELLO');
  peer.welcome('NEW', welcome);
  await connected;
  return { ...all, peer };
}

export const JOINED = {
  room: 'r-1', roomType: 'lobby', seat: 1, mode: 'MODE_RELAY', revision: 7, seed: 42, roomSeq: 0, state: 'ROOM_RUNNING',
  seats: [{ seat: 0, player: 'bob' }, { seat: 1, player: 'ada' }], tickUs: 50_000, resumeMs: 30_000,
};

/** And with a seat. */
export async function seated(options = {}, joined = {}, welcome = {}) {
  const all = await live(options, welcome);
  const joining = all.client.join({ type: 'lobby', key: 'k' });
  const { seq } = await all.peer.expect('JOIN');
  all.peer.send('JOINED', { ...JOINED, ...joined });
  all.peer.say('ACK', { clientSeq: seq });
  return { ...all, room: await joining };
}

export const bytes = (text) => new TextEncoder().encode(text);
export const string = (data) => new TextDecoder().decode(data);
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The first true answer of probe(). */
export async function until(what, probe) {
  for (const end = Date.now() + 20_000; ; ) {
    const answer = probe();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await sleep(2);
  }
}
