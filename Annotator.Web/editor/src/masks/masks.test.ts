import { describe, expect, test } from 'vitest';
import { area } from '../geometry/polygon';
import { bitsOf, spansOfBits } from './bits';
import { sweep } from './brush';
import { commonArea, iou, union } from './combine';
import { maskOfRings } from './fill';
import { polygonsOf, ringsOf } from './outline';
import { largestPart, withoutHoles, withoutSpecks } from './regions';
import { maskArea, maskContains, pointsOf, spansOf } from './spans';
import { TILE, TileMask } from './tiles';
import type { BrushShape } from './brush';
import type { MaskSpans } from './spans';

/** A mask from a picture: # set, anything else clear. */
function drawn(...rows: string[]): MaskSpans {
  const width = rows[0]!.length;
  return spansOfBits({ left: 0, top: 0, width, height: rows.length, data: Uint8Array.from(rows.join('').split(''), (sign) => (sign === '#' ? 1 : 0)) })!;
}

function random(seed: number): () => number {
  return () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
}

describe('brush', () => {
  /** Distance of a pixel's centre from the segment, by the brush's own measure. */
  function covers(shape: BrushShape, radius: number, ax: number, ay: number, bx: number, by: number, x: number, y: number): boolean {
    for (let i = 0; i <= 400; i++) {
      const [cx, cy] = [ax + ((bx - ax) * i) / 400, ay + ((by - ay) * i) / 400];
      const off = shape === 'round' ? Math.hypot(x - cx, y - cy) : Math.max(Math.abs(x - cx), Math.abs(y - cy));
      if (off <= radius) return true;
    }
    return false;
  }

  test.each(['round', 'square'] as const)('a %s stroke covers exactly the pixels whose centres it passes over', (shape) => {
    const next = random(7);
    for (let round = 0; round < 15; round++) {
      const diameter = 3 + next() * 12;
      const [ax, ay, bx, by] = [10 + next() * 20, 10 + next() * 20, 10 + next() * 20, 10 + next() * 20];
      const got = new Set<string>();
      sweep(shape, diameter, ax, ay, bx, by, (y, from, to) => {
        for (let x = from; x < to; x++) got.add(`${x},${y}`);
      });
      for (let y = 0; y < 45; y++) {
        for (let x = 0; x < 45; x++) {
          const inside = covers(shape, diameter / 2 - 0.05, ax, ay, bx, by, x + 0.5, y + 0.5);
          const near = covers(shape, diameter / 2 + 0.05, ax, ay, bx, by, x + 0.5, y + 0.5);
          if (inside === near) expect(got.has(`${x},${y}`), `${x},${y} of ${shape} ${diameter} from ${ax},${ay} to ${bx},${by}`).toBe(inside);
        }
      }
    }
  });

  test('a brush of one pixel sets the pixel under it and draws lines without gaps', () => {
    const single: number[][] = [];
    sweep('round', 1, 7.9, 3.2, 7.9, 3.2, (...run) => single.push(run));
    expect(single).toEqual([[3, 7, 8]]);
    let last: readonly [number, number, number] | null = null;
    sweep('round', 1, 2.5, 2.5, 30.5, 9.5, (y, from, to) => {
      if (last !== null) expect(y === last[0] + 1 && from <= last[2]).toBe(true);
      last = [y, from, to];
    });
    expect(last).not.toBeNull();
  });
});

