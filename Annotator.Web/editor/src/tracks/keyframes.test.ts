import { describe, expect, test } from 'vitest';
import { makeShape } from '../model/records';
import { changedOn, isOutside, keyframesOf, retimed, toggledKeyframe, toggledOutside, withoutKeyframes } from './keyframes';
import { poseOf } from './pose';
import { keyframe, node, shown, skeleton, track } from './testing/tracks';
import type { Track } from '../model/records';

const moving = track(keyframe(0, 0), keyframe(10, 100), keyframe(20, 100, { outside: true }));
const changed = (rec: Track, frame: number, change: Parameters<typeof changedOn>[2], deleted?: ReadonlySet<number>) => changedOn(rec, frame, change, deleted) as Track;

describe('a change on a frame', () => {
  test('makes a keyframe where there is none, with the rest as it stands there', () => {
    const next = changed(moving, 5, { occluded: true });
    expect(shown(next)).toBe('0:0, 5:50 occluded, 10:100, 20:100 out');
    expect(moving.keyframes).toHaveLength(3);
  });

  test('changes the keyframe that is there and leaves all others the same objects', () => {
    const kept = track(keyframe(0, 0), { ...keyframe(10, 100), id: 77 });
    const next = changed(kept, 10, { points: [1, 2, 3, 4], rotation: 30 });
    expect(next.keyframes[1]).toMatchObject({ id: 77, points: [1, 2, 3, 4], rotation: 30 });
    expect(next.keyframes[0]).toBe(kept.keyframes[0]);
  });

  test('writes only the attributes that change, never the fixed ones of the track', () => {
    const red = { ...track(keyframe(0, 0, { attributes: { 2: 'slow' } })), attributes: { 1: 'red' } };
    const next = changed(red, 4, { attributes: { 3: 'left' } });
    expect(next.keyframes[1]!.attributes).toEqual({ 3: 'left' });
    expect(poseOf(next, 4)!.attributes).toEqual({ 1: 'red', 2: 'slow', 3: 'left' });
    expect(changed(next, 4, { points: [0, 0, 1, 1] }).keyframes[1]!.attributes).toEqual({ 3: 'left' });
  });

  test('before the first keyframe it is the new beginning, visible', () => {
    const late = track(keyframe(8, 80));
    expect(changed(late, 3, {})).toMatchObject({ frame: 3, keyframes: [{ frame: 3, outside: false }, { frame: 8 }] });
  });

  test('TRK-10 begins from where the track stands without keyframes on deleted frames', () => {
    const next = changed(track(keyframe(0, 0), keyframe(4, 900), keyframe(8, 80)), 6, { occluded: true }, new Set([4]));
    expect(next.keyframes[2]).toMatchObject({ frame: 6, points: [60, 0, 70, 10] });
  });

  test('of a shape is a change of the shape', () => {
    const shape = makeShape({ id: 1, kind: 'rectangle', frame: 0, labelId: 1, points: [0, 0, 9, 9], attributes: { 1: 'red' } });
    expect(changedOn(shape, 0, { attributes: { 2: 'x' }, zOrder: 4 })).toMatchObject({ attributes: { 1: 'red', 2: 'x' }, zOrder: 4, points: [0, 0, 9, 9] });
  });
});

describe('a tracked skeleton', () => {
  const walking = skeleton(node(11, { 0: 0, 10: 100 }), node(12, { 0: 500 }));

  test('gets a keyframe for the node that was moved, and its own', () => {
    const next = changed(walking, 5, { elements: [{ labelId: 11, points: [7, 7] }] });
    expect(shown(next.elements[0]!)).toBe('0:0, 5:7, 10:100');
    expect(next.elements[1]).toBe(walking.elements[1]);
    expect(keyframesOf(next)).toEqual([0, 5, 10]);
  });

  test('is outside and occluded with all its nodes', () => {
    const next = changed(walking, 5, { outside: true });
    expect(next.elements.map(shown)).toEqual(['0:0, 5:50 out, 10:100', '0:500, 5:500 out']);
    expect(isOutside(next, 6)).toBe(true);
    expect(poseOf(next, 6)).toBeNull();
    const back = toggledOutside(next, 7);
    expect(poseOf(back, 8)).toMatchObject({ outside: false, elements: [{ outside: false }, { outside: false }] });
  });

  test('keeps every node when its first keyframe goes', () => {
    const next = toggledKeyframe(walking, 0);
    expect(next.frame).toBe(10);
    expect(next.elements.map(shown)).toEqual(['10:100', '10:500']);
  });
});

describe('K', () => {
  test('makes a keyframe and takes it away again', () => {
    const made = toggledKeyframe(moving, 5);
    expect(shown(made)).toBe('0:0, 5:50, 10:100, 20:100 out');
    expect(shown(toggledKeyframe(made, 5))).toBe(shown(moving));
  });

  test('leaves the only keyframe', () => {
    const one = track(keyframe(3, 0));
    expect(toggledKeyframe(one, 3)).toBe(one);
  });

  test('what was set on a first keyframe that goes still holds', () => {
    const next = toggledKeyframe(track(keyframe(0, 0, { attributes: { 2: 'slow', 3: 'a' } }), keyframe(10, 100, { attributes: { 3: 'b' } })), 0);
    expect(next).toMatchObject({ frame: 10, keyframes: [{ attributes: { 2: 'slow', 3: 'b' } }] });
  });
});

describe('O', () => {
  test('ends the track here, and lets it go on where it had ended', () => {
    const ended = toggledOutside(moving, 5);
    expect(shown(ended)).toBe('0:0, 5:50 out, 10:100, 20:100 out');
    expect(shown(toggledOutside(moving, 25))).toBe('0:0, 10:100, 20:100 out, 25:100');
    expect(shown(toggledOutside(ended, 5))).toBe('0:0, 5:50, 10:100, 20:100 out');
  });
});

describe('a keyframe is moved in time', () => {
  test('between its neighbours, which it does not meet', () => {
    expect(shown(retimed(moving, 10, 14))).toBe('0:0, 14:100, 20:100 out');
    expect(shown(retimed(moving, 10, 99))).toBe('0:0, 19:100, 20:100 out');
    expect(shown(retimed(moving, 10, -5))).toBe('0:0, 1:100, 20:100 out');
    expect(retimed(moving, 0, 4)).toMatchObject({ frame: 4 });
  });

  test('with all nodes of a skeleton that have it', () => {
    const next = retimed(skeleton(node(11, { 0: 0, 10: 100 }), node(12, { 0: 5 })), 10, 12);
    expect(next.elements.map(shown)).toEqual(['0:0, 12:100', '0:5']);
  });
});

test('keyframes of a range go, but not all', () => {
  expect(shown(withoutKeyframes(moving, (frame) => frame >= 5 && frame <= 15)!)).toBe('0:0, 20:100 out');
  expect(withoutKeyframes(moving, () => true)).toBeNull();
});
