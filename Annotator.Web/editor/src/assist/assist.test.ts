import { describe, expect, test } from 'vitest';
import { cutOut } from './grabcut';
import { MinCut } from './min-cut';
import { borderCost, pulledToBorder, spurBetween, wayFrom, waysTo } from './scissors';
import { wandReach } from './wand';
import type { Pixels } from './pixels';

function random(seed: number): () => number {
  return () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
}

function picture(width: number, height: number, color: (x: number, y: number) => readonly [number, number, number]): Pixels {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      data.set([...color(x, y), 255], (y * width + x) * 4);
    }
  }
  return { width, height, data };
}

/** A bright disc on a dark ground, both with noise of the given range. */
function disc(size: number, radius: number, noise: number, seed = 1): Pixels {
  const next = random(seed);
  return picture(size, size, (x, y) => {
    const inside = Math.hypot(x + 0.5 - size / 2, y + 0.5 - size / 2) <= radius;
    const [r, g, b] = inside ? [190, 150, 90] : [90, 110, 120];
    return [r + (next() - 0.5) * noise, g + (next() - 0.5) * noise, b + (next() - 0.5) * noise];
  });
}

function iouWithDisc(mask: Uint8Array, size: number, radius: number): number {
  let [common, either] = [0, 0];
  mask.forEach((value, i) => {
    const inside = Math.hypot((i % size) + 0.5 - size / 2, Math.floor(i / size) + 0.5 - size / 2) <= radius;
    if (inside && value === 1) common++;
    if (inside || value === 1) either++;
  });
  return common / either;
}

describe('wand', () => {
  /** The region by the plainest rule: flood over pixels whose difference is at most the tolerance. */
  function flooded(reach: Uint8Array, tolerance: number): number {
    return reach.filter((value) => value <= tolerance).length;
  }

  test('takes what is connected and within the tolerance, and nothing behind a wall', () => {
    const pixels = picture(20, 10, (x, y) => (x === 10 ? [255, 255, 255] : x < 10 && y < 5 ? [100, 100, 100] : [112, 112, 112]));
    const reach = wandReach(pixels, 2, 2);
    expect(flooded(reach, 0)).toBe(50);
    expect(flooded(reach, 11)).toBe(50);
    expect(flooded(reach, 12)).toBe(100);
    expect(reach[2 * 20 + 15]).toBe(155);
    expect(flooded(reach, 155)).toBe(200);
  });

  test('agrees with a flood for each tolerance on a noisy picture', () => {
    const next = random(9);
    const pixels = picture(60, 40, () => [next() * 255, next() * 255, next() * 255]);
    const reach = wandReach(pixels, 30, 20);
    const at = (20 * 60 + 30) * 4;
    const seed = [pixels.data[at]!, pixels.data[at + 1]!, pixels.data[at + 2]!];
    const alone = picture(60, 40, (x, y) => [pixels.data[(y * 60 + x) * 4]!, pixels.data[(y * 60 + x) * 4 + 1]!, pixels.data[(y * 60 + x) * 4 + 2]!]);
    const away = (i: number): number => Math.floor(Math.sqrt((2 * (alone.data[4 * i]! - seed[0]!) ** 2 + 4 * (alone.data[4 * i + 1]! - seed[1]!) ** 2 + 3 * (alone.data[4 * i + 2]! - seed[2]!) ** 2) / 9));
    for (const tolerance of [20, 60, 90, 120, 200]) {
      const seen = new Set([20 * 60 + 30]);
      const stack = [20 * 60 + 30];
      for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
        for (const to of [i % 60 > 0 ? i - 1 : -1, i % 60 < 59 ? i + 1 : -1, i - 60, i + 60]) {
          if (to >= 0 && to < 2400 && !seen.has(to) && away(to) <= tolerance) {
            seen.add(to);
            stack.push(to);
          }
        }
      }
      expect(flooded(reach, tolerance), `tolerance ${tolerance}`).toBe(seen.size);
    }
  });
});

