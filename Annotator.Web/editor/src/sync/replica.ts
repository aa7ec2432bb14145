import { touched } from '../model/diff';
import type { Rec } from '../model/records';
import type { Change, Store } from '../model/store';
import { changedFields, fromCvat, toCvat, type WireRec } from '../model/wire';
import type { JournalOp } from './entry';
import type { Fields, ObjectKey, WireObject } from './wire';

/** What the user sees, as sync knows it: objects by key in the contract's JSON. */
export interface Replica {
  get(key: ObjectKey): WireObject | null;
  /** Shows these objects as given (null: not there), without making them a change of the user. */
  show(objects: ReadonlyMap<ObjectKey, WireObject | null>, origin: 'remote' | 'replay'): void;
}

/** The editor's store as a replica. */
export class StoreReplica implements Replica {
  constructor(private readonly store: Store) {}

  get(key: ObjectKey): WireObject | null {
    const rec = this.store.get(idOf(key));
    return rec === undefined ? null : wireOf(rec);
  }

  show(objects: ReadonlyMap<ObjectKey, WireObject | null>, origin: 'remote' | 'replay'): void {
    this.store.transact(origin, (tx) => {
      for (const [key, object] of objects) {
        const id = idOf(key);
        const now = tx.get(id);
        if (object === null) {
          tx.remove(id);
        } else {
          const rec = fromCvat(typeOf(key), object as unknown as WireRec);
          if (now === undefined) tx.add(rec);
          else if (Object.keys(changedFields(now, rec)).length > 0) tx.update(id, () => rec);
        }
      }
    }, { origin });
  }
}

/** A change of the store as journal ops; `seen` is the job revision it was made on. */
export function opsOf(change: Change, seen: number): JournalOp[] {
  const { added, removed, updated } = change.diff;
  const ops: JournalOp[] = [];
  for (const rec of removed) ops.push({ op: 'remove', type: rec.type, id: rec.id, rev: seen, before: wireOf(rec) });
  for (const rec of added) ops.push({ op: 'add', type: rec.type, id: rec.id, rev: seen, set: toCvat(rec) as unknown as Fields });
  for (const [from, to] of updated) {
    const set = changedFields(from, to);
    if (Object.keys(set).length > 0) ops.push({ op: 'update', type: to.type, id: to.id, rev: seen, set });
  }
  return ops;
}

/** The objects of a change as they were before it. */
export function stateBefore(change: Change): ReadonlyMap<number, WireObject | null> {
  const before = new Map<number, WireObject | null>(touched(change.diff).map((id) => [id, null]));
  for (const rec of change.diff.removed) before.set(rec.id, wireOf(rec));
  for (const [from] of change.diff.updated) before.set(from.id, wireOf(from));
  return before;
}

export function wireOf(rec: Rec): WireObject {
  return toCvat(rec) as unknown as WireObject;
}

function typeOf(key: ObjectKey): Rec['type'] {
  return key.slice(0, key.indexOf(':')) as Rec['type'];
}

function idOf(key: ObjectKey): number {
  return Number(key.slice(key.indexOf(':') + 1));
}
