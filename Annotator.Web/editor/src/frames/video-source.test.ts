import { afterEach, expect, test, vi } from 'vitest';
import type { VideoInfo } from './video-info';
import { VideoSource } from './video-source';
import type { FromFrames, ToFrames } from './worker-messages';

const video: VideoInfo = { number: 0, name: 'a.mp4', width: 8, height: 8, frame_rate: 25, offset: 0, count: 4, video_first: 0, video_step: 1, source: 'proxy', codec: null, description: null, chunk_frames: 4, version: 'x' };

afterEach(() => vi.unstubAllGlobals());

function opened(images: (frame: number) => Promise<ImageBitmap> = () => Promise.reject(new Error('no pictures'))) {
  vi.stubGlobal('VideoDecoder', class {});
  vi.stubGlobal('OffscreenCanvas', class {});
  const asked: ToFrames[] = [];
  const spare: number[] = [];
  const worker = { onmessage: null as ((event: { data: FromFrames }) => void) | null, onerror: null, postMessage: (message: ToFrames) => void asked.push(message), terminate() {} };
  const source = new VideoSource({ base: '', videos: [video], images, nameOf: () => 'a.mp4', spare: (_, { width }) => void spare.push(width), worker: () => worker as unknown as Worker });
  const tell = (data: FromFrames): void => worker.onmessage!({ data });
  return { source, asked, spare, tell };
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
