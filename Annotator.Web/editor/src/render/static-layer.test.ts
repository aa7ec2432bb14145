import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { makeSchema } from '../model/schema';
import { makeShape } from '../model/records';
import { poseOf } from '../tracks/pose';
import { MAX_OUTLINED, StaticLayer } from './static-layer';
import type { SceneItem } from '../index/frame-scene';
import type { Viewport } from '../model/view';
import type { FromRaster, ToRaster } from './raster-messages';

/** Keeps what it is told and answers when the test says so. */
class FakeWorker {
  static last: FakeWorker;
  readonly got: ToRaster[] = [];
  onmessage: ((event: { data: FromRaster }) => void) | null = null;

  constructor() {
    FakeWorker.last = this;
  }

  postMessage(message: ToRaster): void {
    this.got.push(message);
  }

  terminate(): void {}

  last<T extends ToRaster['type']>(type: T): Extract<ToRaster, { type: T }> {
    return this.got.findLast((message): message is Extract<ToRaster, { type: T }> => message.type === type)!;
  }

  /** Sends the bitmap that was asked for last, made of the given scene. */
  answer(scene: number, view = this.last('view').view, seq = this.last('view').seq): { closed: boolean; width: number; height: number } {
    const bitmap = { closed: false, width: view.width, height: view.height, close: () => { bitmap.closed = true; } };
    this.onmessage!({ data: { type: 'raster', scene, seq, view, bitmap: bitmap as unknown as ImageBitmap, milliseconds: 1 } });
    return bitmap;
  }
}

const view: Viewport = { x: 500, y: 500, scale: 1, width: 1000, height: 1000, dpr: 1 };

let strokes = 0;

/** Counts what is filled and which bitmaps are put on it. */
function fakeContext() {
  const seen = { shapes: 0, bitmaps: [] as unknown[] };
  strokes = 0;
  const known: Record<string, unknown> = { canvas: { width: 1000, height: 1000 }, fill: () => seen.shapes++, stroke: () => strokes++, drawImage: (image: unknown) => seen.bitmaps.push(image) };
  const context = new Proxy(known, { get: (target, name) => (name in target ? target[name as string] : () => undefined), set: () => true });
  return { seen, context: context as unknown as CanvasRenderingContext2D };
}

function items(count: number): SceneItem[] {
  return Array.from({ length: count }, (_, i) => {
    const pose = poseOf(makeShape({ id: i + 1, kind: 'rectangle', frame: 0, labelId: 1, points: [10, 10, 60, 60] }), 0)!;
    return { id: i + 1, pose, area: 2500, minX: 10, minY: 10, maxX: 60, maxY: 60 };
  });
}

function drawn(layer: StaticLayer) {
  const { seen, context } = fakeContext();
  layer.draw(context, view);
  return seen;
}

let layer: StaticLayer;

beforeEach(() => {
  vi.stubGlobal('Worker', FakeWorker);
  vi.useFakeTimers();
  layer = new StaticLayer(() => 0xff0000, () => undefined);
  layer.setStyle(0.2, makeSchema([]));
});

afterEach(() => {
  layer.dispose();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test('a small frame is painted at once, and by the worker from then on', () => {
  layer.setScene(items(3), true);
  expect(layer.ready).toBe(true);
  expect(drawn(layer)).toEqual({ shapes: 3, bitmaps: [] });
  const bitmap = FakeWorker.last.answer(1);
  expect(drawn(layer)).toEqual({ shapes: 0, bitmaps: [bitmap] });
});

test('what changes before the bitmap is there is painted as it is now', () => {
  layer.setScene(items(3), true);
  layer.exclude([2]);
  expect(drawn(layer).shapes).toBe(2);
  layer.patch([], [1, 2]);
  expect(drawn(layer).shapes).toBe(1);
});

test('a frame with many shapes is not ready before its bitmap is there', () => {
  layer.setScene(items(MAX_OUTLINED + 1), true);
  expect(layer.ready).toBe(false);
  expect(drawn(layer)).toEqual({ shapes: 0, bitmaps: [] });
  FakeWorker.last.answer(1);
  expect(layer.ready).toBe(true);
});

test('a bitmap of the frame before is never shown on this one', () => {
  layer.setScene(items(MAX_OUTLINED + 1), true);
  layer.prepare(view);
  layer.setScene(items(MAX_OUTLINED + 1), true);
  const late = FakeWorker.last.answer(1);
  expect(late.closed).toBe(true);
  expect(drawn(layer).bitmaps).toEqual([]);
  expect(layer.settled.idle).toBe(false);
  const right = FakeWorker.last.answer(2);
  expect(drawn(layer).bitmaps).toEqual([right]);
});

test('when picture and view change with the frame, a bitmap for the view before is not put up', () => {
  layer.setScene(items(3), true);
  drawn(layer);
  FakeWorker.last.answer(1);
  const before = FakeWorker.last.last('view');
  layer.setScene(items(2), true);
  layer.draw(fakeContext().context, { ...view, x: 5000 });
  expect(FakeWorker.last.last('view').seq).toBe(before.seq + 1);
  const stale = FakeWorker.last.answer(2, before.view, before.seq);
  expect(stale.closed).toBe(true);
  expect(drawn(layer).bitmaps).toEqual([]);
});

test('while the zoom stays near, the bitmap is stretched and no other is asked for until the view rests', () => {
  layer.setScene(items(3), true);
  drawn(layer);
  FakeWorker.last.answer(1);
  const asked = () => FakeWorker.last.got.filter(({ type }) => type === 'view').length;
  for (const scale of [1.1, 1.2, 1.4]) layer.draw(fakeContext().context, { ...view, scale });
  expect(asked()).toBe(1);
  vi.advanceTimersByTime(60);
  expect(asked()).toBe(2);
  expect(FakeWorker.last.last('view').view.zoom).toBe(1.4);
});

test('frames with hundreds of shapes that pass by show their outlines at once, in few strokes, and the worker hears of the one that rests', () => {
  const scenes = () => FakeWorker.last.got.filter(({ type }) => type === 'scene').length;
  for (let frame = 0; frame < 5; frame++) {
    layer.setScene(items(2000), true);
    expect(layer.ready).toBe(true);
    drawn(layer);
    expect(strokes).toBe(1);
    vi.advanceTimersByTime(33);
  }
  expect(scenes()).toBe(0);
  vi.advanceTimersByTime(60);
  expect(scenes()).toBe(1);
  expect(FakeWorker.last.last('scene').scene).toBe(5);
  FakeWorker.last.answer(5);
  expect(drawn(layer).bitmaps).toHaveLength(1);
});

test('a change while the frame has not rested reaches the worker after the frame itself', () => {
  layer.setScene(items(3), true);
  layer.patch([], [1]);
  expect(FakeWorker.last.got.map(({ type }) => type)).toEqual(['style', 'scene', 'patch']);
});
