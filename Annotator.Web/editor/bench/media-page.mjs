// What runs in the page: it goes to frames and looks at the canvas. Each function is sent to the page whole.

/**
 * Goes to frames one after the other. Answers milliseconds until each is painted, and how many pictures were wrong; without a
 * period nothing is painted on the frames and none can be.
 */
export async function visit({ frames, period, width, height }) {
  const slider = document.querySelector('.strip input[type=range]');
  const canvas = document.querySelector('.stage canvas');
  const [x, y, scale] = new URLSearchParams(location.search).get('v').split(',').map(Number);
  const painting = () => new Promise((done) => requestAnimationFrame(done));
  const painted = () => {
    const at = (bit) => Math.round(canvas.width / 2 + (((bit + 0.5) * width) / 16 - x) * scale);
    const row = Math.round(canvas.height / 2 + (height / 24 - y) * scale);
    const { data } = canvas.getContext('2d').getImageData(at(0), row, at(15) - at(0) + 1, 1);
    let number = 0;
    for (let bit = 0; bit < 16; bit++) number |= data[4 * (at(bit) - at(0))] > 128 ? 1 << bit : 0;
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
    if (period > 0 && painted() !== frame % period) wrong++;
  }
  return { times, wrong };
}

/**
 * Counts the pictures that are presented while it plays: by their painted numbers, or else by what the page says. All cells are
 * read at once: each reading makes the browser wait for its painting, and sixteen of them cost more than the playing.
 */
export async function watch({ seconds, period, width, height }) {
  const canvas = document.querySelector('.stage canvas');
  const [x, y, scale] = new URLSearchParams(location.search).get('v').split(',').map(Number);
  const at = (bit) => Math.round(canvas.width / 2 + (((bit + 0.5) * width) / 16 - x) * scale);
  const row = Math.round(canvas.height / 2 + (height / 24 - y) * scale);
  const seen = [];
  const began = performance.now();
  while (performance.now() - began < seconds * 1000) {
    await new Promise((done) => requestAnimationFrame(done));
    let number = 0;
    if (period > 0) {
      const { data } = canvas.getContext('2d').getImageData(at(0), row, at(15) - at(0) + 1, 1);
      for (let bit = 0; bit < 16; bit++) number |= data[4 * (at(bit) - at(0))] > 128 ? 1 << bit : 0;
    } else {
      number = Number(/Frame ([\d,]+) of/.exec(document.querySelector('.foot').textContent)?.[1].replaceAll(',', '')) - 1;
    }
    if (seen.at(-1) !== number) seen.push(number);
  }
  const round = period > 0 ? period : Infinity;
  const back = seen.filter((number, index) => index > 0 && (round === Infinity ? number < seen[index - 1] : (number - seen[index - 1] + round) % round > round / 2)).length;
  return { fps: seen.length / seconds, back };
}

/** Runs before the page: keeps account of the bytes of all frames' pictures that it is given and that were not closed. */
export function account() {
  const held = new Map();
  const close = ImageBitmap.prototype.close;
  ImageBitmap.prototype.close = function closeAndForget() {
    held.delete(this);
    return close.call(this);
  };
  const Whole = self.Worker;
  self.Worker = class extends Whole {
    constructor(...given) {
      super(...given);
      if (given[1]?.name !== 'frames') return;
      this.addEventListener('message', ({ data }) => {
        if (data?.bitmap instanceof ImageBitmap) held.set(data.bitmap, data.bitmap.width * data.bitmap.height * 4);
      });
    }
  };
  self.heldPictures = () => [...held.values()].reduce((sum, bytes) => sum + bytes, 0);
}
