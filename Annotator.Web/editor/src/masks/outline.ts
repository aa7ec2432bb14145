import { signedArea } from '../geometry/polygon';
import { simplifyRing } from '../geometry/simplify';
import { bitsOf } from './bits';
import type { MaskSpans } from './spans';

const STEPS = [[1, 0], [0, 1], [-1, 0], [0, -1]] as const;

/**
 * The borders of the mask along the sides of its pixels: outer rings clockwise, holes the other way. Every unit of length
 * gives one vertex at its middle, which makes slanted borders straight; with `corners` the rings are exact, by pixel corners.
 */
export function ringsOf(mask: MaskSpans, corners = false): number[][] {
  const { left, top, width, height, data } = bitsOf(mask, 1);
  const set = (x: number, y: number) => data[y * width + x] !== 0;
  // For each corner of the grid, the directions in which a border leaves it: bit 0 right, 1 down, 2 left, 3 up.
  const leaves = new Uint8Array((width + 1) * (height + 1));
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      if (set(x, y)) {
        const at = y * (width + 1) + x;
        if (!set(x, y - 1)) leaves[at]! |= 1;
        if (!set(x + 1, y)) leaves[at + 1]! |= 2;
        if (!set(x, y + 1)) leaves[at + width + 2]! |= 4;
        if (!set(x - 1, y)) leaves[at + width + 1]! |= 8;
      }
    }
  }
  const rings: number[][] = [];
  for (let start = 0; start < leaves.length; start++) {
    while (leaves[start] !== 0) {
      rings.push(follow(leaves, width + 1, start, left, top, corners));
    }
  }
  return rings;
}

/** Walks one border and takes it off the grid. Where two meet at a corner it keeps to its own pixel. */
function follow(leaves: Uint8Array, stride: number, start: number, left: number, top: number, corners: boolean): number[] {
  const ring: number[] = [];
  let at = start;
  let direction = 31 - Math.clz32(leaves[start]!);
  let before = -1;
  do {
    const open = leaves[at]!;
    if (before >= 0) {
      const right = (before + 1) % 4;
      direction = (open & (1 << right)) !== 0 ? right : (open & (1 << before)) !== 0 ? before : (before + 3) % 4;
    }
    leaves[at] = open & ~(1 << direction);
    const [dx, dy] = STEPS[direction]!;
    const [x, y] = [left + (at % stride), top + Math.floor(at / stride)];
    if (!corners) {
      ring.push(x + dx / 2, y + dy / 2);
    } else if (direction !== before) {
      ring.push(x, y);
    }
    before = direction;
    at += dx + dy * stride;
  } while (at !== start);
  return ring;
}

/** Below this, in pixels, a polygon follows the sides of the pixels. */
const EXACT = 0.5;

/**
 * The mask as polygons with as few vertices as leave every border within `tolerance` pixels, largest first, holes after the
 * outer rings; rings too small to have an inside are left out.
 */
export function polygonsOf(mask: MaskSpans, tolerance: number): { readonly outer: number[][]; readonly holes: number[][] } {
  const rings = ringsOf(mask, tolerance < EXACT)
    .map((ring) => simplifyRing(ring, tolerance))
    .filter((ring) => ring.length >= 6)
    .map((ring) => ({ ring, area: signedArea(ring) }))
    .sort((a, b) => Math.abs(b.area) - Math.abs(a.area));
  return { outer: rings.filter(({ area }) => area > 0).map(({ ring }) => ring), holes: rings.filter(({ area }) => area < 0).map(({ ring }) => ring) };
}
