import { afterEach, expect, test, vi } from 'vitest';
import { FrameError } from './frame-source';
import type { VideoInfo } from './video-info';
import { VideoSource } from './video-source';
import type { FromFrames, ToFrames } from './worker-messages';

const video: VideoInfo = { number: 0, name: 'a.mp4', width: 8, height: 8, frame_rate: 25, offset: 0, count: 4, video_first: 0, video_step: 1, source: 'proxy', codec: null, description: null, chunk_frames: 4, version: 'x' };

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function opened(images: (frame: number) => Promise<ImageBitmap> = () => Promise.reject(new Error('no pictures'))) {
  vi.stubGlobal('VideoDecoder', class {});
  vi.stubGlobal('OffscreenCanvas', class {});
  const asked: ToFrames[] = [];
  const spare: number[] = [];
  const troubles: string[] = [];
  const lost: boolean[] = [];
  const worker = { onmessage: null as ((event: { data: FromFrames }) => void) | null, onerror: null as ((event: { message: string }) => void) | null, postMessage: (message: ToFrames) => void asked.push(message), terminate() {} };
  const source = new VideoSource({ base: '', videos: [video], budget: 1e9, images, nameOf: () => 'a.mp4', spare: (_, { width }) => void spare.push(width), trouble: (_, reason) => void troubles.push(reason), connection: (is) => void lost.push(is), worker: () => worker as unknown as Worker });
  const tell = (data: FromFrames): void => worker.onmessage!({ data });
  return { source, asked, spare, tell, worker, troubles, lost };
}

const picture = (width: number): ImageBitmap => ({ width, height: width, close() {} }) as ImageBitmap;

test('a frame that is wanted whole is not answered by a picture that was made smaller in passing', async () => {
  const { source, asked, spare, tell } = opened();
  const frame = source.get(2, new AbortController().signal);
  tell({ kind: 'picture', frame: 2, scale: 0.25, bitmap: picture(2) });
  tell({ kind: 'picture', frame: 2, scale: 1, bitmap: picture(8) });
  expect((await frame).width).toBe(8);
  expect(spare).toEqual([2]);
  expect(asked.filter(({ kind }) => kind === 'want').length).toBeGreaterThan(0);
});

test('where the browser gives up, the server’s pictures answer those who wait, and all who ask later', async () => {
  const { source, tell } = opened(() => Promise.resolve(picture(5)));
  const frame = source.get(1, new AbortController().signal);
  expect(source.originOf(1)).toBe('proxy');
  tell({ kind: 'unsupported', video: 0, reason: 'no decoder' });
  expect((await frame).width).toBe(5);
  expect(source.originOf(1)).toBe('server');
  expect((await source.get(3, new AbortController().signal)).width).toBe(5);
});

test('a frame that is called off is no longer asked for', async () => {
  const { source, asked } = opened();
  const stop = new AbortController();
  const frame = source.get(1, stop.signal);
  stop.abort();
  await expect(frame).rejects.toThrow();
  await Promise.resolve();
  expect(asked.at(-1)).toMatchObject({ kind: 'want', frames: [] });
});

test('frames that the browser fails on come from the server, then and later; the others are decoded on, and it is said once', async () => {
  const { source, tell, troubles } = opened(() => Promise.resolve(picture(5)));
  const [failing, other] = [source.get(1, new AbortController().signal), source.get(3, new AbortController().signal)];
  tell({ kind: 'undecodable', video: 0, frames: [0, 1], reason: 'broken slice' });
  expect((await failing).width).toBe(5);
  expect([source.originOf(0), source.originOf(1), source.originOf(3)]).toEqual(['server', 'server', 'proxy']);
  tell({ kind: 'picture', frame: 3, scale: 1, bitmap: picture(8) });
  expect((await other).width).toBe(8);
  tell({ kind: 'undecodable', video: 0, frames: [2], reason: 'again' });
  expect(troubles).toEqual(['broken slice']);
});

test('a frame whose bytes cannot be had is tried as a picture; when there is none either, the first reason is told', async () => {
  let has = true;
  const { source, tell } = opened((frame) => (has ? Promise.resolve(picture(5)) : Promise.reject(new FrameError(frame, 'a.mp4', 'the server answered 422'))));
  const frame = source.get(1, new AbortController().signal);
  tell({ kind: 'failed', frame: 1, reason: 'The frame is damaged.' });
  expect((await frame).width).toBe(5);
  has = false;
  const next = source.get(2, new AbortController().signal);
  tell({ kind: 'failed', frame: 2, reason: 'The frame is damaged.' });
  await expect(next).rejects.toThrow('a.mp4: The frame is damaged.');
});

test('a worker that breaks off leaves nobody waiting', async () => {
  const { source, worker, troubles } = opened(() => Promise.resolve(picture(5)));
  const frame = source.get(1, new AbortController().signal);
  worker.onerror!({ message: 'out of memory' });
  expect((await frame).width).toBe(5);
  expect(troubles).toEqual(['out of memory']);
});

test('a worker that is gone without a word is given up; one that answers is waited for', async () => {
  vi.useFakeTimers();
  const { source, tell, asked, troubles } = opened(() => Promise.resolve(picture(5)));
  const frame = source.get(1, new AbortController().signal);
  for (let i = 0; i < 6; i++) {
    await vi.advanceTimersByTimeAsync(10_000);
    tell({ kind: 'pong' });
  }
  expect(troubles).toEqual([]);
  expect(asked.filter(({ kind }) => kind === 'ping').length).toBeGreaterThan(5);
  await vi.advanceTimersByTimeAsync(30_000);
  expect((await frame).width).toBe(5);
  expect(troubles).toEqual(['The decoder does not answer.']);
});

test('it is passed on that the server cannot be reached, and that it can again', () => {
  const { tell, lost } = opened();
  tell({ kind: 'connection', lost: true });
  tell({ kind: 'connection', lost: false });
  expect(lost).toEqual([true, false]);
});
