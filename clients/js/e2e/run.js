// node run.js node|chromium URL SCENARIO...: plays them against a daemon, through a line that can be cut.
//
// What only the test outside can do is asked for on stdout, one JSON value a line ({"ask": "apply"}), and answered on stdin.
// The last line is {"results": {...}} or {"failed": "..."}.
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Proxy } from './proxy.js';

const [kind, url, ...wanted] = process.argv.slice(2);
const top = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const answers = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
const proxy = await Proxy.start(url);

async function ask(what) {
  if (what === 'cut') return proxy.cut();
  if (what === 'stall' || what === 'flow') return proxy.stall(what === 'stall');
  say({ ask: what });
  return JSON.parse((await answers.next()).value);
}

async function underNode() {
  const { Client } = await import('../dist/gamesrv.js');
  const scenarios = await import('./scenarios.js');
  const results = {};
  for (const name of wanted) results[name] = await scenarios[name]({ url: proxy.url, Client, ask });
  return results;
}

/** Files of the project, as any web server would give them. */
async function files() {
  const types = { '.html': 'text/html', '.js': 'text/javascript' };
  const server = http.createServer((request, response) => {
    const file = path.join(top, new URL(request.url, 'http://x').pathname);
    if (!file.startsWith(top) || !fs.existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, { 'Content-Type': types[path.extname(file)] ?? 'application/octet-stream' });
    return response.end(fs.readFileSync(file));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** Two tabs of examples/web: what one points at, the other sees. */
async function tavern(browser, base) {
  const page = (name) => `${base}/examples/web/index.html?name=${name}&server=${encodeURIComponent(proxy.url)}`;
  const [ada, bob] = [await browser.newPage(), await browser.newPage()];
  await ada.goto(page('ada'));
  await bob.goto(page('bob'));
  for (const tab of [ada, bob]) await tab.waitForFunction(() => document.getElementById('who').textContent.includes('ada, bob'));
  await ada.mouse.move(200, 300);
  await ada.mouse.down();
  await bob.waitForFunction(() => {
    const floor = document.getElementById('floor');
    return floor.getContext('2d').getImageData(200, 300, 1, 1).data[3] === 255;
  });
  const state = await bob.textContent('#state');
  await ada.close();
  await bob.close();
  return { state };
}

async function inChromium() {
  const { chromium } = await import('playwright-core');
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'gs-chromium-'));
  const server = await files();
  const base = `http://127.0.0.1:${server.address().port}`;
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: '/usr/bin/chromium',
    headless: true,
    chromiumSandbox: false,
    args: ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'],
  });
  try {
    const results = {};
    for (const name of wanted) {
      if (name === 'tavern') {
        results.tavern = await tavern(browser, base);
        continue;
      }
      const page = await browser.newPage();
      await page.exposeFunction('ask', ask);
      await page.goto(`${base}/clients/js/e2e/blank.html`);
      results[name] = await page.evaluate(async ([scenario, address]) => {
        const { Client } = await import('/clients/js/dist/gamesrv.min.js');
        const scenarios = await import('/clients/js/e2e/scenarios.js');
        return scenarios[scenario]({ url: address, Client, ask: globalThis.ask });
      }, [name, proxy.url]);
      await page.close();
    }
    return results;
  } finally {
    await browser.close();
    server.close();
    fs.rmSync(profile, { recursive: true, force: true });
  }
}

try {
  const results = await (kind === 'chromium' ? inChromium() : underNode());
  say({ results });
} catch (error) {
  say({ failed: error.stack });
}
proxy.stop();
process.exit(0);
