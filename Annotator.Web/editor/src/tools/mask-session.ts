import { maskOfRings } from '../masks/fill';
import { TileMask } from '../masks/tiles';
import { NO_REPORT } from '../model/drawing-options';
import { NO_DRAFT } from '../render/draft';
import { TilePicture } from '../render/tile-picture';
import { maskOf, maskUnit } from '../shapes/mask';
import { commitMask, trace } from './commit-mask';
import { outputOf } from './output';
import type { MaskSpans } from '../masks/spans';
import type { DraftReport, DrawnKind } from '../model/drawing-options';
import type { Id, Shape } from '../model/records';
import type { Draft, DraftOverlay } from '../render/draft';
import type { Traced } from './commit-mask';
import type { ToolContext } from './tool';

interface Open {
  readonly tiles: TileMask;
  readonly picture: TilePicture;
  readonly target: Shape | null;
  readonly previews: Draft['previews'];
}

/** The mask that brush, eraser and wand paint together until it is committed: switching between them goes on with it. */
export class MaskSession {
  #open: Open | null = null;
  /** What was committed last stays selected, but the next stroke begins another one. */
  #made: Id | null = null;
  #assisted = false;
  #traced: { readonly of: string; readonly result: Traced } | null = null;

  constructor(private readonly context: ToolContext) {}

  get active(): boolean {
    return this.#open !== null;
  }

  get steps(): number {
    return this.#open?.tiles.steps ?? 0;
  }

  /** Tools call this when they are taken up: what is selected then is what they change. */
  takenUp(): void {
    this.#made = null;
  }

  /** The object that the next stroke would change; null for a new one. */
  targetAt(x: number, y: number, erase: boolean): Shape | null {
    if (this.#open !== null) {
      return this.#open.target;
    }
    const single = this.context.selection.single.peek();
    const selected = single === null || single === this.#made || !this.#isNear(single, x, y) ? null : this.#paintable(single);
    if (selected !== null || !erase) {
      return selected;
    }
    const radius = this.context.view.drawing.peek().brushSize / 2;
    const brush = { minX: x - radius, minY: y - radius, maxX: x + radius, maxY: y + radius };
    const hit = [...this.context.scene.items()].filter(({ id, pose }) => pose.kind === 'mask' && maskUnit.meets(pose, brush) && this.#paintable(id) !== null);
    return hit.length === 0 ? null : this.#paintable(hit.reduce((a, b) => (b.pose.zOrder >= a.pose.zOrder ? b : a)).id);
  }

  /** Begins a step, and the mask with it if there is none yet. False, with the reason said, when there is nothing to paint on. */
  begin(x: number, y: number, erase: boolean, fresh = false): boolean {
    if (this.context.view.readonly.peek()) {
      this.context.notify('readonly');
      return false;
    }
    if (this.#open === null) {
      const target = fresh ? null : this.targetAt(x, y, erase);
      if (target === null && (erase || this.#kind(null) === null)) {
        this.context.notify(erase ? 'nothing-to-erase' : 'no-label', { kind: 'mask' });
        return false;
      }
      this.#start(target);
    }
    this.#open!.tiles.begin();
    return true;
  }

  run(y: number, from: number, to: number, on: boolean): void {
    this.#open!.tiles.run(y, from, to, on);
  }

  paint(mask: MaskSpans, on: boolean): void {
    this.#open!.tiles.mask(mask, on);
    this.#assisted = true;
  }

  /** Makes a change of the whole mask, such as filling its holes, as a step. */
  change(make: (mask: MaskSpans) => MaskSpans | null): boolean {
    const before = this.#open?.tiles.toSpans() ?? null;
    const after = before === null ? null : make(before);
    if (this.#open === null || after === null || after === before) {
      return false;
    }
    this.#open.tiles.begin();
    this.#open.tiles.replace(after);
    return true;
  }

  /** Takes back what the step in hand has painted so far. */
  restart(): void {
    this.#open!.tiles.restart();
  }

  /** Takes the step in hand back for good. */
  drop(): void {
    this.#open?.tiles.drop();
    if (this.steps === 0) {
      this.#end();
    }
  }

  undo(): boolean {
    return this.#open?.tiles.undo() ?? false;
  }

  redo(): boolean {
    return this.#open?.tiles.redo() ?? false;
  }

  finish(): boolean {
    if (this.#open === null) {
      return false;
    }
    const { tiles, target } = this.#open;
    if (tiles.steps === 0) {
      return this.cancel();
    }
    const mask = tiles.toSpans();
    if (mask === null) {
      this.context.notify(target === null ? 'too-small' : 'nothing-left', {});
      return false;
    }
    const kind = this.#kind(target);
    const source = this.#assisted ? 'semi-auto' : 'manual';
    if (kind === null) {
      this.context.notify('no-label', { kind: 'mask' });
      return false;
    }
    // Otherwise the picture of what was painted would stand over the object until the next move.
    this.#end();
    const id = commitMask(this.context, mask, { kind, source, target, name: target === null ? `draw-${kind}` : 'paint' });
    if (id === null) {
      this.#start(target);
      this.#open!.tiles.begin();
      this.#open!.tiles.replace(mask);
      return false;
    }
    this.#made = id;
    return true;
  }

  cancel(): boolean {
    const was = this.active;
    this.#end();
    return was;
  }

  /** Shows what is painted, with the tool's own overlays above it. */
  show(overlays: readonly DraftOverlay[], resting: boolean): void {
    const open = this.#open;
    if (open === null) {
      this.context.draft.value = overlays.length === 0 ? NO_DRAFT : { ...NO_DRAFT, overlays };
      this.#report(NO_REPORT);
      return;
    }
    const traced = resting ? this.#trace(open) : null;
    const labelId = open.target?.labelId ?? this.context.view.drawLabel.peek();
    const shapes = (traced?.rings ?? []).map((points) => ({ outline: { kind: 'polygon' as const, points, rotation: 0 }, labelId, vertices: traced!.vertices <= 400 ? points : [], invalid: false }));
    this.context.draft.value = { ...NO_DRAFT, shapes, previews: open.previews, overlays: [open.picture, ...overlays] };
    if (resting) {
      this.#report({
        ...NO_REPORT,
        steps: open.tiles.steps, editing: open.target?.id ?? null, canUndo: open.tiles.steps > 0, canRedo: open.tiles.undone > 0,
        polygon: traced === null ? null : { vertices: traced.vertices, iou: traced.iou },
      });
    }
  }

