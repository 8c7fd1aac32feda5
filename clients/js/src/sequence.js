// The numbers of one stream: each ordered frame is one above the last. What was seen before is dropped, a gap is an
// error: the line is given up, and the resume brings what is missing.
import { Flag } from './frame.js';

export class Sequence {
  /** The last that arrived. */
  last = 0;

  /**
   * True: the frame is news.
   * @param {import('./frame.js').Frame} frame
   */
  accept(frame) {
    if (frame.flags & Flag.UNORDERED) return true;
    const ahead = (frame.seq - this.last) | 0;
    if (ahead > 1) throw new Error(`frame ${frame.seq} came after ${this.last}`);
    if (ahead === 1) this.last = frame.seq;
    return ahead === 1;
  }
}
