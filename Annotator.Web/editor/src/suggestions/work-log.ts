import { isSuggestion, type Rec } from '../model/records';
import type { Change } from '../model/store';
import type { WorkClock } from './work-clock';

/** The outline of an object, as it is sent. */
export interface WorkedShape {
  readonly type: string;
  readonly points: readonly number[];
  readonly rotation: number;
}

/** What one object took: an item of `POST /api/jobs/{id}/work`. */
export interface WorkItem {
  readonly object_id: number;
  /** `none`: what was said of it before does not hold any more, because it was undone. */
  readonly outcome: 'drawn' | 'accepted' | 'edited' | 'rejected' | 'none';
  readonly seconds: number;
  readonly frame: number;
  readonly label_id: number;
  readonly score: number | null;
  /** The suggestion, and what became of it; of an accepted one neither is needed. */
  readonly before: WorkedShape | null;
  readonly after: WorkedShape | null;
}

/**
 * Follows the changes of a person and keeps, for each object and not for each stroke, what was done with it and how long it took.
 * Who did it is not kept.
 */
export class WorkLog {
  readonly #items = new Map<number, WorkItem>();
  /** Suggestions that were judged since the job was opened, as the model made them. */
  readonly #suggested = new Map<number, Rec>();
  /** Seconds so far by object. */
  readonly #seconds = new Map<number, number>();

  constructor(private readonly clock: WorkClock) {}

  follow({ diff, origin, name }: Change): void {
    if (origin === 'undo') {
      for (const rec of diff.added) this.#put(rec, isSuggestion(rec) ? 'none' : this.#outcomeOf(rec), 0);
      for (const rec of diff.removed) this.#put(rec, isSuggestion(rec) || this.#suggested.has(rec.id) ? 'rejected' : 'none', 0);
      for (const [, to] of diff.updated) {
        if (this.#suggested.has(to.id)) this.#put(to, isSuggestion(to) ? 'none' : this.#outcomeOf(to), 0);
      }
      return;
    }
    if (origin !== 'user') return;
    const drawn = name.startsWith('draw-') || name === 'tag' ? diff.added.filter((rec) => !isSuggestion(rec)) : [];
    const judged = diff.updated.filter(([from, to]) => isSuggestion(from) || this.#suggested.has(to.id));
    const rejected = diff.removed.filter((rec) => isSuggestion(rec) || this.#suggested.has(rec.id));
    const count = drawn.length + judged.length + rejected.length;
    if (count === 0) return;
    const seconds = this.clock.lap() / count;
    for (const rec of drawn) this.#put(rec, 'drawn', seconds);
    for (const [from, to] of judged) {
      if (isSuggestion(from)) this.#suggested.set(to.id, from);
      this.#put(to, this.#outcomeOf(to), seconds);
    }
    for (const rec of rejected) {
      if (!this.#suggested.has(rec.id)) this.#suggested.set(rec.id, rec);
      this.#put(rec, 'rejected', seconds);
    }
  }

  get size(): number {
    return this.#items.size;
  }

  /** What has come together since the last time; at most so many. */
  take(limit: number): WorkItem[] {
    const items = [...this.#items.values()].slice(0, limit);
    for (const { object_id } of items) this.#items.delete(object_id);
    return items;
  }

  /** Takes back what could not be sent, unless something newer is known. */
  putBack(items: readonly WorkItem[]): void {
    for (const item of items) if (!this.#items.has(item.object_id)) this.#items.set(item.object_id, item);
  }

  #outcomeOf(rec: Rec): WorkItem['outcome'] {
    const before = this.#suggested.get(rec.id);
    if (before === undefined) return 'drawn';
    return sameWork(before, rec) ? 'accepted' : 'edited';
  }

  #put(rec: Rec, outcome: WorkItem['outcome'], seconds: number): void {
    const sum = (this.#seconds.get(rec.id) ?? 0) + seconds;
    this.#seconds.set(rec.id, sum);
    const before = this.#suggested.get(rec.id);
    const changed = outcome === 'edited' || outcome === 'rejected';
    this.#items.set(rec.id, {
      object_id: rec.id,
      outcome,
      seconds: sum,
      frame: rec.frame,
      label_id: (before ?? rec).labelId,
      score: before?.type === 'shape' ? before.score : null,
      before: changed && before !== undefined ? (outline(before) ?? (outcome === 'rejected' ? beginning(before) : null)) : null,
      after: outcome === 'edited' ? outline(rec) : null,
    });
  }
}

/** Whether only the source differs. */
function sameWork(a: Rec, b: Rec): boolean {
  const plain = (rec: Rec): string => JSON.stringify({ ...rec, source: '' });
  return plain(a) === plain(b);
}

/** A track or tag has no single outline. */
function outline(rec: Rec): WorkedShape | null {
  return rec.type === 'shape' ? { type: rec.kind, points: rec.points, rotation: rec.rotation } : null;
}

/** Where a rejected track began, so that the server can tell it when a model finds it again. */
function beginning(rec: Rec): WorkedShape | null {
  const first = rec.type === 'track' ? rec.keyframes[0] : undefined;
  return first === undefined || first.frame !== rec.frame ? null : { type: first.kind, points: first.points, rotation: first.rotation };
}
