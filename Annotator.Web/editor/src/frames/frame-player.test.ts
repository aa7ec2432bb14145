import { expect, test } from 'vitest';
import { cacheBudget } from './frame-cache';
import { FramePlayer } from './frame-player';

interface Fake {
  readonly frame: number;
  readonly width: number;
  readonly height: number;
  closed: boolean;
  close(): void;
}

function picture(frame: number): Fake {
  return { frame, width: 10, height: 10, closed: false, close() { this.closed = true; } };
}

function player(budget = 1e9, last = 100) {
  const waiting = new Map<number, { resolve(p: Fake): void; reject(e: Error): void }>();
  const asked: number[] = [];
  const aborted: number[] = [];
  const subject = new FramePlayer<Fake>({
    budget,
    neighbour: (frame, steps) => (frame + steps >= 0 && frame + steps <= last ? frame + steps : null),
    source: (frame, signal) => new Promise<Fake>((resolve, reject) => {
      asked.push(frame);
      signal.addEventListener('abort', () => {
        aborted.push(frame);
        reject(new DOMException('', 'AbortError'));
      });
      waiting.set(frame, { resolve, reject });
    }),
  });
  const arrive = async (frame: number): Promise<Fake> => {
    const fake = picture(frame);
    waiting.get(frame)!.resolve(fake);
    for (let i = 0; i < 10; i++) await Promise.resolve();
    return fake;
  };
  return { subject, asked, aborted, arrive, waiting };
}

test('a late picture of a frame that was left is never shown', async () => {
  const { subject, arrive } = player();
  void subject.show(5);
  void subject.show(6);
  await arrive(6);
  expect(subject.state.value).toMatchObject({ kind: 'ready', frame: 6, picture: { frame: 6 } });
  await arrive(5);
  expect(subject.state.value).toMatchObject({ kind: 'ready', frame: 6, picture: { frame: 6 } });
});

test('frames ahead in the direction of travel are fetched, one after the other', async () => {
  const { subject, asked, arrive } = player();
  void subject.show(10);
  await arrive(10);
  await arrive(11);
  expect(asked).toEqual([10, 11, 12]);
  void subject.show(9);
  await arrive(9);
  expect(asked.slice(3)).toEqual([9, 8]);
});

test('before the farther ones ahead the one behind is fetched: after a jump one may step either way', async () => {
  const { subject, asked, arrive } = player();
  void subject.show(50);
  for (const frame of [50, 51, 52, 49, 53, 54]) await arrive(frame);
  expect(asked).toEqual([50, 51, 52, 49, 53, 54]);
});

test('a jump calls off what is no longer near', async () => {
  const { subject, aborted } = player();
  void subject.show(10);
  void subject.show(90);
  expect(aborted).toEqual([10]);
});

test('the cache keeps to its budget, closes what it gives up and keeps the frame on the screen', async () => {
  const { subject, arrive } = player(3 * 400, 100);
  void subject.show(0);
  const shown = await arrive(0);
  const rest: Fake[] = [];
  for (const frame of [1, 2, 3, 4]) rest.push(await arrive(frame));
  expect(subject.cache.bytes).toBeLessThanOrEqual(3 * 400);
  expect(shown.closed).toBe(false);
  expect(rest.filter(({ closed }) => closed)).toHaveLength(2);
});

test('an error names its frame and can be tried again', async () => {
  const { subject, waiting, arrive } = player();
  const showing = subject.show(3);
  waiting.get(3)!.reject(new Error('cat.jpg is broken'));
  await showing;
  expect(subject.state.value).toMatchObject({ kind: 'error', frame: 3 });
  void subject.retry();
  await arrive(3);
  expect(subject.state.value.kind).toBe('ready');
});

test('the budget is at most a quarter of the memory', () => {
  expect(cacheBudget(0.5)).toBe(128 * 1024 ** 2);
  expect(cacheBudget(32)).toBe(768 * 1024 ** 2);
});
