// The WebSocket of this platform: the browser's or Node's own, else (Node before 22) the `ws` package.

const SUBPROTOCOL = 'gamesrv.v1';

/**
 * A connection under way. `onrefused` is called before `onclose` when the server answered the upgrade with something
 * else, where the platform tells (browsers do not).
 * @param {string} url
 * @param {(status: number, retryAfterMs: number, text: string) => void} onrefused
 * @returns {Promise<WebSocket>}
 */
export async function openSocket(url, onrefused) {
  if (typeof globalThis.WebSocket === 'function') {
    const socket = new globalThis.WebSocket(url, SUBPROTOCOL);
    socket.binaryType = 'arraybuffer';
    return socket;
  }
  const name = 'ws'; // not a literal, so that bundlers for browsers do not look for it
  const { WebSocket: Ws } = await import(/* @vite-ignore */ /* webpackIgnore: true */ name);
  const socket = new Ws(url, SUBPROTOCOL, { perMessageDeflate: false });
  socket.binaryType = 'arraybuffer';
  socket.on('unexpected-response', (/** @type {any} */ request, /** @type {any} */ answer) => {
    let text = '';
    answer.setEncoding('utf8');
    answer.on('data', (/** @type {string} */ chunk) => (text += chunk));
    answer.on('close', () => {
      onrefused(answer.statusCode, Number(answer.headers['retry-after'] ?? 0) * 1000, text.trim());
      request.destroy();
      socket.close();
    });
  });
  return socket;
}
