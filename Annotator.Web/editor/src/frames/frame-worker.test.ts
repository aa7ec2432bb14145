import { afterEach, expect, test, vi } from 'vitest';
import type { FromFrames, ToFrames } from './worker-messages';

afterEach(() => vi.unstubAllGlobals());

/** Four frames of one byte each. */
function chunk(): Uint8Array<ArrayBuffer> {
  const head = new TextEncoder().encode(JSON.stringify({ codec: 'vp8', first: 0, coded_width: 2, coded_height: 2, sizes: [1, 1, 1, 1], keys: [0] }));
  const bytes = new Uint8Array(8 + head.length + 4);
  bytes.set(new TextEncoder().encode('AFC1'));
  new DataView(bytes.buffer).setUint32(4, head.length, true);
  bytes.set(head, 8);
  return bytes;
}

/** The worker in a room of its own, with a decoder that gives each picture at once and is emptied when the test says so. */
async function opened(budget: number, held: Promise<void>) {
  vi.resetModules();
  const told: FromFrames[] = [];
  const room = { onmessage: null as ((event: { data: ToFrames }) => void) | null, postMessage: (message: FromFrames) => void told.push(message) };
  vi.stubGlobal('self', room);
  vi.stubGlobal('OffscreenCanvas', class {
    width = 1;
    height = 1;
    getContext() { return { drawImage() {} }; }
    transferToImageBitmap() { return { width: 2, height: 2, close() {} }; }
  });
  vi.stubGlobal('EncodedVideoChunk', class {
    readonly timestamp: number;
    constructor({ timestamp }: { timestamp: number }) { this.timestamp = timestamp; }
  });
  vi.stubGlobal('VideoDecoder', class {
    static isConfigSupported = () => Promise.resolve({ supported: true });
    state = 'configured';
    decodeQueueSize = 0;
    constructor(private readonly init: { output: (frame: unknown) => void }) {}
    configure() {}
    close() { this.state = 'closed'; }
    decode({ timestamp }: { timestamp: number }) { this.init.output({ timestamp, displayWidth: 2, displayHeight: 2, close() {} }); }
    flush() { return held; }
  });
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(chunk())));
  await import('./frame.worker');
  const send = (data: ToFrames): void => room.onmessage!({ data });
  send({ kind: 'open', base: '', budget, videos: [{ number: 0, name: 'a', width: 2, height: 2, frame_rate: 25, offset: 0, count: 4, video_first: 0, video_step: 1, source: 'proxy', codec: null, description: null, chunk_frames: 4, version: 'x' }] });
  return { told, send, pictures: () => told.flatMap((message) => (message.kind === 'picture' ? [message.frame] : [])) };
}

test('a wish that crosses with the picture on its way does not end the decoding of the video', async () => {
  let release = (): void => undefined;
  const { told, send, pictures } = await opened(1e9, new Promise<void>((resolve) => { release = resolve; }));
  send({ kind: 'want', frames: [0], scale: 1 });
  await vi.waitFor(() => expect(pictures()).toHaveLength(4));
  send({ kind: 'want', frames: [0, 1], scale: 1 });
  release();
  await vi.waitFor(() => expect(pictures()).toHaveLength(8));
  expect(told.filter(({ kind }) => kind === 'unsupported')).toEqual([]);
});

test('of a group that does not fit into the memory only frames near the wanted one get pictures; a far one is decoded when it is wanted', async () => {
  const { send, pictures } = await opened(16, Promise.resolve());
  send({ kind: 'want', frames: [0], scale: 1 });
  await vi.waitFor(() => expect(pictures()).toEqual([0, 1, 2]));
  send({ kind: 'want', frames: [3], scale: 1 });
  await vi.waitFor(() => expect(pictures()).toEqual([0, 1, 2, 3, 2, 1]));
});
