import { describe, expect, test } from 'vitest';
import { makeShape } from '../model/records';
import { Selection } from '../model/selection';
import { Store } from '../model/store';
import { FrameScene } from './frame-scene';
import { cycle, hitsAt, hitsIn } from './hit-test';
import type { Id, Shape, Track } from '../model/records';

const box = (id: Id, points: number[], rest: Partial<Shape> = {}) => makeShape({ id, kind: 'rectangle', frame: 0, labelId: 1, points, ...rest });
const anyone = () => true;

function sceneOf(...records: (Shape | Track)[]) {
  const store = new Store();
  const selection = new Selection(store);
  const scene = new FrameScene(store, selection);
  store.load(records, 1);
  scene.setFrame(0);
  return { store, selection, scene };
}

describe('EDT-06 a click means', () => {
  test('the smallest object on the top layer', () => {
    const { scene } = sceneOf(box(1, [0, 0, 100, 100]), box(2, [40, 40, 60, 60]), box(3, [0, 0, 90, 90], { zOrder: 1 }));
    expect(hitsAt(scene, 50, 50, 2, anyone)).toEqual([3, 2, 1]);
  });

  test('the one drawn last of two alike', () => {
    const { scene } = sceneOf(box(1, [0, 0, 10, 10]), box(2, [0, 0, 10, 10]));
    expect(hitsAt(scene, 5, 5, 2, anyone)).toEqual([2, 1]);
  });

  test('a line before the area it crosses, within the tolerance only', () => {
    const { scene } = sceneOf(box(1, [0, 0, 100, 100]), makeShape({ id: 2, kind: 'polyline', frame: 0, labelId: 1, points: [0, 50, 100, 50] }));
    expect(hitsAt(scene, 50, 52, 3, anyone)[0]).toBe(2);
    expect(hitsAt(scene, 50, 55, 3, anyone)).toEqual([1]);
  });

  test('never what is hidden or locked', () => {
    const { scene, selection, store } = sceneOf(box(1, [0, 0, 100, 100]), box(2, [40, 40, 60, 60]));
    selection.locked.add(2);
    expect(hitsAt(scene, 50, 50, 2, (id) => !selection.isLocked(store.get(id)!))).toEqual([1]);
    selection.hidden.add(1);
    scene.rebuild();
    expect(hitsAt(scene, 5, 5, 2, anyone)).toEqual([]);
    expect(scene.size).toBe(1);
  });

  test('again, the next one of the stack, in a circle', () => {
    expect(cycle([3, 2, 1], 3)).toBe(2);
    expect(cycle([3, 2, 1], 1)).toBe(3);
    expect(cycle([3, 2, 1], null)).toBe(3);
    expect(cycle([3, 2, 1], 3, true)).toBe(1);
    expect(cycle([3, 2, 1], 9, true)).toBe(3);
    expect(cycle([], 1)).toBeNull();
  });
});

describe('the scene of a frame', () => {
  test('follows the store by its diffs', () => {
    const { scene, store } = sceneOf(box(1, [0, 0, 10, 10]));
    const told: (readonly Id[])[] = [];
    scene.listen(({ ids }) => told.push(ids));
    store.transact('draw', (tx) => tx.add(box(2, [20, 20, 30, 30])));
    store.transact('move', (tx) => tx.update<Shape>(1, (shape) => ({ ...shape, points: [50, 50, 60, 60] })));
    store.transact('elsewhere', (tx) => tx.add(box(3, [0, 0, 9, 9], { frame: 4 })));
    store.transact('delete', (tx) => tx.remove(2));
    expect(told).toEqual([[2], [1], [2]]);
    expect(hitsAt(scene, 5, 5, 1, anyone)).toEqual([]);
    expect(hitsAt(scene, 55, 55, 1, anyone)).toEqual([1]);
    expect(hitsAt(scene, 25, 25, 1, anyone)).toEqual([]);
  });

  test('finds the same by a limited search, or gives up', () => {
    const { scene } = sceneOf(...Array.from({ length: 200 }, (_, i) => box(i + 1, [i * 10, 0, i * 10 + 5, 5])));
    const part = { minX: 500, minY: 0, maxX: 700, maxY: 5 };
    const ids = (items: readonly { id: Id }[]) => items.map(({ id }) => id).sort((a, b) => a - b);
    expect(ids(scene.searchUpTo(part, 100)!)).toEqual(ids(scene.search(part)));
    expect(scene.searchUpTo(part, 20)).toBeNull();
    expect(scene.searchUpTo({ minX: -9, minY: -9, maxX: -5, maxY: -5 }, 0)).toEqual([]);
  });

  test('shows tracks where they stand', () => {
    const at = (frame: number, x: number) => ({ id: 0, frame, kind: 'rectangle' as const, points: [x, 0, x + 10, 10], rotation: 0, occluded: false, outside: false, zOrder: 0, attributes: {} });
    const track: Track = { type: 'track', id: 7, frame: 0, labelId: 1, group: 0, source: 'manual', attributes: {}, keyframes: [at(0, 0), at(10, 100)], elements: [] };
    const { scene } = sceneOf(track);
    scene.setFrame(5);
    expect(hitsAt(scene, 55, 5, 1, anyone)).toEqual([7]);
  });

  test('EDT-07 a marquee takes what lies in it with any part, not what only its box touches', () => {
    const { scene } = sceneOf(box(1, [0, 0, 10, 10]), makeShape({ id: 2, kind: 'polygon', frame: 0, labelId: 1, points: [100, 0, 200, 0, 200, 100] }));
    expect(hitsIn(scene, { minX: 5, minY: 5, maxX: 20, maxY: 20 }, anyone)).toEqual([1]);
    expect(hitsIn(scene, { minX: 100, minY: 60, maxX: 130, maxY: 100 }, anyone)).toEqual([]);
    expect(hitsIn(scene, { minX: 190, minY: 50, maxX: 195, maxY: 55 }, anyone)).toEqual([2]);
  });
});
