import type { Id, Keyframe, Rec, Shape, Tag, Track } from '../model/records';
import { type Pose, poseOf } from '../tracks/pose';
import type { EditorContext } from './context';

export function copy(context: EditorContext, ids: Iterable<Id>): number {
  const frame = context.view.frame.value;
  const copies = [...ids].flatMap((id) => {
    const rec = context.store.get(id);
    const onHand = rec === undefined ? null : asStandsHere(rec, frame, context.job.deletedFrames);
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

/** A track is copied as it stands on the frame, with its keyframes left behind: what is pasted is one shape. */
function asStandsHere(rec: Rec, frame: number, deleted: ReadonlySet<number>): Rec | null {
  if (rec.type !== 'track') return rec;
  const pose = poseOf(rec, frame, deleted);
  return pose === null ? null : shapeOf(rec, pose);
}

function shapeOf(track: Track, pose: Pose): Shape {
  const { kind, points, rotation, occluded, zOrder } = pose;
  const nodes = track.elements.map((element, i) => {
    const at: Pick<Keyframe, 'points' | 'occluded' | 'outside'> = pose.elements[i] ?? { points: [], occluded: false, outside: true };
    return { id: 0, labelId: element.labelId, group: 0, source: 'manual', kind: 'points' as const, rotation: 0, zOrder: 0, attributes: element.attributes, points: at.points, occluded: at.occluded, outside: at.outside };
  });
  return {
    type: 'shape', id: track.id, frame: track.frame, labelId: track.labelId, group: track.group, source: 'manual', score: 1,
    kind, points, rotation, occluded, outside: false, zOrder, attributes: { ...track.attributes, ...pose.attributes }, elements: nodes,
  };
}

function placed(rec: Rec, id: Id, frame: number, shift: number): Rec {
  if (rec.type === 'tag') return { ...rec, id, frame } satisfies Tag;
  if (rec.type === 'track') return rec;
  // Run lengths of a mask are no coordinates: it is pasted where it was.
  const moved = (points: readonly number[]): readonly number[] => (shift === 0 || rec.kind === 'mask' ? points : points.map((value) => value + shift));
  const elements = rec.elements.map((element) => ({ ...element, id: 0, points: moved(element.points) }));
  return { ...rec, id, frame, source: 'manual', points: moved(rec.points), elements };
}
