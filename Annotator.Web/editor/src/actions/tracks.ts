import { effect } from '@preact/signals-core';
import { type Id, kindOf, type Rec, type Shape, type Track } from '../model/records';
import { type MergeRefusal, merged, shapeOf, splitAt, trackOf } from '../tracks/conversions';
import { isOutside, keyframesOf, toggledKeyframe, toggledOutside, withoutKeyframes } from '../tracks/keyframes';
import { laneOf, type Run, withoutRun } from '../tracks/runs';
import { isMutable } from './clipboard';
import type { EditorContext } from './context';
import { type Action, type Allowed, all, defineAction, writable } from './define';
import { arm, labelsFor } from './drawing';
import { edit, editable, poseHere } from './edit';
import { idsFor } from './ids';
import { selected } from './objects';
import type { ToolId } from '../model/view';

/** The frame after the job's last. */
export function endOf(context: EditorContext): number {
  return context.job.stopFrame + 1;
}

export function selectedTracks(context: EditorContext): Track[] {
  return [...context.selection.selected.ids.value].flatMap((id) => {
    const rec = context.store.get(id);
    return rec?.type === 'track' ? [rec] : [];
  });
}

const onTrack = (c: EditorContext): Allowed => (selectedTracks(c).length > 0 ? true : 'when.noTrack');
const editing = all(writable, onTrack);

/** Changes tracks in one step; locked ones stay as they are, and that is said. */
export function editTracks(context: EditorContext, name: string, tracks: readonly Track[], change: (track: Track) => Rec): void {
  const ids = tracks.map(({ id }) => id);
  if (editable(context, ids).length < ids.length) context.notify('notice.locked', {}, 'warning');
  edit(context, name, ids, (rec) => (rec.type === 'track' ? change(rec) : rec));
}

export function toggleKeyframe(context: EditorContext, tracks: readonly Track[] = selectedTracks(context)): void {
  const frame = context.view.frame.peek();
  if (tracks.some((track) => keyframesOf(track).length === 1 && track.frame === frame)) context.notify('notice.onlyKeyframe');
  editTracks(context, 'keyframe', tracks, (track) => toggledKeyframe(track, frame, context.job.deletedFrames));
}

export function toggleOutside(context: EditorContext, tracks: readonly Track[] = selectedTracks(context)): void {
  const frame = context.view.frame.peek();
  const { deletedFrames } = context.job;
  const begun = tracks.filter((track) => track.frame < frame || isOutside(track, frame, deletedFrames));
  if (begun.length < tracks.length) context.notify('notice.trackBeginsHere');
  editTracks(context, 'outside', begun, (track) => toggledOutside(track, frame, deletedFrames));
}

function keyframeStep(context: EditorContext, direction: 1 | -1): void {
  const here = context.navigation.target.peek();
  const frames = selectedTracks(context).flatMap(keyframesOf).filter((frame) => (frame - here) * direction > 0 && context.navigation.indexOf(frame) >= 0);
  if (frames.length > 0) void context.navigation.go(direction === 1 ? Math.min(...frames) : Math.max(...frames));
  else context.notify('notice.noKeyframe');
}

/** The tool that draws such an object. */
function toolOf(context: EditorContext, rec: Rec): ToolId | null {
  const kind = kindOf(rec);
  if (kind === null || kind === 'mask') return null;
  return kind === 'rectangle' && (poseHere(context, rec.id)?.rotation ?? 0) !== 0 ? 'rotated-rectangle' : kind;
}

function redraw(context: EditorContext): void {
  const rec = context.store.get(context.selection.single.peek() ?? -1);
  const tool = rec === undefined ? null : toolOf(context, rec);
  if (rec === undefined || tool === null) return;
  if (labelsFor(context, tool).some(({ id }) => id === rec.labelId)) context.view.drawLabel.value = rec.labelId;
  arm(context, tool);
  context.view.redraw.value = rec.id;
}

