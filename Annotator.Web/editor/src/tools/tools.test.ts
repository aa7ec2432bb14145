import { beforeEach, describe, expect, test } from 'vitest';
import { imagePoint } from '../geometry/point';
import { makeShape } from '../model/records';
import { NO_DRAFT } from '../render/draft';
import { commitOutlines, movedShapes } from './edit-shapes';
import { Hand, box } from './testing/hand';
import type { Id, Shape } from '../model/records';

const triangle = (id: Id) => makeShape({ id, kind: 'polygon', frame: 0, labelId: 1, points: [100, 100, 300, 100, 200, 300] });
let hand: Hand;
beforeEach(() => (hand = new Hand()));

describe('DRW-01 rectangle', () => {
  beforeEach(() => void hand.take('rectangle'));

  test('by a drag, in any direction', () => {
    hand.drag(300, 200, 100, 50);
    expect(hand.shapes()).toMatchObject([{ id: 100, kind: 'rectangle', points: [100, 50, 300, 200], labelId: 1, frame: 0, rotation: 0 }]);
    expect([...hand.selection.selected.ids.value]).toEqual([100]);
  });

  test('by two clicks', () => {
    hand.click(100, 100).click(200, 180);
    expect(hand.points(100)).toEqual([100, 100, 200, 180]);
  });

  test('a square with Shift', () => {
    hand.drag(100, 100, 200, 160, { shift: true });
    expect(hand.points(100)).toEqual([100, 100, 160, 160]);
  });

  test('from its centre with Alt', () => {
    hand.drag(200, 200, 300, 250, { alt: true });
    expect(hand.points(100)).toEqual([100, 150, 300, 250]);
  });

  test('DRW-11 stays in the image, unless the setting lets it out', () => {
    hand.drag(900, 900, 1100, 1200);
    expect(hand.points(100)).toEqual([900, 900, 1000, 1000]);
    hand.view.settings.value = { ...hand.view.settings.value, allowOutside: true };
    hand.drag(900, 900, 1100, 1200);
    expect(hand.points(101)).toEqual([900, 900, 1100, 1200]);
  });

  test('too small, without a label for it, without an id, or read-only: nothing is made and the reason is said', () => {
    hand.click(10, 10).click(12, 12);
    hand.view.drawLabel.value = 2;
    hand.drag(0, 0, 50, 50);
    hand.view.drawLabel.value = 1;
    hand.idsLeft = 0;
    hand.drag(0, 0, 50, 50);
    hand.view.readonly.value = true;
    hand.drag(0, 0, 50, 50);
    expect(hand.notices).toEqual(['too-small', 'no-label', 'no-ids', 'readonly']);
    expect(hand.shapes()).toEqual([]);
  });

  test('Esc throws the draft away, and a pinch takes the press back', () => {
    hand.click(100, 100);
    expect(hand.tool.drafting).toBe(true);
    expect(hand.tool.cancel()).toBe(true);
    expect(hand.context.draft.value).toBe(NO_DRAFT);
    hand.down(50, 50).tool.pointerCancel();
    expect(hand.tool.drafting).toBe(false);
    expect(hand.shapes()).toEqual([]);
  });

  test('one gesture is one undo step, and the tool stays armed', () => {
    hand.drag(100, 100, 200, 200).drag(300, 300, 400, 400);
    expect(hand.history.undoSteps.map(({ name }) => name)).toEqual(['draw-rectangle', 'draw-rectangle']);
    expect(hand.view.tool.value).toBe('rectangle');
  });
});

describe('DRW-02 rotated rectangle', () => {
  test('by an edge and a width', () => {
    hand.take('rotated-rectangle').click(100, 100).click(200, 200).click(100, 200);
    const [shape] = hand.shapes();
    expect(shape!.rotation).toBe(45);
    const [x0, y0, x1, y1] = shape!.points as [number, number, number, number];
    expect([(x0 + x1) / 2, (y0 + y1) / 2]).toEqual([expect.closeTo(125, 1), expect.closeTo(175, 1)]);
    expect([x1 - x0, y1 - y0]).toEqual([expect.closeTo(Math.SQRT2 * 100, 1), expect.closeTo(Math.SQRT2 * 50, 1)]);
  });

  test('the edge turns by 15 degrees with Shift', () => {
    hand.take('rotated-rectangle').click(100, 100).move(200, 125, { shift: true }).click(200, 125, { shift: true }).click(100, 200);
    expect(hand.shapes()[0]!.rotation).toBe(15);
  });
});

