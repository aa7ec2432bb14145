import { PIXEL_ZOOM, seen, toView, zoomOf } from './viewport';
import type { ImageSize, Viewport } from '../model/view';

/** Pictures with more pixels than this get smaller copies, because scaling them down anew for each frame is felt. */
const LARGE_PIXELS = 2_000_000;

/** Draws the frame's picture, and from 800 % on a line between its pixels. */
export class ImageLayer {
  #image: CanvasImageSource | null = null;
  /** Each half the size of the one before; made when first needed. */
  #smaller: HTMLCanvasElement[] = [];

  setImage(image: CanvasImageSource | null): void {
    if (image !== this.#image) {
      this.#image = image;
      this.#smaller = [];
    }
  }

  /** @param over draws on the picture, below the lines between its pixels. */
  draw(context: CanvasRenderingContext2D, size: ImageSize, view: Viewport, pixelGrid: boolean, over?: () => void): void {
    const { width, height } = context.canvas;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    if (size.width === 0 || size.height === 0) {
      return;
    }
    const zoom = zoomOf(view);
    const [left, top] = toView(view, 0, 0);
    const [x, y] = [left * view.dpr, top * view.dpr];
    if (this.#image === null) {
      context.fillStyle = '#8883';
      context.fillRect(x, y, size.width * zoom, size.height * zoom);
    } else {
      context.imageSmoothingEnabled = zoom < PIXEL_ZOOM;
      context.imageSmoothingQuality = 'low';
      context.drawImage(this.#sourceFor(this.#image, size, zoom), x, y, size.width * zoom, size.height * zoom);
    }
    over?.();
    if (pixelGrid && zoom >= PIXEL_ZOOM) {
      drawPixelGrid(context, size, view);
    }
  }

  /** The smallest copy that has at least as many pixels as are shown. */
  #sourceFor(image: CanvasImageSource, size: ImageSize, zoom: number): CanvasImageSource {
    if (size.width * size.height < LARGE_PIXELS) {
      return image;
    }
    // A small copy of a large picture has been made smaller already.
    const own = image instanceof ImageBitmap ? image.width / size.width : 1;
    if (own < 1) {
      return image;
    }
    const level = Math.min(6, Math.floor(Math.log2(1 / zoom)));
    while (this.#smaller.length < level) {
      this.#smaller.push(halved(this.#smaller.at(-1) ?? image, size, this.#smaller.length + 1));
    }
    return level <= 0 ? image : this.#smaller[level - 1]!;
  }
}

function halved(source: CanvasImageSource, size: ImageSize, level: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(size.width / 2 ** level));
  canvas.height = Math.max(1, Math.round(size.height / 2 ** level));
  const context = canvas.getContext('2d')!;
  // Exactly half: bilinear filtering then is the mean of four pixels, and nothing is skipped.
  context.imageSmoothingQuality = 'low';
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas;
}

function drawPixelGrid(context: CanvasRenderingContext2D, size: ImageSize, view: Viewport): void {
  const box = seen(view);
  const zoom = zoomOf(view);
  const from = { x: Math.max(0, Math.floor(box.minX)), y: Math.max(0, Math.floor(box.minY)) };
  const to = { x: Math.min(size.width, Math.ceil(box.maxX)), y: Math.min(size.height, Math.ceil(box.maxY)) };
  const column = (x: number) => Math.round((x - box.minX) * zoom) + 0.5;
  const row = (y: number) => Math.round((y - box.minY) * zoom) + 0.5;
  context.beginPath();
  for (let x = from.x; x <= to.x; x++) {
    context.moveTo(column(x), row(from.y));
    context.lineTo(column(x), row(to.y));
  }
  for (let y = from.y; y <= to.y; y++) {
    context.moveTo(column(from.x), row(y));
    context.lineTo(column(to.x), row(y));
  }
  context.strokeStyle = 'rgba(128, 128, 128, 0.5)';
  context.lineWidth = 1;
  context.stroke();
}