/** Splits the selected tracks that are visible here: each ends, and a new one begins. */
export function split(context: EditorContext, tracks: readonly Track[], frame: number): void {
  if (context.view.readonly.peek()) return;
  const { deletedFrames } = context.job;
  const begun: Track[] = [];
  const ended = new Map<Id, Track>();
  for (const id of editable(context, tracks.map((track) => track.id))) {
    const track = context.store.get(id) as Track;
    if (splitAt(track, frame, -1, deletedFrames) === null) continue;
    const next = context.ids.take();
    if (next === null) {
      context.notify('notice.no-ids', {}, 'warning');
      return;
    }
    const [before, after] = splitAt(track, frame, next, deletedFrames)!;
    ended.set(id, before);
    begun.push(after);
  }
  if (begun.length === 0) {
    context.notify('notice.nothingToSplit', {}, 'warning');
    return;
  }
  context.store.transact('split', (tx) => {
    for (const [id, track] of ended) tx.update(id, () => track);
    for (const track of begun) tx.add(track);
  }, { frame });
  context.selection.selected.set(begun.map(({ id }) => id));
}

const REFUSALS: Readonly<Record<MergeRefusal, 'notice.mergeFew' | 'notice.mergeLabel' | 'notice.mergeKind' | 'notice.mergeFrame'>> = {
  few: 'notice.mergeFew', label: 'notice.mergeLabel', kind: 'notice.mergeKind', frame: 'notice.mergeFrame',
};

/** Makes one track of the objects, or says why they do not become one. */
export function mergeObjects(context: EditorContext, ids: readonly Id[]): boolean {
  const recs = editable(context, ids).flatMap((id): (Shape | Track)[] => {
    const rec = context.store.get(id)!;
    return rec.type === 'tag' ? [] : [rec];
  });
  const trial = merged(recs, -1, endOf(context), isMutable(context));
  if (typeof trial === 'string') {
    context.notify(REFUSALS[trial], {}, 'warning');
    return false;
  }
  const id = context.ids.take();
  if (id === null) {
    context.notify('notice.no-ids', {}, 'warning');
    return false;
  }
  context.store.transact('merge', (tx) => {
    for (const rec of recs) tx.remove(rec.id);
    tx.add({ ...trial, id });
  }, { frame: context.view.frame.peek() });
  context.selection.selected.set([id]);
  return true;
}

/** Two or more selected objects are merged; with fewer, objects are picked on any frame until the key is pressed again. */
function merge(context: EditorContext): void {
  const { gathered } = context.selection;
  const now = gathered.peek();
  const chosen = [...context.selection.selected.ids.peek()];
  if (now === null && chosen.length < 2) {
    gathered.value = new Set(chosen);
    return;
  }
  if (mergeObjects(context, [...new Set([...(now ?? []), ...chosen])].filter((id) => context.store.has(id)))) gathered.value = null;
}

/** While objects are picked for a merge, whatever is selected on any frame is one of them. Returns the way to stop. */
export function gatherSelection(context: EditorContext): () => void {
  return effect(() => {
    const now = context.selection.gathered.value;
    const ids = [...context.selection.selected.ids.value].filter((id) => context.store.get(id)?.type !== 'tag');
    if (now !== null && ids.some((id) => !now.has(id))) context.selection.gathered.value = new Set([...now, ...ids]);
  });
}

/** Each selected shape becomes a track that begins with it. */
async function toTracks(context: EditorContext): Promise<void> {
  const shapes = (): Shape[] => editable(context).flatMap((id) => {
    const rec = context.store.get(id)!;
    return rec.type === 'shape' && rec.kind !== 'mask' ? [rec] : [];
  });
  const ids = await idsFor(context, shapes().length);
  if (ids === null) return;
  const tracks = shapes().slice(0, ids.length).map((shape, i) => [shape.id, trackOf(shape, ids[i]!, isMutable(context))] as const);
  context.store.transact('to-track', (tx) => {
    for (const [id, track] of tracks) {
      tx.remove(id);
      tx.add(track);
    }
  }, { frame: context.view.frame.peek() });
  context.selection.selected.set(tracks.map(([, { id }]) => id));
}

/** More shapes than this are not made in one step. */
const MOST_SHAPES = 10_000;

