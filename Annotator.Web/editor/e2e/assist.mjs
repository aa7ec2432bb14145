// Drawing with help on real photos: brush, wand, scissors, box to mask. Places are parts of the canvas.
import assert from 'node:assert/strict';
import AxeSource from 'axe-core';

/** Set pixels of the contract's run lengths. */
const areaOf = (points) => points.slice(0, -4).reduce((sum, run, i) => sum + (i % 2 === 1 ? run : 0), 0);

/** Whether the image point is in the mask. */
function holds(points, x, y) {
  const [left, top, right, bottom] = points.slice(-4);
  if (x < left || y < top || x > right || y > bottom) return false;
  let at = (y - top) * (right - left + 1) + x - left;
  for (let i = 0; i < points.length - 4; i++) {
    at -= points[i];
    if (at < 0) return i % 2 === 1;
  }
  return false;
}

export function assistTests({ base, centre, drag, opened, picture, saved, settled, stored }) {
  const PHOTO = 20;

  /** Shows the photo, whole. */
  async function photo(page) {
    await page.evaluate(() => document.querySelector('.workbench').focus());
    await page.keyboard.press('`');
    await page.locator('dialog input').fill(String(PHOTO + 1));
    await page.keyboard.press('Enter');
    await page.waitForFunction((n) => document.querySelector('.foot').textContent.includes(`Frame ${n} of`) && !document.querySelector('.cover .loading'), PHOTO + 1);
    await page.evaluate(() => document.querySelector('.workbench').focus());
    await page.keyboard.press('Shift+1');
    await settled(page);
  }

  /** Where an image point of the photo is, when it is shown whole. */
  async function onPhoto(page, x, y) {
    const box = await page.locator('.workbench').boundingBox();
    const scale = Math.min((box.width * 0.96) / 451, (box.height * 0.96) / 300);
    return [box.x + box.width / 2 + (x - 225.5) * scale, box.y + box.height / 2 + (y - 150) * scale];
  }

  const drawn = async () => (await stored()).shapes.filter(({ frame }) => frame === PHOTO);
  const steps = (page, count) => page.waitForFunction((wanted) => (wanted > 0) === (document.querySelector('.tool-options .primary') !== null), count);
  const rows = (page, count) => page.waitForFunction((wanted) => document.querySelectorAll('.row').length === wanted, count);

  return {
    'DRW-07 a mask is painted, erased from and saved; strokes are undone one by one': async (page) => {
      await photo(page);
      await page.keyboard.press('m');
      await drag(page, [0.3, 0.4], [0.5, 0.4]);
      await drag(page, [0.3, 0.6], [0.5, 0.6]);
      await page.keyboard.press('Control+z');
      await page.keyboard.press('x');
      await drag(page, [0.4, 0.3], [0.4, 0.5]);
      for (const theme of ['dark', 'light']) {
        await page.evaluate((name) => { document.documentElement.dataset.theme = name; }, theme);
        await page.evaluate(AxeSource.source);
        const { violations } = await page.evaluate(() => window.axe.run('.stage'));
        assert.deepEqual(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 160))]), []);
      }
      await picture(page, 'brush');
      await page.keyboard.press('Enter');
      await rows(page, 1);
      await saved(page);
      const [mask] = await drawn();
      assert.deepEqual([mask.type, mask.source], ['mask', 'manual']);
      const [left, top, right, bottom] = mask.points.slice(-4);
      const middle = Math.round((top + bottom) / 2);
      assert.ok(holds(mask.points, left + 15, middle) && holds(mask.points, right - 15, middle));
      assert.ok(!holds(mask.points, Math.round((left + right) / 2), middle), 'the eraser took nothing away');
      assert.ok(bottom - top < 40, 'the stroke that was undone is still there');
      await page.keyboard.press('Control+z');
      await rows(page, 0);
    },

    'DRW-08 the wand takes what is alike on a photo, and more as it is dragged': async (page) => {
      await photo(page);
      await page.keyboard.press('w');
      // The blurred ground beside the cat.
      await page.mouse.move(...(await centre(page, [0.93, 0.2])));
      await page.mouse.down();
      await page.mouse.up();
      await steps(page, 1);
      await page.keyboard.press('Enter');
      await rows(page, 1);
      await saved(page);
      const [first] = await drawn();
      assert.equal(first.source, 'semi-auto');
      await page.mouse.down();
      await page.mouse.move(...(await centre(page, [0.95, 0.22])), { steps: 4 });
      await settled(page);
      await picture(page, 'wand');
      await page.mouse.up();
      await steps(page, 1);
      await page.keyboard.press('Enter');
      await rows(page, 2);
      await saved(page);
      const [, second] = await drawn();
      assert.ok(areaOf(first.points) > 500 && areaOf(second.points) > areaOf(first.points), `${areaOf(first.points)} then ${areaOf(second.points)}`);
    },

    'DRW-08 the scissors follow the border of an eye on a photo': async (page) => {
      await photo(page);
      await page.keyboard.press('Shift+S');
      // The cat's right eye: image points on its rim.
      const eye = [[150, 88], [207, 125], [190, 145], [155, 138], [136, 105]];
      for (const point of eye) {
        await page.mouse.click(...(await onPhoto(page, ...point)));
        // Two clicks in one place and moment would be a double click.
        await settled(page);
      }
      await picture(page, 'scissors');
      await page.evaluate(() => document.querySelector('.workbench').focus());
      await page.keyboard.press('Enter');
      await rows(page, 1);
      await saved(page);
      const [polygon] = await drawn();
      assert.deepEqual([polygon.type, polygon.source], ['polygon', 'semi-auto']);
      assert.ok(polygon.points.length / 2 > eye.length * 2, 'straight lines between the clicks');
      for (let i = 0; i < polygon.points.length; i += 2) {
        assert.ok(polygon.points[i] > 115 && polygon.points[i] < 225 && polygon.points[i + 1] > 70 && polygon.points[i + 1] < 165);
      }
    },

    'DRW-09 a model shows what a click would give, takes points and boxes, and Tab goes through its candidates': async (page) => {
      await fetch(`${base}/reset?model`, { method: 'POST' });
      await page.reload();
      await opened(page);
      await photo(page);
      await page.keyboard.press('s');
      await page.waitForSelector('.tool-options select');
      const asked = async () => (await (await fetch(`${base}/asked`)).json());
      const until = async (check) => { while (!check(await asked())) await settled(page); };
      await page.mouse.move(...(await onPhoto(page, 200, 150)));
      await until(({ asked }) => asked.length > 0);
      await picture(page, 'hover');
      assert.equal(await page.locator('.tool-options .primary').count(), 0, 'a hover alone is no draft');
      await page.mouse.click(...(await onPhoto(page, 200, 150)));
      await page.getByRole('button', { name: '1 of 3' }).waitFor();
      await page.evaluate(() => document.querySelector('.workbench').focus());
      await page.keyboard.press('Tab');
      await page.getByRole('button', { name: '2 of 3' }).waitFor();
      await picture(page, 'candidates');
      await page.keyboard.press('Enter');
      await rows(page, 1);
      await saved(page);
      const [mask] = await drawn();
      const [left, top, right, bottom] = mask.points.slice(-4);
      assert.deepEqual([mask.type, mask.source, right - left + 1, bottom - top + 1], ['mask', 'semi-auto', 80, 80]);
      const { asked: prompts, prepared } = await asked();
      const last = prompts.at(-1);
      assert.deepEqual([last.job_id, last.frame, last.labels, last.box], [17, PHOTO, [1], null]);
      assert.ok(Math.hypot(last.points[0][0] - 200, last.points[0][1] - 150) < 1);
      assert.deepEqual(prepared.at(-1), [PHOTO, PHOTO + 1, PHOTO + 2]);
    },

    'DRW-09 without a model a box becomes a mask, a point corrects it, and it is saved as a polygon': async (page) => {
      await photo(page);
      await page.keyboard.press('s');
      await page.mouse.move(...(await onPhoto(page, 280, 95)));
      await page.mouse.down();
      await page.mouse.move(...(await onPhoto(page, 355, 180)), { steps: 4 });
      await page.mouse.up();
      await page.waitForSelector('.tool-options .primary');
      await page.waitForFunction(() => !document.querySelector('.tool-options [role="status"]'));
      await page.mouse.click(...(await onPhoto(page, 315, 135)));
      await page.waitForFunction(() => !document.querySelector('.tool-options [role="status"]'));
      await page.locator('.tool-options').getByText('Polygon', { exact: true }).click();
      await picture(page, 'smart');
      await page.getByRole('button', { name: 'Done' }).click();
      await rows(page, 1);
      await saved(page);
      const [polygon] = await drawn();
      assert.deepEqual([polygon.type, polygon.source], ['polygon', 'semi-auto']);
      await page.keyboard.press('Control+z');
      await rows(page, 0);
    },
  };
}
