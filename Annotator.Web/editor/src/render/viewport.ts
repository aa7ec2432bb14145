import { imagePoint, viewPoint } from '../geometry/point';
import type { Box } from '../geometry/box';
import type { ImagePoint, ViewPoint } from '../geometry/point';
import type { ImageSize, Viewport } from '../model/view';

/** Smallest and largest zoom: image pixels to device pixels. */
export const MIN_ZOOM = 0.01;
export const MAX_ZOOM = 64;
/** One notch of the wheel. */
export const WHEEL_STEP = 1.2;
/** From here on single pixels are told apart: no smoothing, and a grid. */
export const PIXEL_ZOOM = 8;

export function toImage(view: Viewport, x: number, y: number): ImagePoint {
  return imagePoint(view.x + (x - view.width / 2) / view.scale, view.y + (y - view.height / 2) / view.scale);
}

export function toView(view: Viewport, x: number, y: number): ViewPoint {
  return viewPoint((x - view.x) * view.scale + view.width / 2, (y - view.y) * view.scale + view.height / 2);
}

/** The part of the image that is seen. */
export function seen(view: Viewport): Box {
  const halfWidth = view.width / 2 / view.scale;
  const halfHeight = view.height / 2 / view.scale;
  return { minX: view.x - halfWidth, minY: view.y - halfHeight, maxX: view.x + halfWidth, maxY: view.y + halfHeight };
}

/** Device pixels per image pixel: 1 is 100 %. */
export function zoomOf(view: Viewport): number {
  return view.scale * view.dpr;
}

export function withZoom(view: Viewport, zoom: number): Viewport {
  return { ...view, scale: Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, zoom)) / view.dpr };
}

/** Zooms so that the image point under the view point stays there. */
export function zoomAt(view: Viewport, at: ViewPoint, factor: number): Viewport {
  const [x, y] = toImage(view, at[0], at[1]);
  const next = withZoom(view, zoomOf(view) * factor);
  return { ...next, x: x - (at[0] - view.width / 2) / next.scale, y: y - (at[1] - view.height / 2) / next.scale };
}

/** Moves the picture by CSS pixels. */
export function panBy(view: Viewport, dx: number, dy: number): Viewport {
  return { ...view, x: view.x - dx / view.scale, y: view.y - dy / view.scale };
}

/** Shows the box with a margin, given as a share of the view. */
export function fitBox(view: Viewport, box: Box, margin = 0.05): Viewport {
  const width = Math.max(1e-6, box.maxX - box.minX);
  const height = Math.max(1e-6, box.maxY - box.minY);
  const room = 1 - 2 * margin;
  const scale = Math.min((view.width * room) / width, (view.height * room) / height);
  return { ...withZoom(view, scale * view.dpr), x: (box.minX + box.maxX) / 2, y: (box.minY + box.maxY) / 2 };
}

/** Shows the whole image. */
export function fitImage(view: Viewport, { width, height }: ImageSize): Viewport {
  return fitBox(view, { minX: 0, minY: 0, maxX: width, maxY: height }, 0.02);
}

/** Keeps the image within reach: at least a part of it stays in view. */
export function keepInReach(view: Viewport, image: ImageSize): Viewport {
  if (image.width === 0 || image.height === 0) {
    return view;
  }
  const marginX = (view.width / 2 - 40) / view.scale;
  const marginY = (view.height / 2 - 40) / view.scale;
  const x = Math.min(image.width + Math.max(0, marginX), Math.max(-Math.max(0, marginX), view.x));
  const y = Math.min(image.height + Math.max(0, marginY), Math.max(-Math.max(0, marginY), view.y));
  return x === view.x && y === view.y ? view : { ...view, x, y };
}

export function sameView(a: Viewport, b: Viewport): boolean {
  return a.x === b.x && a.y === b.y && a.scale === b.scale && a.width === b.width && a.height === b.height && a.dpr === b.dpr;
}
