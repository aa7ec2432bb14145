import { fillPixels } from '../masks/spans';
import { maskOf } from '../shapes/mask';
import { SHAPES } from '../shapes/kinds';
import { cssColor, isLight } from './colors';
import type { Box } from '../geometry/box';
import type { Points } from '../model/records';
import type { Outline } from '../shapes/shape-unit';

/** Both the page's canvas and the worker's. */
export type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

export interface Paintable extends Outline {
  readonly occluded: boolean;
  /** Not visible here: its outline is dotted and empty. */
  readonly outside?: boolean;
  /** A model's, and not judged yet: dashes and dots by turns, and an empty inside. */
  readonly suggested?: boolean;
}

export interface PaintStyle {
  /** 0xrrggbb. */
  readonly color: number;
  /** 0 to 1; 0 leaves the inside empty. */
  readonly fillOpacity: number;
  /** In device pixels. */
  readonly lineWidth: number;
  /** Device pixels per image pixel. The context's transform must map image pixels by it. */
  readonly zoom: number;
  /** Device pixels per CSS pixel. */
  readonly dpr: number;
  /** Draws a contrasting line below the outline, so that it shows on any picture. */
  readonly halo?: boolean;
  /** Leaves out vertices: see {@link detailOf}. */
  readonly step?: number;
}

const DOT_CSS_RADIUS = 3;

/** How opaque a mask is that nobody has judged. */
const SUGGESTED_MASK = 0.22;

/** Draws one shape in image coordinates. Dashes mean occluded, dashes and dots by turns suggested. */
export function paintShape(context: Context, shape: Paintable, style: PaintStyle): void {
  const unit = SHAPES[shape.kind];
  const pixel = 1 / style.zoom;
  if (shape.kind === 'mask') {
    paintMask(context, shape.points, style, shape.suggested ? SUGGESTED_MASK : 0.4);
    return;
  }
  const color = cssColor(style.color);
  context.beginPath();
  unit.trace(context, shape, style.step ?? 1);
  if (unit.filled && style.fillOpacity > 0 && !shape.outside && !shape.suggested) {
    context.globalAlpha = style.fillOpacity;
    context.fillStyle = color;
    fillInside(context, shape);
    context.globalAlpha = 1;
  }
  if (style.halo) {
    context.strokeStyle = isLight(style.color) ? 'rgba(0, 0, 0, 0.5)' : 'rgba(255, 255, 255, 0.4)';
    context.lineWidth = (style.lineWidth + 1.5 * style.dpr) * pixel;
    context.stroke();
  }
  context.strokeStyle = color;
  context.lineWidth = style.lineWidth * pixel;
  if (shape.occluded || shape.outside || shape.suggested) {
    context.setLineDash((shape.outside ? [2, 5] : shape.occluded ? [6, 4] : [9, 3, 2, 3]).map((dash) => dash * style.dpr * pixel));
    context.stroke();
    context.setLineDash([]);
  } else {
    context.stroke();
  }
  paintDots(context, unit.dots(shape), DOT_CSS_RADIUS * style.dpr * pixel, color);
}

function fillInside(context: Context, shape: Paintable): void {
  if (shape.kind !== 'cuboid') {
    context.fill('evenodd');
    return;
  }
  const { points } = shape;
  const front = new Path2D();
  front.moveTo(points[0]!, points[1]!);
  for (const corner of [2, 3, 1]) {
    front.lineTo(points[corner * 2]!, points[corner * 2 + 1]!);
  }
  front.closePath();
  context.fill(front);
}

function paintDots(context: Context, dots: Points, radius: number, color: string): void {
  if (dots.length === 0) {
    return;
  }
  context.beginPath();
  for (let i = 0; i + 1 < dots.length; i += 2) {
    context.moveTo(dots[i]! + radius, dots[i + 1]!);
    context.arc(dots[i]!, dots[i + 1]!, radius, 0, 2 * Math.PI);
  }
  context.fillStyle = color;
  context.fill();
}

interface MaskBitmap {
  readonly color: number;
  readonly canvas: OffscreenCanvas;
}

/** By the mask's runs, which a moved mask shares with what it was. */
const bitmaps = new WeakMap<Uint32Array, MaskBitmap>();

function paintMask(context: Context, points: Points, style: PaintStyle, least: number): void {
  const mask = maskOf(points);
  if (mask.width === 0 || mask.height === 0) {
    return;
  }
  let bitmap = bitmaps.get(mask.spans);
  if (bitmap?.color !== style.color) {
    const canvas = new OffscreenCanvas(mask.width, mask.height);
    const image = new ImageData(mask.width, mask.height);
    const [red, green, blue] = [style.color >> 16, (style.color >> 8) & 255, style.color & 255];
    fillPixels(mask, new Uint32Array(image.data.buffer), ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0);
    canvas.getContext('2d')!.putImageData(image, 0, 0);
    bitmap = { color: style.color, canvas };
    bitmaps.set(mask.spans, bitmap);
  }
  context.globalAlpha = Math.max(least, style.fillOpacity);
  context.imageSmoothingEnabled = false;
  context.drawImage(bitmap.canvas, mask.left, mask.top);
  context.globalAlpha = 1;
}

/** Above this many shapes in view unselected outlines are hairlines, which cost a fraction. */
export const HAIRLINE_COUNT = 1500;
/** Above this many, outlines have no halo: it costs as much as they do. */
export const HALO_COUNT = 500;
/** Above this many, nothing is filled. */
export const NO_FILL_COUNT = 10_000;

/** How many vertices to step over for a shape of this size on screen; 0: only its box is filled. */
export function detailOf(box: Box, zoom: number): number {
  const size = Math.max(box.maxX - box.minX, box.maxY - box.minY) * zoom;
  if (size < 4) {
    return 0;
  }
  return size < 12 ? 3 : size < 30 ? 2 : 1;
}

/** Fills the box of a shape too small to be drawn; at least one device pixel. */
export function paintSpeck(context: Context, box: Box, style: Pick<PaintStyle, 'color' | 'zoom'>): void {
  const pixel = 1 / style.zoom;
  context.fillStyle = cssColor(style.color);
  context.fillRect(box.minX, box.minY, Math.max(pixel, box.maxX - box.minX), Math.max(pixel, box.maxY - box.minY));
}
