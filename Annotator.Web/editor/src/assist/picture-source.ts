import type { Box } from '../geometry/box';
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
  /** The part of the picture in the box, cut at the image, made smaller when it has more pixels than allowed. Null while there is no picture. */
  part(box: Box, maxPixels: number): PicturePart | null;
}

/** A source for what is drawn like an image of the given size, whatever its own size is. */
export function pictureSource(picture: () => CanvasImageSource | null, size: () => { readonly width: number; readonly height: number }): PictureSource {
  let [number, last] = [0, null as CanvasImageSource | null];
  return {
    get key() {
      if (picture() !== last) {
        last = picture();
        number++;
      }
      return String(number);
    },
    part(box, maxPixels) {
      const image = picture();
      const { width: whole, height: high } = size();
      const left = Math.max(0, Math.floor(box.minX));
      const top = Math.max(0, Math.floor(box.minY));
      const width = Math.min(whole, Math.ceil(box.maxX)) - left;
      const height = Math.min(high, Math.ceil(box.maxY)) - top;
      if (image === null || width <= 0 || height <= 0) {
        return null;
      }
      const scale = Math.min(1, Math.sqrt(maxPixels / (width * height)));
      const canvas = new OffscreenCanvas(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
      const context = canvas.getContext('2d', { willReadFrequently: true })!;
      context.imageSmoothingQuality = 'medium';
      context.drawImage(image, -left * scale, -top * scale, whole * scale, high * scale);
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
      return { pixels: { width: canvas.width, height: canvas.height, data: data }, left, top, scale };
    },
  };
}
