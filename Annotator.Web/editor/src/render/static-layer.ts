import { boxHolds } from '../geometry/box';
import { packShapes, transferOf } from './packed-shapes';
import { seen, zoomOf } from './viewport';
import type { Box } from '../geometry/box';
import type { SceneItem } from '../index/frame-scene';
import type { Id } from '../model/records';
import type { Schema } from '../model/schema';
import type { Viewport } from '../model/view';
import type { FromRaster, RasterView, ToRaster } from './raster-messages';

/** The bitmap reaches this share of the view beyond each border. */
const MARGIN = 0.25;
const SETTLE_MILLISECONDS = 60;
/** A bitmap is stretched within these limits while a sharp one is made. */
const STRETCH: readonly [number, number] = [0.75, 1.5];

/**
 * Everything that is not being touched, painted by the worker into a bitmap that covers a little more than the view. While
 * the view moves the bitmap is only put elsewhere; a sharp one follows when it rests.
 */
export class StaticLayer {
  readonly #worker: Worker;
  readonly #raster = document.createElement('canvas');
  readonly #rasterContext = this.#raster.getContext('2d')!;
  #view: RasterView | null = null;
  #shownSeq = 0;
  #askedSeq = 0;
  #asked: RasterView | null = null;
  #settling: ReturnType<typeof setTimeout> | null = null;
  #excluded: readonly Id[] = [];
  #settledAt = 0;

  constructor(
    private readonly colorOf: (item: SceneItem) => number,
    private readonly onChange: () => void,
  ) {
    this.#worker = new Worker(new URL('./raster.worker.ts', import.meta.url), { type: 'module', name: 'raster' });
    this.#worker.onmessage = (event: MessageEvent<FromRaster>) => this.#receive(event.data);
  }

  /** Time of the last sharp bitmap, and whether nothing is awaited: for measurements and tests. */
  get settled(): { readonly at: number; readonly idle: boolean } {
    return { at: this.#settledAt, idle: this.#asked === null && this.#settling === null && this.#view !== null };
  }

  setStyle(fillOpacity: number, schema: Schema): void {
    const edges = schema.labels.flatMap((label) => label.sublabels.map((sub) => [sub.id, label.edges] as const));
    this.#post({ type: 'style', fillOpacity, edges });
  }

  /** @param otherFrame What is shown now would be false: it goes at once, not when the new bitmap is there. */
  setScene(items: Iterable<SceneItem>, otherFrame: boolean): void {
    if (otherFrame) {
      this.#rasterContext.clearRect(0, 0, this.#raster.width, this.#raster.height);
    }
    const shapes = packShapes([...items], this.colorOf);
    this.#post({ type: 'scene', shapes }, transferOf(shapes));
  }

  patch(items: readonly SceneItem[], removed: readonly Id[]): void {
    const shapes = packShapes(items, this.colorOf);
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
    this.#want(view);
    const raster = this.#view;
    if (raster === null) {
      return;
    }
    const zoom = zoomOf(view);
    const ratio = zoom / raster.zoom;
    const box = seen(view);
    const x = (raster.x - box.minX) * zoom;
    const y = (raster.y - box.minY) * zoom;
    if (Math.abs(ratio - 1) < 1e-9) {
      context.drawImage(this.#raster, Math.round(x), Math.round(y));
    } else {
      context.imageSmoothingEnabled = true;
      context.imageSmoothingQuality = 'low';
      context.drawImage(this.#raster, x, y, raster.width * ratio, raster.height * ratio);
    }
  }

  dispose(): void {
    this.#worker.terminate();
    if (this.#settling !== null) {
      clearTimeout(this.#settling);
    }
  }

  #want(view: Viewport): void {
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
    const box = seen(view);
    const zoom = zoomOf(view);
    const marginX = (box.maxX - box.minX) * MARGIN;
    const marginY = (box.maxY - box.minY) * MARGIN;
    this.#asked = {
      x: box.minX - marginX,
      y: box.minY - marginY,
      zoom,
      dpr: view.dpr,
      width: Math.ceil((box.maxX - box.minX + 2 * marginX) * zoom),
      height: Math.ceil((box.maxY - box.minY + 2 * marginY) * zoom),
    };
    this.#askedSeq++;
    this.#post({ type: 'view', seq: this.#askedSeq, view: this.#asked });
  }

  #receive(message: FromRaster): void {
    if (message.type === 'raster') {
      this.#view = message.view;
      this.#shownSeq = message.seq;
      if (message.seq === this.#askedSeq) {
        this.#asked = null;
      }
      if (this.#raster.width !== message.view.width || this.#raster.height !== message.view.height) {
        this.#raster.width = message.view.width;
        this.#raster.height = message.view.height;
      } else {
        this.#rasterContext.clearRect(0, 0, this.#raster.width, this.#raster.height);
      }
      this.#rasterContext.drawImage(message.bitmap, 0, 0);
      this.#settledAt = performance.now();
    } else if (message.seq === this.#shownSeq) {
      this.#rasterContext.clearRect(message.x, message.y, message.bitmap.width, message.bitmap.height);
      this.#rasterContext.drawImage(message.bitmap, message.x, message.y);
    }
    message.bitmap.close();
    this.onChange();
  }

  #post(message: ToRaster, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }
}

function boxOfRaster(view: RasterView): Box {
  return { minX: view.x, minY: view.y, maxX: view.x + view.width / view.zoom, maxY: view.y + view.height / view.zoom };
}
