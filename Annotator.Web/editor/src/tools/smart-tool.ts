import { Superseded } from '../assist/compute';
import { NO_REPORT } from '../model/drawing-options';
import { NO_DRAFT } from '../render/draft';
import { maskOverlay } from '../render/mask-overlay';
import { promptOverlay } from '../render/prompt-overlay';
import { commitMask, trace, type Traced } from './commit-mask';
import { outputOf } from './output';
import { chosenSegmenter } from './segmenters';
import { isDrag } from './tool';
import type { Candidate, Prompt, Segmenter } from '../assist/interactor';
import type { ImagePoint, ViewPoint } from '../geometry/point';
import type { DrawnKind } from '../model/drawing-options';
import type { DraftOverlay } from '../render/draft';
import type { DraftChange, Tool, ToolContext, ToolEvent } from './tool';

/** A press this near to a point, in CSS pixels, is meant for it. */
const POINT_REACH = 9;
/** A stroke leaves a point every so many CSS pixels. */
const STROKE_STEP = 12;
/** A hovering pointer that moved less, in CSS pixels, is not asked about again. */
const HOVER_STEP = 2;

const NOTHING: Prompt = { points: [], box: null };

interface Press {
  readonly from: ViewPoint;
  readonly start: ImagePoint;
  readonly inside: boolean;
  /** The point that is held; null for a new one. */
  readonly held: number | null;
  readonly before: Prompt;
  dragging: 'box' | 'stroke' | 'point' | null;
  last: ViewPoint;
}

/**
 * Segmentation by prompts: a click is where the object is, with Alt or the right button where it is not, a drag is its box,
 * and inside the box a stroke of points. Points are dragged, or taken away by a click. A model that is fast enough shows
 * what a click would give.
 */
export class SmartTool implements Tool {
  readonly cursor = 'crosshair';
  readonly crosshair = false;
  #prompt: Prompt = NOTHING;
  readonly #undo: Prompt[] = [];
  readonly #redo: Prompt[] = [];
  #press: Press | null = null;
  #candidates: readonly Candidate[] = [];
  #index = 0;
  #hover: Candidate | null = null;
  #hoverAt: ViewPoint | null = null;
  #hovering = false;
  #asking: AbortController | null = null;
  #overlay: { readonly of: Candidate; readonly faint: boolean; readonly paints: DraftOverlay } | null = null;
  #traced: { readonly of: Candidate; readonly tolerance: number; readonly result: Traced } | null = null;

  constructor(private readonly context: ToolContext) {}

  get drafting(): boolean {
    return this.#prompt !== NOTHING || this.#press !== null;
  }

  get draftPoints(): number {
    return this.#prompt.points.length + (this.#prompt.box === null ? 0 : 1);
  }

  pointerDown(event: ToolEvent): void {
    const inside = !(event.alt || event.button === 2);
    const start = this.context.limit(event.point);
    if (event.button === 2) {
      this.#change({ ...this.#prompt, points: [...this.#prompt.points, { x: start[0], y: start[1], inside }] });
      return;
    }
    const reach = this.context.imagePixels(POINT_REACH);
    const held = this.#prompt.points.findLastIndex(({ x, y }) => Math.hypot(x - start[0], y - start[1]) <= reach);
    this.#press = { from: event.view, start, inside, held: held < 0 ? null : held, before: this.#prompt, dragging: null, last: event.view };
  }

  pointerMove(event: ToolEvent): void {
    const press = this.#press;
    if (press === null) {
      void this.#hoverOver(event);
      return;
    }
    if (press.dragging === null && isDrag(press.from, event)) {
      press.dragging = press.held !== null ? 'point' : !press.inside || this.#inBox(press.start) ? 'stroke' : 'box';
      if (press.dragging === 'stroke') this.#add(press.start, press.inside);
    }
    const [x, y] = this.context.limit(event.point);
    if (press.dragging === 'point') {
      this.#prompt = { ...this.#prompt, points: this.#prompt.points.map((point, i) => (i === press.held ? { ...point, x, y } : point)) };
    } else if (press.dragging === 'box') {
      const [fromX, fromY] = press.start;
      this.#prompt = { points: [], box: [Math.min(fromX, x), Math.min(fromY, y), Math.max(fromX, x), Math.max(fromY, y)] };
    } else if (press.dragging === 'stroke' && Math.hypot(event.view[0] - press.last[0], event.view[1] - press.last[1]) >= STROKE_STEP) {
      press.last = event.view;
      this.#add(this.context.limit(event.point), press.inside);
    }
    if (press.dragging !== null) {
      this.#show();
    }
  }

