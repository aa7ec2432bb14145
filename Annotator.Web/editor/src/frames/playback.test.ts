import { expect, test } from 'vitest';
import { Playback, type PlaybackOptions } from './playback';

function made(options: Partial<PlaybackOptions> & { there?: (index: number) => boolean } = {}) {
  let now = 0;
  let tick: (() => void) | null = null;
  const shown: number[] = [];
  const rested: number[] = [];
  const state = { at: 0 };
  const playback = new Playback({
    count: 100,
    secondsOf: (index) => index / 10,
    current: () => state.at,
    pass: (index) => {
      if (!(options.there?.(index) ?? true)) return false;
      state.at = index;
      shown.push(index);
      return true;
    },
    begin: () => true,
    rest: (index) => rested.push(index),
    clock: () => now,
    tick: (callback) => {
      tick = callback;
      return () => { tick = null; };
    },
    ...options,
  });
  const run = (milliseconds: number, step = 20): void => {
    for (let passed = 0; passed < milliseconds; passed += step) {
      now += step;
      const due = tick;
      tick = null;
      due?.();
    }
  };
  return { playback, run, shown, rested, state };
}

test('frames are shown by the clock, each once', () => {
  const { playback, run, shown, state } = made();
  playback.play(1);
  run(1000);
  expect(state.at).toBe(10);
  expect(shown).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('what comes too late is skipped, and nothing slows down', () => {
  const { playback, run, state } = made();
  playback.play(1);
  run(1000, 250);
  expect(state.at).toBe(10);
});

test('it plays at four times the speed, and backwards', () => {
  const { playback, run, state } = made();
  playback.setSpeed(4);
  playback.play(1);
  run(1000);
  expect(state.at).toBe(40);
  playback.setSpeed(1);
  playback.play(-1);
  run(1000);
  expect(state.at).toBe(30);
});

test('the clock waits for frames that do not come, and says so', () => {
  let ready = false;
  const { playback, run, state } = made({ there: () => ready });
  playback.play(1);
  run(1000);
  expect(playback.waits.value).toBe(true);
  expect(state.at).toBe(0);
  ready = true;
  run(300);
  expect(playback.waits.value).toBe(false);
  // It goes on where it waited: the second that was lost is not caught up by a jump.
  expect(state.at).toBeLessThanOrEqual(4);
  expect(state.at).toBeGreaterThanOrEqual(1);
});

test('it ends at the end, and begins anew from there', () => {
  const { playback, run, rested, state } = made();
  state.at = 97;
  playback.play(1);
  run(1000);
  expect(state.at).toBe(99);
  expect(playback.direction.value).toBe(0);
  expect(rested).toEqual([99]);
  playback.play(1);
  run(100);
  expect(state.at).toBeLessThan(5);
});

test('a loop is played again and again', () => {
  const { playback, run, shown } = made();
  playback.setLoop({ from: 10, to: 13 });
  playback.play(1);
  run(2000);
  expect(new Set(shown)).toEqual(new Set([10, 11, 12, 13]));
  expect(shown.filter((frame) => frame === 10).length).toBeGreaterThan(2);
});

test('frames of uneven length are shown as long as they last', () => {
  const stamps = [0, 0.5, 0.6, 0.7, 2];
  const { playback, run, state } = made({ count: 5, secondsOf: (index) => stamps[index]! });
  playback.play(1);
  run(400);
  expect(state.at).toBe(0);
  run(320);
  expect(state.at).toBe(3);
  run(1000);
  expect(state.at).toBe(3);
});
