import { expect, test } from 'vitest';
import { makeShape } from '../model/records';
import { SHAPES } from '../shapes/kinds';
import { poseOf } from '../tracks/pose';
import { labelAnchor } from './label-anchor';
import type { Shape } from '../model/records';

function anchorOf(kind: Shape['kind'], points: number[], rest: Partial<Shape> = {}) {
  const pose = poseOf(makeShape({ id: 1, kind, frame: 0, labelId: 1, points, ...rest }), 0)!;
  return labelAnchor({ id: 1, pose, area: 0, ...SHAPES[kind].bounds(pose) });
}

test('an upright rectangle is named at its corner', () => {
  expect(anchorOf('rectangle', [10, 20, 50, 60])).toEqual({ x: 10, y: 20, centred: false });
});

test('a polygon, a line and a turned rectangle are named over their highest point', () => {
  expect(anchorOf('polygon', [0, 50, 40, 10, 80, 50])).toEqual({ x: 40, y: 10, centred: true });
  expect(anchorOf('polyline', [0, 5, 40, 10])).toEqual({ x: 0, y: 5, centred: true });
  const { x, y, centred } = anchorOf('rectangle', [0, 0, 100, 100], { rotation: 45 });
  expect([x, y, centred]).toEqual([expect.closeTo(50, 6), expect.closeTo(50 - 50 * Math.SQRT2, 6), true]);
});

test('an ellipse is named over its middle', () => {
  expect(anchorOf('ellipse', [50, 50, 80, 30])).toEqual({ x: 50, y: 30, centred: true });
});
