import { EMPTY_DIFF, diffOf, isEmpty } from './diff';
import { quantiseRecord } from './quantise';
import { isSuggestion, JUDGED } from './records';
import type { Diff } from './diff';
import type { Id, Rec, Track } from './records';

/**
 * Where a change comes from. `user` and `undo` are this person's work and go to the journal and the server; `replay` is work
 * from the journal after a restart; `remote` and `load` come from the server.
 */
export type Origin = 'user' | 'undo' | 'remote' | 'load' | 'replay';

export interface Change {
  /** What was done, for people and as a key of translations: "draw rectangle", "move" … */
  readonly name: string;
  readonly diff: Diff;
  readonly origin: Origin;
  /** Frame the change was made on, for undo to go back to; null when it has none. */
  readonly frame: number | null;
  /** Consecutive user changes with the same key are one undo step (typing in a field, repeated nudges). */
  readonly coalesce: string | null;
}

export interface ChangeOptions {
  readonly origin?: Origin;
  readonly frame?: number;
  readonly coalesce?: string;
}

/** What may be done inside {@link Store.transact}. Reads see the transaction's own writes. */
export interface Tx {
  get(id: Id): Rec | undefined;
  /** @throws Error when the id is taken. */
  add(rec: Rec): void;
  /** Replaces the object by what `change` makes of it. @throws Error when there is no such object. */
  update<T extends Rec = Rec>(id: Id, change: (rec: T) => T): void;
  /** Removing what is not there does nothing. */
  remove(id: Id): void;
}

export type ChangeListener = (change: Change) => void;

const NO_IDS: ReadonlySet<Id> = new Set();

/**
 * All objects of a job that were loaded, as immutable records by id. Every change is one {@link Diff}: it is applied whole or
 * not at all, the indexes follow it, and listeners get it after it happened.
 *
 * ```ts
 * store.transact('relabel', (tx) => tx.update(id, (rec) => ({ ...rec, labelId })), { frame });
 * const stop = store.listen(({ diff, origin }) => …);
 * ```
 *
 * Coordinates that a `user` change touches are put on the 0.01 px grid; a suggestion that it touches is one no more.
 */
export class Store {
  readonly #records = new Map<Id, Rec>();
  readonly #byFrame = new Map<number, Set<Id>>();
  readonly #byLabel = new Map<number, Set<Id>>();
  readonly #tracks = new Set<Id>();
  readonly #revisions = new Map<Id, number>();
  readonly #listeners = new Set<ChangeListener>();
  #open: Map<Id, [Rec | null, Rec | null]> | null = null;
  #epoch = 0;

  get size(): number {
    return this.#records.size;
  }

  /** Grows with every change; equal epochs mean equal content. */
  get epoch(): number {
    return this.#epoch;
  }

  get(id: Id): Rec | undefined {
    return this.#records.get(id);
  }

  has(id: Id): boolean {
    return this.#records.has(id);
  }

  all(): IterableIterator<Rec> {
    return this.#records.values();
  }

  /** Ids of tags and shapes on the frame, in order of arrival. Tracks are in {@link tracks}. */
  atFrame(frame: number): ReadonlySet<Id> {
    return this.#byFrame.get(frame) ?? NO_IDS;
  }

  /** Frames that have tags or shapes, in no order. */
  frames(): IterableIterator<number> {
    return this.#byFrame.keys();
  }

  withLabel(labelId: number): ReadonlySet<Id> {
    return this.#byLabel.get(labelId) ?? NO_IDS;
  }

  *tracks(): IterableIterator<Track> {
    for (const id of this.#tracks) {
      yield this.#records.get(id) as Track;
    }
  }

  /**
   * The job's revision at which this client last saw the object as the server has it; 0 when the server never had it. It is
   * kept beside the records, and after a removal, because undo must bring back content but never an old revision.
   */
  revision(id: Id): number {
    return this.#revisions.get(id) ?? 0;
  }

  setRevision(id: Id, revision: number): void {
    this.#revisions.set(id, revision);
  }

