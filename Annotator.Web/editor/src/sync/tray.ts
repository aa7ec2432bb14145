import type { Rec } from '../model/records';
import type { IdSource } from '../model/ids';
import type { Store } from '../model/store';
import { fromCvat, withFields, type WireRec } from '../model/wire';
import type { TrayItem } from './entry';

/**
 * "Use mine": what the person had done becomes a new change on the current state, undoable like any other. An object that is
 * gone for good comes back under a new id.
 * @returns false when there is nothing left to change.
 */
export function useMine(store: Store, item: TrayItem, name: string, ids: IdSource): boolean {
  const { op } = item;
  const now = store.get(op.id);
  if (op.op === 'remove') {
    if (now === undefined) return false;
    store.transact(name, (tx) => tx.remove(op.id), { frame: now.frame });
    return true;
  }
  const set = item.fields.length === 0 ? { ...op.set } : Object.fromEntries(Object.entries(op.set ?? {}).filter(([field]) => item.fields.includes(field)));
  if (now !== undefined) {
    store.transact(name, (tx) => tx.update(op.id, (rec: Rec) => withFields(rec, set)), { frame: now.frame });
    return true;
  }
  const id = item.kind === 'conflict' && item.theirs === null ? ids.take() : op.id;
  const whole: Record<string, unknown> = { ...item.theirs, ...op.set, id };
  if (id === null || !('frame' in whole) || !('label_id' in whole)) return false;
  const rec = fromCvat(op.type, whole as unknown as WireRec);
  store.transact(name, (tx) => tx.add(rec), { frame: rec.frame });
  return true;
}

/** The tray as a file that a person can keep or send to somebody. */
export function exportTray(items: readonly TrayItem[]): Blob {
  return new Blob([JSON.stringify(items, null, 2)], { type: 'application/json' });
}
