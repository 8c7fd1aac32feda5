// The contract (bench/peers/README.md) on Colyseus, which has a protocol of its own: seats are reserved before, and the paths to
// them written to a file, one a client.
// usage: node server.js PORT each|tick HZ CLIENTS MEMBERS PATHS_FILE
'use strict';
const fs = require('fs');
const {Server, Room, matchMaker} = require('@colyseus/core');
const {WebSocketTransport} = require('@colyseus/ws-transport');

const [port, mode = 'each', hz = 30, clients = 1000, members = 10, file = 'paths.txt'] = process.argv.slice(2);
const RECORD = 0;

class Game extends Room {
  onCreate() {
    this.autoDispose = false;
    this.seatReservationTimeout = 600;
    this.patchRate = mode === 'tick' ? 1000 / hz : null;
    if (mode !== 'tick') {
      this.onMessageBytes(RECORD, (client, bytes) => this.broadcastBytes(RECORD, bytes));
      return;
    }
    let waiting = [];
    this.onMessageBytes(RECORD, (client, bytes) => waiting.push(Buffer.from(bytes)));
    this.setSimulationInterval(() => {
      if (waiting.length === 0) return;
      this.broadcastBytes(RECORD, Buffer.concat(waiting));
      waiting = [];
    }, 1000 / hz);
  }
  onJoin() {}
  onLeave() {}
}

async function reserve() {
  const paths = [];
  for (let i = 0; i < +clients; i += +members) {
    const room = await matchMaker.createRoom('game', {});
    for (let k = 0; k < +members; k++) {
      const seat = await matchMaker.joinById(room.roomId, {});
      const place = seat.processId || (seat.room && seat.room.processId) || 'p';
      paths.push(`/${place}/${room.roomId}?sessionId=${seat.sessionId}`);
    }
  }
  return paths;
}

(async () => {
  const server = new Server({transport: new WebSocketTransport({pingInterval: 0}), greet: false});
  server.define('game', Game);
  await server.listen(+port, '127.0.0.1');
  fs.writeFileSync(file + '.part', (await reserve()).join('\n') + '\n');
  fs.renameSync(file + '.part', file);
})();
