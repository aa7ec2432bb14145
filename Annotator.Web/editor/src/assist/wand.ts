import type { Pixels } from './pixels';

/** Tolerances are whole numbers from 0 to this. */
export const MAX_TOLERANCE = 255;

/**
 * For each pixel the least tolerance at which a wand pressed at x, y takes it: the largest difference from the colour there
 * that has to be gone over on the best way. All tolerances are answered by one pass: the region is where the value is at
 * most the tolerance, it is connected, and it grows with it.
 */
export function wandReach(pixels: Pixels, x: number, y: number): Uint8Array {
  const { width, height } = pixels;
  const away = differences(pixels, x, y);
  const reach = new Uint8Array(width * height).fill(MAX_TOLERANCE);
  const seen = new Uint8Array(width * height);
  // A list of pixels for each tolerance. A way is never better than the pixels on it, so the lists are worked off upward.
  const first = new Int32Array(MAX_TOLERANCE + 1).fill(-1);
  const next = new Int32Array(width * height);
  const take = (at: number, level: number): void => {
    if (seen[at] === 0) {
      seen[at] = 1;
      const own = Math.max(level, away[at]!);
      reach[at] = own;
      next[at] = first[own]!;
      first[own] = at;
    }
  };
  const start = y * width + x;
  away[start] = 0;
  take(start, 0);
  for (let level = 0; level <= MAX_TOLERANCE; level++) {
    while (first[level]! >= 0) {
      const at = first[level]!;
      first[level] = next[at]!;
      const column = at % width;
      if (column > 0) take(at - 1, level);
      if (column < width - 1) take(at + 1, level);
      if (at >= width) take(at - width, level);
      if (at < width * (height - 1)) take(at + width, level);
    }
  }
  return reach;
}

/** Each pixel's difference from the colour about x, y; green counts most, as for the eye. */
function differences({ width, height, data }: Pixels, x: number, y: number): Uint8Array {
  const [red, green, blue] = colourAbout(data, width, height, x, y);
  const away = new Uint8Array(width * height);
  for (let i = 0, at = 0; i < away.length; i++, at += 4) {
    away[i] = Math.sqrt((2 * (data[at]! - red) ** 2 + 4 * (data[at + 1]! - green) ** 2 + 3 * (data[at + 2]! - blue) ** 2) / 9);
  }
  return away;
}

/** The mean of the pixel and those neighbours that are like it: one noisy pixel is not the colour that was meant. */
function colourAbout(data: Uint8ClampedArray, width: number, height: number, x: number, y: number): [number, number, number] {
  const centre = (y * width + x) * 4;
  const sum: [number, number, number] = [0, 0, 0];
  let count = 0;
  for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
    for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
      const at = (row * width + column) * 4;
      const off = Math.max(Math.abs(data[at]! - data[centre]!), Math.abs(data[at + 1]! - data[centre + 1]!), Math.abs(data[at + 2]! - data[centre + 2]!));
      if (off <= 32) {
        count++;
        for (let channel = 0; channel < 3; channel++) sum[channel]! += data[at + channel]!;
      }
    }
  }
  return [sum[0] / count, sum[1] / count, sum[2] / count];
}
