import { expect, test } from 'vitest';
import { Pulse, type Timers } from './pulse';

class Clock implements Timers {
  time = 0;
  #next = 1;
  readonly #due = new Map<number, { at: number; run: () => void }>();

  now(): number {
    return this.time;
  }

  set(run: () => void, ms: number): number {
    this.#due.set(this.#next, { at: this.time + ms, run });
    return this.#next++;
  }

  clear(id: number): void {
    this.#due.delete(id);
  }

  async to(time: number): Promise<void> {
    for (;;) {
      const next = [...this.#due].filter(([, due]) => due.at <= time).sort((a, b) => a[1].at - b[1].at)[0];
      if (next === undefined) break;
      this.#due.delete(next[0]);
      this.time = next[1].at;
      next[1].run();
      await Promise.resolve();
      await Promise.resolve();
    }
    this.time = time;
  }
}

test('SAV-01 work is sent a second after the last gesture and five after the first at most', async () => {
  const clock = new Clock();
  const sent: number[] = [];
  const pulse = new Pulse(async () => {
    sent.push(clock.time);
    return true;
  }, undefined, clock);
  pulse.touch();
  await clock.to(1500);
  expect(sent).toEqual([1000]);
  for (let t = 2000; t <= 9000; t += 500) {
    await clock.to(t);
    pulse.touch();
  }
  expect(sent).toEqual([1000, 7000]);
});

test('after failures the pauses grow, and end with the first success', async () => {
  const clock = new Clock();
  const sent: number[] = [];
  const outcomes = [false, false, false, true];
  const pulse = new Pulse(async () => {
    sent.push(clock.time);
    return outcomes.shift() ?? true;
  }, undefined, clock);
  pulse.touch();
  await clock.to(60_000);
  expect(sent).toEqual([1000, 2000, 4000, 8000]);
});

test('the pause that the server asks for is kept', async () => {
  const clock = new Clock();
  const sent: number[] = [];
  const pulse = new Pulse(async () => {
    sent.push(clock.time);
    return sent.length === 1 ? 20_000 : true;
  }, undefined, clock);
  pulse.touch();
  await clock.to(60_000);
  expect(sent).toEqual([1000, 21_000]);
});
