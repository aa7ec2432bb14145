import { Superseded } from '../assist/compute';
import { spansOfBits } from '../masks/bits';
import { largestPart, withoutHoles } from '../masks/regions';
import { scaledMask } from '../masks/scale';
import { shifted } from '../masks/spans';
import { MAX_TOLERANCE } from '../assist/wand';
import { RegionOverlay } from '../render/region-overlay';
import { sharesSession } from './brush-tool';
import type { Box } from '../geometry/box';
import type { PicturePart } from '../assist/picture-source';
import type { ImagePoint, ViewPoint } from '../geometry/point';
import type { MaskSpans } from '../masks/spans';
import type { MaskSession } from './mask-session';
import type { DraftChange, Tool, ToolContext, ToolEvent } from './tool';

/** Live previews are of so many pixels about the press; what reaches their border is looked at again in the whole picture. */
const LIVE_PIXELS = 1_000_000;
const WHOLE_PIXELS = 24_000_000;
/** CSS pixels of a drag for one step of tolerance. */
const PER_STEP = 2;

type Mode = 'replace' | 'add' | 'subtract';

interface Press {
  readonly from: ViewPoint;
  readonly point: ImagePoint;
  readonly mode: Mode;
  readonly before: number;
  tolerance: number;
  part: PicturePart | null;
  reach: Uint8Array | null;
  overlay: RegionOverlay | null;
  released: boolean;
}

/**
 * Magic wand: a press takes what is connected and of like colour, a drag to the right or down takes more, to the left or up
 * less. Shift adds to what is there, Alt takes away; else the region takes the place of the last one.
 */
export class WandTool implements Tool {
  readonly cursor = 'crosshair';
  readonly crosshair = false;
  #press: Press | null = null;
  /** Steps there were after the last press without Shift or Alt, while it is the last step: the next such press takes its place. */
  #plain = 0;

  constructor(
    private readonly context: ToolContext,
    readonly session: MaskSession,
  ) {}

  get drafting(): boolean {
    return this.session.active || this.#press !== null;
  }

  get draftPoints(): number {
    return this.session.steps;
  }

  pointerDown(event: ToolEvent): void {
    if (event.button === 2) {
      this.stepBack();
      return;
    }
    const [x, y] = event.point;
    const { width, height } = this.context.view.image.peek();
    if (x < 0 || y < 0 || x >= width || y >= height) {
      return;
    }
    const before = this.context.view.drawing.peek().wandTolerance;
    const mode = event.alt ? 'subtract' : event.shift ? 'add' : 'replace';
    this.#press = { from: event.view, point: event.point, mode, before, tolerance: before, part: null, reach: null, overlay: null, released: false };
    void this.#look(this.#press);
  }

  pointerMove(event: ToolEvent): void {
    const press = this.#press;
    if (press === null || press.released) {
      return;
    }
    const way = event.view[0] - press.from[0] + event.view[1] - press.from[1];
    const tolerance = Math.round(Math.min(MAX_TOLERANCE - 1, Math.max(0, press.before + way / PER_STEP)));
    if (tolerance !== press.tolerance) {
      press.tolerance = tolerance;
      this.#preview(press);
    }
  }

  pointerUp(): void {
    const press = this.#press;
    if (press === null) {
      return;
    }
    press.released = true;
    const { drawing } = this.context.view;
    if (press.tolerance !== press.before) {
      drawing.value = { ...drawing.peek(), wandTolerance: press.tolerance };
    }
    if (press.reach !== null) {
      void this.#take(press);
    }
  }

  pointerCancel(): void {
    this.#press = null;
    this.session.show([], true);
  }

  finish(): boolean {
    const done = this.session.finish();
    this.session.show([], true);
    return done;
  }

  cancel(): boolean {
    const was = this.drafting;
    this.#press = null;
    this.session.cancel();
    this.session.show([], true);
    return was;
  }

  stepBack(): boolean {
    return this.undo();
  }

  undo(): boolean {
    return this.#moved(this.session.undo());
  }

  redo(): boolean {
    return this.#moved(this.session.redo());
  }

  change(what: DraftChange): boolean {
    return this.#moved(what === 'redraw' || this.session.change(what === 'fill-holes' ? withoutHoles : largestPart));
  }

  takeUp(from: Tool): boolean {
    if (sharesSession(from)) {
      return from.session === this.session;
    }
    this.session.takenUp();
    return false;
  }

