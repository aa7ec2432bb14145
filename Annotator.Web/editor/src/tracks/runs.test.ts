import { describe, expect, test } from 'vitest';
import { laneOf, runAt, trimmed, valueRuns, withoutRun } from './runs';
import { keyframe, node, shown, skeleton, track } from './testing/tracks';

/** Seen on 2 to 9 and from 20 on; occluded from 5 to 7. */
const twice = track(keyframe(2, 20), keyframe(5, 50, { occluded: true }), keyframe(8, 80), keyframe(10, 90, { outside: true }), keyframe(20, 200));
const [first, second] = laneOf(twice, 40).runs as [{ from: number; to: number }, { from: number; to: number }];

test('a lane has the runs on which the track is seen, where it is occluded, and its keyframes', () => {
  expect(laneOf(twice, 40)).toEqual({ runs: [{ from: 2, to: 10 }, { from: 20, to: 40 }], occluded: [{ from: 5, to: 8 }], keyframes: [2, 5, 8, 10, 20] });
  expect(laneOf(twice, 40)).toBe(laneOf(twice, 40));
  expect(runAt(twice, 9, 40)).toBe(first);
  expect(runAt(twice, 10, 40)).toBeNull();
});

test('a skeleton is seen while one of its nodes is, and occluded when all that are seen are', () => {
  const half = skeleton(node(11, { 0: 0 }), { ...node(12, { 0: 0 }), keyframes: [keyframe(0, 0, { occluded: true }), keyframe(5, 0, { outside: true })] });
  expect(laneOf(half, 10)).toMatchObject({ runs: [{ from: 0, to: 10 }], occluded: [] });
});

describe('TRK-03 the edge of a run is dragged', () => {
  test('a later begin leaves keyframes behind and keeps the place where it is cut', () => {
    expect(shown(trimmed(twice, first, 'from', 6, 40))).toBe('6:60 occluded, 8:80, 10:90 out, 20:200');
  });

  test('an earlier begin takes the first keyframe along', () => {
    expect(shown(trimmed(twice, first, 'from', 0, 40))).toBe('0:20, 5:50 occluded, 8:80, 10:90 out, 20:200');
    expect(shown(trimmed(twice, second, 'from', 4, 40)), 'not into the run before').toBe('2:20, 5:50 occluded, 8:80, 10:90 out, 11:200');
  });

  test('an earlier end cuts there', () => {
    expect(shown(trimmed(twice, first, 'to', 6, 40))).toBe('2:20, 5:50 occluded, 6:60 out occluded, 20:200');
    expect(shown(trimmed(twice, second, 'to', 30, 40))).toBe('2:20, 5:50 occluded, 8:80, 10:90 out, 20:200, 30:200 out');
    expect(laneOf(trimmed(twice, first, 'to', -5, 40), 40).runs[0], 'a run has a frame at least').toEqual({ from: 2, to: 3 });
  });

  test('a later end goes on, up to the job, or to the run behind it', () => {
    expect(shown(trimmed(twice, first, 'to', 15, 40))).toContain('15:90 out');
    expect(shown(trimmed(twice, first, 'to', 33, 40))).toContain('19:90 out');
    const ended = track(keyframe(0, 0), keyframe(10, 10, { outside: true }));
    expect(shown(trimmed(ended, { from: 0, to: 10 }, 'to', 99, 40)), 'no end of its own').toBe('0:0');
  });
});

test('a run is taken out, and with the last one the track', () => {
  expect(shown(withoutRun(twice, first, 40)!)).toBe('20:200');
  expect(laneOf(withoutRun(twice, second, 40)!, 40).runs).toEqual([first]);
  expect(withoutRun(track(keyframe(0, 0)), { from: 0, to: 40 }, 40)).toBeNull();
});

test('an attribute has a run for each stretch of one value, only where the track is seen', () => {
  const said = track(
    keyframe(2, 20), keyframe(5, 50, { attributes: { 7: 'left' } }), keyframe(8, 80, { attributes: { 7: 'left', 9: 'x' } }),
    keyframe(10, 90, { outside: true, attributes: { 7: 'right' } }), keyframe(20, 200), keyframe(30, 200, { attributes: { 7: 'left' } }),
  );
  expect(valueRuns(said, 7, 'ahead', 40)).toEqual([
    { from: 2, to: 5, value: 'ahead' }, { from: 5, to: 10, value: 'left' }, { from: 20, to: 30, value: 'right' }, { from: 30, to: 40, value: 'left' },
  ]);
  expect(valueRuns(said, 8, 'none', 40)).toEqual([{ from: 2, to: 10, value: 'none' }, { from: 20, to: 40, value: 'none' }]);
});
