import type { Attributes, Id, Rec } from '../model/records';
import { kindOf } from '../model/records';
import { accepts, attributesForLabel, type AttributeSpec } from '../model/schema';
import type { ChangeOptions } from '../model/store';
import { changedOn, type PoseChange } from '../tracks/keyframes';
import { type Pose, poseOf } from '../tracks/pose';
import type { EditorContext } from './context';

/** How the object stands on the frame in view; null for tags and for what is not there. */
export function poseHere(context: EditorContext, id: Id): Pose | null {
  const rec = context.store.get(id);
  return rec === undefined ? null : poseOf(rec, context.view.frame.value, context.job.deletedFrames);
}

/** Selected objects that are not locked. */
export function editable(context: EditorContext, ids: Iterable<Id> = context.selection.selected.ids.value): Id[] {
  return [...ids].filter((id) => {
    const rec = context.store.get(id);
    return rec !== undefined && !context.selection.isLocked(rec);
  });
}

/** Changes objects in one undoable step; `change` returns the same record where there is nothing to do. */
export function edit(context: EditorContext, name: string, ids: Iterable<Id>, change: (rec: Rec) => Rec, coalesce?: string): void {
  if (context.view.readonly.value) return;
  const options: ChangeOptions = { frame: context.view.frame.value, ...(coalesce === undefined ? {} : { coalesce }) };
  context.store.transact(name, (tx) => {
    for (const id of editable(context, ids)) tx.update(id, change);
  }, options);
}

/** Changes geometry or flags where the object stands now: the shape, or the track's keyframe on this frame. */
export function onFrame(context: EditorContext, rec: Rec, change: (pose: Pose) => PoseChange): Rec {
  const frame = context.view.frame.value;
  const pose = poseOf(rec, frame, context.job.deletedFrames);
  return pose === null ? rec : changedOn(rec, frame, change(pose), context.job.deletedFrames);
}

/** Gives a label to objects that may carry it; attributes that the new label has too are kept. */
export function relabel(context: EditorContext, ids: Iterable<Id>, labelId: number): void {
  const label = context.schema.labelById.get(labelId);
  if (label === undefined) return;
  const list = editable(context, ids);
  const fitting = list.filter((id) => {
    const rec = context.store.get(id)!;
    // The nodes of a skeleton are its own label's.
    return accepts(label, kindOf(rec) ?? 'tag') && (kindOf(rec) !== 'skeleton' || rec.labelId === labelId);
  });
  const refused = list.find((id) => !fitting.includes(id));
  if (refused !== undefined) {
    const kind = kindOf(context.store.get(refused)!) ?? 'tag';
    context.notify('notice.labelDoesNotFit', { name: label.name, kind }, 'warning');
  }
  edit(context, 'relabel', fitting, (rec) => {
    if (rec.labelId === labelId) return rec;
    const attributes = attributesForLabel(context.schema, rec.attributes, label);
    if (rec.type !== 'track') return { ...rec, labelId, attributes };
    const keyframes = rec.keyframes.map((keyframe) => ({ ...keyframe, attributes: attributesForLabel(context.schema, keyframe.attributes, label) }));
    return { ...rec, labelId, attributes, keyframes };
  });
}

/** The values that an object has on the frame in view, its own and a track's changing ones together. */
export function attributesHere(context: EditorContext, rec: Rec): Attributes {
  if (rec.type !== 'track') return rec.attributes;
  return { ...rec.attributes, ...poseOf(rec, context.view.frame.value, context.job.deletedFrames)?.attributes };
}

export function setAttribute(context: EditorContext, ids: Iterable<Id>, spec: AttributeSpec, value: string): void {
  const list = [...ids];
  edit(context, 'attribute', list, (rec) => {
    if (rec.type === 'track' && spec.mutable) {
      return onFrame(context, rec, () => ({ attributes: { [spec.id]: value } }));
    }
    return { ...rec, attributes: { ...rec.attributes, [spec.id]: value } };
  }, `attribute ${spec.id} of ${list.join(',')}`);
}

/** Everything on the frame in view, in order of layer, then id; tags last. */
export function objectsHere(context: EditorContext): Id[] {
  const frame = context.view.frame.value;
  const poses: [Id, number][] = [];
  for (const id of context.store.atFrame(frame)) {
    const rec = context.store.get(id);
    if (rec?.type === 'shape') poses.push([id, rec.zOrder]);
  }
  for (const track of context.store.tracks()) {
    const pose = poseOf(track, frame, context.job.deletedFrames);
    if (pose !== null) poses.push([track.id, pose.zOrder]);
  }
  return poses.sort((a, b) => a[1] - b[1] || a[0] - b[0]).map(([id]) => id);
}
