/** A decoded picture; `close` frees its memory at once. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  close(): void;
}

/** Decoded frames, the least recently used given up first, within a budget of bytes (4 per pixel). */
export class FrameCache<P extends Picture> {
  readonly #pictures = new Map<number, P>();
  #bytes = 0;

  /** @param kept whether a frame is on the screen: it is never given up. */
  constructor(
    private readonly budget: number,
    private readonly kept: (frame: number) => boolean,
  ) {}

  get bytes(): number {
    return this.#bytes;
  }

  has(frame: number): boolean {
    return this.#pictures.has(frame);
  }

  frames(): Iterable<number> {
    return this.#pictures.keys();
  }

  /** As {@link get}, without counting as a use. */
  peek(frame: number): P | undefined {
    return this.#pictures.get(frame);
  }

  get(frame: number): P | undefined {
    const picture = this.#pictures.get(frame);
    if (picture !== undefined) {
      this.#pictures.delete(frame);
      this.#pictures.set(frame, picture);
    }
    return picture;
  }

  put(frame: number, picture: P): void {
    this.#drop(frame);
    this.#pictures.set(frame, picture);
    this.#bytes += bytesOf(picture);
    for (const oldest of this.#pictures.keys()) {
      if (this.#bytes <= this.budget) return;
      if (!this.kept(oldest) && oldest !== frame) this.#drop(oldest);
    }
  }

  clear(): void {
    for (const frame of [...this.#pictures.keys()]) this.#drop(frame);
  }

  #drop(frame: number): void {
    const picture = this.#pictures.get(frame);
    if (picture === undefined) return;
    this.#pictures.delete(frame);
    this.#bytes -= bytesOf(picture);
    picture.close();
  }
}

function bytesOf(picture: Picture): number {
  return picture.width * picture.height * 4;
}

/** 768 MB, or a quarter of the device's memory where that is less. */
export function cacheBudget(deviceMemoryGb: number | undefined): number {
  const quarter = ((deviceMemoryGb ?? 8) * 1024 ** 3) / 4;
  return Math.min(768 * 1024 ** 2, quarter);
}
