import { bitsOf, spansOfBits } from './bits';
import type { Bits } from './bits';
import type { MaskSpans } from './spans';

/** The largest of the mask's connected parts (over sides, not corners); the mask itself when there is only one. */
export function largestPart(mask: MaskSpans): MaskSpans {
  const bits = bitsOf(mask, 1);
  const { part, sizes } = partsOf(bits, 1);
  if (sizes.length <= 1) {
    return mask;
  }
  const largest = sizes.indexOf(Math.max(...sizes)) + 1;
  return spansOfBits({ ...bits, data: Uint8Array.from(part, (number) => (number === largest ? 1 : 0)) }) ?? mask;
}

/** The mask with every hole of at most `maxArea` pixels set; the mask itself when there is none. */
export function withoutHoles(mask: MaskSpans, maxArea = Infinity): MaskSpans {
  const bits = bitsOf(mask, 1);
  const { part, sizes } = partsOf(bits, 0);
  // The margin joins all that is outside, and it holds the first pixel: part 1.
  if (!sizes.some((size, i) => i > 0 && size <= maxArea)) {
    return mask;
  }
  const data = Uint8Array.from(part, (number, i) => (bits.data[i] !== 0 || (number > 1 && sizes[number - 1]! <= maxArea) ? 1 : 0));
  return spansOfBits({ ...bits, data }) ?? mask;
}

/** The mask without parts of fewer than `minArea` pixels; null when nothing is left. */
export function withoutSpecks(mask: MaskSpans, minArea: number): MaskSpans | null {
  const bits = bitsOf(mask, 1);
  const { part, sizes } = partsOf(bits, 1);
  if (sizes.every((size) => size >= minArea)) {
    return mask;
  }
  return spansOfBits({ ...bits, data: Uint8Array.from(part, (number) => (number > 0 && sizes[number - 1]! >= minArea ? 1 : 0)) });
}

/** Numbers the connected parts of the pixels that are `value` from 1, in reading order, and counts their pixels. */
function partsOf({ width, height, data }: Bits, value: 0 | 1): { part: Int32Array; sizes: number[] } {
  const part = new Int32Array(width * height);
  const stack: number[] = [];
  const sizes: number[] = [];
  for (let start = 0; start < data.length; start++) {
    if (part[start] !== 0 || (data[start] !== 0 ? 1 : 0) !== value) {
      continue;
    }
    const number = sizes.length + 1;
    let size = 0;
    const reach = (at: number) => {
      if (part[at] === 0 && (data[at] !== 0 ? 1 : 0) === value) {
        part[at] = number;
        stack.push(at);
      }
    };
    reach(start);
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      size++;
      const x = at % width;
      if (x > 0) reach(at - 1);
      if (x < width - 1) reach(at + 1);
      if (at >= width) reach(at - width);
      if (at < data.length - width) reach(at + width);
    }
    sizes.push(size);
  }
  return { part, sizes };
}
