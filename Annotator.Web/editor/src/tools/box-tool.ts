import { cuboidOfFront } from '../geometry/cuboid';
import { ellipseInBox } from '../geometry/ellipse';
import { imagePoint } from '../geometry/point';
import { NO_DRAFT } from '../render/draft';
import { createShape, isLargeEnough, refuseSmall } from './create-shape';
import { snapPoint } from './snapping';
import { isDrag } from './tool';
import type { ImagePoint, ViewPoint } from '../geometry/point';
import type { Outline } from '../shapes/shape-unit';
import type { Tool, ToolContext, ToolEvent } from './tool';

type State =
  | { readonly at: 'idle' }
  /** The button is down for the first corner: a drag ends with its release, a click waits for the second one. */
  | { readonly at: 'pressing'; readonly corner: ImagePoint; readonly from: ViewPoint }
  | { readonly at: 'placed'; readonly corner: ImagePoint };

/** What can be drawn as a box from corner to corner. */
export type BoxKind = 'rectangle' | 'ellipse' | 'cuboid' | 'skeleton';

/**
 * Rectangle, or the kind that fills one, by a drag or by two clicks. Shift makes it a square, with Alt the first point is its
 * centre. Of a cuboid the front is drawn; a skeleton stands in the box as its template says.
 */
export class BoxTool implements Tool {
  readonly cursor = 'crosshair';
  readonly crosshair = true;
  #state: State = { at: 'idle' };
  #points: readonly number[] = [];

  constructor(
    private readonly context: ToolContext,
    private readonly kind: BoxKind,
  ) {}

  get drafting(): boolean {
    return this.#state.at !== 'idle';
  }

  pointerDown(event: ToolEvent): void {
    if (event.button === 2) {
      this.cancel();
    } else if (this.#state.at === 'idle') {
      this.#state = { at: 'pressing', corner: snapPoint(this.context, event.point, event).point, from: event.view };
      this.#show(event);
    }
  }

  pointerMove(event: ToolEvent): void {
    if (this.#state.at !== 'idle') {
      this.#show(event);
      return;
    }
    const { guides } = snapPoint(this.context, event.point, event);
    if (guides.length > 0 || this.context.draft.peek() !== NO_DRAFT) {
      this.context.draft.value = guides.length === 0 ? NO_DRAFT : { ...NO_DRAFT, guides };
    }
  }

  pointerUp(event: ToolEvent): void {
    if (this.#state.at === 'pressing' && !isDrag(this.#state.from, event)) {
      this.#state = { at: 'placed', corner: this.#state.corner };
    } else if (this.#state.at !== 'idle' && event.button === 0) {
      this.#show(event);
      this.finish();
    }
  }

  pointerCancel(): void {
    if (this.#state.at === 'pressing') {
      this.cancel();
    }
  }

  finish(): boolean {
    if (this.#state.at === 'idle') {
      return false;
    }
    const points = this.#points;
    this.cancel();
    return isLargeEnough('rectangle', points) ? createShape(this.context, this.#outline(points)) !== null : refuseSmall(this.context);
  }

  cancel(): boolean {
    const was = this.drafting;
    this.#state = { at: 'idle' };
    this.context.draft.value = NO_DRAFT;
    return was;
  }

  stepBack(): boolean {
    return this.cancel();
  }

  #show(event: ToolEvent): void {
    if (this.#state.at === 'idle') {
      return;
    }
    const [x, y] = this.#state.corner;
    const pull = snapPoint(this.context, event.point, event);
    let [toX, toY] = pull.point;
    if (event.shift) {
      const side = Math.min(Math.abs(toX - x), Math.abs(toY - y));
      [toX, toY] = [x + side * (toX < x ? -1 : 1), y + side * (toY < y ? -1 : 1)];
    }
    const [fromX, fromY] = event.alt ? this.context.limit(imagePoint(2 * x - toX, 2 * y - toY)) : [x, y];
    this.#points = [Math.min(fromX, toX), Math.min(fromY, toY), Math.max(fromX, toX), Math.max(fromY, toY)];
    const outline = this.#outline(this.#points);
    const invalid = this.#state.at === 'placed' && !isLargeEnough('rectangle', this.#points);
    this.context.draft.value = { ...NO_DRAFT, guides: event.shift ? [] : pull.guides, shapes: [{ outline, labelId: this.context.view.drawLabel.peek(), vertices: [], invalid }] };
  }

  #outline([left = 0, top = 0, right = 0, bottom = 0]: readonly number[]): Outline {
    switch (this.kind) {
      case 'rectangle':
        return { kind: 'rectangle', points: [left, top, right, bottom], rotation: 0 };
      case 'ellipse':
        return { kind: 'ellipse', points: ellipseInBox([left, top, right, bottom]), rotation: 0 };
      case 'cuboid': {
        const corners = cuboidOfFront(left, top, right, bottom);
        return { kind: 'cuboid', points: corners.map((_, i) => this.context.limit(imagePoint(corners[i & ~1]!, corners[i | 1]!))[i & 1]!), rotation: 0 };
      }
      case 'skeleton': {
        const label = this.context.schema.labelById.get(this.context.view.drawLabel.peek() ?? -1);
        const elements = (label?.sublabels ?? []).map(({ id }) => {
          const [x, y] = label?.places?.get(id) ?? [0.5, 0.5];
          return { kind: 'points' as const, labelId: id, points: [left + x * (right - left), top + y * (bottom - top)], rotation: 0, outside: false };
        });
        return { kind: 'skeleton', points: [], rotation: 0, elements };
      }
    }
  }
}
