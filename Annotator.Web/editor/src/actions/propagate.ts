import type { Id, Rec, Shape } from '../model/records';
import { changedOn, withoutKeyframes } from '../tracks/keyframes';
import { poseOf } from '../tracks/pose';
import type { EditorContext } from './context';
import { editable } from './edit';
import { idsFor } from './ids';

/** More copies than this are not made in one step. */
export const MOST_COPIES = 10_000;

/** Frames that can be visited, after (or before) the one in view up to and with `to`. */
export function framesTo(context: EditorContext, to: number): number[] {
  const { navigation, view } = context;
  const [here, there] = [navigation.indexOf(view.frame.value), navigation.indexOf(to)];
  if (here < 0 || there < 0) return [];
  const by = there > here ? 1 : -1;
  return Array.from({ length: Math.abs(there - here) }, (_, i) => navigation.frameAt(here + by * (i + 1)));
}

/**
 * Carries the selection over to the frames, as one step: shapes are copied to each, tracks stand still up to the last.
 * Gives how many objects were made or changed; 0 after saying why nothing was.
 */
export async function propagate(context: EditorContext, to: number): Promise<number> {
  if (context.view.readonly.peek()) return 0;
  const frames = framesTo(context, to);
  const here = context.view.frame.peek();
  const recs = editable(context).map((id) => context.store.get(id)!).filter(({ type }) => type !== 'tag');
  const shapes = recs.filter((rec): rec is Shape => rec.type === 'shape');
  if (frames.length === 0 || recs.length === 0) return 0;
  if (shapes.length * frames.length > MOST_COPIES) {
    context.notify('notice.tooManyShapes', { n: shapes.length * frames.length, most: MOST_COPIES }, 'warning');
    return 0;
  }
  const ids = await idsFor(context, shapes.length * frames.length);
  if (ids === null) return 0;
  const copies = frames.flatMap((frame, f) => shapes.map((shape, i): Shape => ({
    ...shape, id: ids[f * shapes.length + i]!, frame, elements: shape.elements.map((node) => ({ ...node, id: 0 })),
  })));
  const held = new Map<Id, Rec>();
  for (const { id } of recs) {
    const rec = context.store.get(id);
    const still = rec?.type === 'track' ? heldUntil(context, rec, here, to) : rec;
    if (still !== undefined && still !== rec) held.set(id, still);
  }
  context.store.transact('propagate', (tx) => {
    for (const copy of copies) tx.add(copy);
    for (const [id, rec] of held) tx.update(id, () => rec);
  }, { frame: here });
  return copies.length + held.size;
}

function heldUntil(context: EditorContext, rec: Rec, here: number, to: number): Rec {
  const deleted = context.job.deletedFrames;
  const pose = poseOf(rec, here, deleted);
  if (rec.type !== 'track' || pose === null || pose.outside) return rec;
  const { points, rotation, occluded, zOrder } = pose;
  const elements = pose.elements.map((node) => ({ labelId: node.labelId, points: node.points, occluded: node.occluded, outside: node.outside }));
  const change = elements.length > 0 ? { zOrder, elements } : { points, rotation, occluded, zOrder, outside: false };
  const begun = changedOn(rec, here, {}, deleted);
  const ended = changedOn(begun, to, change, deleted);
  const [low, high] = [Math.min(here, to), Math.max(here, to)];
  return ended.type === 'track' ? (withoutKeyframes(ended, (frame) => frame > low && frame < high) ?? ended) : ended;
}
