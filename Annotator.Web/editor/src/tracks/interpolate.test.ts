import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aligned } from './align';
import alignedVectors from './aligned.json';
import golden from './golden.json';
import { interpolate } from './interpolate';
import { poseOf } from './pose';
import type { Keyframe, ShapeKind, Track } from '../model/records';

describe('TRK-07 interpolation gives the golden vectors', () => {
  test.each(golden.vectors.map((vector, i) => [`${i} ${vector.case} at ${vector.t}`, vector] as const))('%s', (_, { type, left, right, t, expected }) => {
    const got = interpolate(type as ShapeKind, left, right, t);
    expect(got.points.length).toBe(expected.points.length);
    got.points.forEach((value, i) => expect(Math.abs(value - expected.points[i]!)).toBeLessThanOrEqual(golden.tolerance));
    expect(Math.abs(got.rotation - expected.rotation)).toBeLessThanOrEqual(golden.tolerance);
  });
});

describe('aligned outlines give their golden vectors', () => {
  test.each(alignedVectors.vectors.map((vector) => [vector.case, vector] as const))('%s', (_, { type, left, right, t, expected }) => {
    const kind = type as ShapeKind;
    const got = interpolate(kind, { points: left, rotation: 0 }, { points: aligned(kind, left, right), rotation: 0 }, t).points;
    expect(got.length).toBe(expected.length);
    got.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(alignedVectors.tolerance));
  });

  test('a track says which way it goes', () => {
    const ends = [keyframe(0, 0, { kind: 'polygon', points: [0, 0, 10, 0, 10, 10, 0, 10] }), keyframe(2, 0, { kind: 'polygon', points: [30, 10, 20, 10, 20, 0, 30, 0] })];
    expect(poseOf({ ...track(...ends), interpolation: 'aligned' }, 1)!.points).toEqual([10, 0, 20, 0, 20, 10, 10, 10]);
    expect(poseOf(track(...ends), 1)!.points).not.toEqual([10, 0, 20, 0, 20, 10, 10, 10]);
  });
});

const chain = (least: number) => fc.array(fc.tuple(fc.integer({ min: 0, max: 999 }), fc.integer({ min: 0, max: 999 })), { minLength: least, maxLength: 30 }).map((list) => list.flat());

test.each(['polygon', 'polyline', 'rectangle'] as const)('an interpolated %s stays within the box of both ends', (kind) => {
  const ends = kind === 'rectangle' ? fc.array(fc.integer({ min: 0, max: 999 }), { minLength: 4, maxLength: 4 }) : chain(3);
  fc.assert(
    fc.property(ends, ends, fc.double({ min: 0, max: 0.999, noNaN: true }), (left, right, t) => {
      const { points } = interpolate(kind, { points: left, rotation: 0 }, { points: right, rotation: 0 }, t);
      const both = [...left, ...right];
      for (const axis of [0, 1]) {
        const values = both.filter((_, i) => i % 2 === axis);
        const got = points.filter((_, i) => i % 2 === axis);
        expect(Math.min(...got)).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9);
        expect(Math.max(...got)).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
      }
    }),
  );
});

test('a long run that meets one vertex is thinned by half the mean spacing', () => {
  const left = { points: [0, 0, 100, 0], rotation: 0 };
  const right = { points: [0, 0, 1, 0, 2, 0, 3, 0, 100, 0], rotation: 0 };
  // The right vertices 0..3 meet the left vertex 0. Length 3 over 4 vertices: the threshold is 0.375; at t = 0.25 they stand at
  // 0, 0.25, 0.5, 0.75: 0.25 is too near to 0 and goes, 0.5 stays, and the last one always stays.
  expect(interpolate('polyline', left, right, 0.25).points).toEqual([0, 0, 0.5, 0, 0.75, 0, 100, 0]);
});

const keyframe = (frame: number, x: number, rest: Partial<Keyframe> = {}): Keyframe => ({
  id: 0, frame, kind: 'rectangle', points: [x, 0, x + 10, 10], rotation: 0, occluded: false, outside: false, zOrder: 0, attributes: {}, ...rest,
});
const track = (...keyframes: Keyframe[]): Track => ({ type: 'track', id: 1, frame: keyframes[0]!.frame, labelId: 1, group: 0, source: 'manual', attributes: { 1: 'red' }, keyframes, elements: [] });

describe('a track on a frame', () => {
  const moving = track(keyframe(2, 0, { occluded: true, attributes: { 2: 'slow' } }), keyframe(4, 20), keyframe(8, 60, { outside: true, attributes: { 2: 'fast' } }));

  test('does not exist before its first keyframe', () => expect(poseOf(moving, 1)).toBeNull());
  test('stands between its keyframes with the left one\'s flags', () => expect(poseOf(moving, 3)).toMatchObject({ points: [10, 0, 20, 10], occluded: true, keyframe: false }));
  test('is shown on an outside keyframe, and not after it', () => {
    expect(poseOf(moving, 8)).toMatchObject({ outside: true, keyframe: true });
    expect(poseOf(moving, 9)).toBeNull();
  });
  test('is held after its last keyframe', () => expect(poseOf(track(keyframe(0, 5)), 99)).toMatchObject({ points: [5, 0, 15, 10] }));
  test('has attributes as last set', () => {
    expect(poseOf(moving, 7)!.attributes).toEqual({ 1: 'red', 2: 'slow' });
    expect(poseOf(moving, 8)!.attributes).toEqual({ 1: 'red', 2: 'fast' });
  });
  test('TRK-10 ignores keyframes on deleted frames, except there', () => {
    const deleted = new Set([4]);
    expect(poseOf(moving, 5, deleted)!.points[0]).toBe(30);
    expect(poseOf(moving, 4, deleted)!.points[0]).toBe(20);
  });
});

test('a tracked skeleton is shown by its elements, and hidden when all of them are outside', () => {
  const element = (x: number, outside: boolean) => ({
    id: 0, frame: 0, labelId: 5, group: 0, source: 'manual', attributes: {}, keyframes: [keyframe(0, x, { kind: 'points', points: [x, 0] }), keyframe(4, x, { kind: 'points', points: [x + 4, 0], outside })],
  });
  const skeleton: Track = { ...track(keyframe(0, 0, { kind: 'skeleton', points: [] })), elements: [element(0, true), element(10, true)] };
  expect(poseOf(skeleton, 2)).toMatchObject({ kind: 'skeleton', elements: [{ points: [2, 0] }, { points: [12, 0] }] });
  expect(poseOf(skeleton, 5)).toBeNull();
});
