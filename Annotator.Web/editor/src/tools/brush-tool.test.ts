import { expect, test } from 'vitest';
import { sweep } from '../masks/brush';
import { maskOfRings } from '../masks/fill';
import { iou } from '../masks/combine';
import { maskArea, pointsOf, spansOf } from '../masks/spans';
import { TileMask } from '../masks/tiles';
import { makeShape } from '../model/records';
import { Hand } from './testing/hand';
import type { Shape } from '../model/records';

/** What strokes of the round brush leave on a plain raster. */
function painted(size: number, ...strokes: (readonly [number, number, number, number, on?: boolean])[]): number[] {
  const tiles = new TileMask(1000, 1000);
  for (const [ax, ay, bx, by, on = true] of strokes) {
    tiles.begin();
    sweep('round', size, ax, ay, bx, by, (y, from, to) => tiles.run(y, from, to, on));
  }
  return pointsOf(tiles.toSpans()!);
}

function hand(): Hand {
  const made = new Hand().take('brush');
  made.view.drawing.value = { ...made.view.drawing.value, brushSize: 40 };
  return made;
}

const mask = (id: number, points: readonly number[]): Shape => makeShape({ id, kind: 'mask', frame: 0, labelId: 1, points });
const block = (left: number, top: number, side: number): number[] => pointsOf(maskOfRings([[left, top, left + side, top, left + side, top + side, left, top + side]], 1000, 1000)!);

test('strokes become one mask with exactly the pixels that were painted', () => {
  const h = hand().drag(100, 100, 200, 140).drag(180, 100, 180, 300);
  expect(h.shapes()).toEqual([]);
  expect(h.tool.finish()).toBe(true);
  expect(h.shapes()).toMatchObject([{ kind: 'mask', source: 'manual', labelId: 1 }]);
  expect(h.shapes()[0]!.points).toEqual(painted(40, [100, 100, 150, 120], [150, 120, 200, 140], [180, 100, 180, 300]));
  h.history.undo();
  expect(h.shapes()).toEqual([]);
});

test('undo and redo go stroke by stroke while painting, and Esc leaves nothing', () => {
  const h = hand().drag(100, 100, 100, 200).drag(300, 300, 300, 400);
  expect(h.view.report.value).toMatchObject({ steps: 2, canUndo: true, canRedo: false, editing: null });
  expect(h.tool.undo!()).toBe(true);
  expect(h.view.report.value).toMatchObject({ steps: 1, canRedo: true });
  expect(h.tool.redo!()).toBe(true);
  expect(h.tool.undo!()).toBe(true);
  h.tool.finish();
  expect(h.shapes()[0]!.points).toEqual(painted(40, [100, 100, 100, 200]));
  h.drag(600, 600, 600, 700);
  expect(h.tool.cancel()).toBe(true);
  expect(h.shapes()).toHaveLength(1);
});

test('the next stroke after a commit begins another mask, though the last one is still selected', () => {
  const h = hand().drag(100, 100, 100, 200);
  h.tool.finish();
  h.drag(110, 150, 110, 250);
  h.tool.finish();
  expect(h.shapes()).toHaveLength(2);
});

test('a selected mask is painted on and erased from, as one undo step, and keeps its id', () => {
  const h = hand().add(mask(7, block(200, 200, 100)));
  h.selection.selected.set([7]);
  h.drag(300, 250, 320, 250).drag(220, 220, 220, 220, { alt: true });
  expect(h.view.report.value.editing).toBe(7);
  expect(h.context.draft.value.previews.has(7)).toBe(true);
  h.tool.finish();
  expect(h.shapes().map(({ id }) => id)).toEqual([7]);
  const now = spansOf(h.points(7));
  const tiles = new TileMask(1000, 1000);
  tiles.preset(spansOf(block(200, 200, 100)));
  tiles.begin();
  sweep('round', 40, 300, 250, 320, 250, (y, from, to) => tiles.run(y, from, to, true));
  sweep('round', 40, 220, 220, 220, 220, (y, from, to) => tiles.run(y, from, to, false));
  expect(pointsOf(now)).toEqual(pointsOf(tiles.toSpans()!));
  h.history.undo();
  expect(h.points(7)).toEqual(block(200, 200, 100));
});

test('the eraser takes from the mask under the pointer, and never leaves an empty one', () => {
  const h = hand().take('eraser').add(mask(7, block(200, 200, 30)));
  h.drag(600, 600, 610, 600);
  expect(h.notices).toEqual(['nothing-to-erase']);
  h.drag(215, 190, 215, 200);
  expect(h.view.report.value.editing).toBe(7);
  h.drag(200, 200, 230, 230).drag(230, 200, 200, 230);
  expect(h.tool.finish()).toBe(false);
  expect(h.notices.at(-1)).toBe('nothing-left');
  h.tool.undo!();
  h.tool.undo!();
  expect(h.tool.finish()).toBe(true);
  expect(maskArea(spansOf(h.points(7)))).toBeLessThan(900);
});

test('switching between brush and eraser goes on with the same mask; another tool commits it', () => {
  const h = hand().drag(100, 100, 200, 100);
  const brush = h.tool;
  h.take('eraser');
  expect(h.tool.takeUp!(brush)).toBe(true);
  h.drag(150, 100, 150, 100);
  h.tool.layDown!();
  expect(h.shapes()[0]!.points).toEqual(painted(40, [100, 100, 200, 100], [150, 100, 150, 100, false]));
  expect(h.view.report.value.steps).toBe(0);
});

