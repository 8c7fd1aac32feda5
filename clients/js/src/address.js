// Where to connect: the address the game was given, and where the server leads from there.

/**
 * @param {string} base "wss://game.example/eu/play": what stands before /play is a proxy's
 * @param {{ path?: string, address?: string }} lead of WELCOME: "/play/1"; another server's "10.0.0.7:7350" or a URL
 * @returns {string}
 */
export function resolve(base, { path = '', address = '' }) {
  const url = new URL(address.includes('://') ? address : base);
  if (address && !address.includes('://')) url.host = address;
  if (path) url.pathname = url.pathname.replace(/\/play(\/\d+)?\/?$/, '') + path;
  return url.href;
}
