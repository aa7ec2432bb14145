import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fillPixels, maskArea, maskContains, pointsOf, spansOf } from './spans';

/** Normal form: no run of length 0 but perhaps the first, all runs fill the box. */
const masks = fc
  .record({ left: fc.nat(50), top: fc.nat(50), width: fc.integer({ min: 1, max: 20 }), height: fc.integer({ min: 1, max: 20 }) })
  .chain((box) => fc.array(fc.boolean(), { minLength: box.width * box.height, maxLength: box.width * box.height }).map((bits) => ({ ...box, bits })))
  .filter(({ bits }) => bits.includes(true))
  .map(({ left, top, width, height, bits }) => {
    const runs: number[] = [0];
    bits.forEach((bit, i) => (bit === (i > 0 && bits[i - 1]!) ? runs[runs.length - 1]!++ : runs.push(1)));
    return { bits, width, height, left, top, points: [...runs, left, top, left + width - 1, top + height - 1] };
  });

describe('run lengths and spans', () => {
  test('go round and come back the same', () => fc.assert(fc.property(masks, ({ points }) => void expect(pointsOf(spansOf(points))).toEqual(points))));

  test('agree on every pixel and on the area', () =>
    fc.assert(
      fc.property(masks, ({ points, bits, width, height, left, top }) => {
        const mask = spansOf(points);
        const pixels = new Uint32Array(width * height);
        fillPixels(mask, pixels, 7);
        expect([...pixels].map((value) => value === 7)).toEqual(bits);
        expect(bits.every((bit, i) => maskContains(mask, left + (i % width) + 0.5, top + Math.floor(i / width) + 0.5) === bit)).toBe(true);
        expect(maskArea(mask)).toBe(bits.filter(Boolean).length);
      }),
    ));

  test('a mask that says too much is cut to its box, and one that says nothing is empty', () => {
    expect(maskArea(spansOf([0, 100, 0, 0, 1, 1]))).toBe(4);
    expect(maskArea(spansOf([]))).toBe(0);
  });
});
