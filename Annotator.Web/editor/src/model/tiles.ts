/** Tiles of large pictures, as the server cuts them: level 0 is the full size, each next one half of it, rounded up. */

import type { Box } from '../geometry/box';
import type { ImageSize } from './view';

export const TILE_SIZE = 512;
/** Pictures with more pixels than this are shown in tiles over a small copy. */
export const LARGE_PIXELS = 16_000_000;
/** The width of that copy. */
export const SMALL_WIDTH = 1280;

export interface Tile {
  readonly frame: number;
  readonly level: number;
  readonly column: number;
  readonly row: number;
}

/** How many levels a picture has: until all of it is one tile. */
export function levelsOf({ width, height }: ImageSize): number {
  let levels = 1;
  for (let side = Math.max(width, height); side > TILE_SIZE; side = Math.ceil(side / 2)) levels++;
  return levels;
}

/** The level with the fewest pixels that has at least `scale` of them per image pixel. */
export function levelFor(size: ImageSize, scale: number): number {
  return Math.max(0, Math.min(levelsOf(size) - 1, Math.floor(Math.log2(1 / scale))));
}

/** The tiles of a level that a box in image coordinates touches. */
export function tilesIn(frame: number, size: ImageSize, box: Box, level: number): Tile[] {
  const side = TILE_SIZE * 2 ** level;
  const [left, right] = [Math.max(0, Math.floor(box.minX / side)), Math.min(Math.ceil(size.width / side), Math.ceil(box.maxX / side))];
  const [top, bottom] = [Math.max(0, Math.floor(box.minY / side)), Math.min(Math.ceil(size.height / side), Math.ceil(box.maxY / side))];
  const tiles: Tile[] = [];
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) tiles.push({ frame, level, column, row });
  }
  return tiles;
}
