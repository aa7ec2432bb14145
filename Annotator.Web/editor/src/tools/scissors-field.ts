import { wayFrom } from '../assist/scissors';
import { imagePoint } from '../geometry/point';
import type { ImagePoint } from '../geometry/point';
import type { ToolContext } from './tool';

/** A field is of at most so many pixels: its ways are known in about a tenth of a second. */
const MAX_PIXELS = 400_000;
/** Half the side of a field, in CSS pixels and at least in image pixels. */
const HALF = { css: 320, pixels: 160 };
/** A field made for two places has this share of their distance around them. */
const MARGIN = 0.25;

/** The cheapest ways to one anchor from everywhere in a part of the picture. */
export interface Field {
  readonly key: string;
  readonly left: number;
  readonly top: number;
  readonly scale: number;
  readonly width: number;
  readonly height: number;
  readonly back: Uint8Array;
  readonly cost: Uint8Array;
  /** Where the anchor is. */
  readonly seed: ImagePoint;
  /** The field's pixel of an image point. */
  place(point: ImagePoint): [x: number, y: number];
  /** The middle of a pixel of the field, as image point. */
  pointOf(x: number, y: number): ImagePoint;
  /** The way from the anchor, without its first point, to a pixel of the field; image coordinates. */
  way(x: number, y: number): number[];
}

export function contains({ left, top, scale, width, height }: Field, [x, y]: ImagePoint): boolean {
  return x >= left && y >= top && x <= left + width / scale && y <= top + height / scale;
}

/** Whether the field is of this anchor and has the point. */
export function inField(field: Field | null, anchor: ImagePoint, point: ImagePoint): field is Field {
  return field !== null && field.seed[0] === anchor[0] && field.seed[1] === anchor[1] && contains(field, point);
}

/**
 * Asks for a field of the anchor that has all the points; null when there is no picture.
 * @param pull How far the anchor may be pulled to a border, in CSS pixels.
 * @param last Its part of the picture is used again where it will do.
 */
export async function askWays(context: ToolContext, anchor: ImagePoint, points: readonly ImagePoint[], pull: number, last: Field | null): Promise<Field | null> {
  const half = Math.max(HALF.pixels, context.imagePixels(HALF.css));
  let box = { minX: anchor[0] - half, minY: anchor[1] - half, maxX: anchor[0] + half, maxY: anchor[1] + half };
  for (const [x, y] of points) {
    const margin = MARGIN * Math.hypot(x - anchor[0], y - anchor[1]);
    box = { minX: Math.min(box.minX, x - margin), minY: Math.min(box.minY, y - margin), maxX: Math.max(box.maxX, x + margin), maxY: Math.max(box.maxY, y + margin) };
  }
  const picture = context.picture.key;
  const again = last !== null && last.key.startsWith(`${picture}/`) && points.every((point) => deepIn(last, point)) ? last : null;
  const part = again === null ? await context.picture.part(box, MAX_PIXELS) : null;
  if (again === null && part === null) {
    return null;
  }
  const { left, top, scale } = again ?? part!;
  const { width, height } = again ?? part!.pixels;
  const key = again?.key ?? `${picture}/${left},${top},${width},${height}`;
  const place = ([x, y]: ImagePoint): [number, number] => [clampTo(width, (x - left) * scale), clampTo(height, (y - top) * scale)];
  const pointOf = (x: number, y: number): ImagePoint => imagePoint(left + (x + 0.5) / scale, top + (y + 0.5) / scale);
  const [x, y] = place(anchor);
  const answer = await context.compute.ask(
    { type: 'scissors', key, pixels: part?.pixels ?? null, x, y, pull: pull === 0 ? 0 : Math.max(1, Math.round(context.imagePixels(pull) * scale)) },
    part === null ? [] : [part.pixels.data.buffer as ArrayBuffer],
  );
  return {
    key, left, top, scale, width, height, back: answer.back, cost: answer.cost,
    seed: pull === 0 ? anchor : pointOf(answer.x, answer.y),
    place, pointOf,
    way: (toX, toY) => {
      const pixels = wayFrom(answer.back, width, toX, toY).slice(2);
      const way: number[] = [];
      for (let i = 0; i < pixels.length; i += 2) way.push(...pointOf(pixels[i]!, pixels[i + 1]!));
      return way;
    },
  };
}

function clampTo(size: number, value: number): number {
  return Math.min(size - 1, Math.max(0, Math.floor(value)));
}

/** Well inside: beyond a border of a sixth, ways would run against the end of the field. */
function deepIn(field: Field, [x, y]: ImagePoint): boolean {
  const [marginX, marginY] = [field.width / field.scale / 6, field.height / field.scale / 6];
  return x >= field.left + marginX && y >= field.top + marginY && x <= field.left + field.width / field.scale - marginX && y <= field.top + field.height / field.scale - marginY;
}
