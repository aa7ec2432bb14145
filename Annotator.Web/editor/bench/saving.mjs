/** Saving measured on the whole editor, with a job of 100,000 shapes on the server of the browser tests. */
const SHAPES = 100_000;
const ON_FIRST_FRAME = 998;

/**
 * P-20: from Ctrl+S to "Saved", and what the page's main thread did meanwhile.
 * @param report Takes name, value, unit.
 */
export async function measureSaving(browser, base, report) {
  await fetch(`${base}/reset?shapes=${SHAPES}&first=${ON_FIRST_FRAME}`, { method: 'POST' });
  const page = await browser.newPage({ viewport: { width: 1600, height: 900 } });
  page.setDefaultTimeout(120_000);
  await page.goto(`${base}/e2e/index.html`);
  await page.waitForFunction(() => document.querySelector('.foot [data-save="saved"]') && !document.querySelector('#editor[aria-busy]'));
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const busy = async () => (await session.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration').value * 1000;

  await page.locator('.row').first().click();
  await page.locator('.workbench').focus();
  await measure('1 op', 15, 1);
  await page.keyboard.press('Control+a');
  await measure('1,000 ops', 5, 1000);
  await page.close();

  async function measure(what, times, ops) {
    const trips = [];
    const work = [];
    for (let i = 0; i < times; i++) {
      await page.keyboard.press(i % 2 === 0 ? 'ArrowDown' : 'ArrowUp');
      await page.waitForFunction(() => !document.querySelector('.foot [data-save="saved"]'));
      await page.evaluate(() => new Promise((done) => requestIdleCallback(done, { timeout: 200 })));
      const before = await busy();
      trips.push(await page.evaluate(saveNow));
      work.push((await busy()) - before);
    }
    const { changes } = await (await fetch(`${base}/api/jobs/17/changes?since=0`)).json();
    if (changes.at(-1).ops.length !== ops) {
      throw new Error(`The last save had ${changes.at(-1).ops.length} operations, not ${ops}.`);
    }
    report(`P-20 save ${what} round trip p50`, median(trips), 'ms');
    report(`P-20 save ${what} main thread p50`, median(work), 'ms');
  }
}

function saveNow() {
  return new Promise((done) => {
    const foot = document.querySelector('.foot');
    const began = performance.now();
    const watch = new MutationObserver(() => {
      if (foot.querySelector('[data-save="saved"]') !== null) {
        watch.disconnect();
        done(performance.now() - began);
      }
    });
    watch.observe(foot, { subtree: true, childList: true, attributes: true });
    document.dispatchEvent(new KeyboardEvent('keydown', { key: 's', code: 'KeyS', ctrlKey: true, cancelable: true }));
  });
}

function median(list) {
  return [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
}
