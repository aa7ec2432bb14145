import type { PackedShapes } from './packed-shapes';

/** A rectangle of the image at one zoom, as device pixels of a bitmap. */
export interface RasterView {
  /** Image coordinates of the bitmap's top left corner. */
  readonly x: number;
  readonly y: number;
  /** Device pixels per image pixel. */
  readonly zoom: number;
  readonly dpr: number;
  /** Device pixels. */
  readonly width: number;
  readonly height: number;
}

export type ToRaster =
  /** Everything on the frame, in place of what was; `scene` grows, and stands on every bitmap made of it. */
  | { readonly type: 'scene'; readonly scene: number; readonly shapes: PackedShapes }
  /** Changed shapes; the worker repaints their places in the bitmap that the page has. */
  | { readonly type: 'patch'; readonly shapes: PackedShapes; readonly removed: readonly number[]; readonly excluded: readonly number[] }
  | { readonly type: 'style'; readonly fillOpacity: number; readonly edges: readonly (readonly [number, readonly (readonly [number, number])[]])[] }
  /** Asks for a bitmap; an unfinished older one is given up. */
  | { readonly type: 'view'; readonly seq: number; readonly view: RasterView };

export type FromRaster =
  | { readonly type: 'raster'; readonly scene: number; readonly seq: number; readonly view: RasterView; readonly bitmap: ImageBitmap; readonly milliseconds: number }
  /** A piece to be put in place of what is at x, y of the bitmap with this number. */
  | { readonly type: 'piece'; readonly scene: number; readonly seq: number; readonly x: number; readonly y: number; readonly bitmap: ImageBitmap };