describe('DRW-03 polygon', () => {
  beforeEach(() => void hand.take('polygon').click(100, 100).click(200, 100).click(200, 200));

  test('ends at its first vertex', () => {
    hand.click(104, 103);
    expect(hand.points(100)).toEqual([100, 100, 200, 100, 200, 200]);
  });

  test('ends by Enter, and by a double click whose second press adds nothing', () => {
    hand.tool.finish();
    hand.click(500, 500).click(600, 500).click(600, 600).down(600, 600, { clicks: 2 }).up(600, 600);
    expect(hand.points(100)).toEqual([100, 100, 200, 100, 200, 200]);
    expect(hand.points(101)).toEqual([500, 500, 600, 500, 600, 600]);
  });

  test('Backspace and the right button remove the last vertex', () => {
    hand.click(300, 300).tool.stepBack();
    hand.click(400, 400).down(0, 0, { button: 2 });
    hand.tool.finish();
    expect(hand.points(100)).toEqual([100, 100, 200, 100, 200, 200]);
  });

  test('Esc cancels it', () => {
    hand.tool.cancel();
    expect(hand.tool.finish()).toBe(false);
    expect(hand.shapes()).toEqual([]);
  });

  test('shows that it crosses itself', () => {
    expect(hand.context.draft.value.shapes[0]!.invalid).toBe(false);
    hand.click(150, 50);
    expect(hand.context.draft.value.shapes[0]!.invalid).toBe(true);
  });

  test('needs three vertices', () => {
    hand.tool.stepBack();
    expect(hand.tool.finish()).toBe(false);
    expect(hand.tool.drafting).toBe(true);
  });

  test('DRW-04 Shift sets the next vertex at a multiple of 45 degrees to the edge before', () => {
    hand.move(205, 300, { shift: true }).click(205, 300, { shift: true });
    hand.tool.finish();
    const [x, y] = hand.points(100).slice(-2);
    expect(x).toBeCloseTo(200, 2);
    expect(y).toBeCloseTo(300.12, 2);
  });

  test('Shift-drag draws freehand, thinned to the hand\'s tolerance', () => {
    hand.down(300, 300, { shift: true });
    for (let i = 1; i <= 100; i++) {
      hand.move(300 + i, 300 + 0.3 * (i % 2), { shift: true });
    }
    hand.up(400, 300, { shift: true }).tool.finish();
    expect(hand.points(100).length).toBeLessThan(16);
    expect(hand.points(100).slice(-2)).toEqual([400, 300]);
  });

  test('a pinch takes only its own press back', () => {
    hand.down(700, 700, { touch: true }).tool.pointerCancel();
    hand.tool.finish();
    expect(hand.points(100)).toEqual([100, 100, 200, 100, 200, 200]);
  });
});

test('DRW-05 polyline needs two vertices, points one', () => {
  hand.take('polyline').click(10, 10);
  expect(hand.tool.finish()).toBe(false);
  hand.click(50, 10).tool.finish();
  hand.take('points').click(70, 70).tool.finish();
  expect(hand.shapes().map(({ kind, points }) => [kind, points])).toEqual([['polyline', [10, 10, 50, 10]], ['points', [70, 70]]]);
});

