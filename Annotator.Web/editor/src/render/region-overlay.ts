import { toView, zoomOf } from './viewport';
import type { DraftOverlay } from './draft';
import type { Viewport } from '../model/view';

interface Shown {
  readonly values: Uint8Array;
  readonly limit: number;
  readonly adds: boolean;
}

/** A region that may change with every move: pixels of a part of the image, on one canvas that is used again and again. */
export class RegionOverlay implements DraftOverlay {
  #shown: Shown | null = null;
  #painted: Shown | null = null;
  #made: { readonly canvas: OffscreenCanvas; readonly context: OffscreenCanvasRenderingContext2D; readonly image: ImageData; readonly pixels: Uint32Array } | null = null;

  /** @param scale Pixels of the region per image pixel. */
  constructor(
    private readonly left: number,
    private readonly top: number,
    private readonly scale: number,
    private readonly width: number,
    private readonly height: number,
  ) {}

  /** Shows the pixels whose value is at most the limit; green for what is added, red for what is taken away. */
  show(values: Uint8Array, limit: number, adds: boolean): void {
    this.#shown = { values, limit, adds };
  }

  paint(context: CanvasRenderingContext2D, view: Viewport): void {
    const canvas = this.#canvas();
    const zoom = zoomOf(view) / this.scale;
    const [x, y] = toView(view, this.left, this.top);
    context.globalAlpha = 0.6;
    context.imageSmoothingEnabled = zoom < 1;
    context.drawImage(canvas, x * view.dpr, y * view.dpr, this.width * zoom, this.height * zoom);
  }

  #canvas(): OffscreenCanvas {
    if (this.#made === null) {
      const canvas = new OffscreenCanvas(this.width, this.height);
      const image = new ImageData(this.width, this.height);
      this.#made = { canvas, context: canvas.getContext('2d')!, image, pixels: new Uint32Array(image.data.buffer) };
    }
    const { canvas, context, image, pixels } = this.#made;
    if (this.#shown !== null && this.#shown !== this.#painted) {
      this.#painted = this.#shown;
      fill(pixels, this.#shown, this.width);
      context.putImageData(image, 0, 0);
    }
    return canvas;
  }
}

function fill(pixels: Uint32Array, { values, limit, adds }: Shown, width: number): void {
  const color = adds ? 0xff50d030 : 0xff3040f0;
  for (let i = 0; i < values.length; i++) {
    if (values[i]! > limit) {
      pixels[i] = 0;
    } else {
      // The border is white, so that it shows on any picture.
      const border = values[i - 1]! > limit || values[i + 1]! > limit || values[i - width]! > limit || values[i + width]! > limit;
      pixels[i] = border ? 0xffffffff : color;
    }
  }
}
