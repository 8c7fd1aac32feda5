// What clients do with a real daemon. The same code runs under Node and inside a page; `world` is what it may ask for:
// url, Client, and ask(what) for things only the test outside can do. Each gives what the test wants to compare.

const text = (data) => new TextDecoder().decode(data);
const bytes = (words) => new TextEncoder().encode(words);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(what, probe) {
  for (const end = Date.now() + 30_000; ; ) {
    const answer = probe();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await sleep(3);
  }
}

function check(truth, what) {
  if (!truth) throw new Error(`not so: ${what}`);
}

/** Comes back without delay, for the tests' sake. */
async function player(world, token) {
  const client = new world.Client({ url: world.url, token, build: 'scenario', random: () => 0 });
  client.states = [];
  client.on('state', ({ state, error }) => client.states.push(error ? `${state}:${error.code}` : state));
  client.on('session', ({ how }) => client.states.push(`session:${how}`));
  await client.connect();
  return client;
}

async function members(world, names, target) {
  const clients = [];
  const rooms = [];
  for (const name of names) {
    clients.push(await player(world, name));
    rooms.push(await clients.at(-1).join(target));
  }
  return { clients, rooms };
}

function ears(room) {
  const heard = [];
  room.on('relay', ({ seat, data }) => heard.push(`${seat}:${text(data)}`));
  return heard;
}

/** Everybody hears the same, in the same order, the senders too. */
export async function relay(world) {
  const { clients, rooms } = await members(world, ['ada', 'bob', 'eve'], { type: 'relay', key: 'relay' });
  const heard = rooms.map(ears);
  await until('all members', () => rooms.every((r) => r.members.size === 3));
  for (let i = 0; i < 60; i++) rooms[i % 3].send(bytes(`m${i}`));
  await until('all messages', () => heard.every((h) => h.length === 60));
  check(heard[0].join() === heard[1].join() && heard[1].join() === heard[2].join(), 'one order for all');
  rooms[0].send(bytes('for bob'), { to: [rooms[1].seat] });
  await until('the word for bob', () => heard[1].length === 61);
  await rooms[2].leave();
  await until('eve to be gone', () => rooms[0].members.size === 2);
  check(heard[0].length === 60, 'only bob heard it');
  clients.forEach((c) => c.close());
  return { names: [...rooms[0].members.values()].map((m) => m.player) };
}

/** However often the line breaks: same seat, every message once, in order. */
export async function cuts(world) {
  const { clients, rooms } = await members(world, ['ada', 'bob'], { type: 'relay', key: 'cuts' });
  const heard = rooms.map(ears);
  const seats = rooms.map((r) => r.seat);
  let sent = 0;
  for (let cut = 0; cut < 25; cut++) {
    for (let i = 0; i < 4; i++) rooms[0].send(bytes(String(sent++)));
    if (cut % 2) await sleep(cut);
    await world.ask('cut');
    if (cut % 3 === 0) await until('both lines', () => clients.every((c) => c.state === 'live'));
  }
  await until('all messages', () => heard.every((h) => h.length >= sent));
  await sleep(50);
  const wanted = Array.from({ length: sent }, (_, i) => `${seats[0]}:${i}`).join();
  check(heard.every((h) => h.join() === wanted), `each once, in order: ${heard.map((h) => h.length)} of ${sent}`);
  check(rooms.every((r, i) => r.seat === seats[i] && !r.left), 'the same seats');
  check(!clients.some((c) => c.states.includes('session:resync')), 'nothing was lost on the way');
  clients.forEach((c) => c.close());
  return { sent };
}

/** A line that is silent, but not broken, is given up, and mended. */
export async function silence(world) {
  const { clients: [ada], rooms: [room] } = await members(world, ['ada'], { type: 'relay', key: 'silence' });
  const heard = ears(room);
  await world.ask('stall');
  room.send(bytes('into the void'));
  await until('suspicion', () => ada.states.includes('suspect'));
  await until('another line', () => ada.states.includes('waiting:line-broken'));
  await world.ask('flow');
  await until('the echo', () => heard.length === 1);
  await sleep(50);
  check(heard.length === 1, 'once');
  ada.close();
  return { states: ada.states };
}

