import { isSuggestion, JUDGED, type Id, type Rec } from '../model/records';
import type { Store } from '../model/store';
import { poseOf } from '../tracks/pose';

/** Suggestions on a frame: tags, shapes, and tracks that are seen there; in order of the score, the surest first. */
export function suggestionsOn(store: Store, frame: number, deleted: ReadonlySet<number>): Id[] {
  const found: Rec[] = [];
  for (const id of store.atFrame(frame)) {
    const rec = store.get(id)!;
    if (isSuggestion(rec)) found.push(rec);
  }
  for (const track of store.tracks()) {
    if (isSuggestion(track) && poseOf(track, frame, deleted) !== null) found.push(track);
  }
  return found.sort((a, b) => scoreOf(b) - scoreOf(a) || a.id - b.id).map(({ id }) => id);
}

/** How many suggestions are left in the job. */
export function suggestionCount(store: Store): number {
  let count = 0;
  for (const rec of store.all()) if (isSuggestion(rec)) count++;
  return count;
}

/** The nearest frame in a direction that has suggestions; null when there is none. A track counts where it begins. */
export function suggestedFrame(store: Store, frames: { readonly count: number; indexOf(frame: number): number; frameAt(index: number): number }, from: number, direction: 1 | -1): number | null {
  const starts = new Set<number>();
  for (const track of store.tracks()) if (isSuggestion(track)) starts.add(track.frame);
  for (let index = frames.indexOf(from) + direction; index >= 0 && index < frames.count; index += direction) {
    const frame = frames.frameAt(index);
    if (starts.has(frame)) return frame;
    for (const id of store.atFrame(frame)) if (isSuggestion(store.get(id)!)) return frame;
  }
  return null;
}

/** The object as it stands, as its judge's. */
export function accepted(rec: Rec): Rec {
  return isSuggestion(rec) ? { ...rec, source: JUDGED } : rec;
}

export function scoreOf(rec: Rec): number {
  return rec.type === 'shape' ? rec.score : 1;
}
