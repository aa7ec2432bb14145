import { kindOf, type Id, type Shape } from '../model/records';
import { trackOf } from '../tracks/conversions';
import { poseOf } from '../tracks/pose';
import type { FollowEnd, TrackerChoice } from '../tracks/following';
import { isMutable } from './clipboard';
import type { EditorContext } from './context';
import { type Action, type Allowed, all, defineAction, writable } from './define';
import { editable } from './edit';
import { idsFor } from './ids';

/** All that can be a track: a skeleton is followed node by node. Masks cannot. */
const FOLLOWED: ReadonlySet<string> = new Set(['rectangle', 'ellipse', 'polygon', 'polyline', 'points', 'cuboid', 'skeleton']);

let runs = 0;

/** What of the selection can be followed from the frame in view: visible, and of a kind that can. */
export function followable(context: EditorContext): Id[] {
  const frame = context.view.frame.value;
  return [...context.selection.selected.ids.value].filter((id) => {
    const rec = context.store.get(id);
    if (rec === undefined || !FOLLOWED.has(kindOf(rec) ?? '')) return false;
    return rec.type === 'shape' ? rec.frame === frame : poseOf(rec, frame, context.job.deletedFrames)?.outside === false;
  });
}

function onlyMasks(context: EditorContext): boolean {
  const kinds = [...context.selection.selected.ids.value].map((id) => context.store.get(id)).map((rec) => (rec === undefined ? null : kindOf(rec)));
  return kinds.length > 0 && kinds.every((kind) => kind === 'mask');
}

/** Has the selection followed by the server; shapes become tracks first, in the same step of the undo list. */
export async function follow(context: EditorContext, frames: number | null, backward: boolean, by: TrackerChoice): Promise<void> {
  const frame = context.view.frame.peek();
  const chosen = editable(context, followable(context));
  if (chosen.length === 0) return;
  const coalesce = `follow:${++runs}`;
  const shapes = chosen.map((id) => context.store.get(id)!).filter((rec): rec is Shape => rec.type === 'shape');
  const ids = await idsFor(context, shapes.length);
  if (ids === null) return;
  const tracks = shapes.map((shape, i) => [shape.id, trackOf(shape, ids[i]!, isMutable(context))] as const);
  if (tracks.length > 0) {
    context.history.seal();
    context.store.transact('follow', (tx) => {
      for (const [id, track] of tracks) {
        tx.remove(id);
        tx.add(track);
      }
    }, { frame, coalesce });
  }
  const made = new Map(tracks.map(([id, track]) => [id, track.id]));
  const followed = chosen.map((id) => made.get(id) ?? id);
  context.selection.selected.set(followed);
  tell(context, await context.following.follow({ ids: followed, frame, frames, backward, by, coalesce }));
}

/** Shows a following that went on while the editor was closed or read anew, so that it can be stopped. */
export async function resumeFollowing(context: EditorContext): Promise<void> {
  const end = await context.following.resume(context.view.frame.peek());
  if (end !== null) tell(context, end);
}

function tell(context: EditorContext, { kind, message }: FollowEnd): void {
  if (kind === 'done') context.notify('notice.followed', { message }, / lost |Lost /.test(message) ? 'warning' : 'info');
  else if (kind === 'stopped') context.notify('notice.followStopped');
  else context.notify('notice.followFailed', { reason: message }, 'error');
}

const can = (c: EditorContext): Allowed => (c.following.state.value !== null ? 'when.following' : followable(c).length > 0 ? true : onlyMasks(c) ? 'when.masksAreNoTracks' : 'when.nothingToFollow');
const running = (c: EditorContext): Allowed => (c.following.state.value !== null ? true : 'when.notFollowing');

export const followActions: readonly Action[] = [
  defineAction({ id: 'track.follow', group: 'tracks', label: 'track.follow', keys: ['Shift+F'], when: all(writable, can), run: (c) => { c.ui.overlay.value = 'follow'; } }),
  defineAction({ id: 'track.stopFollowing', group: 'tracks', label: 'track.stopFollowing', keys: ['Alt+Shift+F'], when: running, run: (c) => c.following.stop() }),
];
