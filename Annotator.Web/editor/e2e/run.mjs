// The editor in a real browser on the mock server: `node e2e/run.mjs [--pictures DIR]`.
// Chromium is taken from CHROMIUM or /usr/bin/chromium.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import AxeSource from 'axe-core';
import { chromium } from 'playwright-core';
import { createServer } from 'vite';
import { assistTests } from './assist.mjs';

const pictures = process.argv.includes('--pictures') ? process.argv[process.argv.indexOf('--pictures') + 1] : null;
const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : '';
process.env.PORT ??= String(await freePort());
const server = await createServer({ configFile: resolve(import.meta.dirname, 'vite.config.ts') });
await server.listen();
const base = `http://127.0.0.1:${process.env.PORT}`;
const profile = mkdtempSync(join(tmpdir(), 'annotator-e2e-'));

/** A port that nobody listens on now. */
function freePort() {
  return new Promise((found, failed) => {
    const socket = createSocket().once('error', failed).listen(0, '127.0.0.1', () => {
      const { port } = socket.address();
      socket.close(() => found(port));
    });
  });
}

async function launch() {
  return chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-background-networking', '--no-first-run'], viewport: { width: 1366, height: 768 },
  });
}

let context = await launch();
const faults = [];

async function open(query = '') {
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  page.on('pageerror', (error) => faults.push(error.stack ?? String(error)));
  await page.goto(`${base}/e2e/${query}`);
  await opened(page);
  await settled(page);
  return page;
}

/** Annotations and picture are there, and what the last session left has been restored. */
const opened = (page) => page.waitForFunction(() => document.querySelector('.foot [data-save]') && !document.querySelector('#editor[aria-busy]') && !document.querySelector('.cover .loading'));

/** Two frames are drawn: what events were to bring about has happened. */
const settled = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)))));

/** So many changes are in the browser's journal. */
const journalled = (page, count) => page.waitForFunction((wanted) => new Promise((answer) => {
  const opening = indexedDB.open('annotator-journal');
  opening.onsuccess = () => {
    const counting = opening.result.transaction('entries').objectStore('entries').count();
    counting.onsuccess = () => {
      opening.result.close();
      answer(counting.result === wanted);
    };
  };
}), count);

const post = (path) => fetch(base + path, { method: 'POST' });
const stored = async () => (await fetch(`${base}/state`)).json();
const saved = (page) => page.waitForSelector('.foot [data-save="saved"]');
const picture = (page, name) => (pictures === null ? null : page.screenshot({ path: join(pictures, `${name}.png`) }));

/** Drags on the canvas between two points given as parts of its width and height. */
async function drag(page, from, to) {
  const box = await page.locator('.stage').boundingBox();
  const at = ([x, y]) => [box.x + box.width * x, box.y + box.height * y];
  await page.mouse.move(...at(from));
  await page.mouse.down();
  await page.mouse.move(...at([(from[0] + to[0]) / 2, (from[1] + to[1]) / 2]));
  await page.mouse.move(...at(to));
  await page.mouse.up();
}