/** One player, two tabs: the older one stops and does not fight. */
export async function supersede(world) {
  const { clients: [first], rooms: [room] } = await members(world, ['ada'], { type: 'relay', key: 'tabs' });
  const second = new world.Client({ url: world.url, token: 'ada' });
  await second.connect();
  const again = await second.join({ type: 'relay', key: 'tabs' });
  await until('the older one to stop', () => first.state === 'closed');
  check(first.states.at(-1) === 'closed:superseded', first.states.at(-1));
  check(again.id === room.id && again.seat === room.seat, 'the same seat');
  const heard = ears(again);
  again.send(bytes('still me'));
  await until('the echo', () => heard.length === 1);
  await sleep(300);
  check(first.state === 'closed' && second.state === 'live', 'no fight');
  second.close();
  return {};
}

/** What designers change reaches the game, as it holds in that room. */
export async function config(world) {
  const { clients: [ada], rooms: [room] } = await members(world, ['ada'], { type: 'shown', key: 'config' });
  await until('the configuration', () => room.config.get('Rules', 'standard'));
  const before = { ...room.config.get('Rules', 'standard') };
  const changes = [];
  room.config.on('change', (change) => changes.push(change));
  const revision = await world.ask('apply');
  await until('the change', () => room.config.revision >= revision);
  const later = await ada.join({ type: 'shown', key: 'later' }).catch((e) => e.code);
  await room.leave();
  const fresh = await ada.join({ type: 'shown', key: 'later' });
  await until('the configuration', () => fresh.config.get('Rules', 'standard'));
  ada.close();
  return {
    before, after: room.config.get('Rules', 'standard'), fresh: fresh.config.get('Rules', 'standard'), changes, later,
    pinned: [room.config.pinned, fresh.config.pinned], states: ada.states,
  };
}

/** Integers only; a different world after every different history. */
function simulation() {
  const MASK = (1n << 64n) - 1n;
  return {
    state: 1n,
    frames: 0,
    hashes: new Map(),
    mix(n) {
      this.state = ((this.state ^ BigInt(n)) * 0x100000001b3n) & MASK;
    },
    step(frame, inputs) {
      this.frames++;
      this.mix(frame);
      for (const seat of [...inputs.keys()].sort((a, b) => a - b)) {
        this.mix(seat + 1000);
        for (const byte of inputs.get(seat)) this.mix(byte);
      }
      this.hashes.set(frame, this.state);
    },
    member(event, seat) {
      if (event === 'left') this.mix(seat + 5000);
    },
    hash() {
      return this.state;
    },
    save() {
      return bytes(this.state.toString(16));
    },
    load(data) {
      this.state = BigInt(`0x${text(data)}`);
    },
  };
}

function agree(games) {
  let frames = 0;
  const [first, ...others] = games;
  for (const [frame, hash] of first.hashes) {
    for (const other of others) {
      if (!other.hashes.has(frame)) continue;
      frames++;
      check(other.hashes.get(frame) === hash, `frame ${frame} is the same for all`);
    }
  }
  return frames;
}

/** Members, joiners and those whose line broke compute the same. */
export async function lockstep(world) {
  const target = { type: 'lockstep', key: 'match' };
  const { clients, rooms } = await members(world, ['ada', 'bob'], target);
  const games = rooms.map(() => simulation());
  const runs = rooms.map((room, i) => room.lockstep(games[i]));
  const desyncs = [];
  const watch = (run) => run.on('desync', (e) => desyncs.push(e.frame));
  runs.forEach(watch);
  const play = setInterval(() => runs.forEach((run, i) => {
    if (!rooms[i].left && Math.random() < 0.5) run.input(Uint8Array.of(Math.floor(Math.random() * 256)));
  }), 25);
  rooms[0].start();
  await until('frame 60', () => runs.every((r) => r.frame >= 60));
  const late = await members(world, ['eve'], target);
  clients.push(...late.clients);
  rooms.push(...late.rooms);
  games.push(simulation());
  runs.push(rooms[2].lockstep(games[2]));
  watch(runs[2]);
  await until('eve to play along', () => games[2].frames > 40);
  await world.ask('cut');
  await until('all lines', () => clients.every((c) => c.state === 'live'));
  const goal = Math.max(...runs.map((r) => r.newest)) + 80;
  await until('80 more frames', () => runs.every((r) => r.frame >= goal));
  await rooms[1].leave();
  const end = runs[0].newest + 40;
  await until('40 more frames', () => runs[0].frame >= end && runs[2].frame >= end);
  clearInterval(play);
  const frames = agree(games);
  check(desyncs.length === 0, `nobody went astray: ${desyncs}`);
  clients.forEach((c) => c.close());
  return { frames, computed: games.map((g) => g.frames) };
}

