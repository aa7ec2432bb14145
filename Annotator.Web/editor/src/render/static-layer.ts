import { boxHolds } from '../geometry/box';
import { PatchedBitmap } from './patched-bitmap';
import { packShapes, transferOf } from './packed-shapes';
import { RasterScene, aimContext, boxOfView, paintOutlines, paintRasterShape } from './raster-scene';
import { seen, zoomOf } from './viewport';
import type { Box } from '../geometry/box';
import type { SceneItem } from '../index/frame-scene';
import { SHAPE_KINDS } from '../model/records';
import type { Id } from '../model/records';
import type { Schema } from '../model/schema';
import type { Viewport } from '../model/view';
import type { PackedShapes } from './packed-shapes';
import type { FromRaster, RasterView, ToRaster } from './raster-messages';

/** The bitmap reaches this share of the view beyond each border. */
const MARGIN = 0.25;
const SETTLE_MILLISECONDS = 60;
const MASK = SHAPE_KINDS.indexOf('mask');
/** A bitmap is stretched within these limits while a sharp one is made. */
const STRETCH: readonly [number, number] = [0.75, 1.5];
/** A new frame with no more shapes than this is painted at once as the worker would, until its bitmap is there. */
const MAX_DIRECT = 300;
/** One with more, up to this many shapes and coordinates, shows their outlines meanwhile: frames that play by are never held back for them. */
export const MAX_OUTLINED = 3000;
const MAX_OUTLINED_COORDINATES = 60_000;

/**
 * Everything that is not being touched, painted by the worker into a bitmap that covers a little more than the view. While
 * the view moves the bitmap is only put elsewhere; a sharp one follows when it rests.
 */
export class StaticLayer {
  readonly #worker: Worker;
  readonly #bitmap = new PatchedBitmap();
  #view: RasterView | null = null;
  #shownSeq = 0;
  #askedSeq = 0;
  #asked: RasterView | null = null;
  #settling: ReturnType<typeof setTimeout> | null = null;
  #excluded: readonly Id[] = [];
  #settledAt = 0;
  #scene = 0;
  /** The frame's shapes, as long as the worker does not have them. */
  #unsent: PackedShapes | null = null;
  #sending: ReturnType<typeof setTimeout> | undefined;
  /** The frame's shapes while they are painted here; null once the bitmap is there, or when there are too many. */
  #direct: RasterScene | null = null;
  #fillOpacity = 0;

  constructor(
    private readonly colorOf: (item: SceneItem) => number,
    private readonly onChange: () => void,
  ) {
    this.#worker = new Worker(new URL('./raster.worker.ts', import.meta.url), { type: 'module', name: 'raster' });
    this.#worker.onmessage = (event: MessageEvent<FromRaster>) => this.#receive(event.data);
  }

