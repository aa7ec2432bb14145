import { levelFor, levelsOf, type Tile, TILE_SIZE, tilesIn } from '../model/tiles';
import type { TileStore } from './tile-store';
import { PIXEL_ZOOM, seen, toView, zoomOf } from './viewport';
import type { ImageSize, Viewport } from '../model/view';

/** What of a frame's pyramid is to be seen. */
export interface SeenTiles {
  readonly tiles: readonly Tile[];
  readonly level: number;
}

/** The tiles that the view shows, those in its middle first; the level has at least as many pixels as the screen. */
export function seenTiles(frame: number, size: ImageSize, view: Viewport): SeenTiles {
  const level = levelFor(size, zoomOf(view));
  const side = TILE_SIZE * 2 ** level;
  const far = (tile: Tile) => Math.hypot((tile.column + 0.5) * side - view.x, (tile.row + 0.5) * side - view.y);
  return { tiles: tilesIn(frame, size, seen(view), level).sort((a, b) => far(a) - far(b)), level };
}

/** Draws a large picture's tiles over its small copy; where one is not there yet, the part of a coarser one. */
export class TileLayer {
  constructor(
    private readonly store: TileStore<ImageBitmap>,
    readonly frame: number,
  ) {}

  draw(context: CanvasRenderingContext2D, size: ImageSize, view: Viewport, smallWidth: number): void {
    // The small copy has pixels enough.
    if (size.width * zoomOf(view) <= smallWidth) {
      this.store.want([]);
      return;
    }
    const { tiles } = seenTiles(this.frame, size, view);
    context.imageSmoothingEnabled = zoomOf(view) < PIXEL_ZOOM;
    for (const tile of tiles) this.#drawTile(context, tile, size, view);
    this.store.want(tiles);
  }

  #drawTile(context: CanvasRenderingContext2D, tile: Tile, size: ImageSize, view: Viewport): void {
    for (let up = 0; tile.level + up < levelsOf(size); up++) {
      const picture = this.store.get({ ...tile, level: tile.level + up, column: tile.column >> up, row: tile.row >> up });
      if (picture === undefined) continue;
      const part = TILE_SIZE / 2 ** up;
      const x = (tile.column % 2 ** up) * part;
      const y = (tile.row % 2 ** up) * part;
      const [width, height] = [Math.min(part, picture.width - x), Math.min(part, picture.height - y)];
      if (width <= 0 || height <= 0) return;
      const scale = 2 ** tile.level;
      const [left, top] = toView(view, tile.column * TILE_SIZE * scale, tile.row * TILE_SIZE * scale);
      const right = Math.min(size.width, (tile.column * TILE_SIZE + width * 2 ** up) * scale);
      const bottom = Math.min(size.height, (tile.row * TILE_SIZE + height * 2 ** up) * scale);
      const [toX, toY] = toView(view, right, bottom);
      // Whole device pixels: neighbours would show seams otherwise.
      const [x0, y0] = [Math.round(left * view.dpr), Math.round(top * view.dpr)];
      const [x1, y1] = [Math.round(toX * view.dpr), Math.round(toY * view.dpr)];
      context.drawImage(picture, x, y, width, height, x0, y0, x1 - x0, y1 - y0);
      return;
    }
  }
}
