import { boxFromCorners } from '../geometry/box';
import { cycle, hitsAt, hitsIn } from '../index/hit-test';
import { placeHandle, visibleHandles } from '../render/active-layer';
import { NO_DRAFT } from '../render/draft';
import { commitCopies, commitOutlines, editable, movedShapes } from './edit-shapes';
import { reshaped, withoutVertex } from './reshape';
import { snapMove, snapPoint } from './snapping';
import { isDrag } from './tool';
import type { ImagePoint, ViewPoint } from '../geometry/point';
import type { Id } from '../model/records';
import type { Draft, DraftShape } from '../render/draft';
import type { Handle, Outline } from '../shapes/shape-unit';
import type { Tool, ToolContext, ToolEvent } from './tool';

/** Lines and points are hit within this many CSS pixels; handles have a larger reach. */
const HIT_REACH = 6;
const HANDLE_REACH = 12;
const TOUCH_HANDLE_REACH = 22;

type State =
  | { readonly at: 'idle' }
  /** Pressed on an object: a click selects or goes through the stack, a drag moves the selection. */
  | { readonly at: 'object'; readonly from: ToolEvent; readonly stack: readonly Id[]; readonly wasSelected: boolean; moving: boolean }
  | { readonly at: 'handle'; readonly from: ToolEvent; readonly handle: Handle; readonly id: Id; readonly before: Outline; moving: boolean }
  /** Pressed on nothing: a drag draws a marquee. */
  | { readonly at: 'empty'; readonly from: ToolEvent; moving: boolean };

/** Selects by click and marquee; moves, resizes, turns what is selected; drags, inserts and deletes vertices. */
export class SelectTool implements Tool {
  readonly crosshair = false;
  #state: State = { at: 'idle' };
  #cursor = 'default';

  constructor(private readonly context: ToolContext) {}

  get cursor(): string {
    return this.#cursor;
  }

  get drafting(): boolean {
    return this.#state.at !== 'idle' && this.#state.moving;
  }

  pointerDown(event: ToolEvent): void {
    if (event.button === 2) {
      this.#selectForMenu(event);
      return;
    }
    const grip = this.#handleAt(event.view, event.touch);
    if (grip !== null) {
      this.#pressHandle(event, grip.id, grip.handle, grip.outline);
      return;
    }
    const stack = this.#stackAt(event.point);
    const { selected } = this.context.selection;
    const top = stack[0];
    this.context.activeVertex.value = null;
    if (top === undefined) {
      this.#state = { at: 'empty', from: event, moving: false };
      return;
    }
    const wasSelected = stack.some((id) => selected.has(id));
    this.#state = { at: 'object', from: event, stack, wasSelected, moving: false };
    if (event.shift) {
      selected.toggle(top);
    } else if (!wasSelected) {
      selected.set([top]);
    }
  }

  pointerMove(event: ToolEvent): void {
    const state = this.#state;
    if (state.at === 'idle') {
      this.#hover(event);
      return;
    }
    state.moving ||= isDrag(state.from.view, event);
    if (!state.moving) {
      return;
    }
    switch (state.at) {
      case 'object': {
        const ids = this.context.selection.selected.ids.peek();
        const { by, guides } = snapMove(this.context, ids, event.point[0] - state.from.point[0], event.point[1] - state.from.point[1], event);
        const previews = movedShapes(this.context, ids, ...by);
        this.context.draft.value = event.ctrl ? { ...NO_DRAFT, guides, shapes: this.#copies(previews) } : { ...NO_DRAFT, guides, previews };
        break;
      }
      case 'handle':
        this.context.draft.value = this.#reshaped(state.id, state.before, state.handle, event);
        break;
      case 'empty':
        this.context.draft.value = { ...NO_DRAFT, marquee: boxFromCorners(state.from.point[0], state.from.point[1], event.point[0], event.point[1]) };
        break;
    }
  }

  pointerUp(event: ToolEvent): void {
    const state = this.#state;
    this.pointerMove(event);
    const draft = this.context.draft.peek();
    this.#state = { at: 'idle' };
    try {
      this.#release(state, event, draft);
    } finally {
      // Only now: the layers below would show the object at its old place for a moment.
      this.context.draft.value = NO_DRAFT;
    }
  }

  pointerCancel(): void {
    this.cancel();
  }

  finish(): boolean {
    return false;
  }

  cancel(): boolean {
    const was = this.drafting;
    this.#state = { at: 'idle' };
    this.context.draft.value = NO_DRAFT;
    return was;
  }

  stepBack(): boolean {
    return false;
  }

  #release(state: State, event: ToolEvent, draft: Draft): void {
    switch (state.at) {
      case 'idle':
        break;
      case 'object':
        if (state.moving) {
          if (draft.previews.size === 0 && draft.shapes.length === 0) {
            this.#refuse();
          }
          if (draft.shapes.length > 0) {
            commitCopies(this.context, new Map(draft.shapes.flatMap(({ outline, of }) => (of === undefined ? [] : [[of, outline]]))));
          } else {
            commitOutlines(this.context, 'move', draft.previews);
          }
        } else if (state.wasSelected && !event.shift) {
          this.#next(state.stack);
        }
        break;
      case 'handle':
        commitOutlines(this.context, NAMES[state.handle.role], draft.previews);
        break;
      case 'empty':
        if (draft.marquee !== null) {
          const hit = hitsIn(this.context.scene, draft.marquee, (id) => this.#mayHit(id));
          this.context.selection.selected.set(event.shift ? [...this.context.selection.selected.ids.peek(), ...hit] : hit);
        } else if (!event.shift) {
          this.context.selection.selected.clear();
        }
        break;
    }
  }

  /** Alt and the wheel go through what lies under the pointer. */
  cycleAt(point: ImagePoint, backward: boolean): void {
    if (this.#state.at === 'idle') {
      this.#next(this.#stackAt(point), backward);
    }
  }

  #pressHandle(event: ToolEvent, id: Id, handle: Handle, outline: Outline): void {
    this.context.activeVertex.value = handle.role === 'vertex' ? handle.index : null;
    if (handle.role === 'vertex' && event.alt) {
      const points = withoutVertex(outline.kind, outline.points, handle.index);
      if (points === null) {
        this.context.notify('too-small');
      } else {
        this.context.activeVertex.value = null;
        commitOutlines(this.context, 'delete-vertex', new Map([[id, { ...outline, points }]]));
      }
      return;
    }
    this.#state = { at: 'handle', from: event, handle, id, before: outline, moving: false };
  }

