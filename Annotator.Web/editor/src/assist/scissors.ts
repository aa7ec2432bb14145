import type { Pixels } from './pixels';

/** What a step onto a pixel costs: 1 on the strongest borders, this where nothing changes. */
export const FLAT = 63;

/** Directions of steps, clockwise from the right. */
const DX = [1, 1, 0, -1, -1, -1, 0, 1];
const DY = [0, 1, 1, 1, 0, -1, -1, -1];

/** For each pixel how little it looks like a border, from 1 to {@link FLAT}: by gradient, thinned to its crests. */
export function borderCost(pixels: Pixels): Uint8Array {
  const { width, height } = pixels;
  const { strength, direction } = gradient(pixels);
  const scale = strongest(strength);
  const cost = new Uint8Array(width * height).fill(FLAT);
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const across = direction[at]!;
      const step = DX[across]! + DY[across]! * width;
      const crest = strength[at]! >= strength[at + step]! && strength[at]! >= strength[at - step]!;
      // The root lifts weak borders, which are often the ones that are wanted, out of the noise.
      const border = Math.sqrt(Math.min(1, strength[at]! / scale)) * (crest ? 1 : 0.7);
      cost[at] = Math.max(1, Math.round(FLAT * (1 - border) ** 2));
    }
  }
  return cost;
}

/** Sobel on each channel, the strongest taken; the direction is the one of the eight that goes across the border. */
function gradient({ width, height, data }: Pixels): { strength: Float32Array; direction: Uint8Array } {
  const strength = new Float32Array(width * height);
  const direction = new Uint8Array(width * height);
  const row = width * 4;
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = (y * width + x) * 4;
      let [best, bestX, bestY] = [-1, 0, 0];
      for (let channel = at; channel < at + 3; channel++) {
        const [a, b, c] = [data[channel - row - 4]!, data[channel - row]!, data[channel - row + 4]!];
        const [d, f] = [data[channel - 4]!, data[channel + 4]!];
        const [g, h, i] = [data[channel + row - 4]!, data[channel + row]!, data[channel + row + 4]!];
        const gx = c + 2 * f + i - a - 2 * d - g;
        const gy = g + 2 * h + i - a - 2 * b - c;
        const size = gx * gx + gy * gy;
        if (size > best) {
          [best, bestX, bestY] = [size, gx, gy];
        }
      }
      strength[at / 4] = Math.sqrt(best);
      direction[at / 4] = (Math.round((Math.atan2(bestY, bestX) * 4) / Math.PI) + 8) % 8;
    }
  }
  return { strength, direction };
}

/** The strength that only 2 % of the pixels exceed: what counts as a full border here. At least that of a faint one. */
function strongest(strength: Float32Array): number {
  const counts = new Uint32Array(1500);
  for (const value of strength) {
    counts[Math.min(1499, Math.floor(value))]!++;
  }
  let left = strength.length * 0.02;
  let level = 1499;
  while (level > 60 && (left -= counts[level]!) > 0) {
    level--;
  }
  return level;
}

const NONE = 255;
/** A power of two above the dearest step, so that the ring of lists never meets itself. */
const RING = 512;

/**
 * The cheapest way from every pixel back to the seed: for each the direction of the next step, 255 at the seed itself.
 * Dijkstra with a ring of lists in place of a heap, because costs are small whole numbers.
 */
export function waysTo(cost: Uint8Array, width: number, height: number, seedX: number, seedY: number): Uint8Array {
  const size = width * height;
  const far = new Uint32Array(size).fill(0xffffffff);
  const back = new Uint8Array(size).fill(NONE);
  const first = new Int32Array(RING).fill(-1);
  const next = new Int32Array(size);
  const before = new Int32Array(size);
  const put = (at: number, distance: number): void => {
    const list = distance % RING;
    next[at] = first[list]!;
    before[at] = -1;
    if (first[list]! >= 0) before[first[list]!] = at;
    first[list] = at;
  };
  const remove = (at: number, distance: number): void => {
    if (before[at]! >= 0) next[before[at]!] = next[at]!;
    else first[distance % RING] = next[at]!;
    if (next[at]! >= 0) before[next[at]!] = before[at]!;
  };
  const seed = seedY * width + seedX;
  far[seed] = 0;
  put(seed, 0);
  let empty = 0;
  for (let distance = 0; empty < RING; distance++) {
    empty++;
    for (let at = first[distance % RING]!; at >= 0; at = first[distance % RING]!) {
      empty = 0;
      remove(at, distance);
      const x = at % width;
      const y = (at - x) / width;
      for (let step = 0; step < 8; step++) {
        const [toX, toY] = [x + DX[step]!, y + DY[step]!];
        if (toX < 0 || toY < 0 || toX >= width || toY >= height) {
          continue;
        }
        const to = toY * width + toX;
        const there = distance + cost[to]! * ((step & 1) === 0 ? 5 : 7);
        if (there < far[to]!) {
          if (far[to]! !== 0xffffffff) remove(to, far[to]!);
          far[to] = there;
          back[to] = (step + 4) % 8;
          put(to, there);
        }
      }
    }
  }
  return back;
}

/** The way from the seed to x, y, as x0,y0,x1,y1…, both included. */
export function wayFrom(back: Uint8Array, width: number, x: number, y: number): number[] {
  const way: number[] = [];
  for (let at = y * width + x; ; ) {
    const column = at % width;
    way.push((at - column) / width, column);
    const step = back[at]!;
    if (step === NONE) {
      return way.reverse();
    }
    at += DX[step]! + DY[step]! * width;
  }
}

/**
 * How many points at the end of one way the next goes back over: a click beside a border makes the line leave it and return
 * on the same way, and that spur is nothing that was meant. Ways are x0,y0,x1,y1…; the last point of `way` is where `next` begins.
 */
export function spurBetween(way: readonly number[], next: readonly number[], reach: number): number {
  const most = Math.min(way.length / 2 - 1, next.length / 2 - 1);
  let spur = 0;
  for (let i = 1; i <= most; i++) {
    const back = way.length - 2 * (i + 1);
    if (Math.hypot(way[back]! - next[2 * (i - 1)]!, way[back + 1]! - next[2 * (i - 1) + 1]!) > reach) {
      break;
    }
    spur = i;
  }
  return spur;
}

/** The cheapest pixel within `reach` of x, y, the nearest of those: where a click was meant to be. */
export function pulledToBorder(cost: Uint8Array, width: number, height: number, x: number, y: number, reach: number): [x: number, y: number] {
  let [best, bestX, bestY] = [Infinity, x, y];
  for (let row = Math.max(0, y - reach); row <= Math.min(height - 1, y + reach); row++) {
    for (let column = Math.max(0, x - reach); column <= Math.min(width - 1, x + reach); column++) {
      const distance = Math.hypot(column - x, row - y);
      const value = cost[row * width + column]! + distance / 2;
      if (distance <= reach && value < best) {
        [best, bestX, bestY] = [value, column, row];
      }
    }
  }
  return [bestX, bestY];
}