  layDown(): void {
    this.#press = null;
    if (this.session.steps === 0 || !this.finish()) {
      this.cancel();
    }
  }

  #moved(done: boolean): boolean {
    if (done) {
      this.session.show([], true);
    }
    return done;
  }

  /** Asks for the reach of every tolerance in the part of the picture about the press. */
  async #look(press: Press): Promise<void> {
    const [x, y] = press.point;
    const side = Math.sqrt(LIVE_PIXELS) / 2;
    const found = await this.#reach(press, { minX: x - side, minY: y - side, maxX: x + side, maxY: y + side }, LIVE_PIXELS);
    if (!found || this.#press !== press) {
      return;
    }
    if (press.released) {
      await this.#take(press);
    } else {
      this.#preview(press);
    }
  }

  /** False when there is nothing to go on with; the reason was said. */
  async #reach(press: Press, box: Box, maxPixels: number): Promise<boolean> {
    const part = await this.context.picture.part(box, maxPixels);
    if (this.#press !== press) {
      return false;
    }
    if (part === null) {
      this.context.notify('picture-missing');
      this.#press = null;
      return false;
    }
    const { pixels, left, top, scale } = part;
    const x = Math.min(pixels.width - 1, Math.floor((press.point[0] - left) * scale));
    const y = Math.min(pixels.height - 1, Math.floor((press.point[1] - top) * scale));
    const size = { width: pixels.width, height: pixels.height };
    try {
      const { reach } = await this.context.compute.ask({ type: 'wand', pixels, x, y }, [pixels.data.buffer as ArrayBuffer]);
      press.part = { ...part, pixels: { ...size, data: new Uint8ClampedArray() } };
      press.reach = reach;
      press.overlay = null;
      return true;
    } catch (error) {
      if (!(error instanceof Superseded)) {
        this.context.notify('assist-failed', { reason: error instanceof Error ? error.message : String(error) });
      }
      return false;
    }
  }

  #preview(press: Press): void {
    if (press.part === null || press.reach === null) {
      return;
    }
    const { left, top, scale, pixels: { width, height } } = press.part;
    press.overlay ??= new RegionOverlay(left, top, scale, width, height);
    press.overlay.show(press.reach, press.tolerance, press.mode !== 'subtract');
    this.session.show([press.overlay], false);
  }

  /** Makes the region a step of the mask. */
  async #take(press: Press): Promise<void> {
    const { width, height } = this.context.view.image.peek();
    if (touchesBorder(press, width, height)) {
      await this.#reach(press, { minX: 0, minY: 0, maxX: width, maxY: height }, WHOLE_PIXELS);
    }
    if (this.#press !== press) {
      return;
    }
    this.#press = null;
    const [x, y] = press.point;
    const region = regionOf(press);
    if (press.mode === 'replace' && this.session.steps === this.#plain) {
      this.session.drop();
    }
    if (region !== null && this.session.begin(x, y, press.mode === 'subtract', press.mode === 'replace')) {
      this.session.paint(region, press.mode !== 'subtract');
      this.#plain = press.mode === 'replace' ? this.session.steps : 0;
    }
    this.session.show([], true);
  }
}

function regionOf({ part, reach, tolerance }: Press): MaskSpans | null {
  const { left, top, scale, pixels: { width, height } } = part!;
  const mask = spansOfBits({ left: 0, top: 0, width, height, data: Uint8Array.from(reach!, (value) => (value <= tolerance ? 1 : 0)) });
  return mask === null ? null : shifted(scale === 1 ? mask : scaledMask(mask, 1 / scale), left, top);
}

/** Whether the region goes on beyond the part of the image that was looked at. */
function touchesBorder({ part, reach, tolerance }: Press, imageWidth: number, imageHeight: number): boolean {
  const { left, top, scale, pixels: { width, height } } = part!;
  const taken = (x: number, y: number) => reach![y * width + x]! <= tolerance;
  for (let y = 0; y < height; y++) {
    if ((left > 0 && taken(0, y)) || (left + width / scale < imageWidth - 1 && taken(width - 1, y))) return true;
  }
  for (let x = 0; x < width; x++) {
    if ((top > 0 && taken(x, 0)) || (top + height / scale < imageHeight - 1 && taken(x, height - 1))) return true;
  }
  return false;
}