describe('scissors', () => {
  const edge = (x: number) => 60 + 25 * Math.sin(x / 20);
  const next = random(4);
  const pixels = picture(200, 120, (x, y) => {
    const base = y < edge(x) ? 80 : 150;
    const noise = (next() - 0.5) * 16;
    return [base + noise, base + noise, base + noise];
  });

  test('the way between two clicks follows the border', () => {
    const cost = borderCost(pixels);
    const from = pulledToBorder(cost, 200, 120, 10, Math.round(edge(10)) + 3, 6);
    const to = pulledToBorder(cost, 200, 120, 190, Math.round(edge(190)) - 3, 6);
    const way = wayFrom(waysTo(cost, 200, 120, ...from), 200, ...to);
    expect(way.slice(0, 2)).toEqual(from);
    expect(way.slice(-2)).toEqual(to);
    for (let i = 0; i < way.length; i += 2) {
      // The distance to the curve, which is steep in places: the nearest of its points.
      const off = Math.min(...Array.from({ length: 41 }, (_, k) => Math.hypot(k / 4 - 5, edge(way[i]! + k / 4 - 5) - way[i + 1]! - 0.5)));
      expect(off).toBeLessThan(2.5);
    }
  });

  test('every step of a way goes to a neighbour, and on a flat picture it is as short as can be', () => {
    const flat = borderCost(picture(50, 40, () => [7, 7, 7]));
    const way = wayFrom(waysTo(flat, 50, 40, 5, 5), 50, 40, 20);
    expect(way.length / 2).toBe(36);
    for (let i = 2; i < way.length; i += 2) {
      expect(Math.max(Math.abs(way[i]! - way[i - 2]!), Math.abs(way[i + 1]! - way[i - 1]!))).toBe(1);
    }
  });

  test('a spur is what the next way goes back over', () => {
    const way = [10, 0, 11, 0, 12, 0, 13, 0, 13, 1, 13, 2];
    expect(spurBetween(way, [13, 1, 13, 0, 14, 0, 15, 0], 0.5)).toBe(2);
    expect(spurBetween(way, [14, 2, 15, 2], 0.5)).toBe(0);
  });

  test('the ways cost as little as those of a plain search', () => {
    const random2 = random(21);
    const [width, height] = [13, 11];
    const cost = Uint8Array.from({ length: width * height }, () => 1 + Math.floor(random2() * 63));
    const back = waysTo(cost, width, height, 3, 4);
    const best = new Float64Array(width * height).fill(Infinity);
    best[4 * width + 3] = 0;
    for (let round = 0; round < width * height; round++) {
      for (let at = 0; at < best.length; at++) {
        for (const [dx, dy] of [[1, 0], [1, 1], [0, 1], [-1, 1], [-1, 0], [-1, -1], [0, -1], [1, -1]] as const) {
          const [x, y] = [(at % width) + dx, Math.floor(at / width) + dy];
          if (x >= 0 && y >= 0 && x < width && y < height) {
            const to = y * width + x;
            best[to] = Math.min(best[to]!, best[at]! + cost[to]! * (dx !== 0 && dy !== 0 ? 7 : 5));
          }
        }
      }
    }
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const way = wayFrom(back, width, x, y);
        let sum = 0;
        for (let i = 2; i < way.length; i += 2) {
          sum += cost[way[i + 1]! * width + way[i]!]! * (way[i] !== way[i - 2] && way[i + 1] !== way[i - 1] ? 7 : 5);
        }
        expect(sum).toBe(best[y * width + x]);
      }
    }
  });
});

describe('least cut', () => {
  test('costs as little as the best of all cuts', () => {
    const next = random(33);
    const [width, height] = [4, 3];
    const steps = [[1, 0], [1, 1], [0, 1], [-1, 1]] as const;
    for (let round = 0; round < 60; round++) {
      const graph = new MinCut(width, height);
      const joints: [a: number, b: number, capacity: number][] = [];
      const pulls: [toSource: number, toSink: number][] = [];
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const pull: [number, number] = [Math.floor(next() * 40), Math.floor(next() * 40)];
          pulls.push(pull);
          graph.pull(x, y, ...pull);
          steps.forEach(([dx, dy], direction) => {
            const [toX, toY] = [x + dx, y + dy];
            if (toX >= 0 && toX < width && toY < height) {
              const capacity = Math.floor(next() * 20);
              joints.push([y * width + x, toY * width + toX, capacity]);
              graph.join(x, y, direction as 0, capacity);
            }
          });
        }
      }
      graph.solve();
      const price = (inside: (i: number) => boolean): number =>
        pulls.reduce((sum, [toSource, toSink], i) => sum + (inside(i) ? toSink : toSource), 0) + joints.reduce((sum, [a, b, capacity]) => sum + (inside(a) === inside(b) ? 0 : capacity), 0);
      let best = Infinity;
      for (let bits = 0; bits < 1 << (width * height); bits++) {
        best = Math.min(best, price((i) => ((bits >> i) & 1) === 1));
      }
      expect(price((i) => graph.isSource(i % width, Math.floor(i / width)))).toBe(best);
    }
  });
});

describe('box to mask', () => {
  test('finds a disc in noise from a loose box', () => {
    const mask = cutOut(disc(200, 60, 120), { box: [20, 20, 180, 180], points: [] })!;
    expect(iouWithDisc(mask, 200, 60)).toBeGreaterThan(0.95);
  });

  test('a large picture is cut to the pixel', () => {
    const mask = cutOut(disc(1000, 300, 100), { box: [150, 150, 850, 850], points: [] })!;
    expect(iouWithDisc(mask, 1000, 300)).toBeGreaterThan(0.98);
  });

  test('points put right what the colours say', () => {
    const pixels = picture(160, 160, (x, y) => (Math.hypot(x - 50, y - 80) < 25 ? [200, 60, 60] : Math.hypot(x - 110, y - 80) < 25 ? [60, 60, 200] : [90, 120, 90]));
    const box = [10, 40, 150, 120] as const;
    const at = (mask: Uint8Array, x: number, y: number) => mask[y * 160 + x];
    const both = cutOut(pixels, { box, points: [] })!;
    expect([at(both, 50, 80), at(both, 110, 80)]).toEqual([1, 1]);
    const left = cutOut(pixels, { box, points: [{ x: 110, y: 80, inside: false, radius: 5 }] })!;
    expect([at(left, 50, 80), at(left, 110, 80)]).toEqual([1, 0]);
  });

  test('a point alone means what is about it, not all that is around', () => {
    const pixels = disc(200, 40, 60);
    const point = { x: 100, y: 100, inside: true, radius: 3 };
    const mask = cutOut(pixels, { box: [10, 10, 190, 190], points: [point], near: 25 })!;
    expect(iouWithDisc(mask, 200, 40)).toBeGreaterThan(0.95);
  });

  test('where there is nothing but ground, nothing is found', () => {
    const next = random(2);
    const ground = picture(80, 80, () => [100 + next() * 3, 100, 100]);
    expect(cutOut(ground, { box: [0, 0, 80, 80], points: [] })).toBeNull();
  });
});
