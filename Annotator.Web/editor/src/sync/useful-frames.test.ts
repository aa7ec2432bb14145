import { expect, test } from 'vitest';
import type { Answer } from './api';
import { UsefulFrames } from './useful-frames';

function bench(answers: readonly Answer<unknown>[]) {
  let now = 0;
  const asked: string[] = [];
  const api = { get: async <T>(path: string): Promise<Answer<T>> => (asked.push(path), answers[Math.min(asked.length, answers.length) - 1] as Answer<T>) };
  return { frames: new UsefulFrames(api, 7, () => now), asked, later: () => { now += 120_000; } };
}

const queue = (...frames: number[]): Answer<unknown> => ({ kind: 'ok', value: { by: 'diversity', frames: frames.map((frame) => ({ frame })) } });

test('frames come in the order of the queue, each once, and only those that may be visited', async () => {
  const { frames, asked } = bench([queue(5, 3, 9, 1)]);
  expect(await frames.next(3, (frame) => frame !== 9)).toBe(5);
  expect(await frames.next(5, (frame) => frame !== 9)).toBe(1);
  expect(await frames.next(1, (frame) => frame !== 9)).toBeNull();
  expect(asked).toEqual(['/jobs/7/queue?limit=1000']);
});

test('the order is asked for anew after a while', async () => {
  const { frames, asked, later } = bench([queue(5), queue(8)]);
  expect(await frames.next(0, () => true)).toBe(5);
  later();
  expect(await frames.next(5, () => true)).toBe(8);
  expect(asked).toHaveLength(2);
});

test('a server that does not say is no reason to go anywhere', async () => {
  const { frames } = bench([{ kind: 'unreachable' }]);
  expect(await frames.next(0, () => true)).toBeNull();
});
