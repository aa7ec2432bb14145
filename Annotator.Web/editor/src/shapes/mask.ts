import { boxesMeet } from '../geometry/box';
import { maskArea, maskContains, spansOf } from '../masks/spans';
import { NO_DOTS } from './shape-unit';
import type { ShapeUnit } from './shape-unit';
import type { Box } from '../geometry/box';
import type { MaskSpans } from '../masks/spans';
import type { Points } from '../model/records';

const parsed = new WeakMap<Points, MaskSpans>();

/** The mask's spans, read once per list of points. */
export function maskOf(points: Points): MaskSpans {
  let mask = parsed.get(points);
  if (mask === undefined) {
    mask = spansOf(points);
    parsed.set(points, mask);
  }
  return mask;
}

function maskBox({ left, top, width, height }: MaskSpans): Box {
  return width === 0 || height === 0 ? { minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity } : { minX: left, minY: top, maxX: left + width, maxY: top + height };
}

/** Mask: single pixels. It moves by whole pixels, and never above or left of the image: the contract has no such numbers. */
export const maskUnit: ShapeUnit = {
  kind: 'mask',
  filled: true,
  bounds: ({ points }) => maskBox(maskOf(points)),
  area: ({ points }) => maskArea(maskOf(points)),
  contains: ({ points }, x, y) => maskContains(maskOf(points), x, y),
  meets: ({ points }, box) => {
    const mask = maskOf(points);
    if (!boxesMeet(maskBox(mask), box)) {
      return false;
    }
    const from = Math.max(0, Math.floor(box.minY) - mask.top);
    const to = Math.min(mask.height - 1, Math.ceil(box.maxY) - mask.top);
    for (let row = from; row <= to; row++) {
      for (let i = mask.rowStart[row]!; i < mask.rowStart[row + 1]!; i += 2) {
        if (mask.left + mask.spans[i]! <= box.maxX && mask.left + mask.spans[i + 1]! >= box.minX) {
          return true;
        }
      }
    }
    return false;
  },
  handles: () => [],
  trace: (sink, { points }) => {
    const { left, top, width, height } = maskOf(points);
    sink.moveTo(left, top);
    sink.lineTo(left + width, top);
    sink.lineTo(left + width, top + height);
    sink.lineTo(left, top + height);
    sink.closePath();
  },
  dots: () => NO_DOTS,
  moved: (shape, dx, dy) => {
    const mask = maskOf(shape.points);
    const [left, top] = [Math.max(0, mask.left + Math.round(dx)), Math.max(0, mask.top + Math.round(dy))];
    if (left === mask.left && top === mask.top) {
      return shape;
    }
    const moved = [...shape.points.slice(0, -4), left, top, left + mask.width - 1, top + mask.height - 1];
    // The same runs: they are not read again, and pictures made of them stay good.
    parsed.set(moved, { ...mask, left, top });
    return { ...shape, points: moved };
  },
};
