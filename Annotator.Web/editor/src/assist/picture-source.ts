import type { Box } from '../geometry/box';
import { levelFor, type Tile, TILE_SIZE, tilesIn } from '../model/tiles';
import type { ImageSize } from '../model/view';
import type { Pixels } from './pixels';

/** A part of the frame's picture, with where it is. */
export interface PicturePart {
  readonly pixels: Pixels;
  /** Image coordinates of its corner, whole numbers. */
  readonly left: number;
  readonly top: number;
  /** Pixels of the part per image pixel, at most 1. */
  readonly scale: number;
}

/** Gives the frame's picture to algorithms. */
export interface PictureSource {
  /** Another value for every other picture. */
  readonly key: string;
  /**
   * The part of the picture in the box, cut at the image, made smaller when it has more pixels than allowed. Null while there is
   * no picture, and when another took its place meanwhile.
   */
  part(box: Box, maxPixels: number): Promise<PicturePart | null>;
}

/** A picture that is too large to be held whole: a small copy of it is. */
export interface TiledPicture {
  readonly frame: number;
  /** Gives a tile to draw; rejects when it cannot be had. */
  tile(tile: Tile): Promise<CanvasImageSource & { readonly width: number; readonly height: number }>;
}

/**
 * A source for what is drawn like an image of the given size, whatever its own size is.
 *
 * @param tiled Where the picture's own pixels are, when what is drawn is a small copy; null when it is the picture itself.
 */
export function pictureSource(picture: () => CanvasImageSource | null, size: () => ImageSize, tiled: () => TiledPicture | null = () => null): PictureSource {
  let [number, last] = [0, null as CanvasImageSource | null];
  return {
    get key() {
      if (picture() !== last) {
        last = picture();
        number++;
      }
      return String(number);
    },
    async part(box, maxPixels) {
      const image = picture();
      const whole = size();
      const left = Math.max(0, Math.floor(box.minX));
      const top = Math.max(0, Math.floor(box.minY));
      const width = Math.min(whole.width, Math.ceil(box.maxX)) - left;
      const height = Math.min(whole.height, Math.ceil(box.maxY)) - top;
      if (image === null || width <= 0 || height <= 0) {
        return null;
      }
      const scale = Math.min(1, Math.sqrt(maxPixels / (width * height)));
      const canvas = new OffscreenCanvas(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
      const context = canvas.getContext('2d', { willReadFrequently: true })!;
      context.imageSmoothingQuality = 'medium';
      context.drawImage(image, -left * scale, -top * scale, whole.width * scale, whole.height * scale);
      const large = tiled();
      if (large !== null) {
        context.setTransform(scale, 0, 0, scale, -left * scale, -top * scale);
        await drawTiles(context, large, whole, { minX: left, minY: top, maxX: left + width, maxY: top + height }, scale);
        if (picture() !== image) return null;
      }
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
      return { pixels: { width: canvas.width, height: canvas.height, data: data }, left, top, scale };
    },
  };
}

/** Draws the box from tiles with at least `scale` pixels per image pixel; the context is in image coordinates. What cannot be had stays as it was. */
async function drawTiles(context: OffscreenCanvasRenderingContext2D, large: TiledPicture, size: ImageSize, box: Box, scale: number): Promise<void> {
  const level = levelFor(size, scale);
  const factor = 2 ** level;
  await Promise.allSettled(tilesIn(large.frame, size, box, level).map(async (tile) => {
    const picture = await large.tile(tile);
    const [x, y] = [tile.column * TILE_SIZE * factor, tile.row * TILE_SIZE * factor];
    context.drawImage(picture, x, y, Math.min(size.width - x, picture.width * factor), Math.min(size.height - y, picture.height * factor));
  }));
}