  /** Ctrl and a drag leave the originals where they are. */
  #copies(previews: ReadonlyMap<Id, Outline>): DraftShape[] {
    return [...previews].map(([of, outline]) => ({ outline, of, labelId: this.context.store.get(of)?.labelId ?? null, vertices: [], invalid: false }));
  }

  #reshaped(id: Id, before: Outline, handle: Handle, event: ToolEvent): Draft {
    const { point, guides } = handle.role === 'rotate' ? { point: event.point, guides: [] } : snapPoint(this.context, event.point, event, new Set([id]));
    return { ...NO_DRAFT, guides, previews: new Map([[id, reshaped(before, handle, point, event.shift)]]) };
  }

  /** The handle under the pointer; vertices lie above midpoints, so the last one that is near enough wins a tie. */
  #handleAt(view: ViewPoint, touch: boolean): { id: Id; handle: Handle; outline: Outline } | null {
    const id = this.context.selection.single.peek();
    const shape = id === null ? null : editable(this.context, id);
    if (shape === null || this.context.scene.get(shape.id) === undefined) {
      return null;
    }
    const viewport = this.context.view.viewport.peek();
    let best: Handle | null = null;
    let nearest = touch ? TOUCH_HANDLE_REACH : HANDLE_REACH;
    for (const handle of visibleHandles(shape, viewport, this.context.view.cursor.peek())) {
      const [x, y] = placeHandle(handle, shape, viewport);
      const off = Math.hypot(x - view[0], y - view[1]);
      if (off <= nearest && (handle.role !== 'midpoint' || off <= HIT_REACH)) {
        [best, nearest] = [handle, off];
      }
    }
    return best === null ? null : { id: shape.id, handle: best, outline: shape };
  }

  #hover(event: ToolEvent): void {
    const grip = this.#handleAt(event.view, event.touch);
    const top = grip === null ? (this.#stackAt(event.point)[0] ?? null) : grip.id;
    this.context.selection.hovered.value = top;
    this.#cursor = grip !== null ? (grip.handle.role === 'rotate' ? 'grab' : 'crosshair') : top === null ? 'default' : this.context.selection.selected.has(top) ? 'move' : 'pointer';
  }

  #stackAt([x, y]: ImagePoint): Id[] {
    return hitsAt(this.context.scene, x, y, this.context.imagePixels(HIT_REACH), (id) => this.#mayHit(id));
  }

  #mayHit(id: Id): boolean {
    const rec = this.context.store.get(id);
    return rec !== undefined && !this.context.selection.isLocked(rec);
  }

  #next(stack: readonly Id[], backward = false): void {
    const { selected, single } = this.context.selection;
    const id = cycle(stack, single.peek(), backward);
    if (id !== null) {
      selected.set([id]);
    }
  }

  /** What the menu is to be about: the vertex, the object even when it is locked, or nothing. */
  #selectForMenu(event: ToolEvent): void {
    const { selected } = this.context.selection;
    const grip = this.#handleAt(event.view, event.touch);
    this.context.activeVertex.value = grip?.handle.role === 'vertex' ? grip.handle.index : null;
    if (grip?.handle.role === 'vertex') {
      return;
    }
    const stack = hitsAt(this.context.scene, event.point[0], event.point[1], this.context.imagePixels(HIT_REACH), () => true);
    if (!stack.some((id) => selected.has(id))) {
      selected.set(stack.slice(0, 1));
    }
  }

  #refuse(): void {
    if (this.context.view.readonly.peek()) {
      this.context.notify('readonly');
    } else {
      this.context.notify('kind-not-editable');
    }
  }
}

const NAMES = { resize: 'resize', rotate: 'rotate', vertex: 'move-vertex', midpoint: 'insert-vertex' } as const;
