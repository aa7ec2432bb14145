import { computed, effect, signal, untracked } from '@preact/signals-core';
import { startCompute } from '../assist/compute';
import { Cutter } from '../assist/cutter';
import { pictureSource } from '../assist/picture-source';
import { boxIsEmpty, boxUnion, boxesMeet, EMPTY_BOX } from '../geometry/box';
import { imagePoint, viewPoint } from '../geometry/point';
import { clamp } from '../geometry/snap';
import { FrameScene } from '../index/frame-scene';
import { Framing } from '../render/framing';
import { Picture } from '../render/picture';
import { NO_DRAFT } from '../render/draft';
import { fitBox, fitImage, keepInReach, sameView, seen, toImage, toView, withZoom, zoomAt } from '../render/viewport';
import { setSkeletonEdges } from '../shapes/skeleton';
import { commitOutlines, editable, movedShapes } from './edit-shapes';
import { PointerInput } from './pointer-input';
import { movedVertex, vertexOf, withoutVertex } from './reshape';
import { makeTools } from './tool-set';
import { keyframesAround } from '../tracks/keyframes';
import type { Id } from '../model/records';
import type { ImageSize, Viewpoint, Viewport } from '../model/view';
import type { Pose } from '../tracks/pose';
import type { DraftChange, Tool, ToolContext, ToolEvent } from './tool';
import type { Workbench, WorkbenchContext } from './workbench';

/** Puts the canvas with its tools into `parent`, which it fills; `parent` must have a size of its own. */
export function createWorkbench(parent: HTMLElement, context: WorkbenchContext): Workbench {
  return new CanvasWorkbench(parent, context);
}

class CanvasWorkbench implements Workbench {
  readonly element = document.createElement('div');
  readonly scene: FrameScene;
  readonly #context: ToolContext;
  readonly #tools: ReturnType<typeof makeTools>;
  readonly #picture: Picture;
  readonly #input: PointerInput;
  readonly #stops: (() => void)[];
  readonly #framing = new Framing();
  #image: CanvasImageSource | null = null;
  #tool: Tool;

