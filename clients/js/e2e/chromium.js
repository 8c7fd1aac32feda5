// Headless Chromium with a profile of its own, and a web server for what it loads.
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { chromium as playwright } from 'playwright-core';

const TYPES = { '.html': 'text/html', '.js': 'text/javascript' };

function files(top) {
  const server = http.createServer((request, response) => {
    const file = path.join(top, new URL(request.url, 'http://x').pathname);
    if (!file.startsWith(top) || !fs.existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, { 'Content-Type': TYPES[path.extname(file)] ?? 'application/octet-stream' });
    return response.end(fs.readFileSync(file));
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

/** @param {string} top the directory that is served at `base` */
export async function chromium(top) {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'gs-chromium-'));
  const server = await files(top);
  const browser = await playwright.launchPersistentContext(profile, {
    executablePath: '/usr/bin/chromium',
    headless: true,
    chromiumSandbox: false,
    args: ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'],
  });
  const close = async () => {
    await browser.close();
    server.close();
    fs.rmSync(profile, { recursive: true, force: true });
  };
  return { browser, base: `http://127.0.0.1:${server.address().port}`, close };
}
