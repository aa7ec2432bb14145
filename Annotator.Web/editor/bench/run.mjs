// Measures the editor's canvas in headless Chromium and prints one JSON object a line: {name, value, unit}.
//
//   node bench/run.mjs [--json FILE] [--shots FOLDER] [--counts 5000,20000] [--parts canvas,assist,saving]
//
// A Chromium is taken from CHROMIUM_PATH, or where Linux distributions, Windows and macOS put it.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { build, preview } from 'vite';
import { measureAssist } from './assist.mjs';
import { measureSaving } from './saving.mjs';

const { values: options } = parseArgs({ options: { json: { type: 'string' }, shots: { type: 'string' }, counts: { type: 'string', default: '5000,20000' }, parts: { type: 'string', default: 'canvas,assist,saving' } } });
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const out = mkdtempSync(join(tmpdir(), 'annotator-bench-'));
const figures = [];

function report(name, value, unit, target) {
  const figure = { name, value: Math.round(value * 100) / 100, unit, ...(target === undefined ? {} : { target }) };
  figures.push(figure);
  console.log(JSON.stringify(figure));
}

function quantile(list, share) {
  if (list.length === 0) {
    throw new Error('Nothing was measured.');
  }
  const sorted = [...list].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

function chromiumPath() {
  const known = [
    process.env.CHROMIUM_PATH,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    'C:/Program Files/Google/Chrome/Application/chrome.exe',
    'C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe',
  ];
  const found = known.find((path) => path && existsSync(path));
  if (!found) {
    throw new Error('No Chromium found. Set CHROMIUM_PATH.');
  }
  return found;
}

async function measure(page, count) {
  const label = `${count / 1000}k`;
  const bench = (method, ...args) => page.evaluate(([name, list]) => window.bench[name](...list), [method, args]);
  await bench('openPolygons', count);
  await bench('settle');

  const hits = await bench('hits', 2000);
  report(`P-15 hit test ${label} p95`, quantile(hits, 0.95), 'ms');

  await bench('listenTo', 'pointermove');
  for (let i = 0; i < 60; i++) {
    await page.mouse.move(200 + ((i * 37) % 1200), 150 + ((i * 53) % 600));
    await page.waitForTimeout(40);
  }
  report(`P-07 hover latency ${label} p95`, quantile(await bench('latencies'), 0.95), 'ms');
  await bench('listenTo', null);

  for (const zoom of [null, 1]) {
    if (zoom !== null) {
      await bench('setZoom', zoom);
      await bench('settle');
    }
    const where = zoom === null ? 'whole image' : '100 %';
    await page.mouse.move(800, 450);
    await page.mouse.down({ button: 'middle' });
    await bench('startFrames');
    for (let i = 0; i < 90; i++) {
      await page.mouse.move(800 + 200 * Math.sin(i / 9), 450 + 150 * Math.sin(i / 7));
      await page.waitForTimeout(12);
    }
    const pan = await bench('stopFrames');
    await page.mouse.up({ button: 'middle' });
    report(`P-08 pan ${label} ${where} p50`, quantile(pan, 0.5), 'ms');
    report(`P-08 pan ${label} ${where} p95`, quantile(pan, 0.95), 'ms');
  }

  await bench('startFrames');
  for (let i = 0; i < 30; i++) {
    await page.mouse.wheel(0, i % 10 < 5 ? -120 : 120);
    await page.waitForTimeout(40);
  }
  const zoomFrames = await bench('stopFrames');
  report(`P-08 zoom ${label} p50`, quantile(zoomFrames, 0.5), 'ms');
  report(`P-08 zoom ${label} p95`, quantile(zoomFrames, 0.95), 'ms');
  report(`P-10 sharp after zoom ${label}`, await bench('sharp'), 'ms');

  await bench('select', [Math.floor(count / 2)]);
  await bench('zoomToSelection');
  await bench('settle');
  const target = (await bench('objects')).find((rec) => rec.id === Math.floor(count / 2));
  const [x, y] = await bench('toView', target.points[0], target.points[1]);
  await page.mouse.move(x, y);
  await page.mouse.down();
  await bench('listenTo', 'pointermove');
  for (let i = 0; i < 60; i++) {
    await page.mouse.move(x + 60 * Math.sin(i / 5), y + 60 * Math.cos(i / 5));
    await page.waitForTimeout(25);
  }
  report(`P-11 vertex drag latency ${label} p95`, quantile(await bench('latencies'), 0.95), 'ms');
  await page.mouse.up();
  const moved = (await bench('objects')).find((rec) => rec.id === target.id);
  if (moved.points[0] === target.points[0] || moved.points[2] !== target.points[2]) {
    throw new Error('The drag did not move the one vertex.');
  }

  await bench('tool', 'rectangle');
  await page.mouse.move(400, 300);
  await page.mouse.down();
  await bench('listenTo', 'pointermove');
  for (let i = 0; i < 60; i++) {
    await page.mouse.move(420 + i * 8, 310 + i * 6);
    await page.waitForTimeout(25);
  }
  report(`P-11 rectangle draw latency ${label} p95`, quantile(await bench('latencies'), 0.95), 'ms');
  await page.mouse.up();
  await bench('listenTo', null);
  if ((await bench('objects')).length !== count + 1) {
    throw new Error('The rectangle was not made.');
  }
  await bench('tool', 'select');

  const commits = await bench('commits', 40);
  report(`P-12 commit ${label} p50`, quantile(commits, 0.5), 'ms');
  report(`P-12 commit ${label} p95`, quantile(commits, 0.95), 'ms');

  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  report(`P-21 JS heap ${label} page`, (await session.send('Runtime.getHeapUsage')).usedSize / 2 ** 20, 'MB');
  report(`P-21 JS heap ${label} page and worker`, (await page.evaluate(() => performance.measureUserAgentSpecificMemory())).bytes / 2 ** 20, 'MB');
  await session.detach();
}

const configFile = join(root, 'bench/vite.config.ts');
await build({ configFile, build: { outDir: out } });
const server = await preview({
  configFile,
  build: { outDir: out },
  preview: { port: 0, host: '127.0.0.1', headers: { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' } },
});
const base = `http://127.0.0.1:${server.httpServer.address().port}`;
const browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-background-networking', '--no-first-run', '--disable-sync', '--enable-blink-features=ForceEagerMeasureMemory'] });
try {
  const page = await browser.newPage({ viewport: { width: 1600, height: 900 } });
  page.on('pageerror', (error) => {
    console.error(error);
    process.exitCode = 1;
  });
  await page.goto(`${base}/bench/index.html`);
  await page.waitForFunction(() => 'bench' in window);
  if (options.shots) {
    mkdirSync(options.shots, { recursive: true });
    await page.evaluate(() => window.bench.openEveryKind());
    await page.evaluate(() => window.bench.settle());
    await page.screenshot({ path: join(options.shots, 'every-kind.png') });
  }
  const parts = options.parts.split(',');
  for (const count of parts.includes('canvas') ? options.counts.split(',').map(Number) : []) {
    await measure(page, count);
    if (options.shots) {
      await page.screenshot({ path: join(options.shots, `polygons-${count}.png`) });
    }
  }
  if (parts.includes('assist')) {
    await measureAssist(page, report);
  }
  await page.close();
  if (parts.includes('saving')) {
    await measureSaving(browser, base, report);
  }
} finally {
  await browser.close();
  await server.close();
  rmSync(out, { recursive: true, force: true });
}
if (options.json) {
  writeFileSync(options.json, JSON.stringify(figures, null, 2));
}
process.exit();