  /** Time of the last sharp bitmap, and whether nothing is awaited: for measurements and tests. */
  get settled(): { readonly at: number; readonly idle: boolean } {
    return { at: this.#settledAt, idle: this.#asked === null && this.#settling === null && this.#bitmap.image !== null };
  }

  /** Whether what is drawn now is true to the scene that was set last. */
  get ready(): boolean {
    return this.#bitmap.image !== null || this.#direct !== null;
  }

  setStyle(fillOpacity: number, schema: Schema): void {
    const edges = schema.labels.flatMap((label) => label.sublabels.map((sub) => [sub.id, label.edges] as const));
    this.#fillOpacity = fillOpacity;
    this.#post({ type: 'style', fillOpacity, edges });
  }

  /** @param otherFrame What is shown now would be false: it goes at once, not when the new bitmap is there. */
  setScene(items: Iterable<SceneItem>, otherFrame: boolean): void {
    const shapes = packShapes([...items], this.colorOf);
    if (otherFrame) {
      this.#bitmap.set(null);
      this.#direct = null;
    }
    this.#scene++;
    this.#unsent = shapes;
    if (this.#bitmap.image === null && mayBeDirect(shapes)) {
      this.#direct = new RasterScene();
      this.#direct.replace(shapes);
      // A frame that only passes by needs no bitmap: the worker hears of it when it rests.
      clearTimeout(this.#sending);
      this.#sending = setTimeout(() => this.#send(), SETTLE_MILLISECONDS);
    } else {
      this.#send();
    }
  }

  patch(items: readonly SceneItem[], removed: readonly Id[]): void {
    const shapes = packShapes(items, this.colorOf);
    this.#direct?.patch(shapes, removed, this.#excluded);
    this.#send();
    this.#post({ type: 'patch', shapes, removed, excluded: this.#excluded }, transferOf(shapes));
  }

  /** Leaves out what the active layer draws while it is dragged. */
  exclude(ids: readonly Id[]): void {
    if (ids.length !== this.#excluded.length || ids.some((id, i) => id !== this.#excluded[i])) {
      this.#excluded = ids;
      this.patch([], []);
    }
  }

  /** Puts the bitmap where the view wants it, and asks for a better one when this one will not do. */
  draw(context: CanvasRenderingContext2D, view: Viewport): void {
    const { width, height } = context.canvas;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    this.prepare(view);
    const raster = this.#view;
    const bitmap = this.#bitmap.image;
    if (raster === null || bitmap === null) {
      this.#paintDirect(context, view);
      return;
    }
    const zoom = zoomOf(view);
    const ratio = zoom / raster.zoom;
    const box = seen(view);
    const x = (raster.x - box.minX) * zoom;
    const y = (raster.y - box.minY) * zoom;
    if (Math.abs(ratio - 1) < 1e-9) {
      context.drawImage(bitmap, Math.round(x), Math.round(y));
    } else {
      context.imageSmoothingEnabled = true;
      context.imageSmoothingQuality = 'low';
      context.drawImage(bitmap, x, y, raster.width * ratio, raster.height * ratio);
    }
  }

  dispose(): void {
    clearTimeout(this.#sending);
    this.#worker.terminate();
    this.#bitmap.set(null);
    if (this.#settling !== null) {
      clearTimeout(this.#settling);
    }
  }

  #paintDirect(context: CanvasRenderingContext2D, view: Viewport): void {
    if (this.#direct === null) {
      return;
    }
    const raster = rasterOf(view, 0);
    const shapes = this.#direct.within(boxOfView(raster));
    aimContext(context, raster);
    if (shapes.length > MAX_DIRECT) {
      paintOutlines(context, shapes, raster);
      return;
    }
    for (const shape of shapes) {
      paintRasterShape(context, shape, raster, shapes.length, this.#fillOpacity);
    }
  }

  #send(): void {
    clearTimeout(this.#sending);
    const shapes = this.#unsent;
    if (shapes === null) {
      return;
    }
    this.#unsent = null;
    this.#post({ type: 'scene', scene: this.#scene, shapes }, transferOf(shapes));
  }

  /** Asks for a bitmap for the view when the one that is there, or on its way, will not do. */
  prepare(view: Viewport): void {
    if (view.width === 0 || view.height === 0) {
      return;
    }
    const current = this.#asked ?? this.#view;
    const ratio = current === null ? 0 : zoomOf(view) / current.zoom;
    const covered = current !== null && boxHolds(boxOfRaster(current), seen(view));
    const sharp = covered && Math.abs(ratio - 1) < 1e-9 && current.dpr === view.dpr;
    if (sharp) {
      this.#unsettle();
      return;
    }
    if (this.#view === null && this.#asked === null) {
      this.#ask(view);
      return;
    }
    if (this.#asked === null && (!covered || ratio < STRETCH[0] || ratio > STRETCH[1])) {
      this.#ask(view);
    }
    this.#unsettle();
    this.#settling = setTimeout(() => {
      this.#settling = null;
      this.#ask(view);
    }, SETTLE_MILLISECONDS);
  }

  #unsettle(): void {
    if (this.#settling !== null) {
      clearTimeout(this.#settling);
      this.#settling = null;
    }
  }

  #ask(view: Viewport): void {
    this.#asked = rasterOf(view, MARGIN);
    this.#askedSeq++;
    this.#post({ type: 'view', seq: this.#askedSeq, view: this.#asked });
  }

  #receive(message: FromRaster): void {
    if (message.scene !== this.#scene) {
      // Of a frame that is not shown any more; the worker makes another one without being asked.
      message.bitmap.close();
      return;
    }
    if (message.type === 'raster' && this.#bitmap.image === null && message.seq !== this.#askedSeq) {
      // Of the view that the frame before had: it may show a part only, and the right one is on its way.
      message.bitmap.close();
      return;
    }
    if (message.type === 'raster') {
      this.#view = message.view;
      this.#shownSeq = message.seq;
      if (message.seq === this.#askedSeq) {
        this.#asked = null;
      }
      this.#bitmap.set(message.bitmap);
      this.#direct = null;
      this.#settledAt = performance.now();
    } else if (message.seq === this.#shownSeq) {
      this.#bitmap.patch(message.bitmap, message.x, message.y);
      message.bitmap.close();
    } else {
      message.bitmap.close();
    }
    this.onChange();
  }

  #post(message: ToRaster, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }
}

function mayBeDirect({ ids, coords, kinds }: PackedShapes): boolean {
  return ids.length <= MAX_DIRECT || (ids.length <= MAX_OUTLINED && coords.length <= MAX_OUTLINED_COORDINATES && !kinds.includes(MASK));
}

function boxOfRaster(view: RasterView): Box {
  return { minX: view.x, minY: view.y, maxX: view.x + view.width / view.zoom, maxY: view.y + view.height / view.zoom };
}

/** The part of the image in view with a margin on each side, given as a share of it. */
function rasterOf(view: Viewport, margin: number): RasterView {
  const box = seen(view);
  const zoom = zoomOf(view);
  const marginX = (box.maxX - box.minX) * margin;
  const marginY = (box.maxY - box.minY) * margin;
  return {
    x: box.minX - marginX,
    y: box.minY - marginY,
    zoom,
    dpr: view.dpr,
    width: Math.ceil((box.maxX - box.minX + 2 * marginX) * zoom),
    height: Math.ceil((box.maxY - box.minY + 2 * marginY) * zoom),
  };
}