  #start(target: Shape | null): void {
    const { width, height } = this.context.view.image.peek();
    const tiles = new TileMask(width, height);
    if (target !== null) {
      tiles.preset(target.kind === 'mask' ? maskOf(target.points) : maskOfRings([target.points], width, height));
    }
    const picture = new TilePicture(tiles, () => target?.labelId ?? this.context.view.drawLabel.peek());
    const nothing = { kind: 'mask' as const, points: [], rotation: 0 };
    this.#open = { tiles, picture, target, previews: target === null ? NO_DRAFT.previews : new Map([[target.id, nothing]]) };
  }

  #end(): void {
    this.#open = null;
    this.#assisted = false;
    this.#traced = null;
    this.context.draft.value = NO_DRAFT;
    this.#report(NO_REPORT);
  }

  #report(report: DraftReport): void {
    // The same words are not said again: the bar would be drawn anew with every move.
    if (JSON.stringify(report) !== JSON.stringify(this.context.view.report.peek())) {
      this.context.view.report.value = report;
    }
  }

  /** A shape keeps its kind when its label lets it. */
  #kind(target: Shape | null): DrawnKind | null {
    if (target !== null) {
      return target.kind as DrawnKind;
    }
    return outputOf(this.context.view, this.context.schema.labelById.get(this.context.view.drawLabel.peek() ?? -1), 'paint');
  }

  /** The polygon that the mask would become; made anew only when it would be another. */
  #trace(open: Open): Traced | null {
    if (this.#kind(open.target) !== 'polygon') {
      return null;
    }
    const { polygonTolerance } = this.context.view.drawing.peek();
    const of = `${open.tiles.version} ${polygonTolerance}`;
    if (this.#traced?.of !== of) {
      const mask = open.tiles.toSpans();
      const keep = open.target?.points ?? [];
      this.#traced = { of, result: mask === null ? { rings: [], vertices: 0, iou: 1, holes: 0 } : trace(mask, polygonTolerance, this.context.view.image.peek(), keep) };
    }
    return this.#traced.result;
  }

  /** A stroke far from what happens to be selected is not meant for it. */
  #isNear(id: Id, x: number, y: number): boolean {
    const box = this.context.scene.get(id);
    const reach = this.context.view.drawing.peek().brushSize + this.context.imagePixels(24);
    return box !== undefined && x >= box.minX - reach && x <= box.maxX + reach && y >= box.minY - reach && y <= box.maxY + reach;
  }

  #paintable(id: Id): Shape | null {
    const rec = this.context.store.get(id);
    return rec?.type === 'shape' && (rec.kind === 'mask' || rec.kind === 'polygon') && rec.frame === this.context.view.frame.peek() && this.context.mayEdit(id) ? rec : null;
  }
}