/** Every frame of the runs gets a shape of its own, and the tracks lose these runs; a track without a run left goes. */
export async function toShapes(context: EditorContext, tracks: readonly Track[], runsOf: (track: Track) => readonly Run[]): Promise<void> {
  if (context.view.readonly.peek()) return;
  const { job, navigation } = context;
  const list = editable(context, tracks.map(({ id }) => id)).map((id) => context.store.get(id) as Track);
  const shapes = list.flatMap((track) => runsOf(track).flatMap(({ from, to }) => {
    const made: Shape[] = [];
    for (let frame = from; frame < to && made.length <= MOST_SHAPES; frame++) {
      const shape = navigation.indexOf(frame) < 0 ? null : shapeOf(track, frame, -1, job.deletedFrames);
      if (shape !== null) made.push(shape);
    }
    return made;
  }));
  if (shapes.length > MOST_SHAPES) {
    context.notify('notice.tooManyShapes', { n: shapes.length, most: MOST_SHAPES }, 'warning');
    return;
  }
  const ids = await idsFor(context, shapes.length);
  // What somebody changed while the numbers came is not overwritten.
  if (ids === null || list.some((track) => context.store.get(track.id) !== track)) return;
  context.store.transact('to-shapes', (tx) => {
    for (const track of list) {
      const rest = runsOf(track).reduce<Track | null>((left, run) => (left === null ? null : withoutRun(left, run, endOf(context))), track);
      if (rest === null) tx.remove(track.id);
      else tx.update(track.id, () => rest);
    }
    shapes.forEach((shape, i) => tx.add({ ...shape, id: ids[i]! }));
  }, { frame: context.view.frame.peek() });
  context.selection.selected.set(shapes.flatMap(({ frame }, i) => (frame === context.view.frame.peek() ? [ids[i]!] : [])));
}

/** Takes the keyframes of the frames away; the last ones that a track has stay. */
export function deleteKeyframes(context: EditorContext, tracks: readonly Track[], from: number, to: number): void {
  editTracks(context, 'delete-keyframes', tracks, (track) => withoutKeyframes(track, (frame) => frame >= from && frame <= to) ?? track);
}

const convertible = (c: EditorContext): Allowed =>
  [...c.selection.selected.ids.value].some((id) => c.store.get(id)?.type === 'shape' && kindOf(c.store.get(id)!) !== 'mask') ? true : 'when.noShape';
const redrawable = (c: EditorContext): Allowed => {
  const rec = c.store.get(c.selection.single.value ?? -1);
  return rec !== undefined && toolOf(c, rec) !== null ? true : 'when.noSelection';
};
const hasObjects = (c: EditorContext): Allowed => (selected(c) === true && [...c.selection.selected.ids.value].some((id) => c.store.get(id)?.type !== 'tag') ? true : 'when.noSelection');

export const trackActions: readonly Action[] = [
  defineAction({ id: 'object.keyframe', group: 'tracks', label: 'object.keyframe', keys: ['K'], when: editing, run: (c) => toggleKeyframe(c) }),
  defineAction({ id: 'object.outside', group: 'tracks', label: 'object.outside', keys: ['O'], when: editing, run: (c) => toggleOutside(c) }),
  defineAction({ id: 'object.nextKeyframe', group: 'tracks', label: 'object.nextKeyframe', keys: ['R'], when: onTrack, run: (c) => keyframeStep(c, 1) }),
  defineAction({ id: 'object.previousKeyframe', group: 'tracks', label: 'object.previousKeyframe', keys: ['E'], when: onTrack, run: (c) => keyframeStep(c, -1) }),
  defineAction({ id: 'object.redraw', group: 'tracks', label: 'object.redraw', keys: ['Shift+N'], when: all(writable, redrawable), run: redraw }),
  defineAction({ id: 'track.merge', group: 'tracks', label: 'track.merge', keys: ['Shift+M'], when: writable, run: merge }),
  defineAction({ id: 'track.split', group: 'tracks', label: 'track.split', keys: ['Alt+M'], when: editing, run: (c) => split(c, selectedTracks(c), c.view.frame.peek()) }),
  defineAction({ id: 'track.propagate', group: 'tracks', label: 'track.propagate', keys: ['Ctrl+B'], when: all(writable, hasObjects), run: (c) => { c.ui.overlay.value = 'propagate'; } }),
  defineAction({ id: 'track.fromShapes', group: 'tracks', label: 'track.fromShapes', when: all(writable, convertible), run: (c) => void toTracks(c) }),
  defineAction({ id: 'track.toShapes', group: 'tracks', label: 'track.toShapes', when: editing, run: (c) => void toShapes(c, selectedTracks(c), (track) => laneOf(track, endOf(c)).runs) }),
];