/** Who computes something else is told so, and has the others' state a moment later. */
export async function astray(world) {
  const { clients, rooms } = await members(world, ['ada', 'bob', 'eve'], { type: 'lockstep', key: 'astray' });
  const games = rooms.map(() => simulation());
  const runs = rooms.map((room, i) => room.lockstep(games[i]));
  rooms[0].start();
  await until('frame 30', () => runs.every((r) => r.frame >= 30)).catch((error) => {
    const seen = runs.map((r, i) => `${r.frame} of ${r.newest}, ${rooms[i].status.state}, ${clients[i].states}`);
    throw new Error(`${error.message}: ${seen.join('; ')}`);
  });
  const desync = runs[2].once('desync');
  const loaded = runs[2].once('loaded');
  games[2].state ^= 1n;
  const { yours, majority } = await desync;
  await loaded;
  games.forEach((g) => g.hashes.clear());
  const goal = Math.max(...runs.map((r) => r.newest)) + 60;
  await until('60 more frames', () => runs.every((r) => r.frame >= goal));
  clients.forEach((c) => c.close());
  return { differed: yours !== majority, frames: agree(games) };
}

/** The daemon dies and comes back: so does the player, with a new session. */
export async function crash(world) {
  const { clients: [ada], rooms: [room] } = await members(world, ['ada'], { type: 'relay', key: 'crash' });
  const left = room.once('left');
  await world.ask('crash');
  const { reason } = await left;
  await until('a line', () => ada.state === 'live');
  const again = await ada.join({ type: 'relay', key: 'crash' });
  const heard = ears(again);
  again.send(bytes('back'));
  await until('the echo', () => heard.length === 1);
  ada.close();
  return { reason, states: ada.states };
}

/** An operator ends a session: with words, and for good. */
export async function kick(world) {
  const { clients: [ada], rooms: [room] } = await members(world, ['ada'], { type: 'relay', key: 'kick' });
  const closed = new Promise((resolve) => ada.on('state', (e) => e.state === 'closed' && resolve(e.error)));
  const left = room.once('left');
  await world.ask(`ctl kick ${ada.session} -m 'go home'`);
  const error = await closed;
  return { code: error.code, message: error.message, closeCode: error.closeCode, left: (await left).reason };
}

/** A drain is announced, ends the room in order, and does not send players round in circles. */
export async function drain(world) {
  const { clients: [ada], rooms: [room] } = await members(world, ['ada'], { type: 'relay', key: 'drain' });
  const notices = [];
  ada.on('notice', (notice) => notices.push(notice));
  const left = room.once('left');
  await world.ask('ctl drain --notice 1s --deadline 2s --detach');
  const refused = await ada.join({ type: 'relay', key: 'other' }).catch((error) => error.code);
  const end = await left;
  await until('the wait for another server', () => ada.states.at(-1).startsWith('waiting'));
  const attempts = ada.states.length;
  await sleep(500);
  const tries = ada.states.length - attempts;
  await world.ask('ctl drain --abort');
  await until('a line', () => ada.state === 'live');
  ada.close();
  return { notices, refused, end, tries, states: ada.states };
}

/** Cut again while still catching up, all of them: nobody is left with a hole in the match. */
export async function flicker(world) {
  const { clients, rooms } = await members(world, ['ada', 'bob', 'eve'], { type: 'brittle', key: 'flicker' });
  const games = rooms.map(() => simulation());
  const runs = rooms.map((room, i) => room.lockstep(games[i]));
  rooms[0].start();
  await until('frame 30', () => runs.every((r) => r.frame >= 30));
  for (let cut = 0; cut < 15; cut++) {
    await world.ask('cut');
    await sleep(10 + cut * 12);
  }
  await until('all lines', () => clients.every((c) => c.state === 'live'));
  const goal = Math.max(...runs.map((r) => r.newest)) + 60;
  await until('60 more frames', () => runs.every((r) => r.frame >= goal)).catch((error) => {
    throw new Error(`${error.message}: ${runs.map((r) => `${r.frame} of ${r.newest}`)}`);
  });
  clients.forEach((c) => c.close());
  return { frames: agree(games), resyncs: clients.map((c) => c.states.filter((s) => s === 'session:resync').length) };
}
