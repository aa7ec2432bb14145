import { ColorModel } from './color-model';
import { MinCut } from './min-cut';
import { shrunk } from './pixels';
import type { Pixels } from './pixels';

/** What the person said: coordinates are pixels of the picture given. */
export interface CutPrompt {
  /** The object is inside; left, top, right, bottom. */
  readonly box: readonly [number, number, number, number];
  /** x, y and whether the object is there, with the radius for which that is sure. */
  readonly points: readonly { readonly x: number; readonly y: number; readonly inside: boolean; readonly radius: number }[];
  /** Instead of all of the box, only what is this near to points inside is taken for the object at first. */
  readonly near?: number;
}

/** As many pixels are cut whole; larger pictures are cut small, and then again along the border only. */
const COARSE = 60_000;
const ROUNDS = 5;
/** How dear it is to part neighbours of the same colour. */
const SMOOTHNESS = 50;
/** Costs become whole numbers by this. */
const SCALE = 64;
/** More than all that a pixel's neighbours can weigh together. */
const CERTAIN = 1 << 24;
/** As many samples teach the colours. */
const SAMPLES = 12_000;

const UNSURE = 0;
const INSIDE = 1;
const OUTSIDE = 2;

/** Steps clockwise from the right, with how much they weigh: those across corners are longer. The first four go forward. */
const NEIGHBOURS = [[1, 0, 1], [1, 1, Math.SQRT1_2], [0, 1, 1], [-1, 1, Math.SQRT1_2], [-1, 0, 1], [-1, -1, Math.SQRT1_2], [0, -1, 1], [1, -1, Math.SQRT1_2]] as const;

/**
 * The object in the box, after "GrabCut": colours of inside and outside are learnt and the cheapest border between them is
 * cut, again and again. One byte a pixel, 1 for the object; null when nothing but background is left.
 */
export function cutOut(pixels: Pixels, prompt: CutPrompt): Uint8Array | null {
  const factor = Math.min(1, Math.sqrt(COARSE / (pixels.width * pixels.height)));
  const coarse = factor === 1 ? pixels : shrunk(pixels, factor);
  const known = knownOf(coarse, prompt, coarse.width / pixels.width, coarse.height / pixels.height);
  let inside = guess(coarse, prompt, known, coarse.width / pixels.width);
  const penalty = penaltyOf(coarse, null);
  let models: Models | null = null;
  for (let round = 0; round < ROUNDS; round++) {
    models = learn(coarse, inside);
    if (models === null) {
      return null;
    }
    const next = cut(coarse, models, known, penalty, null, inside);
    const changed = next.reduce((sum, value, i) => sum + (value === inside[i] ? 0 : 1), 0);
    inside = next;
    if (changed <= inside.length / 2000) {
      break;
    }
  }
  if (factor < 1 && models !== null) {
    inside = refined(pixels, coarse, inside, models, prompt);
  }
  return inside.includes(1) ? inside : null;
}

interface Models {
  readonly inside: ColorModel;
  readonly outside: ColorModel;
}

/** What is sure from the start. Later points win over earlier ones. */
function knownOf({ width, height }: Pixels, { box, points }: CutPrompt, scaleX: number, scaleY: number): Uint8Array {
  const known = new Uint8Array(width * height).fill(OUTSIDE);
  const [left, right] = [Math.max(0, Math.floor(box[0] * scaleX)), Math.min(width, Math.ceil(box[2] * scaleX))];
  for (let y = Math.max(0, Math.floor(box[1] * scaleY)); y < Math.min(height, Math.ceil(box[3] * scaleY)); y++) {
    known.fill(UNSURE, y * width + left, y * width + Math.max(left, right));
  }
  for (const point of points) {
    const [x, y, radius] = [Math.floor(point.x * scaleX), Math.floor(point.y * scaleY), Math.max(0.5, point.radius * scaleX)];
    for (let row = Math.max(0, Math.ceil(y - radius)); row <= Math.min(height - 1, y + radius); row++) {
      for (let column = Math.max(0, Math.ceil(x - radius)); column <= Math.min(width - 1, x + radius); column++) {
        if (Math.hypot(column - x, row - y) <= radius) {
          known[row * width + column] = point.inside ? INSIDE : OUTSIDE;
        }
      }
    }
  }
  return known;
}

/** What the object is taken for before anything is learnt. */
function guess({ width }: Pixels, { points, near }: CutPrompt, known: Uint8Array, scale: number): Uint8Array {
  const about = points.filter(({ inside }) => inside);
  return Uint8Array.from(known, (value, i) => {
    if (value !== UNSURE || near === undefined) {
      return value === OUTSIDE ? 0 : 1;
    }
    return about.some(({ x, y }) => Math.hypot((i % width) - x * scale, Math.floor(i / width) - y * scale) <= near * scale) ? 1 : 0;
  });
}

/** The colours on both sides; null when one side is empty. */
function learn({ data }: Pixels, inside: Uint8Array): Models | null {
  const count = inside.reduce((sum, value) => sum + value, 0);
  if (count === 0 || count === inside.length) {
    return null;
  }
  const sample = (side: number, total: number): ColorModel => {
    const step = Math.max(1, total / SAMPLES);
    const colors: number[] = [];
    let [seen, due] = [0, 0];
    for (let i = 0; i < inside.length; i++) {
      if (inside[i] === side && seen++ >= due) {
        due += step;
        colors.push(data[4 * i]!, data[4 * i + 1]!, data[4 * i + 2]!);
      }
    }
    return new ColorModel(colors);
  };
  return { inside: sample(1, count), outside: sample(0, inside.length - count) };
}

