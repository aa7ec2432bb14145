import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boxOf } from './box';
import { area, centroid, crossesItself, distanceToChain, lengthOf, ringContains, signedArea } from './polygon';
import { directionOf, normaliseDegrees, rotateAbout, rotatedCorners, snapDegrees } from './rotate';
import { simplify } from './simplify';
import { snapDirection } from './snap';

const coordinate = fc.integer({ min: -1000, max: 1000 });
const chain = fc.array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength: 40 }).map((points) => points.flat());

describe('rings', () => {
  const square = [0, 0, 10, 0, 10, 10, 0, 10];
  test('have area, length and middle', () => {
    expect(signedArea(square)).toBe(100);
    expect(area([...square].reverse())).toBe(100);
    expect(lengthOf(square, true)).toBe(40);
    expect(centroid(square)).toEqual([5, 5]);
    expect(centroid([0, 0, 4, 0, 8, 0])).toEqual([4, 0]);
  });
  test('cross themselves when two edges do, and not when neighbours touch', () => {
    expect(crossesItself(square, true)).toBe(false);
    expect(crossesItself([0, 0, 10, 10, 10, 0, 0, 10], true)).toBe(true);
    expect(crossesItself([0, 0, 10, 0, 10, 10, 5, -5], false)).toBe(true);
  });
  test('hold their vertices within distance 0', () =>
    fc.assert(fc.property(chain, (points) => void expect(distanceToChain(points, points[0]!, points[1]!, true)).toBe(0))));
  test('hold no point outside their box', () =>
    fc.assert(
      fc.property(chain, coordinate, coordinate, (points, x, y) => {
        const box = boxOf(points);
        if (ringContains(points, x, y)) {
          expect(x >= box.minX && x <= box.maxX && y >= box.minY && y <= box.maxY).toBe(true);
        }
      }),
    ));
});

describe('turning', () => {
  test('is clockwise on screen, and turning back is the way home', () => {
    expect(rotateAbout(10, 0, 0, 0, 90).map(Math.round)).toEqual([0, 10]);
    fc.assert(
      fc.property(coordinate, coordinate, fc.double({ min: -720, max: 720, noNaN: true }), (x, y, degrees) => {
        const [bx, by] = rotateAbout(...rotateAbout(x, y, 3, 4, degrees), 3, 4, -degrees);
        expect(Math.hypot(bx - x, by - y)).toBeLessThan(1e-6);
      }),
    );
  });
  test('keeps area and gives degrees from 0 to less than 360', () => {
    expect(area(rotatedCorners([0, 0, 30, 20], 33))).toBeCloseTo(600, 9);
    fc.assert(fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (degrees) => void expect(normaliseDegrees(degrees) >= 0 && normaliseDegrees(degrees) < 360).toBe(true)));
    expect(Object.is(normaliseDegrees(-360), 0)).toBe(true);
    expect(snapDegrees(352.6, 15)).toBe(0);
    expect(directionOf(0, 0, 0, 5)).toBe(90);
  });
  test('a snapped segment keeps its length', () => {
    const [x, y] = snapDirection(0, 0, 10, 1, 0);
    expect([x, y]).toEqual([expect.closeTo(Math.hypot(10, 1), 9), expect.closeTo(0, 9)]);
  });
});

test('a simplified chain keeps its ends and leaves out nothing farther than the tolerance', () =>
  fc.assert(
    fc.property(chain, fc.double({ min: 0, max: 50, noNaN: true }), (points, tolerance) => {
      const thin = simplify(points, tolerance);
      expect(thin.slice(0, 2)).toEqual(points.slice(0, 2));
      expect(thin.slice(-2)).toEqual(points.slice(-2));
      for (let i = 0; i < points.length; i += 2) {
        expect(distanceToChain(thin, points[i]!, points[i + 1]!, false)).toBeLessThanOrEqual(tolerance + 1e-9);
      }
    }),
  ));
