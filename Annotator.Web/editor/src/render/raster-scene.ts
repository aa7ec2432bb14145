import { boxGrow, boxUnion, boxesMeet, EMPTY_BOX } from '../geometry/box';
import { SHAPES } from '../shapes/kinds';
import { cssColor } from './colors';
import { HAIRLINE_COUNT, HALO_COUNT, NO_FILL_COUNT, detailOf, paintShape, paintSpeck } from './painter';
import { unpackShapes } from './packed-shapes';
import type { Box } from '../geometry/box';
import type { PackedShapes, RasterShape } from './packed-shapes';
import type { Context } from './painter';
import type { RasterView } from './raster-messages';
import type { PathSink } from '../shapes/shape-unit';

/** Device pixels that a shape's outline and dots may stand out of its box. */
const OUTSET = 8;

/** The worker's copy of the frame: shapes in the order they are painted. */
export class RasterScene {
  readonly #shapes = new Map<number, RasterShape>();
  #order: RasterShape[] | null = null;
  #excluded: ReadonlySet<number> = new Set();
  fillOpacity = 0.2;

  replace(packed: PackedShapes): void {
    this.#shapes.clear();
    for (const shape of unpackShapes(packed)) {
      this.#shapes.set(shape.id, shape);
    }
    this.#order = null;
  }

  /** Returns the part of the image that has to be painted again. */
  patch(packed: PackedShapes, removed: readonly number[], excluded: readonly number[]): Box {
    let dirty = EMPTY_BOX;
    const soil = (id: number) => {
      const shape = this.#shapes.get(id);
      dirty = shape === undefined ? dirty : boxUnion(dirty, shape.box);
    };
    const nextExcluded = new Set(excluded);
    for (const id of this.#excluded) {
      if (!nextExcluded.has(id)) soil(id);
    }
    for (const id of nextExcluded) {
      if (!this.#excluded.has(id)) soil(id);
    }
    this.#excluded = nextExcluded;
    for (const id of removed) {
      soil(id);
      this.#shapes.delete(id);
    }
    for (const shape of unpackShapes(packed)) {
      soil(shape.id);
      this.#shapes.set(shape.id, shape);
      soil(shape.id);
    }
    if (removed.length > 0 || packed.ids.length > 0) {
      this.#order = null;
    }
    return dirty;
  }

  /** Shapes that meet the box, lowest first. */
  within(box: Box): RasterShape[] {
    this.#order ??= [...this.#shapes.values()].sort((a, b) => a.zOrder - b.zOrder || a.id - b.id);
    return this.#order.filter((shape) => boxesMeet(shape.box, box) && !this.#excluded.has(shape.id));
  }
}

/** Part of the image that the bitmap shows, with what may stand into it. */
export function boxOfView(view: RasterView): Box {
  return boxGrow({ minX: view.x, minY: view.y, maxX: view.x + view.width / view.zoom, maxY: view.y + view.height / view.zoom }, OUTSET / view.zoom);
}

/** The whole device pixels of the bitmap that the part of the image covers; null when it lies outside. */
export function pixelsOf(view: RasterView, box: Box): { x: number; y: number; width: number; height: number } | null {
  const x = Math.max(0, Math.floor((box.minX - view.x) * view.zoom - OUTSET * view.dpr));
  const y = Math.max(0, Math.floor((box.minY - view.y) * view.zoom - OUTSET * view.dpr));
  const right = Math.min(view.width, Math.ceil((box.maxX - view.x) * view.zoom + OUTSET * view.dpr));
  const bottom = Math.min(view.height, Math.ceil((box.maxY - view.y) * view.zoom + OUTSET * view.dpr));
  return right > x && bottom > y ? { x, y, width: right - x, height: bottom - y } : null;
}

export function aimContext(context: Context, view: RasterView): void {
  context.setTransform(view.zoom, 0, 0, view.zoom, -view.x * view.zoom, -view.y * view.zoom);
  context.lineJoin = 'round';
}

/** @param inView How many shapes the whole view shows: decides about hairlines and fills. */
export function paintRasterShape(context: Context, shape: RasterShape, view: RasterView, inView: number, fillOpacity: number): void {
  const step = shape.kind === 'points' || shape.kind === 'skeleton' || shape.kind === 'mask' ? 1 : detailOf(shape.box, view.zoom);
  if (step === 0) {
    paintSpeck(context, shape.box, { color: shape.color, zoom: view.zoom });
    return;
  }
  paintShape(context, shape, {
    color: shape.color,
    fillOpacity: inView > NO_FILL_COUNT ? 0 : fillOpacity,
    lineWidth: inView > HAIRLINE_COUNT ? 0.9 : (inView > HALO_COUNT ? 1.5 : 2) * view.dpr,
    zoom: view.zoom,
    dpr: view.dpr,
    halo: inView <= HALO_COUNT,
    step,
  });
}

/** All outlines and nothing else, those of one colour in one stroke: for frames that pass by. */
export function paintOutlines(context: Context, shapes: readonly RasterShape[], view: RasterView): void {
  const alike = new Map<string, RasterShape[]>();
  for (const shape of shapes) {
    const key = `${shape.color}/${shape.outside ? 'outside' : shape.occluded ? 'occluded' : ''}`;
    const others = alike.get(key);
    if (others === undefined) alike.set(key, [shape]);
    else others.push(shape);
  }
  const pixel = view.dpr / view.zoom;
  context.lineWidth = 1.5 * pixel;
  for (const group of alike.values()) {
    const { color, outside, occluded } = group[0]!;
    context.beginPath();
    const sink = new OutlineSink(context);
    for (const shape of group) traceOutline(sink, shape, view);
    context.strokeStyle = cssColor(color);
    context.setLineDash((outside ? [2, 5] : occluded ? [6, 4] : []).map((dash) => dash * pixel));
    context.stroke();
  }
  context.setLineDash([]);
}

/** Closes outlines by a line: Chromium's `closePath` goes through the whole path, which thousands of shapes share here. */
class OutlineSink implements PathSink {
  #x = 0;
  #y = 0;

  constructor(private readonly context: Context) {}

  moveTo(x: number, y: number): void {
    [this.#x, this.#y] = [x, y];
    this.context.moveTo(x, y);
  }

  lineTo(x: number, y: number): void {
    this.context.lineTo(x, y);
  }

  closePath(): void {
    this.context.lineTo(this.#x, this.#y);
  }

  rect(x: number, y: number, width: number, height: number): void {
    this.context.rect(x, y, width, height);
  }

  ellipse(...oval: Parameters<PathSink['ellipse']>): void {
    this.context.ellipse(...oval);
  }
}

function traceOutline(context: OutlineSink, shape: RasterShape, view: RasterView): void {
  const { minX, minY, maxX, maxY } = shape.box;
  if (shape.kind === 'points') {
    // A dot is a line of no length with nothing around: a small square shows where it is.
    const side = 3 / view.zoom;
    for (let at = 0; at + 1 < shape.points.length; at += 2) context.rect(shape.points[at]! - side / 2, shape.points[at + 1]! - side / 2, side, side);
    return;
  }
  const step = shape.kind === 'skeleton' ? 1 : detailOf(shape.box, view.zoom);
  if (step === 0) context.rect(minX, minY, maxX - minX, maxY - minY);
  else SHAPES[shape.kind].trace(context, shape, step);
}
