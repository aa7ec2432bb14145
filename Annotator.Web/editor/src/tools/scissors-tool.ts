import { pulledToBorder, spurBetween } from '../assist/scissors';
import { area } from '../geometry/polygon';
import { simplify, simplifyRing } from '../geometry/simplify';
import { iou } from '../masks/combine';
import { maskOfRings } from '../masks/fill';
import { NO_REPORT } from '../model/drawing-options';
import { NO_DRAFT } from '../render/draft';
import { commitMask } from './commit-mask';
import { createShape, MIN_AREA } from './create-shape';
import { outputOf } from './output';
import { askWays, contains, inField, type Field } from './scissors-field';
import type { ImagePoint } from '../geometry/point';
import type { DrawnKind } from '../model/drawing-options';
import type { DraftChange, Tool, ToolContext, ToolEvent } from './tool';

/** The first anchor closes the ring within this many CSS pixels. */
const CLOSE_REACH = 10;
/** Two ways this near to each other, in pixels of the field, are the same. */
const SPUR_REACH = 1.5;
/** A click is pulled to a border within this many CSS pixels. */
const PULL_REACH = 6;

interface Anchor {
  /** Where it was clicked, then where it was pulled to. */
  point: ImagePoint;
  readonly straight: boolean;
  /** The way from the anchor before, without its first point; null until it is known. */
  way: readonly number[] | null;
}

/**
 * Intelligent scissors: each click is an anchor, and the line to the pointer follows the borders of the picture. Alt-click
 * goes straight. Ends at the first anchor, by a double click, or by {@link finish}.
 */
export class ScissorsTool implements Tool {
  readonly cursor = 'crosshair';
  readonly crosshair = true;
  #anchors: Anchor[] = [];
  /** Ways back to the last anchor whose way is known. */
  #field: Field | null = null;
  #working = false;
  #at: ImagePoint | null = null;
  #round = 0;
  #closing = false;
  #reported = '';

  constructor(private readonly context: ToolContext) {}

  get drafting(): boolean {
    return this.#anchors.length > 0;
  }

  get draftPoints(): number {
    return this.#anchors.length;
  }

  pointerDown(event: ToolEvent): void {
    if (event.button === 2) {
      this.stepBack();
      return;
    }
    const first = this.#anchors[0];
    const reach = this.context.imagePixels(event.touch ? 2 * CLOSE_REACH : CLOSE_REACH);
    const atFirst = first !== undefined && Math.hypot(event.point[0] - first.point[0], event.point[1] - first.point[1]) <= reach;
    if (this.#anchors.length > 1 && (atFirst || event.clicks === 2)) {
      this.finish();
      return;
    }
    // While the ring is being closed, a press belongs to nothing yet.
    if (event.clicks !== 2 && !this.#closing) {
      this.#anchors.push({ point: this.context.limit(event.point), straight: event.alt, way: null });
      this.#show();
      void this.#work();
    }
  }

  pointerMove(event: ToolEvent): void {
    this.#at = this.context.limit(event.point);
    if (this.drafting) {
      this.#show();
      void this.#work();
    }
  }

  pointerUp(): void {
    // A press is all: the way follows the pointer by itself.
  }

  pointerCancel(): void {
    this.stepBack();
  }

  finish(): boolean {
    if (this.#anchors.length < 2) {
      return false;
    }
    const whole = this.#known === this.#anchors.length && inField(this.#field, this.#anchors.at(-1)!.point, this.#anchors[0]!.point);
    if (whole) {
      return this.#commit();
    }
    // The ways that are still looked for belong to it.
    this.#closing = true;
    void this.#work();
    return true;
  }

  #commit(): boolean {
    this.#closing = false;
    const ring = this.#ring();
    const kind = this.#kind;
    if (ring === null || kind === null) {
      this.context.notify(ring === null ? 'too-small' : 'no-label', { kind: 'polygon' });
      return false;
    }
    const { width, height } = this.context.view.image.peek();
    if (kind === 'polygon') {
      if (createShape(this.context, { kind: 'polygon', points: this.#thinned(ring), rotation: 0 }, 'semi-auto') === null) return false;
    } else {
      const mask = maskOfRings([ring], width, height);
      if (mask === null || commitMask(this.context, mask, { kind, source: 'semi-auto', target: null, name: 'draw-mask' }) === null) return false;
    }
    this.cancel();
    return true;
  }

  cancel(): boolean {
    const was = this.drafting;
    this.#anchors = [];
    this.#field = null;
    this.#closing = false;
    this.#round++;
    this.context.draft.value = NO_DRAFT;
    this.context.view.report.value = NO_REPORT;
    return was;
  }

  stepBack(): boolean {
    if (this.#anchors.length <= 1) {
      return this.cancel();
    }
    this.#anchors.pop();
    this.#field = null;
    this.#round++;
    this.#show();
    void this.#work();
    return true;
  }

  undo(): boolean {
    return this.stepBack();
  }

  change(what: DraftChange): boolean {
    if (what === 'redraw' && this.drafting) this.#show();
    return what === 'redraw';
  }

  get #kind(): DrawnKind | null {
    return outputOf(this.context.view, this.context.schema.labelById.get(this.context.view.drawLabel.peek() ?? -1), 'trace');
  }

  /** Anchors with a known way, the ones that nothing has to be waited for. */
  get #known(): number {
    const open = this.#anchors.findIndex(({ way }) => way === null);
    return open < 0 ? this.#anchors.length : open;
  }

