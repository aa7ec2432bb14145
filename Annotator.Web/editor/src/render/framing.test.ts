import { expect, test } from 'vitest';
import type { Viewport } from '../model/view';
import { Framing } from './framing';

const CANVAS: Viewport = { x: 0, y: 0, scale: 1, width: 1000, height: 800, dpr: 1 };
const NO_CANVAS: Viewport = { ...CANVAS, width: 0, height: 0 };
const IMAGE = { width: 500, height: 500 };
const NO_IMAGE = { width: 0, height: 0 };
const WHOLE = { ...CANVAS, x: 250, y: 250, scale: (800 * 0.96) / 500 };

test('the first picture is shown whole, and so is one of another size, but each only once', () => {
  const framing = new Framing();
  framing.imageChanged();
  expect(framing.next(CANVAS, IMAGE)).toEqual(WHOLE);
  expect(framing.next(WHOLE, IMAGE)).toBeNull();
  framing.imageChanged();
  expect(framing.next(WHOLE, { width: 1000, height: 500 })).toMatchObject({ x: 500, y: 250, scale: 0.96 });
});

test('a place that was asked for is seen at the first picture, whichever of canvas and picture has its size first', () => {
  for (const [canvas, image] of [[NO_CANVAS, IMAGE], [CANVAS, NO_IMAGE]] as const) {
    const framing = new Framing();
    framing.lookAt({ x: 100, y: 120, scale: 1 });
    expect(framing.next(NO_CANVAS, NO_IMAGE)).toBeNull();
    framing.imageChanged();
    expect(framing.next(canvas, image)).toBeNull();
    expect(framing.next(CANVAS, IMAGE)).toEqual({ ...CANVAS, x: 100, y: 120 });
    expect(framing.next(CANVAS, IMAGE)).toBeNull();
  }
});

test('the next picture of another size is shown whole again after a place was asked for', () => {
  const framing = new Framing();
  framing.lookAt({ x: 100, y: 120, scale: 2 });
  framing.imageChanged();
  framing.next(CANVAS, NO_IMAGE);
  framing.next(CANVAS, { width: 900, height: 900 });
  framing.imageChanged();
  expect(framing.next(CANVAS, IMAGE)).toEqual(WHOLE);
});

test('a scale beyond what can be zoomed to is brought within it on a dense screen too', () => {
  const framing = new Framing();
  framing.lookAt({ x: 1, y: 1, scale: 1e9 });
  expect(framing.next({ ...CANVAS, dpr: 2 }, IMAGE)?.scale).toBe(32);
});
