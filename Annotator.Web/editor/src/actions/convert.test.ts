import { expect, test } from 'vitest';
import { area } from '../geometry/polygon';
import { iou } from '../masks/combine';
import { maskOfRings } from '../masks/fill';
import { maskArea, pointsOf, spansOf } from '../masks/spans';
import { makeShape } from '../model/records';
import { Hand } from '../tools/testing/hand';
import { canConvert, canJoin, convert, join } from './convert';
import type { ShapeKind } from '../model/records';
import type { EditorContext } from './context';

/** The parts of the editor that converting needs, over shapes of these kinds and points with ids from 1. */
function editor(...shapes: readonly (readonly [kind: ShapeKind, points: readonly number[], rotation?: number])[]) {
  const hand = new Hand().add(...shapes.map(([kind, points, rotation = 0], i) => makeShape({ id: i + 1, kind, frame: 0, labelId: 1, points, rotation })));
  hand.selection.selected.set(shapes.map((_, i) => i + 1));
  const { store, view, selection, context: { schema, ids } } = hand;
  const context = { store, view, selection, schema, ids, notify: (code: string) => hand.notices.push(code) } as unknown as EditorContext;
  return { hand, context };
}

const SQUARE = [100, 100, 300, 100, 300, 300, 100, 300];
const maskPoints = (...rings: number[][]) => pointsOf(maskOfRings(rings, 1000, 1000)!);

test('EDT-08 a polygon becomes a mask of the pixels inside, and a mask a polygon around them', () => {
  const { hand, context } = editor(['polygon', SQUARE]);
  convert(context, 'mask');
  expect(hand.shapes()).toMatchObject([{ id: 1, kind: 'mask' }]);
  expect(maskArea(spansOf(hand.points(1)))).toBe(200 * 200);
  convert(context, 'polygon');
  expect(hand.shapes()).toMatchObject([{ id: 1, kind: 'polygon' }]);
  expect(iou(maskOfRings([hand.points(1)], 1000, 1000)!, spansOf(maskPoints(SQUARE)))).toBeGreaterThan(0.995);
  hand.history.undo();
  hand.history.undo();
  expect(hand.points(1)).toEqual(SQUARE);
});

test('a turned rectangle and an ellipse become polygons with their own corners', () => {
  const { hand, context } = editor(['rectangle', [100, 100, 300, 200], 90], ['ellipse', [500, 500, 600, 450]]);
  convert(context, 'polygon');
  const box = hand.points(1).map((value) => Math.round(value));
  expect([Math.min(...box.filter((_, i) => i % 2 === 0)), Math.max(...box.filter((_, i) => i % 2 === 1))]).toEqual([150, 250]);
  expect(area(hand.points(2))).toBeCloseTo(Math.PI * 100 * 50, -3);
});

test('a mask in parts becomes one polygon for each, in one group and one step; holes are told', () => {
  const hole = [150, 150, 200, 150, 200, 200, 150, 200];
  const { hand, context } = editor(['mask', maskPoints(SQUARE, hole, [500, 500, 560, 500, 560, 560, 500, 560])]);
  convert(context, 'polygon');
  expect(hand.shapes().map(({ kind }) => kind)).toEqual(['polygon', 'polygon']);
  expect(new Set(hand.shapes().map(({ group }) => group))).toEqual(new Set([1]));
  expect(hand.notices).toEqual(['notice.holes-filled']);
  hand.history.undo();
  expect(hand.shapes()).toHaveLength(1);
});

test('what cannot be converted says so', () => {
  expect(canConvert('mask')(editor(['points', [5, 5]]).context)).toBe('when.nothingToConvert');
  expect(canConvert('mask')(editor(['polygon', SQUARE]).context)).toBe(true);
  expect(canJoin(editor(['polygon', SQUARE]).context)).toBe('when.fewToJoin');
});

test('objects that overlap are joined to one, which keeps the first one’s number', () => {
  const { hand, context } = editor(['polygon', SQUARE], ['polygon', [200, 200, 400, 200, 400, 400, 200, 400]]);
  join(context);
  expect(hand.shapes()).toMatchObject([{ id: 1, kind: 'polygon' }]);
  expect(area(hand.points(1))).toBeCloseTo(70_000, -3);
  hand.history.undo();
  expect(hand.shapes()).toHaveLength(2);
});

test('polygons that lie apart are joined to a mask', () => {
  const { hand, context } = editor(['polygon', SQUARE], ['rectangle', [500, 500, 600, 600]]);
  join(context);
  expect(hand.shapes()).toMatchObject([{ id: 1, kind: 'mask' }]);
  expect(maskArea(spansOf(hand.points(1)))).toBe(50_000);
});

test('without numbers for the parts nothing is changed', () => {
  const { hand, context } = editor(['mask', maskPoints(SQUARE, [500, 500, 560, 500, 560, 560, 500, 560])]);
  hand.idsLeft = 0;
  convert(context, 'polygon');
  expect(hand.shapes()).toMatchObject([{ id: 1, kind: 'mask' }]);
  expect(hand.notices).toEqual(['notice.no-ids']);
});
