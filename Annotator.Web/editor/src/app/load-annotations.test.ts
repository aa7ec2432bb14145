import { expect, test } from 'vitest';
import { readingOrder } from './load-annotations';

test('a small job is read at once', () => {
  expect(readingOrder(10, 150, 20)).toEqual([[10, 150]]);
});

test.each([0, 17, 5000, 9999])('a large job is read around frame %i first, and every frame once', (frame) => {
  const ranges = readingOrder(0, 9999, frame);
  expect(ranges[0]![0]).toBeLessThanOrEqual(frame);
  expect(ranges[0]![1]).toBeGreaterThanOrEqual(frame);
  const sorted = [...ranges].sort((a, b) => a[0] - b[0]);
  let next = 0;
  for (const [from, to] of sorted) {
    expect(from).toBe(next);
    next = to + 1;
  }
  expect(next).toBe(10_000);
});
