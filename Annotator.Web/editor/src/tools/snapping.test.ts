import { beforeEach, describe, expect, test } from 'vitest';
import { makeShape } from '../model/records';
import { Hand, box } from './testing/hand';

let hand: Hand;
beforeEach(() => (hand = new Hand()));

const guides = () => hand.context.draft.value.guides;

describe('EDT-05 snapping', () => {
  test('a corner that is drawn near a neighbour\'s corner meets it, with a guide', () => {
    hand.add(box(1, [100, 100, 200, 200])).take('rectangle').move(203, 196);
    expect(guides()).toEqual([[188, 200, 212, 200], [200, 188, 200, 212]]);
    hand.drag(203, 196, 400, 300);
    expect(hand.points(100)).toEqual([200, 200, 400, 300]);
    expect(guides()).toEqual([]);
  });

  test('six CSS pixels are near, seven are not', () => {
    hand.add(box(1, [100, 100, 200, 200])).take('rectangle').drag(206, 200, 400, 300);
    hand.drag(500, 500, 207, 200);
    expect(hand.points(100)).toEqual([200, 200, 400, 300]);
    expect(hand.points(101)).toEqual([207, 200, 500, 500]);
  });

  test('Ctrl lets go, and so does the setting', () => {
    hand.add(box(1, [100, 100, 200, 200])).take('rectangle').drag(203, 203, 400, 300, { ctrl: true });
    expect(hand.points(100)).toEqual([203, 203, 400, 300]);
    hand.view.settings.value = { ...hand.view.settings.value, snap: false };
    hand.drag(203, 203, 997, 300);
    expect(hand.points(101)).toEqual([203, 203, 997, 300]);
  });

  test('the border pulls along its own direction only', () => {
    hand.take('rectangle').drag(4, 50, 300, 995);
    expect(hand.points(100)).toEqual([0, 50, 300, 1000]);
  });

  test('polygons meet the vertices of others, turned rectangles\' too', () => {
    hand.add(box(1, [100, 100, 200, 300], { rotation: 90 })).take('polygon');
    for (const [x, y] of [[248, 152], [500, 300], [400, 500]] as const) hand.click(x, y);
    hand.tool.finish();
    expect(hand.points(100)).toEqual([250, 150, 500, 300, 400, 500]);
  });

  test('a vertex that is dragged is pulled by others, not by its own shape', () => {
    hand.add(makeShape({ id: 1, kind: 'polygon', frame: 0, labelId: 1, points: [100, 100, 300, 100, 200, 300] }), box(2, [400, 400, 500, 500]));
    hand.click(200, 150).drag(200, 300, 397, 402);
    expect(hand.points(1)).toEqual([100, 100, 300, 100, 400, 400]);
    hand.drag(400, 400, 303, 103);
    expect(hand.points(1)).toEqual([100, 100, 300, 100, 303, 103]);
  });

  test('a moved object stops where a corner meets a neighbour\'s, or its side the border', () => {
    hand.add(box(1, [100, 100, 200, 200]), box(2, [400, 100, 500, 200])).click(150, 150).drag(150, 150, 347, 152);
    expect(hand.points(1)).toEqual([300, 100, 400, 200]);
    hand.drag(350, 150, 55, 450);
    expect(hand.points(1)).toEqual([0, 400, 100, 500]);
  });

  test('what is hidden does not pull', () => {
    hand.add(box(1, [100, 100, 200, 200])).selection.hidden.set([1]);
    hand.context.scene.rebuild();
    hand.take('rectangle').drag(203, 203, 400, 300);
    expect(hand.points(100)).toEqual([203, 203, 400, 300]);
  });
});

describe('EDT-04 Ctrl and a drag copy', () => {
  test('the originals stay, the copies are selected, and it is one step', () => {
    hand.add(box(1, [100, 100, 200, 200], { attributes: { 7: 'red' }, score: 0.5 }), box(2, [300, 100, 350, 200])).selection.selected.set([1, 2]);
    hand.down(150, 150).move(160, 250, { ctrl: true });
    expect(hand.context.draft.value.previews.size).toBe(0);
    expect(hand.context.draft.value.shapes.map(({ of }) => of)).toEqual([1, 2]);
    hand.up(160, 250, { ctrl: true });
    expect(hand.points(1)).toEqual([100, 100, 200, 200]);
    expect(hand.store.get(100)).toMatchObject({ points: [110, 200, 210, 300], attributes: { 7: 'red' }, score: 1, source: 'manual' });
    expect(hand.points(101)).toEqual([310, 200, 360, 300]);
    expect([...hand.selection.selected.ids.value]).toEqual([100, 101]);
    expect(hand.history.undoSteps.map(({ name }) => name)).toEqual(['duplicate']);
  });

  test('Ctrl released before the button moves the original', () => {
    hand.add(box(1, [100, 100, 200, 200])).click(150, 150).down(150, 150).move(160, 250, { ctrl: true }).up(160, 250);
    expect(hand.shapes().map(({ points }) => points)).toEqual([[110, 200, 210, 300]]);
  });

  test('without ids nothing is copied, and it is said', () => {
    hand.idsLeft = 0;
    hand.add(box(1, [100, 100, 200, 200])).click(150, 150).drag(150, 150, 160, 250, { ctrl: true });
    expect(hand.shapes().length).toBe(1);
    expect(hand.notices).toEqual(['no-ids']);
  });
});
