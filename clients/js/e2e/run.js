// node run.js node|chromium URL SCENARIO...: plays them against a daemon, through a line that can be cut.
//
// What only the test outside can do is asked for on stdout, one JSON value a line ({"ask": "apply"}), and answered on stdin.
// The last line is {"results": {...}} or {"failed": "..."}.
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from './chromium.js';
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
  const { browser, base, close } = await chromium(top);
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
    await close();
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
