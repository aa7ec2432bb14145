import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { boxGrow, boxHolds, boxIsEmpty } from '../geometry/box';
import { SHAPE_KINDS, makeShape } from '../model/records';
import { fromCvat, toCvat } from '../model/wire';
import { SHAPES } from './kinds';
import { setSkeletonEdges } from './skeleton';
import type { Box } from '../geometry/box';
import type { Points, Shape, ShapeElement, ShapeKind } from '../model/records';
import type { PathSink } from './shape-unit';
import type { WireShape } from '../model/wire';

const node = (labelId: number, x: number, y: number, outside = false): ShapeElement => ({
  id: labelId, labelId, group: 0, source: 'manual', kind: 'points', points: [x, y], rotation: 0, occluded: false, outside, zOrder: 0, attributes: {},
});
const shape = (kind: ShapeKind, points: Points, rest: Partial<Shape> = {}) => makeShape({ id: 1, kind, frame: 0, labelId: 1, points, ...rest });

/** Of each kind one, with a point on it and one far from it, and what it covers. */
const EXAMPLES: Record<ShapeKind, { shape: Shape; on: [number, number]; off: [number, number]; bounds: Box; area: number }> = {
  rectangle: { shape: shape('rectangle', [40, 45, 60, 55], { rotation: 90 }), on: [50, 41], off: [41, 50], bounds: { minX: 45, minY: 40, maxX: 55, maxY: 60 }, area: 200 },
  polygon: { shape: shape('polygon', [0, 0, 20, 0, 20, 20, 10, 5, 0, 20]), on: [2, 10], off: [10, 15], bounds: { minX: 0, minY: 0, maxX: 20, maxY: 20 }, area: 250 },
  polyline: { shape: shape('polyline', [0, 0, 20, 0, 20, 20]), on: [10, 1], off: [8, 12], bounds: { minX: 0, minY: 0, maxX: 20, maxY: 20 }, area: 0 },
  points: { shape: shape('points', [5, 5, 30, 40]), on: [30, 41], off: [17, 22], bounds: { minX: 5, minY: 5, maxX: 30, maxY: 40 }, area: 0 },
  ellipse: { shape: shape('ellipse', [50, 50, 70, 40], { rotation: 90 }), on: [50, 69], off: [69, 50], bounds: { minX: 40, minY: 30, maxX: 60, maxY: 70 }, area: Math.PI * 200 },
  cuboid: { shape: shape('cuboid', [0, 10, 0, 30, 20, 10, 20, 30, 30, 0, 30, 20, 10, 0, 10, 20]), on: [25, 12], off: [2, 2], bounds: { minX: 0, minY: 0, maxX: 30, maxY: 30 }, area: 400 },
  mask: { shape: shape('mask', [1, 2, 1, 2, 10, 20, 12, 21]), on: [12.5, 20.5], off: [10.5, 20.5], bounds: { minX: 10, minY: 20, maxX: 13, maxY: 22 }, area: 4 },
  skeleton: {
    shape: shape('skeleton', [], { elements: [node(11, 0, 0), node(12, 20, 0), node(13, 90, 90, true)] }),
    on: [10, 1], off: [90, 90], bounds: { minX: 0, minY: 0, maxX: 20, maxY: 0 }, area: 0,
  },
};

beforeAll(() => setSkeletonEdges(11, [[11, 12], [12, 13]]));

class Recorder implements PathSink {
  readonly points: number[] = [];
  closed = 0;
  moveTo(x: number, y: number): void {
    this.points.push(x, y);
  }
  lineTo(x: number, y: number): void {
    this.points.push(x, y);
  }
  closePath(): void {
    this.closed++;
  }
  ellipse(x: number, y: number, radiusX: number, radiusY: number, rotation: number): void {
    for (let i = 0; i < 16; i++) {
      const [u, v] = [radiusX * Math.cos((i * Math.PI) / 8), radiusY * Math.sin((i * Math.PI) / 8)];
      this.points.push(x + u * Math.cos(rotation) - v * Math.sin(rotation), y + u * Math.sin(rotation) + v * Math.cos(rotation));
    }
  }
}