/** How little neighbours differ on the mean decides from when on a difference counts as a border. */
function penaltyOf({ width, height, data }: Pixels, band: Uint8Array | null): (a: number, b: number) => number {
  let [sum, count] = [0, 0];
  for (let y = 0; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      if (band === null || band[at] !== 0) {
        sum += difference(data, at, at + 1) + difference(data, at, at + width - 1) + difference(data, at, at + width) + difference(data, at, at + width + 1);
        count += 4;
      }
    }
  }
  const beta = sum === 0 ? 0 : count / (2 * sum);
  return (a, b) => SMOOTHNESS * Math.exp(-beta * difference(data, a, b));
}

function difference(data: Uint8ClampedArray, a: number, b: number): number {
  return (data[4 * a]! - data[4 * b]!) ** 2 + (data[4 * a + 1]! - data[4 * b + 1]!) ** 2 + (data[4 * a + 2]! - data[4 * b + 2]!) ** 2;
}

/** The cheapest border. With a band only its pixels are decided; those around it stay what they are, and pull at it. */
function cut({ width, height, data }: Pixels, models: Models, known: Uint8Array, penalty: (a: number, b: number) => number, band: Uint8Array | null, before: Uint8Array): Uint8Array {
  const area = band === null ? { left: 0, top: 0, right: width, bottom: height } : boxOf(band, width);
  const graph = new MinCut(area.right - area.left, area.bottom - area.top);
  for (let y = area.top; y < area.bottom; y++) {
    for (let x = area.left; x < area.right; x++) {
      const at = y * width + x;
      if (band !== null && band[at] === 0) {
        continue;
      }
      let [toSource, toSink] = [0, 0];
      if (known[at] !== UNSURE) {
        [toSource, toSink] = known[at] === INSIDE ? [CERTAIN, 0] : [0, CERTAIN];
      } else {
        const [red, green, blue] = [data[4 * at]!, data[4 * at + 1]!, data[4 * at + 2]!];
        [toSource, toSink] = [Math.round(SCALE * models.outside.cost(red, green, blue)), Math.round(SCALE * models.inside.cost(red, green, blue))];
      }
      for (let direction = 0; direction < 8; direction++) {
        const [dx, dy, weight] = NEIGHBOURS[direction]!;
        const [toX, toY] = [x + dx, y + dy];
        if (toX < 0 || toX >= width || toY < 0 || toY >= height) {
          continue;
        }
        const to = toY * width + toX;
        const fixed = band !== null && band[to] === 0;
        if (fixed || direction < 4) {
          const capacity = Math.round(SCALE * weight * penalty(at, to));
          if (!fixed) graph.join(x - area.left, y - area.top, direction as 0 | 1 | 2 | 3, capacity);
          else if (before[to] === 1) toSource += capacity;
          else toSink += capacity;
        }
      }
      graph.pull(x - area.left, y - area.top, toSource, toSink);
    }
  }
  graph.solve();
  const inside = new Uint8Array(before);
  for (let y = area.top; y < area.bottom; y++) {
    for (let x = area.left; x < area.right; x++) {
      const at = y * width + x;
      if (band === null || band[at] !== 0) {
        inside[at] = graph.isSource(x - area.left, y - area.top) ? 1 : 0;
      }
    }
  }
  return inside;
}

/** The smallest box that has all of the band; empty when there is none. */
function boxOf(band: Uint8Array, width: number): { left: number; top: number; right: number; bottom: number } {
  const box = { left: width, top: Math.max(0, Math.floor(band.indexOf(1) / width)), right: 0, bottom: Math.floor(band.lastIndexOf(1) / width) + 1 };
  for (let y = box.top; y < box.bottom; y++) {
    const row = band.subarray(y * width, (y + 1) * width);
    const first = row.indexOf(1);
    if (first >= 0) {
      box.left = Math.min(box.left, first);
      box.right = Math.max(box.right, row.lastIndexOf(1) + 1);
    }
  }
  return box.right === 0 ? { left: 0, top: 0, right: 0, bottom: 0 } : box;
}

/** Decides again, pixel by pixel, where the coarse border and what lies next to it runs through the picture. */
function refined(pixels: Pixels, coarse: Pixels, inside: Uint8Array, models: Models, prompt: CutPrompt): Uint8Array {
  const { width, height } = pixels;
  const mixed = new Uint8Array(inside.length);
  for (let y = 0; y < coarse.height; y++) {
    for (let x = 0; x < coarse.width; x++) {
      for (let row = Math.max(0, y - 1); row <= Math.min(coarse.height - 1, y + 1); row++) {
        for (let column = Math.max(0, x - 1); column <= Math.min(coarse.width - 1, x + 1); column++) {
          if (inside[row * coarse.width + column] !== inside[y * coarse.width + x]) mixed[y * coarse.width + x] = 1;
        }
      }
    }
  }
  const band = new Uint8Array(width * height);
  const rough = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * coarse.height) / height) * coarse.width;
    for (let x = 0; x < width; x++) {
      const from = row + Math.floor((x * coarse.width) / width);
      band[y * width + x] = mixed[from]!;
      rough[y * width + x] = inside[from]!;
    }
  }
  return cut(pixels, models, knownOf(pixels, prompt, 1, 1), penaltyOf(pixels, band), band, rough);
}
