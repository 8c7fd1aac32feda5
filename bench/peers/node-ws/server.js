// The contract (bench/peers/README.md) with `ws`, as its documentation would have it.
// usage: node server.js PORT each|tick [HZ]
'use strict';
const {WebSocketServer} = require('ws');

const [port, mode = 'each', hz = 30] = process.argv.slice(2);
const rooms = new Map();

function roomOf(key) {
  if (!rooms.has(key)) rooms.set(key, {members: new Set(), waiting: []});
  return rooms.get(key);
}

function broadcast(room, bytes) {
  for (const member of room.members) member.send(bytes, {binary: true});
}

const server = new WebSocketServer({host: '127.0.0.1', port: +port, perMessageDeflate: false, backlog: 4096});
server.on('connection', (socket, request) => {
  const key = new URL(request.url, 'http://x').searchParams.get('room');
  const room = roomOf(key);
  room.members.add(socket);
  socket.on('message', (bytes) => {
    if (mode === 'tick') room.waiting.push(bytes);
    else broadcast(room, bytes);
  });
  socket.on('close', () => {
    room.members.delete(socket);
    if (room.members.size === 0) rooms.delete(key);
  });
  socket.on('error', () => {});
});

if (mode === 'tick') {
  setInterval(() => {
    for (const room of rooms.values()) {
      if (room.waiting.length === 0) continue;
      broadcast(room, Buffer.concat(room.waiting));
      room.waiting = [];
    }
  }, 1000 / hz);
}
