import { area } from '../geometry/polygon';
import { maskOfRings } from '../masks/fill';
import { polygonsOf } from '../masks/outline';
import { iou } from '../masks/combine';
import { maskArea, pointsOf } from '../masks/spans';
import { makeShape } from '../model/records';
import { createShape, MIN_AREA } from './create-shape';
import type { DrawnKind } from '../model/drawing-options';
import type { Id, Points, Shape, Source } from '../model/records';
import type { MaskSpans } from '../masks/spans';
import type { ToolContext } from './tool';

/** A mask as polygons, and how true they are to it. */
export interface Traced {
  readonly rings: readonly Points[];
  readonly vertices: number;
  /** Common pixels over all pixels of both, 0 to 1. */
  readonly iou: number;
  /** A polygon has none: they are filled. */
  readonly holes: number;
}

/**
 * The mask's parts as polygons within `tolerance` pixels of it, parts too small to be meant left out.
 * @param keep Vertices that stand where they were before if the border still passes by: what is not edited does not move.
 */
export function trace(mask: MaskSpans, tolerance: number, image: { readonly width: number; readonly height: number }, keep: Points = []): Traced {
  const { outer, holes } = polygonsOf(mask, tolerance);
  const rings = outer.filter((ring) => area(ring) >= MIN_AREA).map((ring) => pulled(ring, keep, tolerance + 1));
  const back = maskOfRings(rings, image.width, image.height);
  return {
    rings,
    vertices: rings.reduce((sum, ring) => sum + ring.length / 2, 0),
    iou: back === null ? 0 : iou(mask, back),
    holes: holes.filter((ring) => area(ring) >= MIN_AREA).length,
  };
}

function pulled(ring: readonly number[], to: Points, reach: number): number[] {
  const result = [...ring];
  for (let i = 0; i < ring.length; i += 2) {
    let nearest = reach;
    for (let j = 0; j < to.length; j += 2) {
      const distance = Math.hypot(to[j]! - ring[i]!, to[j + 1]! - ring[i + 1]!);
      if (distance < nearest) {
        nearest = distance;
        [result[i], result[i + 1]] = [to[j]!, to[j + 1]!];
      }
    }
  }
  return result.filter((_, i) => i < 2 || result[i - (i % 2)] !== result[i - (i % 2) - 2] || result[i - (i % 2) + 1] !== result[i - (i % 2) - 1]);
}

export interface MaskCommit {
  readonly kind: DrawnKind;
  readonly source: Source;
  /** The object that takes the new shape; null for a new one. */
  readonly target: Shape | null;
  /** Name of the step in the undo list. */
  readonly name: string;
}

/**
 * Writes the mask as one undoable change: as a mask, or as a polygon for each of its parts, which then are one group. Says
 * why not, and returns null, when that is not possible; then nothing is changed.
 */
export function commitMask(context: ToolContext, mask: MaskSpans, { kind, source, target: meant, name }: MaskCommit): Id | null {
  // Somebody may have removed it meanwhile: what was drawn becomes an object of its own then.
  const target = meant !== null && context.store.has(meant.id) ? meant : null;
  if (context.view.readonly.peek()) {
    context.notify('readonly');
    return null;
  }
  const labelId = meant?.labelId ?? context.view.drawLabel.peek();
  const traced = kind === 'mask' ? null : trace(mask, context.view.drawing.peek().polygonTolerance, context.view.image.peek(), target?.kind === 'polygon' ? target.points : []);
  const outlines: readonly Points[] = traced === null ? [pointsOf(mask)] : traced.rings;
  if (outlines.length === 0 || maskArea(mask) === 0) {
    context.notify('too-small', {});
    return null;
  }
  if (target === null && traced?.rings.length === 1) {
    // Like any other polygon it may be a track's, or the new outline of an object.
    return created(context, traced, source);
  }
  if (labelId === null) {
    context.notify('no-label', { kind });
    return null;
  }
  const ids: Id[] = target === null ? [] : [target.id];
  while (ids.length < outlines.length) {
    const id = context.ids.take();
    if (id === null) {
      context.notify('no-ids');
      return null;
    }
    ids.push(id);
  }
  const frame = context.view.frame.peek();
  let zOrder = 0;
  for (const item of context.scene.items()) {
    zOrder = Math.max(zOrder, item.pose.zOrder);
  }
  const first = target ?? makeShape({ id: ids[0]!, kind, frame, labelId, points: outlines[0]!, zOrder, source });
  const group = outlines.length === 1 ? first.group : first.group || Math.min(...ids);
  context.store.transact(name, (tx) => {
    ids.forEach((id, i) => {
      const shape: Shape = { ...first, id, kind, group, rotation: 0, points: outlines[i]! };
      if (id !== target?.id) tx.add(shape);
      else tx.update<Shape>(id, (now) => ({ ...now, kind, group, rotation: 0, points: outlines[i]! }));
    });
  }, { frame });
  context.selection.selected.set(ids);
  tellHoles(context, traced);
  if (target === null && !context.view.settings.peek().keepTool) {
    context.view.tool.value = 'select';
  }
  return ids[0]!;
}

function created(context: ToolContext, traced: Traced, source: Source): Id | null {
  const id = createShape(context, { kind: 'polygon', points: traced.rings[0]!, rotation: 0 }, source);
  if (id !== null) {
    tellHoles(context, traced);
  }
  return id;
}

function tellHoles(context: ToolContext, traced: Traced | null): void {
  if (traced !== null && traced.holes > 0) {
    context.notify('holes-filled', { n: traced.holes });
  }
}
