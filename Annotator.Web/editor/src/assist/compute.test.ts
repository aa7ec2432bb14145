import { expect, test } from 'vitest';
import { Answerer } from './answer';
import { ComputeQueue, Superseded } from './compute';
import type { ComputePort } from './compute';
import type { FromCompute, Question, ToCompute } from './messages';

/** A worker that answers when it is told to. */
class Port implements ComputePort {
  onmessage: ComputePort['onmessage'] = null;
  onerror: ComputePort['onerror'] = null;
  readonly asked: ToCompute[] = [];
  ended = false;

  postMessage(message: ToCompute): void {
    this.asked.push(message);
  }

  terminate(): void {
    this.ended = true;
  }

  say(data: FromCompute): void {
    this.onmessage!({ data } as MessageEvent<FromCompute>);
  }
}

function queue(): { compute: ComputeQueue; ports: Port[] } {
  const ports: Port[] = [];
  const compute = new ComputeQueue(() => {
    ports.push(new Port());
    return ports.at(-1)!;
  });
  return { compute, ports };
}

const pixels = { width: 1, height: 1, data: new Uint8ClampedArray(4) };
const wand = (x: number): Question & { type: 'wand' } => ({ type: 'wand', pixels, x, y: 0 });
const cut: Question & { type: 'cut' } = { type: 'cut', pixels, prompt: { box: [0, 0, 1, 1], points: [] } };

test('one question is asked at a time, and of those that wait only the newest of a kind', async () => {
  const { compute, ports } = queue();
  const first = compute.ask(wand(1));
  const second = compute.ask(wand(2));
  const other = compute.ask(cut);
  const third = compute.ask(wand(3));
  await expect(second).rejects.toBeInstanceOf(Superseded);
  const port = ports[0]!;
  expect(port.asked.map(({ question }) => question)).toEqual([wand(1)]);
  port.say({ number: 1, answer: { reach: new Uint8Array([1]) } });
  expect((await first).reach).toEqual(new Uint8Array([1]));
  expect(port.asked.at(-1)!.question).toBe(cut);
  port.say({ number: 2, answer: { masks: [] } });
  expect((await other).masks).toEqual([]);
  expect(port.asked.at(-1)!.question).toEqual(wand(3));
  port.say({ number: 3, error: 'no' });
  await expect(third).rejects.toThrow('no');
});

test('a worker that broke is started anew for the next question', async () => {
  const { compute, ports } = queue();
  const lost = compute.ask(wand(1));
  const next = compute.ask(cut);
  ports[0]!.onerror!({ message: 'out of memory' } as ErrorEvent);
  await expect(lost).rejects.toThrow('out of memory');
  expect([ports.length, ports[0]!.ended]).toEqual([2, true]);
  ports[1]!.say({ number: 2, answer: { masks: [] } });
  expect((await next).masks).toEqual([]);
});

test('nobody waits for ever when the editor is closed', async () => {
  const { compute, ports } = queue();
  const asked = compute.ask(wand(1));
  const waiting = compute.ask(cut);
  compute.dispose();
  await expect(asked).rejects.toBeInstanceOf(Superseded);
  await expect(waiting).rejects.toBeInstanceOf(Superseded);
  expect(ports[0]!.ended).toBe(true);
});

test('the scissors go on in the picture that was given last, and only there', () => {
  const answerer = new Answerer();
  const picture = { width: 30, height: 30, data: new Uint8ClampedArray(30 * 30 * 4).fill(9) };
  answerer.answer({ type: 'scissors', key: 'a', pixels: picture, x: 5, y: 5, pull: 0 });
  expect(answerer.answer({ type: 'scissors', key: 'a', pixels: null, x: 6, y: 6, pull: 0 })).toMatchObject({ x: 6, y: 6 });
  expect(() => answerer.answer({ type: 'scissors', key: 'b', pixels: null, x: 6, y: 6, pull: 0 })).toThrow('picture');
});