  constructor(parent: HTMLElement, context: WorkbenchContext) {
    const { view, selection, store, schema } = context;
    this.element.className = 'workbench';
    this.element.tabIndex = 0;
    Object.assign(this.element.style, { position: 'absolute', inset: '0', overflow: 'hidden', outlineOffset: '-2px', userSelect: 'none' });
    parent.append(this.element);
    for (const label of schema.labels) {
      label.sublabels.forEach((sublabel) => setSkeletonEdges(sublabel.id, label.edges));
    }
    this.scene = new FrameScene(store, selection);
    const picture = pictureSource(() => this.#image, () => view.image.peek(), () => this.#picture.tiled);
    const compute = startCompute();
    // A point alone means something as large as a part of what is seen.
    const cutter = new Cutter(picture, compute, () => 160 / view.viewport.peek().scale);
    this.#context = {
      ...context,
      picture,
      compute,
      segmenters: computed(() => [...(context.models?.value ?? []), cutter]),
      scene: this.scene,
      draft: signal(NO_DRAFT, { name: 'draft' }),
      activeVertex: signal<number | null>(null, { name: 'active vertex' }),
      imagePixels: (css) => css / view.viewport.peek().scale,
      limit: ([x, y]) => {
        const { width, height } = view.image.peek();
        return view.settings.peek().allowOutside ? imagePoint(x, y) : imagePoint(clamp(x, 0, width), clamp(y, 0, height));
      },
      mayEdit: (id) => {
        const rec = store.get(id);
        return rec !== undefined && !view.readonly.peek() && !selection.isLocked(rec);
      },
    };
    this.#tools = makeTools(this.#context);
    this.#tool = this.#tools[view.tool.peek()];
    this.#picture = new Picture(this.element, {
      view,
      selection,
      schema,
      scene: this.scene,
      draft: this.#context.draft,
      activeVertex: this.#context.activeVertex,
      mayEdit: (id) => editable(this.#context, id) !== null,
      crosshair: () => this.#tool.crosshair,
      loadTile: context.loadTile,
      keyframesAround: (id) => keyframesAround(store.get(id), view.frame.peek(), context.deletedFrames),
      onResize: (size) => {
        view.viewport.value = { ...view.viewport.peek(), ...size };
        this.#frame();
      },
    });
    this.#input = new PointerInput({
      element: this.element,
      tool: () => this.#tool,
      viewport: () => view.viewport.peek(),
      setViewport: (next) => this.#setViewport(next),
      pointerAt: (at) => {
        const point = at === null ? null : toImage(view.viewport.peek(), at[0], at[1]);
        view.cursor.value = point === null ? null : { x: point[0], y: point[1] };
        if (point === null) {
          selection.hovered.value = null;
          this.#tool.pointerLeave?.();
        }
        this.element.style.cursor = this.#tool.cursor;
      },
      menuAt: ([x, y]) => context.menu?.({ x, y }),
    });
    const shown = computed(() => [selection.hidden.ids.value, selection.hiddenLabels.ids.value, selection.only.value, selection.onlySuggestions.value]);
    const shownAtFirst = shown.peek();
    const deletedFrames = context.deletedFrames ?? new Set<number>();
    this.#stops = [
      effect(() => this.#setTool(this.#tools[view.tool.value])),
      effect(() => {
        const frame = view.frame.value;
        // Whoever listens to the scene may read signals; they are not what this effect depends on.
        untracked(() => {
          this.cancel();
          this.scene.setFrame(frame, deletedFrames);
        });
      }),
      shown.subscribe((now) => {
        if (now !== shownAtFirst) {
          untracked(() => this.scene.rebuild());
        }
      }),
      effect(() => {
        // A draft has its label's colour, and becomes what the label may be.
        void view.drawLabel.value;
        untracked(() => this.#tool.change?.('redraw'));
      }),
      selection.single.subscribe(() => (this.#context.activeVertex.value = null)),
    ];
  }

  get drafting(): boolean {
    return this.#tool.drafting;
  }

  get draftPoints(): number {
    return this.#tool.draftPoints ?? 0;
  }

  get vertexPicked(): boolean {
    return this.#activeVertex() !== null;
  }

  get settled(): { readonly at: number; readonly idle: boolean } {
    return this.#picture.settled;
  }

  setImage(image: CanvasImageSource | null, size: ImageSize, pyramid: number | null = null): void {
    const { view } = this.#context;
    const before = view.image.peek();
    if (before.width !== size.width || before.height !== size.height) {
      view.image.value = { width: size.width, height: size.height };
      this.#framing.imageChanged();
    }
    this.#image = image;
    this.#picture.setImage(image, pyramid);
    this.#frame();
  }

  fit(): void {
    this.#setViewport(fitImage(this.#viewport, this.#context.view.image.peek()));
  }

  lookAt(at: Viewpoint): void {
    this.#framing.lookAt(at);
    this.#frame();
  }

  actualSize(): void {
    this.#setViewport(withZoom(this.#viewport, 1));
  }

  zoomBy(factor: number): void {
    const view = this.#viewport;
    this.#setViewport(zoomAt(view, viewPoint(view.width / 2, view.height / 2), factor));
  }

  zoomToSelection(): void {
    let box = EMPTY_BOX;
    for (const id of this.#context.selection.selected.ids.peek()) {
      const item = this.scene.get(id);
      box = item === undefined ? box : boxUnion(box, item);
    }
    if (!boxIsEmpty(box)) {
      const next = fitBox(this.#viewport, box, 0.2);
      this.#setViewport(box.minX === box.maxX && box.minY === box.maxY ? { ...next, scale: Math.max(this.#viewport.scale, 1) } : next);
    }
  }

  reveal(id: Id): void {
    const item = this.scene.get(id);
    if (item !== undefined && !boxIsEmpty(item) && !boxesMeet(item, seen(this.#viewport))) {
      this.#setViewport({ ...this.#viewport, x: (item.minX + item.maxX) / 2, y: (item.minY + item.maxY) / 2 });
    }
  }

  finish(): boolean {
    return this.#tool.finish();
  }

  cancel(): boolean {
    return this.#tool.cancel();
  }

  stepBack(): boolean {
    return this.#tool.stepBack();
  }

  undoDraft(): boolean {
    return this.#tool.undo?.() ?? false;
  }

  redoDraft(): boolean {
    return this.#tool.redo?.() ?? false;
  }

  changeDraft(what: DraftChange): boolean {
    return this.#tool.change?.(what) ?? false;
  }

  resizeTool(notches: number): boolean {
    this.#tool.resize?.(notches);
    return this.#tool.resize !== undefined;
  }

  nextCandidate(backward: boolean): boolean {
    return this.#tool.nextCandidate?.(backward) ?? false;
  }

  nudge(dx: number, dy: number): boolean {
    const { selection } = this.#context;
    const grip = this.#activeVertex();
    if (grip !== null) {
      const { shape, vertex, at } = grip;
      const to = this.#context.limit(imagePoint(at[0] + dx, at[1] + dy));
      return commitOutlines(this.#context, 'move-vertex', new Map([[shape.id, movedVertex(shape, vertex, to)]]), `nudge ${shape.id}/${vertex}`);
    }
    const ids = [...selection.selected.ids.peek()];
    return commitOutlines(this.#context, 'move', movedShapes(this.#context, ids, dx, dy), `nudge ${ids.join()}`);
  }

  deleteVertex(): boolean {
    const grip = this.#activeVertex();
    const points = grip === null ? null : withoutVertex(grip.shape.kind, grip.shape.points, grip.vertex);
    if (points === null || grip === null) {
      return false;
    }
    this.#context.activeVertex.value = null;
    return commitOutlines(this.#context, 'delete-vertex', new Map([[grip.shape.id, { ...grip.shape, points }]]));
  }

  pressAtCursor(): boolean {
    const view = this.#viewport;
    const cursor = this.#context.view.cursor.peek() ?? { x: view.x, y: view.y };
    if (!this.#tool.crosshair) {
      return false;
    }
    const at = toView(view, cursor.x, cursor.y);
    const point = imagePoint(cursor.x, cursor.y);
    const event: ToolEvent = { point, view: at, trail: [point], shift: false, ctrl: false, alt: false, button: 0, touch: false, clicks: 1 };
    this.#tool.pointerDown(event);
    this.#tool.pointerUp(event);
    return true;
  }

  dispose(): void {
    this.#tool.cancel();
    this.#context.compute.dispose();
    this.#stops.forEach((stop) => stop());
    this.#input.dispose();
    this.#picture.dispose();
    this.scene.dispose();
    this.element.remove();
  }

  /** The vertex that was picked, when its shape still has it. */
  #activeVertex(): { shape: Pose; vertex: number; at: readonly [x: number, y: number] } | null {
    const vertex = this.#context.activeVertex.peek();
    const single = this.#context.selection.single.peek();
    const shape = single === null ? null : editable(this.#context, single);
    const at = vertex === null || shape === null ? null : vertexOf(shape, vertex);
    return vertex === null || shape === null || at === null ? null : { shape, vertex, at };
  }

  get #viewport(): Viewport {
    return this.#context.view.viewport.peek();
  }

  #setViewport(next: Viewport): void {
    const { viewport, image } = this.#context.view;
    const kept = keepInReach(next, image.peek());
    if (!sameView(kept, viewport.peek())) {
      viewport.value = kept;
    }
  }

  #frame(): void {
    const next = this.#framing.next(this.#viewport, this.#context.view.image.peek());
    if (next !== null) {
      this.#setViewport(next);
    }
  }

  #setTool(next: Tool): void {
    if (next !== this.#tool) {
      const before = this.#tool;
      // The state of the draft is not what this follows.
      untracked(() => {
        if (next.takeUp?.(before) !== true) {
          if (before.layDown === undefined) before.cancel();
          else before.layDown();
        }
      });
      this.#tool = next;
      this.#context.selection.hovered.value = null;
    }
    this.element.style.cursor = next.cursor;
    this.#picture.invalidate('active');
  }
}
