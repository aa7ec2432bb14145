import { shifted } from '../masks/spans';
import { scaledMask } from '../masks/scale';
import { Superseded, type Compute } from './compute';
import type { PictureSource } from './picture-source';
import type { Candidate, Prompt, Segmenter } from './interactor';

/** Larger parts are cut smaller and the mask is made larger again. */
const MAX_PIXELS = 2_000_000;
/** The box with this share of its size around it shows what the ground looks like. */
const MARGIN = 0.3;
/** Of a point alone, this share of its size is the object at first. */
const NEAR = 0.2;
/** A point is sure within this many image pixels, or this share of the box. */
const SURE = { pixels: 2, share: 0.012 };

/** Box and points to mask without a model: "GrabCut" in the worker. */
export class Cutter implements Segmenter {
  readonly id = 'cut';
  readonly name = null;
  readonly hovers = false;

  constructor(
    private readonly picture: PictureSource,
    private readonly compute: Compute,
    /** A point alone means something about this size, in image pixels. */
    private readonly reach: () => number,
  ) {}

  async segment(_frame: number, prompt: Prompt, signal: AbortSignal): Promise<readonly Candidate[]> {
    const box = prompt.box ?? this.#boxAround(prompt);
    if (box === null) {
      return [];
    }
    const [width, height] = [box[2] - box[0], box[3] - box[1]];
    const [marginX, marginY] = [Math.max(8, width * MARGIN), Math.max(8, height * MARGIN)];
    const part = await this.picture.part({ minX: box[0] - marginX, minY: box[1] - marginY, maxX: box[2] + marginX, maxY: box[3] + marginY }, MAX_PIXELS);
    if (signal.aborted) {
      throw new Superseded();
    }
    if (part === null) {
      throw new Error('the picture is not there yet');
    }
    const { pixels, left, top, scale } = part;
    const place = (x: number, y: number) => [(x - left) * scale, (y - top) * scale] as const;
    const radius = Math.max(SURE.pixels, SURE.share * Math.min(width, height)) * scale;
    const { masks } = await this.compute.ask({
      type: 'cut', pixels,
      prompt: { ...(prompt.box === null ? { near: this.reach() * NEAR * scale } : {}), box: [...place(box[0], box[1]), ...place(box[2], box[3])], points: prompt.points.map(({ x, y, inside }) => ({ x: place(x, y)[0], y: place(x, y)[1], inside, radius })) },
    }, [pixels.data.buffer as ArrayBuffer]);
    if (signal.aborted) {
      throw new Superseded();
    }
    return masks.map((mask, i) => ({ score: 1 - i / 10, mask: shifted(scale === 1 ? mask : scaledMask(mask, 1 / scale), left, top) }));
  }

  prepare(): void {
    // There is nothing to be done ahead: each cut is of its own part of the picture.
  }

  #boxAround({ points }: Prompt): readonly [number, number, number, number] | null {
    const inside = points.filter((point) => point.inside);
    if (inside.length === 0) {
      return null;
    }
    const reach = this.reach();
    const xs = inside.map(({ x }) => x);
    const ys = inside.map(({ y }) => y);
    return [Math.min(...xs) - reach, Math.min(...ys) - reach, Math.max(...xs) + reach, Math.max(...ys) + reach];
  }
}
