import { afterEach, expect, test, vi } from 'vitest';
import { ProxyPackets } from './packets';
import type { VideoInfo } from './video-info';

const video = { number: 0, offset: 0, count: 100, chunk_frames: 48, version: 'a b' } as VideoInfo;

function body(frames: number): Uint8Array<ArrayBuffer> {
  const header = new TextEncoder().encode(JSON.stringify({ codec: 'vp8', first: 0, coded_width: 2, coded_height: 2, sizes: Array<number>(frames).fill(1), keys: [0, 12, 24, 36].filter((key) => key < frames) }));
  const bytes = new Uint8Array(8 + header.length + frames);
  bytes.set(new TextEncoder().encode('AFC1'));
  new DataView(bytes.buffer).setUint32(4, header.length, true);
  bytes.set(header, 8);
  return bytes;
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

async function framesOf(source: ProxyPackets, frame: number, signal = new AbortController().signal): Promise<number[]> {
  const frames: number[] = [];
  for await (const packet of (await source.group(frame, signal)).packets) frames.push(packet.frame);
  return frames;
}

test('a group that was called off leaves the chunk to the next one, which fetches nothing twice', async () => {
  const asked: string[] = [];
  let answer!: () => void;
  vi.stubGlobal('fetch', (url: string) => {
    asked.push(url);
    return new Promise<Response>((resolve) => { answer = () => resolve(new Response(body(48))); });
  });
  const source = new ProxyPackets('/api/jobs/7', video, () => undefined);
  const stop = new AbortController();
  const first = framesOf(source, 3, stop.signal);
  stop.abort();
  await expect(first).rejects.toThrow();
  const second = framesOf(source, 14);
  answer();
  expect(await second).toEqual([12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23]);
  expect(asked).toEqual(['/api/jobs/7/data/video/0/chunks/0?v=a%20b']);
});

test('a chunk that is not ready is asked for again when the server says', async () => {
  vi.useFakeTimers();
  const answers = [new Response('', { status: 429, headers: { 'Retry-After': '2' } }), new Response(body(2))];
  vi.stubGlobal('fetch', () => Promise.resolve(answers.shift()!));
  const frames = framesOf(new ProxyPackets('', video, () => undefined), 1);
  await vi.advanceTimersByTimeAsync(2000);
  expect(await frames).toEqual([0, 1]);
});

test('a refusal is in the server’s words, and is not remembered', async () => {
  const answers = [new Response('{"detail":"The frame is damaged."}', { status: 422 }), new Response(body(2))];
  vi.stubGlobal('fetch', () => Promise.resolve(answers.shift()!));
  const source = new ProxyPackets('', video, () => undefined);
  await expect(framesOf(source, 0)).rejects.toThrow('The frame is damaged.');
  expect(await framesOf(source, 0)).toEqual([0, 1]);
});

test('a chunk that broke off is fetched anew', async () => {
  const broken = body(48).slice(0, -40);
  const answers = [new Response(broken), new Response(body(48))];
  vi.stubGlobal('fetch', () => Promise.resolve(answers.shift()!));
  const source = new ProxyPackets('', video, () => undefined);
  await expect(framesOf(source, 30)).rejects.toThrow('ends too early');
  expect(await framesOf(source, 30)).toHaveLength(12);
});

test('while the server cannot be reached the chunk waits, and comes when it can', async () => {
  vi.useFakeTimers();
  const said: boolean[] = [];
  let reachable = false;
  vi.stubGlobal('fetch', () => (reachable ? Promise.resolve(new Response(body(2))) : Promise.reject(new TypeError('Failed to fetch'))));
  const frames = framesOf(new ProxyPackets('', video, (lost) => void said.push(lost)), 1);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(said.length).toBeGreaterThan(3);
  expect(said).not.toContain(false);
  reachable = true;
  await vi.advanceTimersByTimeAsync(5000);
  expect(await frames).toEqual([0, 1]);
  expect(said.at(-1)).toBe(false);
});