describe('tiles', () => {
  test('hold what a plain raster holds, across tiles and cut at the image', () => {
    const [width, height] = [700, 600];
    const tiles = new TileMask(width, height);
    const reference = new Uint8Array(width * height);
    const next = random(3);
    tiles.begin();
    for (let i = 0; i < 30; i++) {
      const on = i % 4 !== 3;
      sweep(i % 2 === 0 ? 'round' : 'square', 5 + next() * 120, next() * width, next() * height, next() * width, next() * height, (y, from, to) => {
        tiles.run(y, from, to, on);
        if (y >= 0 && y < height) reference.fill(on ? 1 : 0, y * width + Math.min(width, Math.max(0, from)), y * width + Math.max(0, Math.min(width, to)));
      });
    }
    expect(pointsOf(tiles.toSpans()!)).toEqual(pointsOf(spansOfBits({ left: 0, top: 0, width, height, data: reference })!));
  });

  test('undo, redo and restart bring back every pixel, and copy only what a step touches', () => {
    const tiles = new TileMask(4000, 3000);
    const before: (number[] | null)[] = [];
    const next = random(5);
    const now = () => (tiles.toSpans() === null ? null : pointsOf(tiles.toSpans()!));
    for (let i = 0; i < 6; i++) {
      before.push(now());
      tiles.begin();
      sweep('round', 100, next() * 4000, next() * 3000, next() * 4000, next() * 3000, (y, from, to) => tiles.run(y, from, to, i % 3 !== 2));
    }
    const last = now();
    for (let i = 5; i >= 0; i--) {
      expect(tiles.undo()).toBe(true);
      expect(now()).toEqual(before[i]);
    }
    expect(tiles.undo()).toBe(false);
    while (tiles.redo());
    expect(now()).toEqual(last);
    tiles.begin();
    tiles.run(10, 0, 4000, true);
    tiles.restart();
    expect(now()).toEqual(last);
    const far = tiles.tile(0);
    tiles.run(2999, 3990, 4000, true);
    expect(tiles.tile(0)).toBe(far);
  });

  test('tell what was changed since they were asked, and nothing else', () => {
    const tiles = new TileMask(1000, 1000);
    tiles.begin();
    tiles.run(300, 250, 260, true);
    expect([...tiles.takeDirty()]).toEqual([[4, { minX: 250, minY: 44, maxX: TILE, maxY: 45 }], [5, { minX: 0, minY: 44, maxX: 4, maxY: 45 }]]);
    expect(tiles.takeDirty().size).toBe(0);
  });
});

describe('regions', () => {
  const mask = drawn('#####...', '#...#.##', '#.#.#.##', '#...#...', '#####...');

  test('the largest part stays', () => {
    expect(maskArea(largestPart(mask))).toBe(16);
  });

  test('holes are filled up to a size, with what stands in them', () => {
    expect(maskArea(withoutHoles(mask))).toBe(25 + 4);
    expect(withoutHoles(mask, 7)).toBe(mask);
  });

  test('specks go', () => {
    expect(maskArea(withoutSpecks(mask, 2)!)).toBe(20);
    expect(withoutSpecks(mask, 100)).toBeNull();
  });

  test('what is common and what is in either is counted right', () => {
    const other = drawn('........', '###.....', '###.....');
    expect(commonArea(mask, other)).toBe(3);
    expect(iou(mask, other)).toBeCloseTo(3 / (21 + 6 - 3), 12);
    expect(maskArea(union([mask, other])!)).toBe(24);
    expect(iou(mask, mask)).toBe(1);
  });
});

describe('outlines', () => {
  test('exact rings filled again give the same mask, holes and touching corners too', () => {
    const next = random(11);
    for (let round = 0; round < 50; round++) {
      const data = Uint8Array.from({ length: 20 * 15 }, () => (next() < 0.55 ? 1 : 0));
      const mask = spansOfBits({ left: 4, top: 9, width: 20, height: 15, data })!;
      expect(pointsOf(maskOfRings(ringsOf(mask, true), 100, 100)!)).toEqual(pointsOf(mask));
    }
  });

  test('outer rings go clockwise, holes the other way', () => {
    const { outer, holes } = polygonsOf(drawn('####', '#..#', '####'), 0);
    expect(outer.map(area)).toEqual([12]);
    expect(holes.map(area)).toEqual([2]);
  });

  test('a disc becomes a polygon of few vertices that covers it', () => {
    const disc = new TileMask(400, 400);
    disc.begin();
    sweep('round', 300, 200, 200, 200, 200, (y, from, to) => disc.run(y, from, to, true));
    const mask = disc.toSpans()!;
    const { outer, holes } = polygonsOf(mask, 1);
    expect([outer.length, holes.length]).toEqual([1, 0]);
    expect(outer[0]!.length / 2).toBeLessThan(60);
    expect(iou(maskOfRings(outer, 400, 400)!, mask)).toBeGreaterThan(0.985);
  });

  test('a polygon as a mask has the pixels whose centres are inside', () => {
    const mask = maskOfRings([[2.4, 1.4, 6.6, 1.4, 6.6, 4.6, 2.4, 4.6]], 100, 100)!;
    expect([mask.left, mask.top, mask.width, mask.height, maskArea(mask)]).toEqual([2, 1, 5, 4, 20]);
    expect(maskOfRings([[-5, -5, 3, -5, 3, 3, -5, 3]], 100, 100)).toMatchObject({ left: 0, top: 0, width: 3, height: 3 });
    expect(maskContains(spansOf(pointsOf(mask)), 6.9, 4.9)).toBe(true);
  });

  test('bytes and spans say the same', () => {
    const mask = drawn('#.#', '...', '.##');
    expect(pointsOf(spansOfBits(bitsOf(mask, 2))!)).toEqual(pointsOf(mask));
  });
});
