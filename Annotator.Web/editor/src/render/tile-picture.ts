import { TILE } from '../masks/tiles';
import { toView, zoomOf } from './viewport';
import type { TileMask, TilePart } from '../masks/tiles';
import type { Viewport } from '../model/view';
import type { DraftColors, DraftOverlay } from './draft';

const OPACITY = 0.5;

interface Painted {
  readonly canvas: OffscreenCanvas;
  readonly context: OffscreenCanvasRenderingContext2D;
  readonly image: ImageData;
  readonly pixels: Uint32Array;
}

/** A mask in the making. Only what was painted since the last time is copied to its canvases; nothing is ever read back. */
export class TilePicture implements DraftOverlay {
  readonly #tiles = new Map<number, Painted>();
  #color = -1;

  constructor(
    private readonly mask: TileMask,
    private readonly labelId: () => number | null,
  ) {}

  paint(context: CanvasRenderingContext2D, view: Viewport, colors: DraftColors): void {
    this.#follow(colors.ofLabel(this.labelId()));
    const zoom = zoomOf(view);
    context.globalAlpha = OPACITY;
    context.imageSmoothingEnabled = zoom < 1;
    for (const [key, { canvas }] of this.#tiles) {
      const column = key % this.mask.columns;
      const row = Math.floor(key / this.mask.columns);
      const [left, top] = toView(view, column * TILE, row * TILE);
      const [right, bottom] = toView(view, (column + 1) * TILE, (row + 1) * TILE);
      if (right > 0 && bottom > 0 && left < view.width && top < view.height) {
        // On whole device pixels: tiles would show a seam otherwise.
        const [x, y] = [Math.round(left * view.dpr), Math.round(top * view.dpr)];
        context.drawImage(canvas, x, y, Math.round(right * view.dpr) - x, Math.round(bottom * view.dpr) - y);
      }
    }
  }

  #follow(color: number): void {
    const dirty = this.mask.takeDirty();
    if (color !== this.#color) {
      this.#color = color;
      for (const key of this.#tiles.keys()) {
        dirty.set(key, { minX: 0, minY: 0, maxX: TILE, maxY: TILE });
      }
    }
    const value = ((255 << 24) | ((color & 255) << 16) | (color & 0xff00) | (color >> 16)) >>> 0;
    for (const [key, part] of dirty) {
      this.#copy(key, part, value);
    }
  }

  #copy(key: number, { minX, minY, maxX, maxY }: TilePart, value: number): void {
    const tile = this.mask.tile(key);
    if (tile === undefined) {
      this.#tiles.delete(key);
      return;
    }
    let painted = this.#tiles.get(key);
    if (painted === undefined) {
      const canvas = new OffscreenCanvas(TILE, TILE);
      const image = new ImageData(TILE, TILE);
      painted = { canvas, context: canvas.getContext('2d')!, image, pixels: new Uint32Array(image.data.buffer) };
      this.#tiles.set(key, painted);
      [minX, minY, maxX, maxY] = [0, 0, TILE, TILE];
    }
    for (let y = minY; y < maxY; y++) {
      for (let at = y * TILE + minX, end = y * TILE + maxX; at < end; at++) {
        painted.pixels[at] = tile[at] === 0 ? 0 : value;
      }
    }
    painted.context.putImageData(painted.image, 0, 0, minX, minY, maxX - minX, maxY - minY);
  }
}
