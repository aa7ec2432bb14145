import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { between, boundaryAt, frameAt, LANE, laneHit, leftAfterZoom, leftFor, NAMES, rowAt, RULER, rulerStep, type TimeView, wholeScale, xOf } from './timeline-layout';

const view = (rest: Partial<TimeView> = {}): TimeView => ({ scale: 10, left: 0, top: 0, width: NAMES + 400, height: 200, first: 100, end: 200, ...rest });

test('a place in a frame is that frame, at every scale and scrolled anywhere', () =>
  fc.assert(fc.property(fc.double({ min: 0.01, max: 32, noNaN: true }), fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 100, max: 199 }), (scale, left, frame) => {
    const at = view({ scale, left });
    expect(frameAt(at, xOf(at, frame) + scale / 2)).toBe(frame);
  })));

test('a place outside the job is its nearest frame; a run may end after the last', () => {
  expect(frameAt(view(), -50)).toBe(100);
  expect(frameAt(view(), 9999)).toBe(199);
  expect(boundaryAt(view(), 9999)).toBe(200);
});

test('rows begin under the ruler', () => {
  expect(rowAt(view(), RULER - 1)).toBe(-1);
  expect(rowAt(view(), RULER + LANE)).toBe(1);
  expect(rowAt(view({ top: 3 * LANE }), RULER + 1)).toBe(3);
});

test('the whole job fits, and zooming keeps the frame under the pointer', () => {
  const whole = view({ scale: wholeScale(view()) });
  expect(xOf(whole, 200)).toBeCloseTo(whole.width);
  const before = view({ left: 200 });
  const x = NAMES + 150;
  const after = { ...before, scale: 20, left: leftAfterZoom(before, 20, x) };
  expect(frameAt(after, x)).toBe(frameAt(before, x));
});

test('a frame out of view is scrolled to, one in view is not', () => {
  expect(leftFor(view(), 110)).toBeNull();
  const left = leftFor(view(), 170)!;
  expect(xOf(view({ left }), 170)).toBeGreaterThanOrEqual(NAMES);
  expect(xOf(view({ left }), 170)).toBeLessThan(view().width);
});

describe('in a lane', () => {
  const lane = { runs: [{ from: 110, to: 130 }], occluded: [], keyframes: [110, 120, 130] };
  const at = view();

  test('the middle belongs to the keyframes', () => {
    expect(laneHit(at, lane, xOf(at, 120.5) + 2, LANE / 2)).toEqual({ at: 'keyframe', frame: 120 });
  });
  test('above and below, an edge is taken', () => {
    expect(laneHit(at, lane, xOf(at, 130), 3)).toEqual({ at: 'edge', run: lane.runs[0], edge: 'to' });
    expect(laneHit(at, lane, xOf(at, 110) + 1, LANE - 3)).toEqual({ at: 'edge', run: lane.runs[0], edge: 'from' });
  });
  test('elsewhere it is a frame', () => expect(laneHit(at, lane, xOf(at, 115.5), LANE / 2)).toEqual({ at: 'frame', frame: 115 }));
});

test('numbers of the ruler have room, in steps of 1, 2 and 5', () => {
  expect([32, 10, 1.2, 0.01].map(rulerStep)).toEqual([2, 10, 100, 10_000]);
});

test('a stretch of a rising list', () => {
  expect(between([1, 5, 9, 12], 5, 11)).toEqual([5, 9]);
  expect(between([], 0, 9)).toEqual([]);
});