  pointerUp(): void {
    const press = this.#press;
    this.#press = null;
    if (press === null) {
      return;
    }
    let after = this.#prompt;
    if (press.dragging === null) {
      const { points } = this.#prompt;
      after = { ...this.#prompt, points: press.held !== null ? points.filter((_, i) => i !== press.held) : [...points, { x: press.start[0], y: press.start[1], inside: press.inside }] };
    }
    this.#prompt = press.before;
    this.#change(after);
  }

  pointerCancel(): void {
    if (this.#press !== null) {
      this.#prompt = this.#press.before;
      this.#press = null;
      this.#show();
    }
  }

  pointerLeave(): void {
    this.#hover = null;
    this.#hoverAt = null;
    this.#show();
  }

  finish(): boolean {
    const candidate = this.#candidates[this.#index];
    const kind = this.#kind;
    if (candidate === undefined) {
      return false;
    }
    if (kind === null) {
      this.context.notify('no-label', { kind: 'mask' });
      return false;
    }
    if (commitMask(this.context, candidate.mask, { kind, source: 'semi-auto', target: null, name: `draw-${kind}` }) === null) {
      return false;
    }
    this.cancel();
    return true;
  }

  cancel(): boolean {
    const was = this.drafting;
    this.#asking?.abort();
    this.#asking = null;
    this.#prompt = NOTHING;
    this.#undo.length = 0;
    this.#redo.length = 0;
    this.#press = null;
    this.#candidates = [];
    this.#index = 0;
    this.#hover = null;
    this.context.draft.value = NO_DRAFT;
    this.context.view.report.value = NO_REPORT;
    return was;
  }

  stepBack(): boolean {
    return this.undo();
  }

  undo(): boolean {
    return this.#moveTo(this.#undo.pop(), this.#redo);
  }

  redo(): boolean {
    return this.#moveTo(this.#redo.pop(), this.#undo);
  }

  nextCandidate(backward: boolean): boolean {
    const count = this.#candidates.length;
    if (count < 2) {
      return false;
    }
    this.#index = (this.#index + (backward ? count - 1 : 1)) % count;
    this.#show();
    return true;
  }

  change(what: DraftChange): boolean {
    if (what === 'redraw') this.#show();
    if (what === 'ask-again' && this.#prompt !== NOTHING) void this.#ask();
    return what === 'redraw' || what === 'ask-again';
  }

  get #segmenter(): Segmenter {
    return chosenSegmenter(this.context.segmenters.peek(), this.context.view.drawing.peek().model);
  }

  get #kind(): DrawnKind | null {
    return outputOf(this.context.view, this.context.schema.labelById.get(this.context.view.drawLabel.peek() ?? -1), 'smart');
  }

