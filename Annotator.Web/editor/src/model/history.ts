import { signal } from '@preact/signals-core';
import { compose, invert, isEmpty, rebase } from './diff';
import type { ReadonlySignal } from '@preact/signals-core';
import type { Diff } from './diff';
import type { Id, Rec, Track } from './records';
import type { Change, Store } from './store';

/** One step of the undo list. */
export interface Step {
  readonly name: string;
  readonly frame: number | null;
  readonly diff: Diff;
}

interface Entry extends Step {
  readonly coalesce: string | null;
  readonly bytes: number;
}

/** What the undo list may hold before the oldest steps are dropped. */
export const HISTORY_BYTES = 64 * 1024 * 1024;

/**
 * This person's changes, to be undone and redone. Undo applies the inverse as a new change (origin `undo`), so it is saved
 * like any other. What others did meanwhile is never undone: an inverse touches only fields that still have our value.
 * Steps survive a change of selection or view; a new change of ours ends what could be redone.
 */
export class History {
  readonly #undo: Entry[] = [];
  readonly #redo: Entry[] = [];
  readonly #version = signal(0, { name: 'history' });
  readonly #stop: () => void;
  readonly #adopted = new Map<Id, { readonly name: string; readonly coalesce: string; readonly frame: number }>();
  #bytes = 0;
  #sealed = false;

  constructor(
    private readonly store: Store,
    private readonly limitBytes = HISTORY_BYTES,
  ) {
    this.#stop = store.listen((change) => this.#record(change));
  }

  /** Changes whenever the lists do: read it in an effect or computed. */
  get version(): ReadonlySignal<number> {
    return this.#version;
  }

  /** Oldest first; the last one is undone next. */
  get undoSteps(): readonly Step[] {
    return this.#undo;
  }

  /** The last one is redone next. */
  get redoSteps(): readonly Step[] {
    return this.#redo;
  }

  get canUndo(): boolean {
    return this.#undo.length > 0;
  }

  get canRedo(): boolean {
    return this.#redo.length > 0;
  }

  /** Undoes the newest step that still has an effect; returns it, or null when there is none. */
  undo(): Step | null {
    return this.#move(this.#undo, this.#redo);
  }

  redo(): Step | null {
    return this.#move(this.#redo, this.#undo);
  }

  /**
   * From here on, until the returned way to stop is called, what the server changes of these objects is this person's step:
   * work that they asked the server for. It is one step with changes of the same key, as long as nothing else comes between.
   */
  adopt(ids: readonly Id[], name: string, coalesce: string, frame: number): () => void {
    for (const id of ids) this.#adopted.set(id, { name, coalesce, frame });
    return () => ids.forEach((id) => this.#adopted.delete(id));
  }

  /** The next change starts a step of its own, even with the same coalesce key (a field lost focus, a tool ended). */
  seal(): void {
    this.#sealed = true;
  }

  /**
   * Puts back what an earlier session could undo and redo, oldest first, below what was done since. Safe whatever happened
   * in between: a step touches only what still has our value.
   */
  restore(undo: readonly Step[], redo: readonly Step[]): void {
    const since = this.#undo.splice(0);
    this.#bytes = 0;
    const back = (list: Entry[], steps: readonly Step[]): void => {
      for (const { name, frame, diff } of steps) this.#push(list, { name, frame, diff, coalesce: null, bytes: sizeOf(diff) });
    };
    back(this.#undo, undo);
    for (const entry of since) this.#push(this.#undo, entry);
    this.#redo.length = 0;
    if (since.length === 0) back(this.#redo, redo);
    this.#sealed = true;
    this.#version.value++;
  }

  clear(): void {
    this.#undo.length = 0;
    this.#redo.length = 0;
    this.#bytes = 0;
    this.#version.value++;
  }

  dispose(): void {
    this.#stop();
  }

  #record(change: Change): void {
    const asked = change.origin === 'remote' && this.#adopted.size > 0 ? this.#adopted.get(change.diff.updated[0]?.[1].id ?? -1) : undefined;
    if (asked === undefined && change.origin !== 'user' && change.origin !== 'replay') {
      return;
    }
    const { name, diff, frame, coalesce } = asked === undefined ? change : { ...asked, diff: onlyOf(change.diff, this.#adopted) };
    const last = this.#undo.at(-1);
    if (coalesce !== null && last?.coalesce === coalesce && !this.#sealed) {
      this.#undo.pop();
      this.#bytes -= last.bytes;
      const merged = compose(last.diff, diff);
      if (!isEmpty(merged)) {
        this.#push(this.#undo, { name, frame, coalesce, diff: merged, bytes: sizeOf(merged) });
      }
    } else {
      this.#push(this.#undo, { name, frame, coalesce, diff, bytes: sizeOf(diff) });
    }
    this.#sealed = false;
    for (const entry of this.#redo) {
      this.#bytes -= entry.bytes;
    }
    this.#redo.length = 0;
    this.#version.value++;
  }

  #move(from: Entry[], to: Entry[]): Step | null {
    for (let entry = from.pop(); entry !== undefined; entry = from.pop()) {
      this.#bytes -= entry.bytes;
      const wanted = rebase(invert(entry.diff), (id) => this.store.get(id));
      if (isEmpty(wanted)) {
        continue;
      }
      const frame = entry.frame;
      const diff = this.store.apply(entry.name, wanted, { origin: 'undo', ...(frame === null ? {} : { frame }) });
      this.#push(to, { ...entry, diff, bytes: sizeOf(diff) });
      this.#sealed = true;
      this.#version.value++;
      return entry;
    }
    this.#version.value++;
    return null;
  }

  #push(list: Entry[], entry: Entry): void {
    list.push(entry);
    this.#bytes += entry.bytes;
    while (this.#bytes > this.limitBytes && this.#undo.length > 1) {
      this.#bytes -= this.#undo.shift()!.bytes;
    }
  }
}

/** What of a diff changes the given objects. */
function onlyOf({ updated }: Diff, ids: ReadonlyMap<Id, unknown>): Diff {
  return { added: [], removed: [], updated: updated.filter(([, to]) => ids.has(to.id)) };
}

/** About what the step keeps alive: coordinates dominate. Keyframes that both sides of a change share count once, for neither. */
function sizeOf(diff: Diff): number {
  const alone = [...diff.added, ...diff.removed].reduce((sum, rec) => sum + numbersIn(rec, null), 0);
  const changed = diff.updated.reduce((sum, [from, to]) => sum + numbersIn(from, to) + numbersIn(to, from), 0);
  return (diff.added.length + diff.removed.length + 2 * diff.updated.length) * 200 + (alone + changed) * 8;
}

function numbersIn(rec: Rec, other: Rec | null): number {
  switch (rec.type) {
    case 'tag':
      return 0;
    case 'shape':
      return rec.points.length + rec.elements.reduce((sum, element) => sum + element.points.length + 16, 0);
    case 'track': {
      const parts = (track: Track) => [track, ...track.elements];
      const shared = new Set(other?.type === 'track' ? parts(other).flatMap(({ keyframes }) => keyframes) : []);
      return parts(rec).reduce((sum, { keyframes }) => keyframes.reduce((inner, keyframe) => inner + (shared.has(keyframe) ? 1 : keyframe.points.length + 16), sum), 0);
    }
  }
}
