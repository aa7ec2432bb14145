import { imagePoint } from '../geometry/point';
import { directionOf } from '../geometry/rotate';
import { snapDirection } from '../geometry/snap';
import { NO_DRAFT } from '../render/draft';
import { createShape, isLargeEnough } from './create-shape';
import { snapPoint } from './snapping';
import { isDrag } from './tool';
import type { ImagePoint, ViewPoint } from '../geometry/point';
import type { Outline } from '../shapes/shape-unit';
import type { Tool, ToolContext, ToolEvent } from './tool';

/** Rotated rectangle: two clicks (or a drag) for one edge, a third for the width. Shift turns the edge by steps of 15 degrees. */
export class RotatedRectangleTool implements Tool {
  readonly cursor = 'crosshair';
  readonly crosshair = true;
  /** Ends of the first edge, as far as they are set. */
  #edge: ImagePoint[] = [];
  #pressedAt: ViewPoint | null = null;
  #last: ToolEvent | null = null;

  constructor(private readonly context: ToolContext) {}

  get drafting(): boolean {
    return this.#edge.length > 0;
  }

  pointerDown(event: ToolEvent): void {
    if (event.button === 2) {
      this.stepBack();
      return;
    }
    this.#last = event;
    if (this.#edge.length === 0) {
      this.#pressedAt = event.view;
      this.#edge = [snapPoint(this.context, event.point, event).point];
    } else if (this.#edge.length === 1) {
      this.#edge = [this.#edge[0]!, this.#end(event)];
    } else {
      this.finish();
      return;
    }
    this.#show(event);
  }

  pointerMove(event: ToolEvent): void {
    this.#last = event;
    this.#show(event);
  }

  pointerUp(event: ToolEvent): void {
    if (this.#edge.length === 1 && this.#pressedAt !== null && isDrag(this.#pressedAt, event)) {
      this.#edge = [this.#edge[0]!, this.#end(event)];
      this.#show(event);
    }
    this.#pressedAt = null;
  }

  pointerCancel(): void {
    if (this.#pressedAt !== null) {
      this.cancel();
    }
  }

  finish(): boolean {
    const outline = this.#last === null ? null : this.#outline(this.#last);
    if (outline === null || this.#edge.length < 2) {
      return false;
    }
    this.cancel();
    return createShape(this.context, outline) !== null;
  }

  cancel(): boolean {
    const was = this.drafting;
    this.#edge = [];
    this.#pressedAt = null;
    this.context.draft.value = NO_DRAFT;
    return was;
  }

  stepBack(): boolean {
    if (this.#edge.length < 2) {
      return this.cancel();
    }
    this.#edge = [this.#edge[0]!];
    if (this.#last !== null) {
      this.#show(this.#last);
    }
    return true;
  }

  #end(event: ToolEvent): ImagePoint {
    const [fromX, fromY] = this.#edge[0]!;
    if (!event.shift) {
      return snapPoint(this.context, event.point, event).point;
    }
    const [x, y] = this.context.limit(event.point);
    return this.context.limit(imagePoint(...snapDirection(fromX, fromY, x, y, 0, 15)));
  }

  #outline(event: ToolEvent): Outline | null {
    const [from] = this.#edge;
    if (from === undefined) {
      return null;
    }
    const to = this.#edge[1] ?? this.#end(event);
    const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
    const rotation = directionOf(from[0], from[1], to[0], to[1]);
    if (length === 0) {
      return null;
    }
    const normal: [number, number] = [-(to[1] - from[1]) / length, (to[0] - from[0]) / length];
    const [x, y] = this.context.limit(event.point);
    const width = this.#edge.length < 2 ? 0 : (x - from[0]) * normal[0] + (y - from[1]) * normal[1];
    const centreX = (from[0] + to[0]) / 2 + (normal[0] * width) / 2;
    const centreY = (from[1] + to[1]) / 2 + (normal[1] * width) / 2;
    const half = Math.abs(width) / 2;
    return { kind: 'rectangle', points: [centreX - length / 2, centreY - half, centreX + length / 2, centreY + half], rotation };
  }

  #show(event: ToolEvent): void {
    const outline = this.#outline(event);
    if (outline !== null) {
      const invalid = this.#edge.length === 2 && !isLargeEnough('rectangle', outline.points);
      const guides = this.#edge.length === 1 && !event.shift ? snapPoint(this.context, event.point, event).guides : [];
      this.context.draft.value = { ...NO_DRAFT, guides, shapes: [{ outline, labelId: this.context.view.drawLabel.peek(), vertices: this.#edge.flat(), invalid }] };
    }
  }
}