  /**
   * Runs `work`, applies what it did as one diff and returns the diff; an empty one tells nobody. When `work` throws, nothing
   * is changed. A transact inside a transact becomes part of the outer one.
   */
  transact(name: string, work: (tx: Tx) => void, options: ChangeOptions = {}): Diff {
    if (this.#open !== null) {
      work(this.#transaction(this.#open, options.origin ?? 'user'));
      return EMPTY_DIFF;
    }
    const pending = new Map<Id, [Rec | null, Rec | null]>();
    this.#open = pending;
    try {
      work(this.#transaction(pending, options.origin ?? 'user'));
    } finally {
      this.#open = null;
    }
    const diff = diffOf(pending.values());
    this.#commit(name, diff, options);
    return diff;
  }

  /** Applies a diff as it stands. `updated` replaces whatever the object is now. */
  apply(name: string, diff: Diff, options: ChangeOptions = {}): Diff {
    return this.transact(
      name,
      (tx) => {
        for (const rec of diff.removed) {
          tx.remove(rec.id);
        }
        for (const rec of diff.added) {
          if (tx.get(rec.id) === undefined) {
            tx.add(rec);
          } else {
            tx.update(rec.id, () => rec);
          }
        }
        for (const [, to] of diff.updated) {
          if (tx.get(to.id) !== undefined) {
            tx.update(to.id, () => to);
          }
        }
      },
      options,
    );
  }

  /** Adds what the server sent; objects already here are replaced. */
  load(records: Iterable<Rec>, revision: number): Diff {
    const list = [...records];
    for (const rec of list) {
      this.#revisions.set(rec.id, revision);
    }
    return this.apply('load', { added: list, removed: [], updated: [] }, { origin: 'load' });
  }

  /** Tells every change after it happened, in order. Returns the way to stop. */
  listen(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #transaction(pending: Map<Id, [Rec | null, Rec | null]>, origin: Origin): Tx {
    const now = (id: Id): Rec | undefined => {
      const entry = pending.get(id);
      return entry === undefined ? this.#records.get(id) : (entry[1] ?? undefined);
    };
    const write = (id: Id, after: Rec | null): void => {
      const entry = pending.get(id);
      if (entry === undefined) {
        pending.set(id, [this.#records.get(id) ?? null, after]);
      } else {
        entry[1] = after;
      }
    };
    // Whoever changes a suggestion has judged it.
    const judged = (rec: Rec, before?: Rec): Rec => (before !== undefined && isSuggestion(before) && isSuggestion(rec) ? { ...rec, source: JUDGED } : rec);
    const clean = (rec: Rec, before?: Rec): Rec => (origin === 'user' ? judged(quantiseRecord(rec, before), before) : rec);
    return {
      get: now,
      add: (rec) => {
        if (now(rec.id) !== undefined) {
          throw new Error(`Object ${rec.id} is there already.`);
        }
        write(rec.id, clean(rec));
      },
      update: (id, change) => {
        const before = now(id);
        if (before === undefined) {
          throw new Error(`There is no object ${id}.`);
        }
        const after = (change as unknown as (rec: Rec) => Rec)(before);
        if (after.id !== id || after.type !== before.type) {
          throw new Error(`An update of object ${id} may change neither its id nor its type.`);
        }
        if (after !== before) {
          write(id, clean(after, before));
        }
      },
      remove: (id) => {
        if (now(id) !== undefined) {
          write(id, null);
        }
      },
    };
  }

  #commit(name: string, diff: Diff, options: ChangeOptions): void {
    if (isEmpty(diff)) {
      return;
    }
    for (const rec of diff.removed) {
      this.#unindex(rec);
      this.#records.delete(rec.id);
    }
    for (const rec of diff.added) {
      this.#records.set(rec.id, rec);
      this.#index(rec);
    }
    for (const [from, to] of diff.updated) {
      this.#records.set(to.id, to);
      if (from.frame !== to.frame || from.labelId !== to.labelId) {
        this.#unindex(from);
        this.#index(to);
      }
    }
    this.#epoch++;
    const change: Change = { name, diff, origin: options.origin ?? 'user', frame: options.frame ?? null, coalesce: options.coalesce ?? null };
    for (const listener of [...this.#listeners]) {
      listener(change);
    }
  }

  #index(rec: Rec): void {
    if (rec.type === 'track') {
      this.#tracks.add(rec.id);
    } else {
      addTo(this.#byFrame, rec.frame, rec.id);
    }
    addTo(this.#byLabel, rec.labelId, rec.id);
  }

  #unindex(rec: Rec): void {
    if (rec.type === 'track') {
      this.#tracks.delete(rec.id);
    } else {
      removeFrom(this.#byFrame, rec.frame, rec.id);
    }
    removeFrom(this.#byLabel, rec.labelId, rec.id);
  }
}

function addTo(index: Map<number, Set<Id>>, key: number, id: Id): void {
  const ids = index.get(key);
  if (ids === undefined) {
    index.set(key, new Set([id]));
  } else {
    ids.add(id);
  }
}

function removeFrom(index: Map<number, Set<Id>>, key: number, id: Id): void {
  const ids = index.get(key);
  if (ids?.delete(id) && ids.size === 0) {
    index.delete(key);
  }
}
