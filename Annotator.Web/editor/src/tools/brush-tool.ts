import { sweep } from '../masks/brush';
import { fillRings } from '../masks/fill';
import { largestPart, withoutHoles } from '../masks/regions';
import { nextBrushSize } from '../model/drawing-options';
import { brushCursor } from '../render/brush-cursor';
import { outlineOverlay } from '../render/outline-overlay';
import { isDrag } from './tool';
import type { ImagePoint, ViewPoint } from '../geometry/point';
import type { DrawingOptions } from '../model/drawing-options';
import type { MaskSession } from './mask-session';
import type { DraftChange, Tool, ToolContext, ToolEvent } from './tool';

/** The first vertex closes an area within this many CSS pixels. */
const CLOSE_REACH = 10;

interface Press {
  readonly from: ImagePoint;
  readonly view: ViewPoint;
  readonly on: boolean;
  last: ImagePoint;
}

/**
 * Brush and eraser: a drag paints, with Shift straight from where it began; a Shift-click paints a straight line from the
 * end of the last stroke. In area mode a drag, or clicks, go around what is filled. Alt turns the one into the other.
 */
export class BrushTool implements Tool {
  readonly cursor = 'crosshair';
  readonly crosshair = false;
  #press: Press | null = null;
  /** Where the last stroke ended. */
  #end: ImagePoint | null = null;
  #at: ImagePoint | null = null;
  #area: ImagePoint[] = [];

  constructor(
    private readonly context: ToolContext,
    readonly session: MaskSession,
    private readonly erases: boolean,
  ) {}

  get drafting(): boolean {
    return this.session.active || this.#area.length > 0;
  }

  get draftPoints(): number {
    return this.session.steps + this.#area.length;
  }

  pointerDown(event: ToolEvent): void {
    if (event.button === 2) {
      this.stepBack();
      return;
    }
    const on = this.erases === event.alt;
    if (this.#options.brushMode === 'area') {
      this.#pressArea(event, on);
      return;
    }
    const [x, y] = event.point;
    if (this.session.begin(x, y, !on)) {
      const from = event.shift && this.#end !== null ? this.#end : event.point;
      this.#press = { from, view: event.view, on, last: event.point };
      this.#stroke(from, event.point, on);
    }
    this.#show(event.point, false);
  }

  pointerMove(event: ToolEvent): void {
    const press = this.#press;
    if (press !== null && this.#options.brushMode === 'area') {
      if (isDrag(press.view, event) || this.#area.length > 1) {
        this.#area.push(...event.trail);
      }
    } else if (press !== null && event.shift) {
      this.session.restart();
      this.#stroke(press.from, event.point, press.on);
    } else if (press !== null) {
      for (const point of event.trail) {
        this.#stroke(press.last, point, press.on);
        press.last = point;
      }
    }
    this.#show(event.point, press === null);
  }

  pointerUp(event: ToolEvent): void {
    const press = this.#press;
    this.#press = null;
    if (press !== null && this.#options.brushMode === 'area') {
      if (isDrag(press.view, event)) {
        this.#fillArea(press.on);
      }
    } else if (press !== null) {
      this.#end = event.point;
    }
    this.#show(event.point, true);
  }

  pointerCancel(): void {
    if (this.#press !== null && this.#options.brushMode === 'stroke') {
      this.session.drop();
    }
    this.#press = null;
    this.#area = [];
    this.#show(null, true);
  }

  pointerLeave(): void {
    if (this.#press === null) {
      this.#show(null, true);
    }
  }

  finish(): boolean {
    if (this.#area.length > 2) {
      this.#fillArea(!this.erases);
    }
    this.#area = [];
    const done = this.session.finish();
    this.#show(this.#at, true);
    return done;
  }

  cancel(): boolean {
    const was = this.drafting;
    this.session.cancel();
    this.#press = null;
    this.#end = null;
    this.#area = [];
    this.session.show([], true);
    return was;
  }

  stepBack(): boolean {
    if (this.#area.length > 0) {
      this.#area.pop();
      this.#show(this.#at, true);
      return true;
    }
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

  resize(notches: number): void {
    const { drawing } = this.context.view;
    drawing.value = { ...drawing.peek(), brushSize: nextBrushSize(drawing.peek().brushSize, notches) };
    this.#show(this.#at, this.#press === null);
  }

  takeUp(from: Tool): boolean {
    if (sharesSession(from)) {
      return from.session === this.session;
    }
    this.session.takenUp();
    return false;
  }

  layDown(): void {
    if (this.session.steps === 0 || !this.finish()) {
      this.cancel();
    }
    this.session.show([], true);
  }

  get #options(): DrawingOptions {
    return this.context.view.drawing.peek();
  }

  #moved(done: boolean): boolean {
    if (done) {
      this.#show(this.#at, true);
    }
    return done;
  }

  #stroke(from: ImagePoint, to: ImagePoint, on: boolean): void {
    const { brushShape, brushSize } = this.#options;
    sweep(brushShape, brushSize, from[0], from[1], to[0], to[1], (y, start, end) => this.session.run(y, start, end, on));
  }

  #pressArea(event: ToolEvent, on: boolean): void {
    const first = this.#area[0];
    const closes = first !== undefined && this.#area.length > 2 && Math.hypot(event.point[0] - first[0], event.point[1] - first[1]) <= this.context.imagePixels(CLOSE_REACH);
    if (closes || (event.clicks === 2 && this.#area.length > 2)) {
      this.#fillArea(on);
    } else {
      this.#area.push(event.point);
      this.#press = { from: event.point, view: event.view, on, last: event.point };
    }
    this.#show(event.point, true);
  }

  #fillArea(on: boolean): void {
    const [first] = this.#area;
    if (first !== undefined && this.#area.length > 2 && this.session.begin(first[0], first[1], !on)) {
      fillRings([this.#area.flat()], (y, from, to) => this.session.run(y, from, to, on));
    }
    this.#area = [];
    this.#press = null;
  }

  #show(at: ImagePoint | null, resting: boolean): void {
    this.#at = at;
    const { brushMode, brushShape, brushSize } = this.#options;
    const overlays = [];
    if (this.#area.length > 0) {
      const rubber = this.#press === null && at !== null ? [...this.#area, at] : this.#area;
      overlays.push(outlineOverlay([rubber.flat()], true));
    } else if (at !== null && brushMode === 'stroke') {
      overlays.push(brushCursor(at[0], at[1], brushSize, brushShape));
    }
    this.session.show(overlays, resting);
  }
}

/** Tools that paint on the same mask. */
export function sharesSession(tool: Tool): tool is Tool & { readonly session: MaskSession } {
  return 'session' in tool;
}
