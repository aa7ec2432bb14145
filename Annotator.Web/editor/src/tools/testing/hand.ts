import { signal } from '@preact/signals-core';
import { Answerer } from '../../assist/answer';
import { shrunk } from '../../assist/pixels';
import { imagePoint, viewPoint } from '../../geometry/point';
import { clamp } from '../../geometry/snap';
import { FrameScene } from '../../index/frame-scene';
import { History } from '../../model/history';
import { makeShape } from '../../model/records';
import { makeSchema } from '../../model/schema';
import { Selection } from '../../model/selection';
import { Store } from '../../model/store';
import { makeViewState } from '../../model/view';
import { NO_DRAFT } from '../../render/draft';
import { toImage } from '../../render/viewport';
import { makeTools } from '../tool-set';
import type { Segmenter } from '../../assist/interactor';
import type { PicturePart } from '../../assist/picture-source';
import type { Pixels } from '../../assist/pixels';
import type { Box } from '../../geometry/box';
import type { Id, Shape } from '../../model/records';
import type { Label } from '../../model/schema';
import type { ToolId } from '../../model/view';
import type { Tool, ToolContext, ToolEvent } from '../tool';

/** A hand on the canvas: view of 1000 x 1000 CSS pixels over an image of 1000 x 1000, so that both have the same coordinates. */
export class Hand {
  readonly store = new Store();
  readonly history = new History(this.store);
  readonly selection = new Selection(this.store);
  readonly view = makeViewState(0);
  readonly notices: string[] = [];
  readonly context: ToolContext;
  readonly tools: Record<ToolId, Tool>;
  /** The frame's picture, for tools that look at it. */
  pixels: Pixels | null = null;
  readonly segmenters = signal<readonly Segmenter[]>([]);
  readonly #answerer = new Answerer();
  #id = 100;
  idsLeft = 50;

  constructor({ lastFrame }: { readonly lastFrame?: number } = {}) {
    const label = (id: number, type: Label['type']): Label => ({ id, name: `l${id}`, color: '#ff0000', type, attributes: [], sublabels: [], edges: [] });
    const scene = new FrameScene(this.store, this.selection);
    scene.setFrame(0);
    this.view.viewport.value = { x: 500, y: 500, scale: 1, width: 1000, height: 1000, dpr: 1 };
    this.view.image.value = { width: 1000, height: 1000 };
    this.view.drawLabel.value = 1;
    this.context = {
      ...(lastFrame === undefined ? {} : { lastFrame: () => lastFrame }),
      store: this.store,
      view: this.view,
      selection: this.selection,
      schema: makeSchema([label(1, 'any'), label(2, 'tag')]),
      ids: { take: () => (this.idsLeft-- > 0 ? this.#id++ : null), takeMany: () => Promise.resolve(null) },
      notify: (code) => this.notices.push(code),
      scene,
      draft: signal(NO_DRAFT),
      picture: { key: 'picture', part: async (box, maxPixels) => (this.pixels === null ? null : partOf(this.pixels, box, maxPixels)) },
      compute: { ask: async (question) => this.#answerer.answer(question) as never, dispose: () => undefined },
      segmenters: this.segmenters,
      activeVertex: signal<number | null>(null),
      imagePixels: (css) => css,
      limit: ([x, y]) => (this.view.settings.peek().allowOutside ? imagePoint(x, y) : imagePoint(clamp(x, 0, 1000), clamp(y, 0, 1000))),
      mayEdit: (id) => !this.view.readonly.peek() && !this.selection.isLocked(this.store.get(id)!),
    };
    this.tools = makeTools(this.context);
  }

  get tool(): Tool {
    return this.tools[this.view.tool.value];
  }

  shapes(): Shape[] {
    return [...this.store.all()].filter((rec) => rec.type === 'shape');
  }

  points(id: Id): readonly number[] {
    return (this.store.get(id) as Shape).points;
  }

  take(tool: ToolId): this {
    this.view.tool.value = tool;
    return this;
  }

  add(...shapes: Shape[]): this {
    this.store.load(shapes, 1);
    return this;
  }

  down(x: number, y: number, keys: Partial<ToolEvent> = {}): this {
    this.tool.pointerDown(this.#event(x, y, keys));
    return this;
  }

  move(x: number, y: number, keys: Partial<ToolEvent> = {}): this {
    this.tool.pointerMove(this.#event(x, y, keys));
    return this;
  }

  up(x: number, y: number, keys: Partial<ToolEvent> = {}): this {
    this.tool.pointerUp(this.#event(x, y, keys));
    return this;
  }

  click(x: number, y: number, keys: Partial<ToolEvent> = {}): this {
    return this.move(x, y, keys).down(x, y, keys).up(x, y, keys);
  }

  drag(fromX: number, fromY: number, toX: number, toY: number, keys: Partial<ToolEvent> = {}): this {
    return this.move(fromX, fromY, keys).down(fromX, fromY, keys).move((fromX + toX) / 2, (fromY + toY) / 2, keys).move(toX, toY, keys).up(toX, toY, keys);
  }

  #event(x: number, y: number, keys: Partial<ToolEvent>): ToolEvent {
    const point = toImage(this.view.viewport.peek(), x, y);
    return { point, view: viewPoint(x, y), trail: [point], shift: false, ctrl: false, alt: false, button: 0, touch: false, clicks: 1, ...keys };
  }
}

export const box = (id: Id, points: number[], rest: Partial<Shape> = {}): Shape => makeShape({ id, kind: 'rectangle', frame: 0, labelId: 1, points, ...rest });

/** Cuts a part out of a picture, as the page's canvas would. */
export function partOf({ width, height, data }: Pixels, box: Box, maxPixels: number): PicturePart {
  const [left, top] = [Math.max(0, Math.floor(box.minX)), Math.max(0, Math.floor(box.minY))];
  const [wide, high] = [Math.min(width, Math.ceil(box.maxX)) - left, Math.min(height, Math.ceil(box.maxY)) - top];
  const part = new Uint8ClampedArray(wide * high * 4);
  for (let y = 0; y < high; y++) {
    part.set(data.subarray(((top + y) * width + left) * 4, ((top + y) * width + left + wide) * 4), y * wide * 4);
  }
  const pixels = { width: wide, height: high, data: part };
  const scale = Math.min(1, Math.sqrt(maxPixels / (wide * high)));
  return { pixels: scale === 1 ? pixels : shrunk(pixels, scale), left, top, scale };
}