  #inBox([x, y]: ImagePoint): boolean {
    const box = this.#prompt.box;
    return box !== null && x >= box[0] && y >= box[1] && x <= box[2] && y <= box[3];
  }

  #add([x, y]: ImagePoint, inside: boolean): void {
    this.#prompt = { ...this.#prompt, points: [...this.#prompt.points, { x, y, inside }] };
  }

  #moveTo(prompt: Prompt | undefined, other: Prompt[]): boolean {
    if (prompt === undefined) {
      return false;
    }
    other.push(this.#prompt);
    this.#use(prompt);
    return true;
  }

  #change(prompt: Prompt): void {
    this.#undo.push(this.#prompt);
    this.#redo.length = 0;
    this.#use(prompt);
  }

  #use(prompt: Prompt): void {
    const empty = prompt.points.length === 0 && prompt.box === null;
    this.#prompt = empty ? NOTHING : prompt;
    this.#hover = null;
    if (empty) {
      this.#asking?.abort();
      this.#asking = null;
      this.#candidates = [];
      this.#show();
    } else {
      void this.#ask();
    }
  }

  /** Asks for the prompt as it is; an answer to an older one comes too late and is not shown. */
  async #ask(): Promise<void> {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    this.#show();
    try {
      const found = await this.#segmenter.segment(this.context.view.frame.peek(), this.#prompt, asking.signal);
      if (this.#asking !== asking) {
        return;
      }
      this.#candidates = found;
      this.#index = 0;
      if (found.length === 0) this.context.notify('nothing-found');
    } catch (error) {
      if (this.#asking !== asking || error instanceof Superseded) {
        return;
      }
      this.context.notify('assist-failed', { reason: error instanceof Error ? error.message : String(error) });
    }
    this.#asking = null;
    this.#show();
  }

  /** One question at a time: while it is under way the pointer moves on, and only where it is then is asked next. */
  async #hoverOver(event: ToolEvent): Promise<void> {
    const segmenter = this.#segmenter;
    const moved = this.#hoverAt === null || Math.hypot(event.view[0] - this.#hoverAt[0], event.view[1] - this.#hoverAt[1]) >= HOVER_STEP;
    if (!segmenter.hovers || this.#prompt !== NOTHING || this.#hovering || !moved) {
      return;
    }
    this.#hovering = true;
    this.#hoverAt = event.view;
    const [x, y] = this.context.limit(event.point);
    try {
      const found = await segmenter.segment(this.context.view.frame.peek(), { points: [{ x, y, inside: true }], box: null }, new AbortController().signal);
      if (this.#prompt === NOTHING && this.#hoverAt !== null) {
        this.#hover = found[0] ?? null;
        this.#show();
      }
    } catch {
      // What a hover cannot be told, a click will say.
    } finally {
      this.#hovering = false;
    }
  }

  #show(): void {
    const { view } = this.context;
    const candidate = this.#candidates[this.#index];
    const shown = candidate ?? (this.#prompt === NOTHING ? this.#hover : null);
    const overlays: DraftOverlay[] = shown === null ? [] : [this.#painted(shown, candidate === undefined)];
    const { points, box } = this.#prompt;
    if (this.#prompt !== NOTHING) overlays.push(promptOverlay(points, box));
    const traced = candidate === undefined || this.#kind !== 'polygon' ? null : this.#trace(candidate);
    const labelId = view.drawLabel.peek();
    const shapes = (traced?.rings ?? []).map((ring) => ({ outline: { kind: 'polygon' as const, points: ring, rotation: 0 }, labelId, vertices: traced!.vertices <= 400 ? ring : [], invalid: false }));
    this.context.draft.value = overlays.length === 0 ? NO_DRAFT : { ...NO_DRAFT, shapes, overlays };
    view.report.value = this.#prompt === NOTHING ? NO_REPORT : {
      steps: this.draftPoints, editing: null, canUndo: this.#undo.length > 0, canRedo: this.#redo.length > 0,
      polygon: traced === null ? null : { vertices: traced.vertices, iou: traced.iou },
      candidate: candidate === undefined ? null : { index: this.#index, count: this.#candidates.length, score: candidate.score },
      busy: this.#asking !== null,
    };
  }

  #painted(of: Candidate, faint: boolean): DraftOverlay {
    if (this.#overlay?.of !== of || this.#overlay.faint !== faint) {
      this.#overlay = { of, faint, paints: maskOverlay(of.mask, () => this.context.view.drawLabel.peek(), faint) };
    }
    return this.#overlay.paints;
  }

  #trace(of: Candidate): Traced {
    const { polygonTolerance } = this.context.view.drawing.peek();
    if (this.#traced?.of !== of || this.#traced.tolerance !== polygonTolerance) {
      this.#traced = { of, tolerance: polygonTolerance, result: trace(of.mask, polygonTolerance, this.context.view.image.peek()) };
    }
    return this.#traced.result;
  }
}
