// A server that says exactly what a test tells it to. Its codec is its own: a header by hand, payloads through
// protobufjs' reflection, so that it does not share the client's mistakes.
import { once } from 'node:events';
import http from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';
import { WebSocketServer } from 'ws';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = new protobuf.Root();
root.resolvePath = (_, file) => file;
root.loadSync(path.join(here, '../../../proto/game.proto'));
const types = root.lookupEnum('gamesrv.v1.FrameType').values;
const names = Object.fromEntries(Object.entries(types).map(([name, n]) => [n, name.slice('FRAME_'.length)]));
const OTHER_NAMES = { DIRECT: 'Relayed', CONFIG_NOW: 'Config', SNAPSHOT_WANTED: 'SnapshotWanted' };

export function message(name) {
  const title = OTHER_NAMES[name] ?? name[0] + name.slice(1).toLowerCase();
  return root.lookupType(`gamesrv.v1.${title}`);
}

export function frame(name, fields, { seq = 0, flags = 0, tail = Buffer.alloc(0) } = {}) {
  const type = message(name);
  const payload = Buffer.isBuffer(fields) ? fields : type.encode(type.fromObject(fields)).finish();
  const head = Buffer.alloc(16);
  head.writeUInt32BE(0xf0f0f0f0, 0);
  head[4] = 1;
  head[5] = flags;
  head.writeUInt16BE(types[`FRAME_${name}`], 6);
  head.writeUInt32BE(seq, 8);
  head.writeUInt32BE(payload.length, 12);
  return Buffer.concat([head, payload, tail]);
}

export function parse(bytes) {
  const name = names[bytes.readUInt16BE(6)];
  const flags = bytes[5];
  const length = bytes.readUInt32BE(12);
  const body = message(name).decode(bytes.subarray(16, 16 + length));
  const fields = message(name).toObject(body, { enums: String, longs: String, defaults: true });
  return { name, flags, seq: bytes.readUInt32BE(8), ...fields };
}

export const TIMING = {
  heartbeatMs: 15_000, heartbeatMisses: 3, suspectMisses: 1, helloMs: 5_000, resumeMs: 30_000, messageBytes: 16_384,
  rate: 0, burst: 0, backoffMinMs: 1, backoffMaxMs: 20,
};
const UNORDERED = 16;

/** One connection as the server sees it. */
export class Peer {
  #frames = [];
  #waiting = [];
  constructor(socket, request) {
    this.socket = socket;
    this.path = request.url;
    this.seq = { session: 0, room: 0 };
    socket.on('message', (data) => {
      const got = parse(data);
      const index = this.#waiting.findIndex(({ name }) => name === got.name);
      if (index >= 0) this.#waiting.splice(index, 1)[0].resolve(got);
      else this.#frames.push(got);
    });
    this.ended = once(socket, 'close').then(([code]) => code);
  }

  /** The next frame of that name; others are kept for who asks for them. */
  expect(name) {
    const index = this.#frames.findIndex((f) => f.name === name);
    if (index >= 0) return Promise.resolve(this.#frames.splice(index, 1)[0]);
    return new Promise((resolve) => this.#waiting.push({ name, resolve }));
  }

  /** Frames of that name which came and nobody asked for. */
  seen(name) {
    return this.#frames.filter((f) => f.name === name);
  }

  /** In its stream, with the next number. */
  send(name, fields, stream = types[`FRAME_${name}`] < 0x100 ? 'session' : 'room') {
    this.socket.send(frame(name, fields, { seq: ++this.seq[stream] }));
  }

  /** Without a number of its own. */
  say(name, fields) {
    this.socket.send(frame(name, fields, { seq: this.seq.session, flags: UNORDERED }));
  }

  raw(bytes) {
    this.socket.send(bytes);
  }

  welcome(answer, fields = {}) {
    this.say('WELCOME', {
      answer: `ANSWER_${answer}`, session: 's-1', player: 'ada', epoch: 1, resumeToken: Buffer.from('ticket'),
      path: '/play/1', timing: TIMING, server: 'fake 1', ...fields,
    });
  }

  cut() {
    this.socket.terminate();
  }
}

export class FakeServer {
  #peers = [];
  #waiting = [];
  static async start() {
    const server = new FakeServer();
    server.http = http.createServer();
    server.refuse = undefined; // (request) => [status, headers, body] of a refused upgrade
    const ws = new WebSocketServer({ noServer: true, perMessageDeflate: false });
    server.http.on('upgrade', (request, socket, head) => {
      socket.on('error', () => {}); // clients may go at any time
      const refusal = server.refuse?.(request);
      if (refusal) {
        const [status, headers, body] = refusal;
        const lines = Object.entries({ ...headers, 'Content-Length': body.length, Connection: 'close' });
        socket.end(`HTTP/1.1 ${status} X\r\n${lines.map(([k, v]) => `${k}: ${v}\r\n`).join('')}\r\n${body}`);
        return;
      }
      ws.handleUpgrade(request, socket, head, (s) => {
        const peer = new Peer(s, request);
        if (server.#waiting.length) server.#waiting.shift()(peer);
        else server.#peers.push(peer);
      });
    });
    server.http.listen(0, '127.0.0.1');
    await once(server.http, 'listening');
    server.ws = ws;
    server.url = `ws://127.0.0.1:${server.http.address().port}/play`;
    return server;
  }

  /** The next connection. */
  accept() {
    if (this.#peers.length) return Promise.resolve(this.#peers.shift());
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('nobody connected')), 20_000);
      this.#waiting.push((peer) => (clearTimeout(timer), resolve(peer)));
    });
  }

  get waiting() {
    return this.#peers.length;
  }

  stop() {
    for (const s of this.ws.clients) s.terminate();
    this.http.close();
  }
}