  /** Finds the ways that are not known yet, one after the other, and keeps a field for the pointer. */
  async #work(): Promise<void> {
    if (this.#working) {
      return;
    }
    this.#working = true;
    try {
      for (let more = true; more; ) {
        more = await this.#step(this.#round);
      }
    } catch (error) {
      this.context.notify('assist-failed', { reason: error instanceof Error ? error.message : String(error) });
    } finally {
      this.#working = false;
    }
    if (this.drafting) {
      this.#show();
    }
  }

  /** One thing of what is to be done; false when there is nothing. */
  async #step(round: number): Promise<boolean> {
    const known = this.#known;
    const next = this.#anchors[known];
    const last = this.#anchors[known - 1];
    if (last === undefined) {
      if (next === undefined) {
        return false;
      }
      const field = await askWays(this.context, next.point, [next.point], next.straight ? 0 : PULL_REACH, null);
      if (round === this.#round) {
        next.point = field?.seed ?? next.point;
        next.way = [];
        this.#field = field;
      }
      return true;
    }
    const target = next?.straight === true ? null : (next?.point ?? (this.#closing ? this.#anchors[0]!.point : this.#at));
    if (target !== null && !inField(this.#field, last.point, target)) {
      const field = await askWays(this.context, last.point, [last.point, target], 0, this.#field);
      if (round !== this.#round) {
        return true;
      }
      this.#field = field;
    }
    if (next !== undefined) {
      this.#settle(next);
      return true;
    }
    if (this.#known === this.#anchors.length && this.#closing) {
      this.#commit();
    }
    return this.#known < this.#anchors.length;
  }

  /** Gives the anchor its way, and the place on the border that it was meant for. */
  #settle(next: Anchor): void {
    const field = this.#field;
    if (!next.straight && field !== null && contains(field, next.point)) {
      const [x, y] = pulledToBorder(field.cost, field.width, field.height, ...field.place(next.point), Math.max(1, Math.round(this.context.imagePixels(PULL_REACH) * field.scale)));
      const way = field.way(x, y);
      const last = this.#anchors[this.#anchors.indexOf(next) - 1]!;
      const spur = last.straight || last.way === null ? 0 : spurBetween(last.way, way, SPUR_REACH / field.scale);
      if (spur > 0) last.way = last.way!.slice(0, -2 * spur);
      next.way = way.slice(2 * Math.max(0, spur - 1));
      next.point = field.pointOf(x, y);
    } else {
      next.way = [...next.point];
    }
  }

  /** The line so far, and to the pointer. */
  #line(): number[] {
    const line: number[] = [];
    this.#anchors.forEach(({ point, way }, i) => line.push(...(i === 0 || way === null ? point : way)));
    return line;
  }

  #rubber(): readonly number[] {
    const at = this.#at;
    const field = this.#field;
    if (at === null || this.#known < this.#anchors.length || field === null || !inField(field, this.#anchors.at(-1)!.point, at)) {
      return at ?? [];
    }
    return field.way(...field.place(at));
  }

  /** The closed ring; null when it has no inside. */
  #ring(): number[] | null {
    if (this.#anchors.length < 2) {
      return null;
    }
    const line = this.#line();
    const first = this.#anchors[0]!.point;
    const field = this.#field;
    const back = field !== null && inField(field, this.#anchors.at(-1)!.point, first) ? field.way(...field.place(first)).slice(0, -2) : [];
    const ring = [...line, ...back];
    return ring.length >= 6 && area(ring) >= MIN_AREA ? ring : null;
  }

  #thinned(ring: readonly number[]): number[] {
    return simplifyRing(ring, Math.max(0.25, this.context.view.drawing.peek().polygonTolerance));
  }

  #show(): void {
    const { view } = this.context;
    const points = simplify([...this.#line(), ...this.#rubber()], this.context.imagePixels(0.3));
    this.context.draft.value = {
      ...NO_DRAFT,
      shapes: [{ outline: { kind: 'polyline', points, rotation: 0 }, labelId: view.drawLabel.peek(), vertices: this.#anchors.flatMap(({ point }) => point), invalid: false }],
    };
    this.#report();
  }

  #report(): void {
    const { view } = this.context;
    const { polygonTolerance } = view.drawing.peek();
    const of = `${this.#round} ${this.#known}/${this.#anchors.length} ${polygonTolerance} ${this.#kind}`;
    if (of === this.#reported && view.report.peek().steps === this.#anchors.length) {
      return;
    }
    this.#reported = of;
    const ring = this.#kind === 'polygon' && this.#known === this.#anchors.length ? this.#ring() : null;
    const { width, height } = view.image.peek();
    const thin = ring === null ? null : this.#thinned(ring);
    const [whole, kept] = [ring, thin].map((one) => (one === null ? null : maskOfRings([one], width, height)));
    view.report.value = {
      ...NO_REPORT, steps: this.#anchors.length, canUndo: true,
      polygon: thin === null || whole == null || kept == null ? null : { vertices: thin.length / 2, iou: iou(whole, kept) },
    };
  }
}
