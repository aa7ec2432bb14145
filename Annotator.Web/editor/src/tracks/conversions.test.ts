import { describe, expect, test } from 'vitest';
import { makeShape } from '../model/records';
import { merged, shapeOf, splitAt, trackOf } from './conversions';
import { poseOf } from './pose';
import { keyframe, node, shown, skeleton, track } from './testing/tracks';
import type { Shape, Track } from '../model/records';

const isMutable = (id: number): boolean => id === 2;
const box = (id: number, frame: number, x: number, rest: Partial<Shape> = {}): Shape => makeShape({ id, kind: 'rectangle', frame, labelId: 1, points: [x, 0, x + 10, 10], ...rest });

test('a shape becomes a track: changing attributes on the keyframe, fixed ones on the track', () => {
  const made = trackOf(box(5, 3, 30, { attributes: { 1: 'red', 2: 'slow' }, group: 4, rotation: 20 }), 9, isMutable);
  expect(made).toMatchObject({ id: 9, frame: 3, group: 4, attributes: { 1: 'red' }, keyframes: [{ frame: 3, rotation: 20, attributes: { 2: 'slow' } }] });
});

test('a track becomes shapes as it stands on each frame, and none where it is not seen', () => {
  const moving = { ...track(keyframe(0, 0, { attributes: { 2: 'slow' } }), keyframe(10, 100), keyframe(12, 100, { outside: true })), attributes: { 1: 'red' } };
  expect(shapeOf(moving, 5, 7)).toMatchObject({ type: 'shape', id: 7, frame: 5, points: [50, 0, 60, 10], attributes: { 1: 'red', 2: 'slow' } });
  expect(shapeOf(moving, 12, 7)).toBeNull();
});

describe('split', () => {
  const moving = { ...track(keyframe(0, 0, { attributes: { 2: 'slow' } }), keyframe(10, 100), keyframe(20, 0)), group: 3 };

  test('the first part ends on the frame, the second begins there in no group', () => {
    const [before, after] = splitAt(moving, 5, 9)!;
    expect(shown(before)).toBe('0:0, 5:50 out');
    expect(shown(after)).toBe('5:50, 10:100, 20:0');
    expect(after).toMatchObject({ id: 9, frame: 5, group: 0, keyframes: [{ attributes: { 2: 'slow' } }, {}, {}] });
    for (const frame of [0, 3, 5, 9, 14, 20]) expect((frame < 5 ? poseOf(before, frame) : poseOf(after, frame))!.points).toEqual(poseOf(moving, frame)!.points);
  });

  test('not on its first frame, nor where it is not seen', () => {
    expect(splitAt(moving, 0, 9)).toBeNull();
    expect(splitAt(track(keyframe(0, 0), keyframe(5, 0, { outside: true })), 7, 9)).toBeNull();
  });

  test('every node of a skeleton is in both parts', () => {
    const [before, after] = splitAt(skeleton(node(11, { 0: 0, 10: 100 }), node(12, { 0: 5 })), 4, 9)!;
    expect(before.elements.map(shown)).toEqual(['0:0, 4:40 out', '0:5, 4:5 out']);
    expect(after.elements.map(shown)).toEqual(['4:40, 10:100', '4:5']);
  });
});

describe('merge', () => {
  const shownOf = (result: ReturnType<typeof merged>): string => shown(result as Track);

  test('each shape is a keyframe, ended on the next frame unless something is there or the job ends', () => {
    const one = merged([box(3, 9, 90), box(1, 0, 0, { attributes: { 1: 'red', 2: 'slow' } }), box(2, 1, 10, { attributes: { 1: 'blue', 2: 'fast' } })], 8, 10, isMutable);
    expect(shownOf(one)).toBe('0:0, 1:10, 2:10 out, 9:90');
    expect(one).toMatchObject({ id: 8, frame: 0, attributes: { 1: 'red' }, keyframes: [{ attributes: { 2: 'slow' } }, { attributes: { 2: 'fast' } }, {}, {}] });
  });

  test('tracks bring their keyframes; an end gives way to what is visible', () => {
    const head = track(keyframe(0, 0), keyframe(4, 40, { outside: true }));
    expect(shownOf(merged([{ ...track(keyframe(4, 50), keyframe(8, 80)), id: 2 }, head], 9, 99, isMutable))).toBe('0:0, 4:50, 8:80');
  });

  test('leading ends are taken away', () => {
    const late = track(keyframe(0, 0, { outside: true }), keyframe(5, 50));
    expect(shownOf(merged([late, box(2, 8, 80)], 9, 99, isMutable))).toBe('5:50, 8:80, 9:80 out');
  });

  test('of skeletons by their nodes', () => {
    const one = merged([skeleton(node(11, { 0: 0 }), node(12, { 0: 1 })), { ...skeleton(node(12, { 6: 61 }), node(11, { 6: 60 })), id: 2 }], 9, 99, isMutable) as Track;
    expect(one.elements.map(shown)).toEqual(['0:0, 6:60', '0:1, 6:61']);
  });

  test.each([
    ['few', [box(1, 0, 0)]],
    ['label', [box(1, 0, 0), box(2, 5, 0, { labelId: 2 })]],
    ['kind', [box(1, 0, 0), box(2, 5, 0, { kind: 'ellipse' })]],
    ['kind', [box(1, 0, 0, { kind: 'mask' }), box(2, 5, 0, { kind: 'mask' })]],
    ['frame', [box(1, 5, 0), box(2, 5, 50)]],
  ] as const)('is refused by name: %s', (why, shapes) => expect(merged(shapes, 9, 99, isMutable)).toBe(why));
});
