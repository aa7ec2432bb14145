import type { ImageSize, Viewpoint, Viewport } from '../model/view';
import { fitImage, withZoom } from './viewport';

/**
 * What is seen once a picture comes: the first one, and each one of another size, is shown whole, but for the place that
 * somebody asked to look at. Canvas and picture get their sizes in any order, so nothing is decided before both have one.
 */
export class Framing {
  #due = false;
  #asked: Viewpoint | null = null;

  /** The picture is another one, of another size. */
  imageChanged(): void {
    this.#due = true;
  }

  lookAt(at: Viewpoint): void {
    this.#asked = at;
    this.#due = true;
  }

  /** The view to take now; null when it stays as it is or cannot be told yet. */
  next(view: Viewport, image: ImageSize): Viewport | null {
    if (!this.#due || view.width === 0 || image.width === 0) {
      return null;
    }
    const asked = this.#asked;
    this.#due = false;
    this.#asked = null;
    return asked === null ? fitImage(view, image) : { ...withZoom(view, asked.scale * view.dpr), x: asked.x, y: asked.y };
  }
}
