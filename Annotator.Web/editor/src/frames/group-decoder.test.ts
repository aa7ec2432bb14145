import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DecodeError, GroupDecoder } from './group-decoder';
import type { PacketGroup } from './packets';

/** What the browser's decoders do, one after the other as they are made. */
let decoders: ((self: FakeDecoder) => { readonly decode?: () => void; readonly flush?: () => Promise<void> })[];

/** Sizes of the pictures that come out. */
let picture: { displayWidth: number; displayHeight: number; visibleRect: { width: number; height: number } };
/** The part of each picture that was taken. */
let taken: number[][];

class FakeDecoder {
  static readonly isConfigSupported = () => Promise.reject(new TypeError('no codec is called so'));
  state = 'configured';
  decodeQueueSize = 0;
  readonly #does;
  constructor(readonly init: { output: (frame: unknown) => void; error: (error: Error) => void }) {
    this.#does = decoders.shift()!(this);
  }
  configure() {}
  /** Pictures that nobody has closed. */
  static open = 0;
  close() { this.state = 'closed'; }
  addEventListener() {}
  decode({ timestamp }: { timestamp: number }) {
    this.#does.decode?.();
    FakeDecoder.open++;
    this.init.output({ timestamp, ...picture, close() { FakeDecoder.open--; } });
  }
  flush() { return this.#does.flush?.() ?? Promise.resolve(); }
}

beforeEach(() => {
  FakeDecoder.open = 0;
  [picture, taken] = [{ displayWidth: 2, displayHeight: 2, visibleRect: { width: 2, height: 2 } }, []];
  vi.stubGlobal('VideoDecoder', FakeDecoder);
  vi.stubGlobal('OffscreenCanvas', class {
    width = 1;
    height = 1;
    getContext() { return { drawImage: (_: unknown, ...at: number[]) => void taken.push(at) }; }
    transferToImageBitmap() { return { width: 2, height: 2, close() {} }; }
  });
  vi.stubGlobal('EncodedVideoChunk', class {
    readonly timestamp: number;
    constructor({ timestamp }: { timestamp: number }) { this.timestamp = timestamp; }
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const group = (): PacketGroup => ({
  config: { codec: 'vp8' }, frames: [0, 1],
  packets: (async function* () { for (const frame of [0, 1]) yield { frame, key: frame === 0, data: new Uint8Array(1) }; })(),
});

async function decoded(decoder: GroupDecoder, only: ReadonlySet<number> = new Set([0, 1]), first = Math.min(...only)): Promise<number[]> {
  const frames: number[] = [];
  await decoder.decode(group(), only, first, { width: 2, height: 2, scale: 1 }, (frame) => void frames.push(frame), new AbortController().signal);
  return frames;
}

test.each([
  ['throws at a packet', () => ({ decode: () => { throw new DOMException('not now', 'DataError'); } })],
  ['is taken back by the browser', (self: FakeDecoder) => ({ flush: () => { self.init.error(new DOMException('reclaimed', 'QuotaExceededError')); return new Promise<void>(() => undefined); } })],
  ['fails when it is emptied', () => ({ flush: () => Promise.reject(new DOMException('bad slice', 'EncodingError')) })],
])('a decoder that %s fails with its own words, and the next group gets a new one', async (_, does) => {
  decoders = [does, () => ({})];
  const decoder = new GroupDecoder();
  await expect(decoded(decoder)).rejects.toBeInstanceOf(DecodeError);
  expect(await decoded(decoder)).toEqual([0, 1]);
});

test('a decoder that shows no sign of life is given up', async () => {
  vi.useFakeTimers();
  decoders = [() => ({ flush: () => new Promise(() => undefined) })];
  const failing = expect(decoded(new GroupDecoder())).rejects.toThrow('stalled');
  await vi.advanceTimersByTimeAsync(10_000);
  await failing;
});

test('a codec whose name the browser cannot read is one that it does not decode', async () => {
  expect(await GroupDecoder.supports({ codec: 'what is this' })).toBe(false);
});

test('frames that nobody keeps get no picture, and the rest of the group is not decoded for them', async () => {
  let packets = 0;
  decoders = [() => ({ decode: () => void packets++ })];
  expect(await decoded(new GroupDecoder(), new Set([0]))).toEqual([0]);
  expect(packets).toBe(1);
  packets = 0;
  decoders = [() => ({ decode: () => void packets++ })];
  expect(await decoded(new GroupDecoder(), new Set([1]))).toEqual([1]);
  expect(packets).toBe(2);
});

test.each([
  ['of pixels that are not square is taken whole', { displayWidth: 3, displayHeight: 2, visibleRect: { width: 2, height: 2 } }, [0, 0, 3, 2, 0, 0, 2, 2]],
  ['that was made even is taken without what was added', { displayWidth: 4, displayHeight: 3, visibleRect: { width: 4, height: 3 } }, [0, 0, 2, 2, 0, 0, 2, 2]],
])('a picture %s', async (_, sizes, expected) => {
  picture = sizes;
  decoders = [() => ({})];
  await decoded(new GroupDecoder(), new Set([0]));
  expect(taken).toEqual([expected]);
});

test('the picture that somebody waits for comes before those on the way to it, and none of them stays open', async () => {
  decoders = [() => ({})];
  expect(await decoded(new GroupDecoder(), new Set([0, 1]), 1)).toEqual([1, 0]);
  expect(FakeDecoder.open).toBe(0);
});

test('pictures that were put aside come, too, where the one that somebody waits for does not', async () => {
  decoders = [() => ({})];
  expect(await decoded(new GroupDecoder(), new Set([0, 1, 2]), 2)).toEqual([1, 0]);
  expect(FakeDecoder.open).toBe(0);
});

test('a decoder that waits for the pictures that were put aside gets them back one by one', async () => {
  vi.useFakeTimers();
  let release = (): void => undefined;
  decoders = [() => ({ flush: () => new Promise<void>((resolve) => { release = resolve; }) })];
  const frames: number[] = [];
  const done = new GroupDecoder().decode(group(), new Set([0, 1, 2]), 2, { width: 2, height: 2, scale: 1 }, (frame) => void frames.push(frame), new AbortController().signal);
  await vi.advanceTimersByTimeAsync(90);
  expect(frames[0]).toBe(0);
  release();
  await done;
  expect(frames).toEqual([0, 1]);
});

test('pictures that were put aside are closed when the decoder fails', async () => {
  decoders = [() => ({ flush: () => Promise.reject(new DOMException('bad slice', 'EncodingError')) })];
  await expect(decoded(new GroupDecoder(), new Set([0, 1, 2]), 2)).rejects.toBeInstanceOf(DecodeError);
  expect(FakeDecoder.open).toBe(0);
});