test('Shift paints straight, whatever the way there', () => {
  const h = hand().down(100, 100).move(100, 300, { shift: true }).move(400, 120, { shift: true }).up(400, 120, { shift: true });
  h.tool.finish();
  expect(h.shapes()[0]!.points).toEqual(painted(40, [100, 100, 400, 120]));
});

test('a polygon is edited by brush: what is not touched stays where it was', () => {
  const square = [200, 200, 400, 200, 400, 400, 200, 400];
  const h = hand().add(makeShape({ id: 9, kind: 'polygon', frame: 0, labelId: 1, points: square }));
  h.selection.selected.set([9]);
  h.drag(400, 300, 430, 300);
  h.tool.finish();
  const after = h.store.get(9) as Shape;
  expect(after.kind).toBe('polygon');
  for (let i = 0; i < square.length; i += 2) {
    expect(after.points.some((x, j) => j % 2 === 0 && x === square[i] && after.points[j + 1] === square[i + 1])).toBe(true);
  }
  const tiles = new TileMask(1000, 1000);
  tiles.preset(maskOfRings([square], 1000, 1000));
  tiles.begin();
  sweep('round', 40, 400, 300, 430, 300, (y, from, to) => tiles.run(y, from, to, true));
  expect(iou(maskOfRings([after.points], 1000, 1000)!, tiles.toSpans()!)).toBeGreaterThan(0.99);
});

test('as polygons, parts become one group in one step, and holes are told', () => {
  const h = hand();
  h.view.drawing.value = { ...h.view.drawing.value, outputs: { 'paint/1': 'polygon' } };
  h.drag(100, 100, 200, 100).drag(400, 400, 500, 400).take('eraser').click(450, 400);
  h.tool.resize!(-9);
  h.click(450, 400);
  expect(h.view.report.value.polygon!.vertices).toBeGreaterThan(10);
  h.tool.undo!();
  h.tool.undo!();
  h.tool.finish();
  expect(h.shapes().map(({ kind }) => kind)).toEqual(['polygon', 'polygon']);
  expect(new Set(h.shapes().map(({ group }) => group)).size).toBe(1);
  h.history.undo();
  expect(h.shapes()).toEqual([]);
});

test('holes are filled or kept apart by the button, as a step of its own', () => {
  const h = hand().drag(200, 200, 400, 200).drag(400, 200, 400, 400).drag(400, 400, 200, 400).drag(200, 400, 200, 200).click(800, 800);
  const ring = h.view.report.value.steps;
  expect(h.tool.change!('fill-holes')).toBe(true);
  expect(h.tool.change!('keep-largest')).toBe(true);
  expect(h.view.report.value.steps).toBe(ring + 2);
  h.tool.finish();
  const filled = spansOf(h.shapes()[0]!.points);
  expect(filled.left + filled.width).toBeLessThan(450);
  expect(maskArea(filled)).toBeGreaterThan(200 * 200);
});

test('area mode fills what a drag or clicks go around', () => {
  const h = hand();
  h.view.drawing.value = { ...h.view.drawing.value, brushMode: 'area' };
  h.down(100, 100).move(200, 100).move(200, 200).move(100, 200).up(100, 200);
  h.click(400, 400).click(500, 400).click(500, 500).click(400, 500).down(401, 401).up(401, 401);
  expect(h.view.report.value.steps).toBe(2);
  h.tool.finish();
  expect(maskArea(spansOf(h.shapes()[0]!.points))).toBe(20_000);
});

test('a mask moves by whole pixels and stays in the image', () => {
  const h = new Hand().take('select').add(mask(7, block(200, 200, 100)));
  h.click(250, 250).drag(250, 250, 260.6, 240);
  expect(h.points(7)).toEqual(block(211, 190, 100));
  h.drag(250, 250, 0, 0);
  expect(h.points(7)).toEqual(block(0, 0, 100));
});

test('what could not be made stays painted', () => {
  const h = hand();
  h.idsLeft = 0;
  h.drag(100, 100, 200, 100);
  expect(h.tool.finish()).toBe(false);
  expect(h.notices).toEqual(['no-ids']);
  h.idsLeft = 5;
  expect(h.tool.finish()).toBe(true);
  expect(h.shapes()[0]!.points).toEqual(painted(40, [100, 100, 150, 100], [150, 100, 200, 100]));
});

test('a mask that somebody removed while it was painted on becomes a new one', () => {
  const h = hand().add(mask(7, block(200, 200, 100)));
  h.selection.selected.set([7]);
  h.drag(300, 250, 320, 250);
  h.store.transact('delete', (tx) => tx.remove(7), { origin: 'remote' });
  expect(h.tool.finish()).toBe(true);
  expect(h.shapes()).toMatchObject([{ kind: 'mask', labelId: 1 }]);
  expect(h.shapes()[0]!.id).not.toBe(7);
});

test('the polygon that strokes will become stays in sight while the brush only moves', () => {
  const h = hand();
  h.view.drawing.value = { ...h.view.drawing.value, outputs: { 'paint/1': 'polygon' } };
  h.drag(100, 100, 200, 100).move(500, 500);
  expect(h.context.draft.value.shapes).toHaveLength(1);
  const report = h.view.report.value;
  h.move(510, 500);
  expect(h.view.report.value).toBe(report);
});
