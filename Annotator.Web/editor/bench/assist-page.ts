import { startCompute } from '../src/assist/compute';
import { wayFrom } from '../src/assist/scissors';
import { RegionOverlay } from '../src/render/region-overlay';
import { random } from './scene';
import type { Pixels } from '../src/assist/pixels';

/** Main-thread work of pointer moves: in their handlers, and in the frames that show them. */
let began = 0;
let handled = 0;
window.addEventListener('pointermove', () => (began = performance.now()), { capture: true });
window.addEventListener('pointermove', () => (handled += performance.now() - began));

/** Work since it was last asked, in milliseconds. */
export function takeHandled(): number {
  const work = handled;
  handled = 0;
  return work;
}

/** A light disc on dark ground, both with noise: something to find in so many pixels. */
function disc(pixels: number): Pixels {
  const side = Math.round(Math.sqrt(pixels));
  const data = new Uint8ClampedArray(side * side * 4);
  const next = random(9);
  for (let i = 0; i < side * side; i++) {
    const inside = Math.hypot((i % side) - side / 2, Math.floor(i / side) - side / 2) < side * 0.3;
    const noise = next() * 60;
    data.set(inside ? [150 + noise, 110 + noise, 60 + noise, 255] : [50 + noise, 70 + noise, 90 + noise, 255], 4 * i);
  }
  return { width: side, height: side, data };
}

async function timed<T>(work: () => Promise<T> | T): Promise<[milliseconds: number, result: T]> {
  const start = performance.now();
  const result = await work();
  return [performance.now() - start, result];
}

/** What each question to the worker takes, there and back, and what the page does with the answers. */
export async function assistTimes(): Promise<Record<string, number[]>> {
  const compute = startCompute();
  const times: Record<string, number[]> = {};
  const note = (name: string, milliseconds: number) => (times[name] ??= []).push(milliseconds);
  const canvas = new OffscreenCanvas(1600, 900).getContext('2d') as unknown as CanvasRenderingContext2D;
  const view = { x: 600, y: 600, scale: 1, width: 1600, height: 900, dpr: 1 };
  // The first question starts the worker.
  await compute.ask({ type: 'wand', pixels: disc(10_000), x: 50, y: 50 });
  for (let round = 0; round < 9; round++) {
    const small = disc(400_000);
    const [first, field] = await timed(() => compute.ask({ type: 'scissors', key: `r${round}`, pixels: small, x: 200, y: 320, pull: 6 }, [small.data.buffer as ArrayBuffer]));
    note('scissors: first click, 0.4 MP around it', first);
    const [next] = await timed(() => compute.ask({ type: 'scissors', key: `r${round}`, pixels: null, x: 420, y: 320, pull: 0 }));
    note('scissors: next click in the same part', next);
    const [way] = await timed(() => {
      for (let i = 0; i < 100; i++) wayFrom(field.back, 632, 40 + i * 5, 600);
    });
    note('scissors: line to the pointer', way / 100);
    const middle = disc(1_000_000);
    const side = middle.width;
    const [press, { reach }] = await timed(() => compute.ask({ type: 'wand', pixels: middle, x: side >> 1, y: side >> 1 }, [middle.data.buffer as ArrayBuffer]));
    note('wand: press, 1 MP', press);
    const overlay = new RegionOverlay(0, 0, 1, side, side);
    for (let tolerance = 20; tolerance < 40; tolerance += 5) {
      const [preview] = await timed(() => {
        overlay.show(reach, tolerance, true);
        overlay.paint(canvas, view);
      });
      note('wand: preview of another tolerance, 1 MP', preview);
    }
    if (round < 5) {
      for (const megapixels of [1, 2]) {
        const large = disc(megapixels * 1e6);
        const box = [0.15, 0.15, 0.85, 0.85].map((part) => part * large.width) as [number, number, number, number];
        const [cut] = await timed(() => compute.ask({ type: 'cut', pixels: large, prompt: { box, points: [] } }, [large.data.buffer as ArrayBuffer]));
        note(`box to mask, ${megapixels} MP`, cut);
      }
    }
  }
  compute.dispose();
  return times;
}