const tests = {
  'WS-02 the canvas has 60 % of a small screen, and the objects of the frame are listed': async (page) => {
    const part = await page.evaluate(() => {
      const { width, height } = document.querySelector('.stage').getBoundingClientRect();
      return (width * height) / (innerWidth * innerHeight);
    });
    assert.ok(part >= 0.6, `only ${part}`);
    assert.equal(await page.locator('.row').count(), 2);
    await picture(page, 'open-light');
  },

  'a rectangle is drawn with B and a drag, labelled by digit, undone and redone, and saved': async (page) => {
    await page.keyboard.press('b');
    await drag(page, [0.3, 0.6], [0.45, 0.75]);
    await page.waitForFunction(() => document.querySelectorAll('.row').length === 3);
    await saved(page);
    assert.equal((await stored()).shapes.length, 4);
    await page.keyboard.press('Escape');
    await page.mouse.click(...(await centre(page, [0.375, 0.675])));
    await page.waitForSelector('.row[aria-selected="true"]');
    await page.keyboard.press('2');
    await page.waitForFunction(() => document.querySelector('.row[aria-selected="true"] .name')?.textContent === 'person');
    await picture(page, 'selected');
    await page.keyboard.press('Control+z');
    await page.waitForFunction(() => document.querySelector('.row[aria-selected="true"] .name')?.textContent === 'car');
    await page.keyboard.press('Control+y');
    await page.waitForFunction(() => document.querySelector('.row[aria-selected="true"] .name')?.textContent === 'person');
    await page.keyboard.press('Control+s');
    await saved(page);
    assert.equal((await stored()).shapes.at(-1).label_id, 2);
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    await page.waitForFunction(() => document.querySelectorAll('.row').length === 2);
    await saved(page);
    assert.equal((await stored()).shapes.length, 3);
  },

  'attributes of every kind are set and saved': async (page) => {
    await page.locator('.row').first().click();
    await page.getByLabel('parked').check();
    await page.getByLabel('colour').selectOption('red');
    await page.getByLabel('lanes').fill('3');
    await page.getByLabel('lanes').press('Tab');
    await page.getByLabel('plate').fill('ab 12');
    await page.getByLabel('rear').check();
    await page.keyboard.press('Control+s');
    await saved(page);
    const values = Object.fromEntries((await stored()).shapes.find(({ id }) => id === 1000).attributes.map(({ spec_id, value }) => [spec_id, value]));
    assert.deepEqual(values, { 11: 'true', 12: 'red', 13: '3', 14: 'ab 12', 15: 'rear' });
    await page.getByLabel('lanes').fill('99');
    await page.getByLabel('lanes').press('Tab');
    await page.waitForSelector('.toast.warning');
    assert.equal(await page.getByLabel('lanes').inputValue(), '3');
    await picture(page, 'attributes');
  },

  'KEY-06 letters typed in a field are no shortcuts': async (page) => {
    await page.locator('.list-tools input').fill('');
    await page.locator('.list-tools input').pressSequentially('bnf1');
    assert.equal(await page.locator('.tool[aria-pressed="true"]').getAttribute('aria-label'), 'Select');
    assert.match(await page.locator('.foot').textContent(), /Frame 1 of 24/);
  },

  'frames are visited by key, address and slider; a broken one names its file': async (page) => {
    await page.locator('.row').first().click();
    await page.locator('.workbench').focus();
    for (let i = 0; i < 5; i++) await page.keyboard.press('f');
    await page.waitForFunction(() => document.querySelector('.foot').textContent.includes('Frame 6 of 24'));
    assert.doesNotMatch(await page.locator('.foot').textContent(), /selected/);
    await page.waitForFunction(() => location.search.includes('f=5'));
    await settled(page);
    assert.equal(await page.locator('.row').count(), 1);
    await page.reload();
    await page.waitForFunction(() => document.querySelector('.foot')?.textContent.includes('Frame 6 of 24'));
    await opened(page);
    await page.locator('.workbench').focus();
    await page.keyboard.press('End');
    await page.waitForSelector('.failed');
    assert.match(await page.locator('.failed').textContent(), /000023\.jpg.*ends after 1 KB of 2 MB/s);
    await picture(page, 'broken-frame');
    await page.keyboard.press('Home');
    await page.waitForFunction(() => document.querySelector('.foot').textContent.includes('Frame 1 of 24'));
  },

  'SAV-02 a browser killed right after a commit loses nothing': async (page) => {
    await post('/weather?is=down');
    await page.keyboard.press('b');
    await drag(page, [0.3, 0.6], [0.45, 0.75]);
    await drag(page, [0.6, 0.6], [0.7, 0.75]);
    await page.waitForFunction(() => document.querySelectorAll('.row').length === 4);
    await journalled(page, 2);
    await kill();
    await post('/weather?is=fine');
    assert.equal((await stored()).shapes.length, 3);
    context = await launch();
    const again = await open();
    await again.waitForFunction(() => document.querySelectorAll('.row').length === 4);
    assert.match(await again.locator('.toasts').textContent(), /2 unsaved changes were restored/);
    await picture(again, 'restored');
    await saved(again);
    assert.equal((await stored()).shapes.length, 5);
  },

  'SAV-03 offline work is counted, kept and sent when the server is back': async (page) => {
    await post('/weather?is=down');
    await page.keyboard.press('b');
    await drag(page, [0.3, 0.6], [0.45, 0.75]);
    await page.waitForSelector('.foot [data-save="offline"]');
    assert.match(await page.locator('.foot').textContent(), /1 change is kept on this computer/);
    await picture(page, 'offline');
    await post('/weather?is=fine');
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await saved(page);
    assert.equal((await stored()).shapes.length, 4);
  },

  'SAV-05 the same field changed by two people goes to the tray, and mine can be used': async (page) => {
    const other = await open('?user=2');
    await page.bringToFront();
    await page.locator('.row').first().click();
    await page.getByLabel('colour').selectOption('red');
    await other.bringToFront();
    await other.locator('.row').first().click();
    await other.getByLabel('colour').selectOption('blue');
    await page.bringToFront();
    await page.keyboard.press('Control+s');
    await saved(page);
    await other.bringToFront();
    await other.keyboard.press('Control+s');
    await saved(other);
    await other.waitForSelector('.foot button.state');
    await other.locator('.foot button.state').click();
    await picture(other, 'tray');
    await other.getByRole('button', { name: 'Use mine' }).click();
    await other.keyboard.press('Control+s');
    await saved(other);
    await other.close();
  },

  'SAV-06 a second window of the same job only looks, and can take over': async (page) => {
    const second = await open();
    await second.waitForSelector('.banner p');
    await second.keyboard.press('b');
    assert.equal(await second.locator('.tool[aria-pressed="true"]').getAttribute('aria-label'), 'Select');
    await picture(second, 'read-only');
    await second.getByRole('button', { name: 'Take over' }).click();
    await page.waitForSelector('.banner p');
    await second.waitForFunction(() => !document.querySelector('.banner p') && document.querySelector('.foot [data-save]'));
    await second.close();
  },

  'KEY-02 and KEY-04 the shortcuts can be searched and the palette runs actions': async (page) => {
    await page.keyboard.press('F1');
    await page.waitForSelector('dialog[open]');
    await picture(page, 'help');
    await page.keyboard.type('polygon');
    await page.waitForFunction(() => document.querySelectorAll('.keys dt').length === 1);
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => !document.querySelector('dialog[open]'));
    await page.keyboard.press('Control+k');
    await page.keyboard.type('rectangle');
    await picture(page, 'palette');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelector('.tool[aria-pressed="true"]').getAttribute('aria-label') === 'Rectangle');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('choose a label');
    await page.keyboard.press('Enter');
    await settled(page);
    assert.equal(await page.locator('dialog[open] input').getAttribute('placeholder'), 'Choose a label');
  },

  'the menu of an object is opened by right click and by key, and worked by keys': async (page) => {
    const box = await page.locator('.stage').boundingBox();
    await page.locator('.row').first().click({ button: 'right' });
    await page.waitForSelector('.menu');
    await page.keyboard.press('Escape');
    await page.keyboard.press('z');
    await settled(page);
    await page.keyboard.press('Escape');
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2, { button: 'right' });
    await page.waitForSelector('.menu [role="menuitem"]');
    assert.equal(await page.locator('.row[aria-selected="true"]').count(), 1);
    await picture(page, 'menu');
    await page.keyboard.press('o');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => !document.querySelector('.menu'));
    await page.keyboard.press('Shift+F10');
    await page.waitForSelector('.menu');
    assert.equal(await page.getByRole('menuitemcheckbox', { name: 'Occluded' }).getAttribute('aria-checked'), 'true');
    await page.evaluate(AxeSource.source);
    const { violations } = await page.evaluate(() => window.axe.run('.menu'));
    assert.deepEqual(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => [id, nodes[0].html]), []);
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelectorAll('.row').length === 1);
    await page.mouse.click(box.x + 30, box.y + 30, { button: 'right' });
    await page.getByRole('menuitem', { name: 'Select all on the frame' }).click();
    await page.waitForFunction(() => !document.querySelector('.menu') && document.querySelectorAll('.row[aria-selected="true"]').length === 1);
    await page.keyboard.press('Shift+F10');
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => !document.querySelector('.menu'));
    await page.keyboard.press('Control+s');
    await saved(page);
  },

  'DRW-03 Esc asks before it throws 21 points away, and Ctrl and a drag copy': async (page) => {
    const box = await page.locator('.stage').boundingBox();
    await page.keyboard.press('p');
    for (let i = 0; i < 21; i++) await page.mouse.click(box.x + box.width * (0.5 + 0.2 * Math.cos(i / 4)), box.y + box.height * (0.5 + 0.2 * Math.sin(i / 4)));
    await page.keyboard.press('Escape');
    await page.waitForSelector('.ask');
    await picture(page, 'discard');
    await page.getByRole('button', { name: 'Go on drawing' }).click();
    await page.waitForFunction(() => !document.querySelector('.ask'));
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => !document.querySelector('.ask') && document.querySelectorAll('.row').length === 2);
    await page.keyboard.press('Escape');
    await page.locator('.row').first().click();
    await page.keyboard.press('z');
    await page.keyboard.down('Control');
    await drag(page, [0.5, 0.5], [0.55, 0.6]);
    await page.keyboard.up('Control');
    await page.waitForFunction(() => document.querySelectorAll('.row').length === 3);
    await page.keyboard.press('Control+s');
    await saved(page);
  },

  'P-18 a frame with 5,000 objects lists only the rows in sight': async () => {
    await post('/reset?shapes=5000');
    const page = await open();
    assert.match(await page.locator('.foot').textContent(), /5,002 objects/);
    assert.ok((await page.locator('.row').count()) < 60);
    await picture(page, 'many');
  },

  'axe finds nothing serious, light and dark': async (page) => {
    await page.locator('.row').first().click();
    for (const theme of ['light', 'dark']) {
      await page.evaluate((name) => { document.documentElement.dataset.theme = name; }, theme);
      await picture(page, `selected-${theme}`);
      for (const tab of ['Labels', 'Details', 'Objects']) {
        await page.getByRole('tab', { name: tab }).click();
        await picture(page, `${tab.toLowerCase()}-${theme}`);
        await page.evaluate(AxeSource.source);
        const { violations } = await page.evaluate(() => window.axe.run('#editor'));
        const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
        assert.deepEqual(serious.map(({ id, nodes }) => [id, nodes.map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary}`)]), []);
      }
    }
    await page.keyboard.press('F2');
    await picture(page, 'settings-dark');
  },
};

async function centre(page, [x, y]) {
  const box = await page.locator('.stage').boundingBox();
  return [box.x + box.width * x, box.y + box.height * y];
}

/** Ends the browser as a crash would: no page gets to say goodbye. */
async function kill() {
  const session = await context.newCDPSession(context.pages()[0]);
  const closed = new Promise((done) => context.once('close', done));
  session.send('Browser.crash').catch(() => undefined);
  await closed;
}

let failed = 0;
for (const [name, test] of Object.entries({ ...tests, ...assistTests({ base, centre, drag, opened, picture, saved, settled, stored }) })) {
  if (!name.includes(only)) continue;
  await post('/reset');
  for (const page of context.pages().slice(1)) await page.close();
  faults.length = 0;
  try {
    const page = await open();
    await test(page);
    assert.deepEqual(faults, []);
    console.log(`ok    ${name}`);
  } catch (error) {
    failed++;
    console.log(`FAIL  ${name}\n${error.stack ?? error}\n${faults.join('\n')}`);
    await context.pages().at(-1)?.screenshot({ path: join(pictures ?? tmpdir(), 'failed.png') }).catch(() => undefined);
    if (!context.browser()?.isConnected() && context.pages().length === 0) context = await launch();
  }
}
await context.close();
await server.close();
rmSync(profile, { recursive: true, force: true });
process.exitCode = failed === 0 ? 0 : 1;
