// Everybody in the tavern sees where everybody else is; a click is a wave. Open this page twice.
// ?name=ada&key=friday&server=ws://127.0.0.1:7350/play
import { Client } from '../../clients/js/dist/gamesrv.min.js';

const query = new URLSearchParams(location.search);
const name = query.get('name') ?? `guest-${Math.floor(Math.random() * 10_000)}`;
const url = query.get('server') ?? `ws://${location.hostname}:7350/play`;
const MOVE = 0;
const WAVE = 1;

const floor = document.getElementById('floor');
const brush = floor.getContext('2d');
/** By seat: where somebody is, from 0 to 1 each way, and since when they wave. */
const people = new Map();

const client = new Client({ url, token: name, build: 'tavern 1' });
const showState = (text) => (document.getElementById('state').textContent = text);
client.on('state', ({ state, retryInMs, error }) => {
  const more = state === 'waiting' ? ` for ${Math.ceil(retryInMs / 1000)} s` : '';
  showState(`${state}${more}${error ? ` (${error.message})` : ''}`);
});
client.on('room', (room) => {
  const list = () => (document.getElementById('who').textContent = [...room.members.values()].map((m) => m.player).join(', '));
  room.on('relay', ({ seat, data }) => hear(seat, new DataView(data.buffer, data.byteOffset, data.byteLength)));
  room.on('member', ({ event, member }) => {
    if (event === 'left') people.delete(member.seat);
    list();
  });
  room.on('resync', list);
  room.on('left', () => {
    people.clear();
    room.members.clear();
    list();
  });
  list();
});

function hear(seat, view) {
  if (view.byteLength < 5) return;
  const kind = view.getUint8(0);
  const person = people.get(seat) ?? {};
  people.set(seat, { ...person, x: view.getUint16(1) / 65535, y: view.getUint16(3) / 65535, ...(kind === WAVE && { waved: performance.now() }) });
}

function say(kind, event, options) {
  const view = new DataView(new ArrayBuffer(5));
  view.setUint8(0, kind);
  view.setUint16(1, (event.clientX / innerWidth) * 65535);
  view.setUint16(3, (event.clientY / innerHeight) * 65535);
  client.room?.send(new Uint8Array(view.buffer), options);
}

// At most 20 moves a second leave; the client drops those that the line is too slow for. A wave arrives.
let moved = 0;
floor.addEventListener('pointermove', (event) => {
  if (performance.now() - moved < 50) return;
  moved = performance.now();
  say(MOVE, event, { delivery: 'latest' });
});
floor.addEventListener('pointerdown', (event) => say(WAVE, event));

function draw() {
  [floor.width, floor.height] = [innerWidth, innerHeight];
  brush.font = '14px system-ui, sans-serif';
  for (const [seat, { x, y, waved = -Infinity }] of people) {
    const age = (performance.now() - waved) / 600;
    brush.fillStyle = brush.strokeStyle = `hsl(${(seat * 67) % 360} 70% 65%)`;
    brush.beginPath();
    brush.arc(x * floor.width, y * floor.height, 9, 0, 7);
    brush.fill();
    if (age < 1) {
      brush.beginPath();
      brush.arc(x * floor.width, y * floor.height, 9 + 60 * age, 0, 7);
      brush.stroke();
    }
    brush.fillText(client.room?.members.get(seat)?.player ?? '', x * floor.width + 14, y * floor.height + 5);
  }
  requestAnimationFrame(draw);
}

// Also after the server lost the session, by a crash or because we were away for too long.
client.on('session', ({ how }) => {
  if (how === 'new') client.join({ type: 'tavern', key: query.get('key') ?? 'web' }).catch((error) => showState(error.message));
});

draw();
client.connect().catch(() => {}); // "state" tells
