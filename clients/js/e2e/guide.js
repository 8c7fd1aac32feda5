// node guide.js DIR: opens DIR/index.html of docs/client.md as two players, clicks in one, and prints what both show after
// that and after each line on stdin.
import readline from 'node:readline';
import { chromium } from './chromium.js';

const { browser, base, close } = await chromium(process.argv[2]);
const pages = [];
for (const name of ['ada', 'bob']) {
  const page = await browser.newPage();
  page.on('dialog', (dialog) => dialog.accept(name));
  await page.goto(`${base}/index.html`);
  await page.waitForFunction(() => document.getElementById('log').textContent.includes('speed is now'));
  pages.push(page);
}
const show = async (wanted) => {
  for (const page of pages) await page.waitForFunction((text) => document.getElementById('log').textContent.includes(text), wanted);
  console.log(JSON.stringify(await Promise.all(pages.map((page) => page.textContent('#log')))));
};
await pages[0].mouse.click(400, 300);
await show('ada: hello');
for await (const line of readline.createInterface({ input: process.stdin })) await show(line);
await close();
