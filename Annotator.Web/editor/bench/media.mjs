// Videos with painted frame numbers in the real product: how fast frames are there, and whether they are the right ones.
// Takes one JSON argument: { url, user, password, clips: [{ name, job, frames, period, width, height, fps, seeks }] }.
import { chromium } from 'playwright-core';

const { url, user, password, clips } = JSON.parse(process.argv[2]);
const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-background-networking', '--no-first-run', '--enable-precise-memory-info', '--js-flags=--expose-gc'] });
const page = await browser.newPage({ viewport: { width: 1600, height: 900 } });
const say = (name, value, unit, target = '') => console.log(JSON.stringify({ name, value, unit, target }));
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const p95 = (list) => [...list].sort((a, b) => a - b)[Math.ceil(list.length * 0.95) - 1];

/** Runs in the page: goes to frames one after the other and answers milliseconds and wrong pictures. */
async function visit({ frames, period, width, height }) {
  const slider = document.querySelector('.strip input[type=range]');
  const canvas = document.querySelector('.stage canvas');
  const [x, y, scale] = new URLSearchParams(location.search).get('v').split(',').map(Number);
  const painting = () => new Promise((done) => requestAnimationFrame(done));
  const painted = () => {
    const context = canvas.getContext('2d');
    let number = 0;
    for (let bit = 0; bit < 16; bit++) {
      const at = [canvas.width / 2 + ((bit + 0.5) * width / 16 - x) * scale, canvas.height / 2 + (height / 24 - y) * scale];
      number |= context.getImageData(Math.round(at[0]), Math.round(at[1]), 1, 1).data[0] > 128 ? 1 << bit : 0;
    }
    return number;
  };
  // Numbers are written as people write them: 1,200.
  const named = () => Number(/Frame ([\d,]+) of/.exec(document.querySelector('.foot').textContent)?.[1].replaceAll(',', '')) - 1;
  const times = [];
  let wrong = 0;
  for (const frame of frames) {
    const began = performance.now();
    slider.value = String(frame);
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    // The page says which frame it shows; from then on a picture of another one is wrong, however soon it would be mended.
    do await painting(); while ((named() !== frame || document.querySelector('.cover .loading')) && performance.now() - began < 20_000);
    times.push(performance.now() - began);
    await painting();
    if (painted() !== frame % period) wrong++;
  }
  return { times, wrong };
}

/** Runs in the page: counts the pictures that are presented while it plays. */
async function play({ seconds, period, width, height }) {
  const canvas = document.querySelector('.stage canvas');
  const [x, y, scale] = new URLSearchParams(location.search).get('v').split(',').map(Number);
  const seen = [];
  const began = performance.now();
  while (performance.now() - began < seconds * 1000) {
    await new Promise((done) => requestAnimationFrame(done));
    const context = canvas.getContext('2d');
    let number = 0;
    for (let bit = 0; bit < 16; bit++) {
      number |= context.getImageData(Math.round(canvas.width / 2 + ((bit + 0.5) * width / 16 - x) * scale), Math.round(canvas.height / 2 + (height / 24 - y) * scale), 1, 1).data[0] > 128 ? 1 << bit : 0;
    }
    if (seen.at(-1) !== number) seen.push(number);
  }
  const back = seen.filter((number, index) => index > 0 && (number - seen[index - 1] + period) % period > period / 2).length;
  return { fps: seen.length / seconds, back };
}

let random = 7;
const next = (most) => {
  random = (random * 1103515245 + 12345) % 2147483648;
  return Math.floor((random / 2147483648) * most);
};

await page.goto(`${url}sign-in`);
await page.waitForTimeout(1500);
await page.fill('input[name*="sername" i]', user);
await page.fill('input[type=password]', password);
await page.click('button[type=submit]');
await page.waitForURL((to) => !to.pathname.startsWith('/sign-in'));

for (const clip of clips) {
  const { name, job, frames, period, width, height, fps, seeks } = clip;
  const scale = Math.min(1, 900 / width, 500 / height);
  const opened = Date.now();
  await page.goto(`${url}jobs/${job}?f=0&v=${width / 2},${height / 2},${scale}`);
  await page.waitForFunction(() => document.querySelector('.foot [data-origin]') && !document.querySelector('.cover .loading') && !document.querySelector('#editor[aria-busy]'), undefined, { timeout: 120_000 });
  say(`media.${name}.open`, Date.now() - opened, 'ms', name === 'hour' ? '< 2000 (108,000 frames)' : '');
  const about = { period, width, height };
  const random200 = Array.from({ length: seeks }, () => next(frames));
  // The first visit has chunks made; the second is what an annotator meets from then on.
  const cold = await page.evaluate(visit, { ...about, frames: random200.slice(0, 20) });
  say(`media.${name}.seek cold p50`, median(cold.times), 'ms');
  const seek = await page.evaluate(visit, { ...about, frames: random200 });
  say(`media.${name}.seek p50`, median(seek.times), 'ms', '< 300 (P-05)');
  say(`media.${name}.seek p95`, p95(seek.times), 'ms');
  say(`media.${name}.wrong of ${seeks + 20} seeks`, seek.wrong + cold.wrong, 'frames', '0');
  const start = Math.floor(frames / 2);
  const ahead = await page.evaluate(visit, { ...about, frames: Array.from({ length: 40 }, (_, i) => start + i) });
  say(`media.${name}.step p50`, median(ahead.times), 'ms', '< 33 (P-03)');
  const back = await page.evaluate(visit, { ...about, frames: Array.from({ length: 40 }, (_, i) => start + 39 - i) });
  say(`media.${name}.step back p50`, median(back.times), 'ms', '< 33 (P-03)');
  const over = await page.evaluate(visit, { ...about, frames: Array.from({ length: 12 }, (_, i) => Math.min(frames - 1, 5 + i * 13)) });
  say(`media.${name}.step to the next group p50`, median(over.times), 'ms', '< 250 (P-04)');
  await page.evaluate(visit, { ...about, frames: [0] });
  await page.locator('.stage').focus().catch(() => {});
  await page.keyboard.press('Space');
  await page.waitForTimeout(500);
  const seconds = Math.min(5, frames / fps - 1);
  const played = await page.evaluate(play, { ...about, seconds });
  await page.keyboard.press('Space');
  say(`media.${name}.play`, played.fps, 'frames/s', `>= ${fps >= 30 ? 25 : Math.floor(fps * 0.9)} (P-06)`);
  say(`media.${name}.play out of order`, played.back, 'frames', '0');
}

const long = clips.at(-1);
const about = { period: long.period, width: long.width, height: long.height };
const memory = async () => {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.enable').then(() => session.send('Performance.getMetrics'));
  return metrics.find(({ name }) => name === 'JSHeapUsedSize').value / 1e6;
};
await page.evaluate(visit, { ...about, frames: Array.from({ length: 100 }, (_, i) => i) });
const before = await memory();
await page.evaluate(visit, { ...about, frames: Array.from({ length: 1000 }, (_, i) => 100 + i) });
const after = await memory();
say('media.script heap after 1,000 steps (pictures not counted)', after, 'MB');
say('media.script heap drift over 1,000 steps', (100 * (after - before)) / before, '%', '<= 10 (P-22)');
await browser.close();
