import { describe, expect, test } from 'vitest';
import { makeShape } from '../model/records';
import { poseOf } from '../tracks/pose';
import { colorOf, parseColor } from './colors';
import { detailOf } from './painter';
import { packShapes, unpackShapes } from './packed-shapes';
import { RasterScene, pixelsOf } from './raster-scene';
import { fitBox, keepInReach, panBy, seen, toImage, toView, withZoom, zoomAt, zoomOf } from './viewport';
import { makeSchema } from '../model/schema';
import { SHAPES } from '../shapes/kinds';
import type { SceneItem } from '../index/frame-scene';
import type { Shape } from '../model/records';
import type { Viewport } from '../model/view';

const view: Viewport = { x: 500, y: 400, scale: 2, width: 1000, height: 600, dpr: 1.5 };

describe('NAV the view', () => {
  test('goes from image to view and back', () => {
    expect(toView(view, 500, 400)).toEqual([500, 300]);
    const [x, y] = toView(view, 12.5, 777);
    expect(toImage(view, x, y)).toEqual([12.5, 777]);
  });

  test('NAV-01 zooms at the cursor: what is under it stays there', () => {
    const next = zoomAt(view, [100, 50], 1.2);
    expect(zoomOf(next)).toBeCloseTo(3.6, 9);
    const [x, y] = toImage(view, 100, 50);
    expect(toImage(next, 100, 50)).toEqual([expect.closeTo(x, 9), expect.closeTo(y, 9)]);
  });

  test('NAV-02 stays between 1 % and 6400 % of device pixels', () => {
    expect(zoomOf(zoomAt(view, [0, 0], 1e9))).toBe(64);
    expect(zoomOf(zoomAt(view, [0, 0], 1e-9))).toBe(0.01);
    expect(withZoom(view, 1).scale).toBeCloseTo(1 / 1.5, 12);
  });

  test('NAV-03 a fitted box is whole in view, in its middle', () => {
    const next = fitBox(view, { minX: 0, minY: 0, maxX: 4000, maxY: 1000 });
    const box = seen(next);
    expect([next.x, next.y]).toEqual([2000, 500]);
    expect(box.minX).toBeLessThan(0);
    expect(box.maxX - 4000).toBeCloseTo(-box.minX, 9);
  });

  test('panning cannot lose the image', () => {
    const far = keepInReach(panBy(view, 1e6, 1e6), { width: 100, height: 100 });
    const box = seen(far);
    expect(box.maxX).toBeGreaterThan(0);
    expect(box.minX).toBeLessThan(100);
    expect(keepInReach(view, { width: 1000, height: 800 })).toBe(view);
  });
});

function itemOf(shape: Shape): SceneItem {
  const pose = poseOf(shape, 0)!;
  return { id: shape.id, pose, area: SHAPES[pose.kind].area(pose), ...SHAPES[pose.kind].bounds(pose) };
}

const polygon = (id: number, at: number, rest: Partial<Shape> = {}) => itemOf(makeShape({ id, kind: 'polygon', frame: 0, labelId: 1, points: [at, at, at + 10, at, at + 10, at + 10], ...rest }));
const pack = (...items: SceneItem[]) => packShapes(items, () => 0x112233);

describe('the raster worker\'s scene', () => {
  test('shapes arrive as they were sent', () => {
    const rotated = itemOf(makeShape({ id: 2, kind: 'rectangle', frame: 0, labelId: 1, points: [0, 0, 4, 2], rotation: 30, occluded: true, zOrder: -3 }));
    const [first, second] = unpackShapes(pack(polygon(1, 5), rotated));
    expect(first).toMatchObject({ id: 1, kind: 'polygon', points: [5, 5, 15, 5, 15, 15], color: 0x112233, box: { minX: 5, maxX: 15 } });
    expect(second).toMatchObject({ id: 2, kind: 'rectangle', points: [0, 0, 4, 2], rotation: 30, occluded: true, zOrder: -3 });
  });

  test('a patch soils where the shape was and where it is', () => {
    const scene = new RasterScene();
    scene.replace(pack(polygon(1, 0), polygon(2, 100)));
    expect(scene.patch(pack(polygon(1, 40)), [], [])).toMatchObject({ minX: 0, minY: 0, maxX: 50, maxY: 50 });
    expect(scene.patch(pack(), [2], [])).toMatchObject({ minX: 100, maxX: 110 });
    expect(scene.within({ minX: 0, minY: 0, maxX: 500, maxY: 500 }).map(({ id }) => id)).toEqual([1]);
  });

  test('what is being dragged is left out until it is released', () => {
    const scene = new RasterScene();
    const everywhere = { minX: -1e9, minY: -1e9, maxX: 1e9, maxY: 1e9 };
    scene.replace(pack(polygon(1, 0), polygon(2, 100)));
    expect(scene.patch(pack(), [], [2])).toMatchObject({ minX: 100, maxX: 110 });
    expect(scene.within(everywhere).map(({ id }) => id)).toEqual([1]);
    scene.patch(pack(polygon(2, 200)), [], [2]);
    expect(scene.patch(pack(), [], [])).toMatchObject({ minX: 200, maxX: 210 });
    expect(scene.within(everywhere).map(({ id }) => id)).toEqual([1, 2]);
  });

  test('higher layers are painted later, and in a layer later objects', () => {
    const scene = new RasterScene();
    scene.replace(pack(polygon(3, 0), polygon(1, 0, { zOrder: 5 }), polygon(2, 0)));
    expect(scene.within({ minX: 0, minY: 0, maxX: 20, maxY: 20 }).map(({ id }) => id)).toEqual([2, 3, 1]);
  });

  test('dirty pixels are whole ones, within the bitmap, and none when outside', () => {
    const raster = { x: 100, y: 100, zoom: 2, dpr: 1, width: 400, height: 300 };
    expect(pixelsOf(raster, { minX: 150.2, minY: 150.2, maxX: 160, maxY: 160 })).toEqual({ x: 92, y: 92, width: 36, height: 36 });
    expect(pixelsOf(raster, { minX: 0, minY: 0, maxX: 101, maxY: 101 })).toEqual({ x: 0, y: 0, width: 10, height: 10 });
    expect(pixelsOf(raster, { minX: 900, minY: 900, maxX: 990, maxY: 990 })).toBeNull();
    expect(pixelsOf(raster, scenePatchOfNothing())).toBeNull();
  });
});

function scenePatchOfNothing() {
  return new RasterScene().patch(pack(), [], []);
}

test('small shapes are drawn with less detail', () => {
  const sized = (size: number) => detailOf({ minX: 0, minY: 0, maxX: size, maxY: 1 }, 2);
  expect([1, 4, 10, 40].map(sized)).toEqual([0, 3, 2, 1]);
});

test('APP-01 colours follow the setting', () => {
  const schema = makeSchema([{ id: 1, name: 'a', color: '#102030', type: 'any', attributes: [], sublabels: [], edges: [] }]);
  const object = { id: 9, labelId: 1, group: 0 };
  expect(colorOf(object, schema, 'label')).toBe(0x102030);
  expect(colorOf(object, schema, 'instance')).not.toBe(colorOf({ ...object, id: 10 }, schema, 'instance'));
  expect(colorOf({ ...object, group: 4 }, schema, 'group')).toBe(colorOf({ ...object, id: 77, group: 4 }, schema, 'group'));
  expect(parseColor('nonsense')).toBe(parseColor(undefined));
});
