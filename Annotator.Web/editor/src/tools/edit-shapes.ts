import { quantise } from '../model/quantise';
import { SHAPES } from '../shapes/kinds';
import { shapeOf, trackOf } from '../tracks/conversions';
import { changedOn } from '../tracks/keyframes';
import { poseOf } from '../tracks/pose';
import { limitMove } from './reshape';
import type { Id, Points, Rec } from '../model/records';
import type { Outline } from '../shapes/shape-unit';
import type { PoseChange } from '../tracks/keyframes';
import type { Pose } from '../tracks/pose';
import type { ToolContext } from './tool';

/** How the object stands here when it may be changed by hand: not locked, seen, of a kind that can be moved without harm. */
export function editable(context: ToolContext, id: Id): Pose | null {
  const rec = context.store.get(id);
  const pose = rec === undefined || !context.mayEdit(id) ? null : poseOf(rec, context.view.frame.peek(), context.deletedFrames);
  return pose === null || SHAPES[pose.kind].moved(pose, 0, 0) === null ? null : pose;
}

/** What the selected objects look like when moved by image pixels, on the grid and kept inside the image; pinned ones stay. */
export function movedShapes(context: ToolContext, ids: Iterable<Id>, dx: number, dy: number): Map<Id, Outline> {
  const poses = [...ids].flatMap((id) => (context.selection.pinned.has(id) ? [] : (editable(context, id) ?? [])));
  if (!context.view.settings.peek().allowOutside) {
    const boxes = poses.flatMap((pose) => context.scene.get(pose.id) ?? []);
    [dx, dy] = limitMove(boxes, dx, dy, context.view.image.peek());
  }
  const step: [number, number] = [quantise(dx), quantise(dy)];
  return new Map(poses.map((pose) => [pose.id, SHAPES[pose.kind].moved(pose, ...step)!]));
}

/**
 * Writes previews as one change: shapes themselves, tracks by their keyframe on this frame. Objects that somebody removed
 * meanwhile stay removed. Returns whether anything was different.
 */
export function commitOutlines(context: ToolContext, name: string, previews: ReadonlyMap<Id, Outline>, coalesce?: string): boolean {
  const frame = context.view.frame.peek();
  const deleted = context.deletedFrames;
  const diff = context.store.transact(
    name,
    (tx) => {
      for (const [id, outline] of previews) {
        const rec = tx.get(id);
        const pose = rec === undefined ? null : poseOf(rec, frame, deleted);
        const change = pose === null ? null : differenceOf(pose, outline);
        if (change !== null) {
          tx.update(id, (now: Rec) => changedOn(now, frame, change, deleted));
        }
      }
    },
    { frame, ...(coalesce === undefined ? {} : { coalesce }) },
  );
  return diff.updated.length > 0;
}

/** What the outline changes of the pose; null when nothing. */
function differenceOf(pose: Pose, { points, rotation, elements = [] }: Outline): PoseChange | null {
  const nodes = pose.elements.flatMap((node, i) => {
    const next = elements[i];
    return next === undefined || samePoints(node.points, next.points) ? [] : [{ labelId: node.labelId, points: next.points }];
  });
  if (nodes.length > 0) {
    return { elements: nodes };
  }
  return samePoints(pose.points, points) && pose.rotation === rotation ? null : { points, rotation };
}

/**
 * Puts copies of the objects where the outlines say, as one change, and selects them; the copy of a track is a track that
 * begins here. Returns how many there was an id for.
 */
export function commitCopies(context: ToolContext, outlines: ReadonlyMap<Id, Outline>): number {
  const frame = context.view.frame.peek();
  const copies: Rec[] = [];
  for (const [of, outline] of outlines) {
    const original = context.store.get(of);
    if (original === undefined || original.type === 'tag') {
      continue;
    }
    const id = context.ids.take();
    if (id === null) {
      context.notify('no-ids');
      break;
    }
    const shape = original.type === 'shape' ? original : shapeOf(original, frame, id, context.deletedFrames);
    if (shape === null) {
      continue;
    }
    const nodes = shape.elements.map((node, i) => ({ ...node, id: 0, points: outline.elements?.[i]?.points ?? node.points }));
    const copy = { ...shape, id, points: outline.points, rotation: outline.rotation, source: 'manual', score: 1, elements: nodes };
    copies.push(original.type === 'shape' ? copy : trackOf(copy, id, (spec) => context.schema.attributeById.get(spec)?.mutable ?? false));
  }
  if (copies.length > 0) {
    context.store.transact('duplicate', (tx) => copies.forEach((copy) => tx.add(copy)), { frame });
    context.selection.selected.set(copies.map(({ id }) => id));
  }
  return copies.length;
}

function samePoints(a: Points, b: Points): boolean {
  return a === b || (a.length === b.length && a.every((value, i) => value === b[i]));
}
