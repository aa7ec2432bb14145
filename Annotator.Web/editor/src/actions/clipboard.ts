import type { Id, Keyframe, Rec } from '../model/records';
import { shapeOf, trackOf } from '../tracks/conversions';
import type { EditorContext } from './context';

export function copy(context: EditorContext, ids: Iterable<Id>): number {
  const copies = [...ids].flatMap((id) => {
    const rec = context.store.get(id);
    const onHand = rec === undefined ? null : asStandsHere(context, rec);
    return onHand === null ? [] : [onHand];
  });
  if (copies.length > 0) context.clipboard.value = copies;
  return copies.length;
}

/** Puts the copied objects on the frame in view, as one step, and selects them. Returns how many there was an id for. */
export function paste(context: EditorContext, name: string, copies: readonly Rec[], shift = 0): number {
  const frame = context.view.frame.value;
  const pasted: Rec[] = [];
  for (const rec of copies) {
    const id = context.ids.take();
    if (id === null) {
      context.notify('notice.no-ids', {}, 'warning');
      break;
    }
    pasted.push(placed(rec, id, frame, shift));
  }
  context.store.transact(name, (tx) => pasted.forEach((rec) => tx.add(rec)), { frame });
  if (pasted.length > 0) context.selection.selected.set(pasted.map(({ id }) => id));
  return pasted.length;
}

/** A track is copied as it stands on the frame, with its keyframes left behind: what is pasted begins where it is pasted. */
function asStandsHere(context: EditorContext, rec: Rec): Rec | null {
  if (rec.type !== 'track') return rec;
  const shape = shapeOf(rec, context.view.frame.value, rec.id, context.job.deletedFrames);
  return shape === null ? null : trackOf(shape, rec.id, isMutable(context));
}

/** Whether an attribute may change along a track. */
export function isMutable(context: EditorContext): (attributeId: number) => boolean {
  return (attributeId) => context.schema.attributeById.get(attributeId)?.mutable ?? false;
}

function placed(rec: Rec, id: Id, frame: number, shift: number): Rec {
  if (rec.type === 'tag') return { ...rec, id, frame };
  const moved = (points: readonly number[]): readonly number[] => (shift === 0 ? points : points.map((value) => value + shift));
  const keyframes = (list: readonly Keyframe[]): Keyframe[] => list.map((keyframe) => ({ ...keyframe, id: 0, frame, points: moved(keyframe.points) }));
  if (rec.type === 'track') {
    return { ...rec, id, frame, source: 'manual', keyframes: keyframes(rec.keyframes), elements: rec.elements.map((node) => ({ ...node, id: 0, frame, keyframes: keyframes(node.keyframes) })) };
  }
  const elements = rec.elements.map((element) => ({ ...element, id: 0, points: moved(element.points) }));
  // Run lengths of a mask are no coordinates: it is pasted where it was.
  return { ...rec, id, frame, source: 'manual', points: rec.kind === 'mask' ? rec.points : moved(rec.points), elements };
}