describe('EDT select', () => {
  test('EDT-06 a click takes the smallest, again the next below it', () => {
    hand.add(box(1, [0, 0, 500, 500]), box(2, [100, 100, 200, 200])).click(150, 150);
    expect([...hand.selection.selected.ids.value]).toEqual([2]);
    hand.click(150, 150);
    expect([...hand.selection.selected.ids.value]).toEqual([1]);
    hand.click(900, 900);
    expect(hand.selection.selected.size).toBe(0);
  });

  test('EDT-06 Alt and the wheel go through the stack, both ways', () => {
    hand.add(box(1, [0, 0, 500, 500]), box(2, [100, 100, 200, 200]), box(3, [140, 140, 160, 160]));
    const seenAt = (backward: boolean) => {
      hand.tool.cycleAt!(imagePoint(150, 150), backward);
      return hand.selection.single.value;
    };
    expect([seenAt(false), seenAt(false), seenAt(false), seenAt(false), seenAt(true)]).toEqual([3, 2, 1, 3, 1]);
  });

  test('EDT-07 Shift adds and takes away; a marquee takes what it touches', () => {
    hand.add(box(1, [0, 0, 50, 50]), box(2, [100, 0, 150, 50]), box(3, [400, 0, 450, 50])).click(25, 25).click(125, 25, { shift: true });
    expect([...hand.selection.selected.ids.value]).toEqual([1, 2]);
    hand.click(25, 25, { shift: true });
    expect([...hand.selection.selected.ids.value]).toEqual([2]);
    hand.drag(300, 100, 460, 20, { shift: true });
    expect([...hand.selection.selected.ids.value].sort()).toEqual([2, 3]);
  });

  test('a locked object is neither hovered nor selected', () => {
    hand.add(box(1, [0, 0, 50, 50])).selection.locked.add(1);
    hand.click(25, 25);
    expect(hand.selection.hovered.value).toBeNull();
    expect(hand.selection.selected.size).toBe(0);
  });

  test('EDT-04 a drag moves all that is selected as one step, no further than the border', () => {
    hand.add(box(1, [10, 10, 50, 50]), box(2, [100, 10, 150, 50])).selection.selected.set([1, 2]);
    hand.drag(30, 30, 40, 45);
    expect([hand.points(1), hand.points(2)]).toEqual([[20, 25, 60, 65], [110, 25, 160, 65]]);
    hand.drag(30, 30, -500, 30);
    expect([hand.points(1), hand.points(2)]).toEqual([[0, 25, 40, 65], [90, 25, 140, 65]]);
    expect(hand.history.undoSteps.length).toBe(2);
  });

  test('the store is not touched before the release, and Esc brings all back', () => {
    hand.add(box(1, [10, 10, 50, 50])).down(30, 30).move(80, 80);
    expect(hand.points(1)).toEqual([10, 10, 50, 50]);
    expect(hand.context.draft.value.previews.get(1)!.points).toEqual([60, 60, 100, 100]);
    hand.tool.cancel();
    hand.up(80, 80);
    expect(hand.points(1)).toEqual([10, 10, 50, 50]);
    expect(hand.history.canUndo).toBe(false);
  });

  test.each([[0, 20, 20, [20, 20, 200, 200]], [3, 300, 150, [100, 100, 300, 200]], [5, 150, 250, [100, 100, 200, 250]]] as const)('EDT-04 handle %i resizes', (index, x, y, expected) => {
    hand.add(box(1, [100, 100, 200, 200])).click(150, 150);
    const from = [[100, 100], [150, 100], [200, 100], [200, 150], [200, 200], [150, 200]][index]!;
    hand.drag(from[0]!, from[1]!, x, y);
    expect(hand.points(1)).toEqual(expected);
  });

  test('a turned rectangle keeps the opposite corner where it is', () => {
    hand.add(box(1, [100, 100, 200, 200], { rotation: 90 })).click(150, 150);
    // Turned by 90 degrees the top left corner stands at the top right on screen.
    hand.drag(200, 100, 250, 60);
    const shape = hand.shapes()[0]!;
    expect(shape.rotation).toBe(90);
    const [x0, y0, x1, y1] = shape.points as [number, number, number, number];
    expect([x1 - x0, y1 - y0]).toEqual([140, 150]);
    expect([(x0 + x1) / 2, (y0 + y1) / 2]).toEqual([175, 130]);
  });

  test('the rotate handle turns, by 15 degrees with Shift', () => {
    hand.add(box(1, [100, 100, 200, 200])).click(150, 150).drag(150, 76, 250, 150);
    expect(hand.shapes()[0]!.rotation).toBe(90);
    hand.history.undo();
    hand.click(150, 150).drag(150, 76, 180, 80, { shift: true });
    expect(hand.shapes()[0]!.rotation).toBe(30);
  });

  test('EDT-02 a vertex is dragged, a midpoint becomes one, Alt-click takes one away', () => {
    hand.add(triangle(1)).click(200, 150).drag(100, 100, 50, 60);
    expect(hand.points(1)).toEqual([50, 60, 300, 100, 200, 300]);
    hand.drag(175, 80, 180, 20);
    expect(hand.points(1)).toEqual([50, 60, 180, 20, 300, 100, 200, 300]);
    hand.click(180, 20, { alt: true });
    expect(hand.points(1)).toEqual([50, 60, 300, 100, 200, 300]);
    hand.click(50, 60, { alt: true });
    expect(hand.points(1).length).toBe(6);
    expect(hand.notices).toEqual(['too-small']);
    expect(hand.history.undoSteps.map(({ name }) => name)).toEqual(['move-vertex', 'insert-vertex', 'delete-vertex']);
  });

  test('a slip of less than three pixels is a click', () => {
    hand.add(box(1, [10, 10, 50, 50])).drag(30, 30, 32, 31);
    expect(hand.points(1)).toEqual([10, 10, 50, 50]);
  });

  test('a skeleton is moved as a whole, and by its nodes', () => {
    const node = (labelId: Id, x: number, y: number) => ({ ...makeShape({ id: 0, kind: 'points', frame: 0, labelId, points: [x, y] }) });
    hand.add(makeShape({ id: 1, kind: 'skeleton', frame: 0, labelId: 1, points: [], elements: [node(11, 50, 50), node(12, 150, 50)] }));
    const nodes = () => (hand.store.get(1) as Shape).elements.map(({ points }) => points);
    hand.drag(50, 50, 90, 80);
    expect(nodes()).toEqual([[90, 80], [190, 80]]);
    hand.click(500, 500).click(90, 80).drag(190, 80, 200, 100);
    expect(nodes()).toEqual([[90, 80], [200, 100]]);
    expect(hand.history.undoSteps.map(({ name }) => name)).toEqual(['move', 'move-vertex']);
  });

  test('what is pinned is not moved by dragging', () => {
    hand.add(box(1, [10, 10, 50, 50]));
    hand.selection.pinned.add(1);
    hand.drag(30, 30, 90, 90);
    expect(hand.points(1)).toEqual([10, 10, 50, 50]);
  });

  test('nothing moves in a job that is only looked at', () => {
    hand.add(box(1, [10, 10, 50, 50])).view.readonly.value = true;
    hand.drag(30, 30, 90, 90);
    expect(hand.points(1)).toEqual([10, 10, 50, 50]);
    expect(hand.notices).toEqual(['readonly']);
  });
});