describe.each(SHAPE_KINDS.map((kind) => [kind, EXAMPLES[kind]] as const))('the contract of a shape: %s', (kind, { shape: example, on, off, bounds, area }) => {
  const unit = SHAPES[kind];

  test('is known by its kind, with its bounds and area', () => {
    expect(unit.kind).toBe(kind);
    const got = unit.bounds(example);
    for (const side of ['minX', 'minY', 'maxX', 'maxY'] as const) {
      expect(got[side]).toBeCloseTo(bounds[side], 9);
    }
    expect(unit.area(example)).toBeCloseTo(area, 9);
  });

  test('is hit on it and not off it', () => {
    expect(unit.contains(example, ...on, 2)).toBe(true);
    expect(unit.contains(example, ...off, 2)).toBe(false);
  });

  test('is met by a box around it and by no box beyond it', () => {
    expect(unit.meets(example, boxGrow(bounds, 1))).toBe(true);
    expect(unit.meets(example, { minX: bounds.maxX + 1, minY: bounds.minY, maxX: bounds.maxX + 9, maxY: bounds.maxY })).toBe(false);
  });

  test('draws all of itself within its bounds', () => {
    const sink = new Recorder();
    unit.trace(sink, example);
    const drawn = [...sink.points, ...unit.dots(example)];
    expect(drawn.length).toBeGreaterThan(0);
    for (let i = 0; i < drawn.length; i += 2) {
      expect(boxHolds(boxGrow(bounds, 1e-9), { minX: drawn[i]!, minY: drawn[i + 1]!, maxX: drawn[i]!, maxY: drawn[i + 1]! })).toBe(true);
    }
  });

  test('is moved as a whole, or not at all', () => {
    const moved = unit.moved(example, 7, -3);
    if (moved === null) {
      expect(kind).toBe('mask');
    } else {
      const got = unit.bounds(moved);
      expect([got.minX, got.minY, got.maxX, got.maxY].map((value) => Math.round(value * 1e6) / 1e6)).toEqual([bounds.minX + 7, bounds.minY - 3, bounds.maxX + 7, bounds.maxY - 3]);
      expect(unit.area(moved)).toBeCloseTo(area, 6);
    }
  });

  test('has handles on its bounds', () => {
    for (const handle of unit.handles(example)) {
      expect(boxHolds(boxGrow(bounds, 1e-9), { minX: handle.x, minY: handle.y, maxX: handle.x, maxY: handle.y })).toBe(true);
    }
  });

  test('goes to the contract\'s JSON and back unharmed', () => {
    expect(fromCvat('shape', JSON.parse(JSON.stringify(toCvat(example))) as WireShape)).toEqual(example);
  });
});

test('a skeleton without visible nodes has no bounds', () => {
  expect(boxIsEmpty(SHAPES.skeleton.bounds(shape('skeleton', [], { elements: [node(11, 4, 4, true)] })))).toBe(true);
});

test('a polygon drawn with fewer vertices keeps its first and last', () => {
  const sink = new Recorder();
  SHAPES.polygon.trace(sink, shape('polygon', Array.from({ length: 40 }, (_, i) => i)), 3);
  expect(sink.points.slice(0, 2)).toEqual([0, 1]);
  expect(sink.points.slice(-2)).toEqual([38, 39]);
  expect(sink.points.length).toBeLessThan(20);
  expect(sink.closed).toBe(1);
});

test('every hit lies within bounds grown by the tolerance', () =>
  fc.assert(
    fc.property(fc.constantFrom(...SHAPE_KINDS), fc.integer({ min: -20, max: 120 }), fc.integer({ min: -20, max: 120 }), (kind, x, y) => {
      const { shape: example, bounds } = EXAMPLES[kind];
      if (SHAPES[kind].contains(example, x, y, 3)) {
        expect(boxHolds(boxGrow(bounds, 3.001), { minX: x, minY: y, maxX: x, maxY: y })).toBe(true);
      }
    }),
  ));
