/**
 * A bitmap that is shown as it came and, once a piece of it is replaced, as a canvas: most are never patched, and copying
 * each one costs a frame.
 */
export class PatchedBitmap {
  #bitmap: ImageBitmap | null = null;
  #canvas: HTMLCanvasElement | null = null;
  #patched = false;

  /** What to draw; null when there is nothing. */
  get image(): ImageBitmap | HTMLCanvasElement | null {
    return this.#patched ? this.#canvas : this.#bitmap;
  }

  /** Takes the bitmap over; it is closed when another one comes. */
  set(bitmap: ImageBitmap | null): void {
    this.#bitmap?.close();
    this.#bitmap = bitmap;
    this.#patched = false;
  }

  /** Puts the piece in place of what is at x, y. The piece stays the caller's. */
  patch(piece: ImageBitmap, x: number, y: number): void {
    if (!this.#patched) {
      if (this.#bitmap === null) return;
      this.#canvas ??= document.createElement('canvas');
      this.#canvas.width = this.#bitmap.width;
      this.#canvas.height = this.#bitmap.height;
      this.#canvas.getContext('2d')!.drawImage(this.#bitmap, 0, 0);
      this.#bitmap.close();
      this.#bitmap = null;
      this.#patched = true;
    }
    const context = this.#canvas!.getContext('2d')!;
    context.clearRect(x, y, piece.width, piece.height);
    context.drawImage(piece, x, y);
  }
}
