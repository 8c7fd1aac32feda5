// A line that can be cut and stalled: TCP from a port of its own to the daemon.
import { once } from 'node:events';
import net from 'node:net';

export class Proxy {
  #pairs = new Set();
  #stalled = false;

  static async start(target) {
    const proxy = new Proxy();
    proxy.target = new URL(target);
    proxy.server = net.createServer((near) => proxy.#join(near));
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    proxy.url = `ws://127.0.0.1:${proxy.server.address().port}/play`;
    return proxy;
  }

  #join(near) {
    const far = net.connect(Number(this.target.port), this.target.hostname);
    const pair = { near, far };
    this.#pairs.add(pair);
    const end = () => {
      this.#pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const [from, to] of [[near, far], [far, near]]) {
      from.setNoDelay(true);
      from.on('data', (data) => to.write(data)).on('error', end).on('close', end);
      if (this.#stalled) from.pause();
    }
  }

  /** Every line breaks. */
  cut() {
    for (const { near, far } of [...this.#pairs]) {
      near.destroy();
      far.destroy();
    }
  }

  /** Nothing comes through any more, and nobody is told. */
  stall(on) {
    this.#stalled = on;
    for (const { near, far } of this.#pairs) for (const end of [near, far]) on ? end.pause() : end.resume();
  }

  stop() {
    this.cut();
    this.server.close();
  }
}
