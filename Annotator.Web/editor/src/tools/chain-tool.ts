import { imagePoint } from '../geometry/point';
import { crossesItself } from '../geometry/polygon';
import { directionOf } from '../geometry/rotate';
import { simplify } from '../geometry/simplify';
import { snapDirection } from '../geometry/snap';
import { NO_DRAFT } from '../render/draft';
import { createShape } from './create-shape';
import { snapPoint } from './snapping';
import { isDrag } from './tool';
import type { ImagePoint, ViewPoint } from '../geometry/point';
import type { Draft } from '../render/draft';
import type { Tool, ToolContext, ToolEvent } from './tool';

/** The first vertex closes a ring within this many CSS pixels. */
const CLOSE_REACH = 10;
/** Freehand strokes keep to the hand within this many CSS pixels. */
const FREEHAND_TOLERANCE = 0.75;
const LEAST = { polygon: 3, polyline: 2, points: 1 } as const;

interface Press {
  readonly from: ViewPoint;
  /** Number of coordinates before the press, to take it back to. */
  readonly before: number;
  /** Shift was down and the pointer moved: the stroke itself is the shape. */
  freehand: boolean;
}

/**
 * Polygon, polyline and points: a click sets a vertex, and drags it while pressed; Shift-drag draws freehand, a Shift-click
 * goes on at a multiple of 45 degrees. Ends at the first vertex, by a double click, or by {@link finish}.
 */
export class ChainTool implements Tool {
  readonly cursor = 'crosshair';
  readonly crosshair = true;
  #points: number[] = [];
  #press: Press | null = null;
  /** What the next vertex is pulled to. */
  #guides: Draft['guides'] = [];

  constructor(
    private readonly context: ToolContext,
    private readonly kind: 'polygon' | 'polyline' | 'points',
  ) {}

  get drafting(): boolean {
    return this.#points.length > 0;
  }

  pointerDown(event: ToolEvent): void {
    if (event.button === 2) {
      this.stepBack();
      return;
    }
    if (this.kind !== 'points' && event.clicks === 2 && this.#count >= LEAST[this.kind]) {
      this.finish();
      return;
    }
    if (this.#closes(event)) {
      this.finish();
      return;
    }
    const [x, y] = this.#next(event);
    this.#press = { from: event.view, before: this.#points.length, freehand: false };
    this.#points.push(x, y);
    this.#show(null);
  }

  pointerMove(event: ToolEvent): void {
    const press = this.#press;
    if (press === null) {
      const next = this.#next(event);
      this.#show(this.drafting ? next : null);
      return;
    }
    if (!isDrag(press.from, event) && !press.freehand) {
      return;
    }
    if (event.shift && this.kind !== 'points') {
      press.freehand = true;
    }
    if (press.freehand) {
      for (const point of event.trail) {
        this.#points.push(...this.context.limit(point));
      }
    } else {
      const { point: [x, y], guides } = snapPoint(this.context, event.point, event);
      this.#guides = guides;
      this.#points.splice(-2, 2, x, y);
    }
    this.#show(null);
  }

  pointerUp(event: ToolEvent): void {
    const press = this.#press;
    this.#press = null;
    if (press?.freehand) {
      const stroke = simplify(this.#points.slice(press.before), this.context.imagePixels(FREEHAND_TOLERANCE));
      this.#points = [...this.#points.slice(0, press.before), ...stroke];
      if (this.#closes(event)) {
        this.finish();
        return;
      }
      this.#show(null);
    }
  }

  pointerCancel(): void {
    if (this.#press !== null) {
      this.#points.length = this.#press.before;
      this.#press = null;
      this.#show(null);
    }
  }

  finish(): boolean {
    if (this.#count < LEAST[this.kind]) {
      return false;
    }
    // What could not be made stays, so that nothing that was drawn is lost.
    if (createShape(this.context, { kind: this.kind, points: withoutRepeats(this.#points), rotation: 0 }) === null) {
      return false;
    }
    this.cancel();
    return true;
  }

  cancel(): boolean {
    const was = this.drafting;
    this.#points = [];
    this.#press = null;
    this.#guides = [];
    this.context.draft.value = NO_DRAFT;
    return was;
  }

  stepBack(): boolean {
    if (!this.drafting) {
      return false;
    }
    this.#points.length -= 2;
    this.#show(null);
    return true;
  }

  get draftPoints(): number {
    return this.#count;
  }

  get #count(): number {
    return this.#points.length / 2;
  }

  #closes(event: ToolEvent): boolean {
    const [x, y] = this.#points;
    return (
      this.kind === 'polygon' &&
      this.#count >= LEAST.polygon &&
      Math.hypot(event.point[0] - x!, event.point[1] - y!) <= this.context.imagePixels(event.touch ? 2 * CLOSE_REACH : CLOSE_REACH)
    );
  }

  #next(event: ToolEvent): ImagePoint {
    const last = this.#points.slice(-4);
    const pull = snapPoint(this.context, event.point, event);
    if (!event.shift || last.length === 0 || this.kind === 'points') {
      this.#guides = pull.guides;
      return pull.point;
    }
    this.#guides = [];
    const [x, y] = this.context.limit(event.point);
    const [fromX, fromY] = last.slice(-2) as [number, number];
    const base = last.length === 4 ? directionOf(last[0]!, last[1]!, fromX, fromY) : 0;
    return this.context.limit(imagePoint(...snapDirection(fromX, fromY, x, y, base)));
  }

  /** @param rubber Where the next vertex would be. */
  #show(rubber: ImagePoint | null): void {
    if (!this.drafting) {
      this.context.draft.value = this.#guides.length === 0 ? NO_DRAFT : { ...NO_DRAFT, guides: this.#guides };
      return;
    }
    const points = rubber === null ? [...this.#points] : [...this.#points, ...rubber];
    const few = points.length < 6;
    const kind = this.kind === 'polygon' && few ? 'polyline' : this.kind;
    // Every pair of edges is looked at; on long freehand strokes that would be felt.
    const invalid = this.kind === 'polygon' && points.length <= 400 && this.#press?.freehand !== true && crossesItself(points, false);
    this.context.draft.value = {
      ...NO_DRAFT,
      shapes: [{ outline: { kind, points, rotation: 0 }, labelId: this.context.view.drawLabel.peek(), vertices: [...this.#points], invalid }],
      guides: this.#guides,
    };
  }
}

/** A double click and a shaky hand leave the same vertex twice. */
function withoutRepeats(points: readonly number[]): number[] {
  return points.filter((_, i) => {
    const pair = i - (i % 2);
    return pair < 2 || points[pair] !== points[pair - 2] || points[pair + 1] !== points[pair - 1];
  });
}
