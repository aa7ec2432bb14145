import { expect, test } from 'vitest';
import { ArrivingChunk, groupAt, readChunkHeader } from './chunk';
import { readIndex } from './video-index';
import { ownFrame, taskFrame, type VideoInfo } from './video-info';

function chunk(sizes: readonly number[], keys: readonly number[]): Uint8Array {
  const header = new TextEncoder().encode(JSON.stringify({ codec: 'avc1.42c01f', first: 48, coded_width: 4, coded_height: 2, sizes, keys }));
  const bytes = new Uint8Array(8 + header.length + sizes.reduce((sum, size) => sum + size, 0));
  bytes.set(new TextEncoder().encode('AFC1'));
  new DataView(bytes.buffer).setUint32(4, header.length, true);
  bytes.set(header, 8);
  let at = 8 + header.length;
  sizes.forEach((size, index) => {
    bytes.fill(index + 1, at, at + size);
    at += size;
  });
  return bytes;
}

function inPieces(bytes: Uint8Array, piece: number, end = bytes.length): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= end) controller.close();
      else controller.enqueue(bytes.slice(at, Math.min(end, (at += piece))));
    },
  });
}

test('packets can be had while the chunk arrives, in whatever pieces', async () => {
  const arriving = new ArrivingChunk(inPieces(chunk([5, 3, 4], [0, 2]), 7));
  expect(await arriving.header()).toMatchObject({ codec: 'avc1.42c01f', first: 48, sizes: [5, 3, 4] });
  expect(await arriving.packet(2)).toEqual(new Uint8Array([3, 3, 3, 3]));
  expect(await arriving.packet(0)).toEqual(new Uint8Array([1, 1, 1, 1, 1]));
  await expect(arriving.packet(3)).rejects.toThrow('no packet 3');
});

test('a chunk that breaks off fails who waits for what is missing', async () => {
  const whole = chunk([5, 3, 4], [0]);
  const arriving = new ArrivingChunk(inPieces(whole, 10, whole.length - 2));
  expect(await arriving.packet(1)).toEqual(new Uint8Array([2, 2, 2]));
  await expect(arriving.packet(2)).rejects.toThrow('ends too early');
});

test('a chunk that broke off says so to who keeps it', async () => {
  const whole = chunk([5, 3], [0]);
  await expect(new ArrivingChunk(inPieces(whole, 4, whole.length - 1)).whole).rejects.toThrow('ends too early');
  await expect(new ArrivingChunk(inPieces(whole, 4)).whole).resolves.toBeUndefined();
});

test('something else than a chunk is refused', () => {
  expect(() => readChunkHeader(new TextEncoder().encode('<html>no chunk'))).toThrow('something else');
});

test('a packet is decoded from its key frame to the one before the next', () => {
  const header = readChunkHeader(chunk([1, 1, 1, 1, 1], [0, 2]))!;
  expect(groupAt(header, 0)).toEqual({ first: 0, last: 1 });
  expect(groupAt(header, 3)).toEqual({ first: 2, last: 4 });
});

/** Integers as the index has them. */
function index(...values: readonly number[]): Uint8Array {
  const bytes: number[] = [];
  for (let value of values) {
    while (value > 0x7f) {
      bytes.push((value % 128) | 0x80);
      value = Math.floor(value / 128);
    }
    bytes.push(value);
  }
  return new Uint8Array(bytes);
}

const fold = (value: number): number => (value >= 0 ? value * 2 : -value * 2 - 1);

test('the frame index is read: stamps, places beyond 4 GiB, and frames out of order', () => {
  const far = 5 * 1024 ** 3;
  const read = readIndex(index(
    1, 1, 1000, 4, 4,
    fold(0), fold(40), fold(0), fold(-10),
    100 * 2 + 1, fold(far), fold(0), 20 * 2, fold(8), fold(2 - 1), 10 * 2, fold(0), fold(1 - 2), 30 * 2 + 1, fold(0), fold(3 - 3),
  ));
  expect([...read.timeStamps]).toEqual([0, 40, 80, 110]);
  expect(read.secondsOf(3)).toBeCloseTo(0.11);
  expect(read.packets.map(({ position, size, key, frame }) => [position - far, size, key, frame])).toEqual([[0, 100, true, 0], [108, 20, false, 2], [128, 10, false, 1], [138, 30, true, 3]]);
  expect(read.groupOf(1)).toEqual({ first: 0, last: 2 });
  expect(read.groupOf(3)).toEqual({ first: 3, last: 3 });
});

test('a damaged index is refused and given no memory', () => {
  expect(() => readIndex(index(2, 1, 1, 0, 0))).toThrow('another version');
  expect(() => readIndex(index(1, 1, 1, 4_000_000_000, 0))).toThrow('damaged');
});

test('frames of a task that takes every third are found in the video and back', () => {
  const video = { offset: 10, count: 5, video_first: 100, video_step: 3 } as VideoInfo;
  expect(ownFrame(video, 12)).toBe(106);
  expect(taskFrame(video, 106)).toBe(12);
  expect(taskFrame(video, 107)).toBeNull();
  expect(taskFrame(video, 115)).toBeNull();
});