test('an object that somebody removes during the drag stays removed, the others are moved', () => {
  hand.add(box(1, [10, 10, 50, 50]), box(2, [100, 10, 150, 50])).selection.selected.set([1, 2]);
  hand.down(30, 30).move(60, 60);
  hand.store.transact('theirs', (tx) => tx.remove(1), { origin: 'remote' });
  hand.up(60, 60);
  expect(hand.store.has(1)).toBe(false);
  expect(hand.points(2)).toEqual([130, 40, 180, 80]);
});

test('a drag and somebody else\'s change of another field both stand', () => {
  hand.add(box(1, [10, 10, 50, 50])).down(30, 30).move(60, 60);
  hand.store.transact('theirs', (tx) => tx.update(1, (rec) => ({ ...rec, labelId: 7 })), { origin: 'remote' });
  hand.up(60, 60);
  expect(hand.store.get(1)).toMatchObject({ labelId: 7, points: [40, 40, 80, 80] });
});

test('moved shapes keep their form on the grid', () => {
  hand.add(box(1, [10.13, 10.27, 50.01, 50.99]));
  commitOutlines(hand.context, 'move', movedShapes(hand.context, [1], 1.2345, 1.2345));
  expect(hand.points(1)).toEqual([11.36, 11.5, 51.24, 52.22]);
});
