// What outlives a connection: the numbers of both streams, the commands that are not acknowledged, and the ticket with
// which the server knows this session again.
import { Outbox } from './outbox.js';
import { Sequence } from './sequence.js';
import { ROOM_STREAM } from './messages.js';

export class Session {
  /** "s-2000ck"; empty: none yet */
  id = '';
  player = '';
  /** @type {Uint8Array | undefined} */
  resumeToken;
  /** Where the server keeps it. */
  lead = { path: '', address: '' };
  streams = { session: new Sequence(), room: new Sequence() };

  /** @param {{ maxMessages?: number, maxBytes?: number }} limits */
  constructor(limits) {
    this.outbox = new Outbox(limits);
  }

  /** What heartbeats and HELLO say. */
  get received() {
    return { sessionSeq: this.streams.session.last, roomSeq: this.streams.room.last };
  }

  /** True: the frame is news. @param {import('./frame.js').Frame} frame */
  accept(frame) {
    return this.streams[frame.type < ROOM_STREAM ? 'session' : 'room'].accept(frame);
  }

  /**
   * The server took this client in.
   * @param {any} welcome
   * @param {number | undefined} seq where the session's stream begins anew; undefined: it goes on
   */
  stand(welcome, seq) {
    this.id = welcome.session;
    this.player = welcome.player;
    this.resumeToken = welcome.resumeToken;
    this.lead = { path: welcome.path, address: welcome.address };
    if (seq !== undefined) this.streams.session.last = seq;
    this.outbox.settle(welcome.clientSeq);
  }

  /**
   * It is over. What waits since before there was any session is kept: it goes into the first one.
   * @param {Error} error
   */
  forget(error) {
    if (this.id) this.outbox.clear(error);
    this.id = '';
    this.resumeToken = undefined;
    this.lead = { path: '', address: '' };
    this.streams.session.last = this.streams.room.last = 0;
  }
}
