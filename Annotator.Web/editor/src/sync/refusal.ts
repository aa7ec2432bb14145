import { fold } from './batch';
import type { JournalEntry, JournalOp, TrayItem } from './entry';
import type { StoredBatch } from './journal';
import type { InvalidOp } from './wire';
import { keyOf, type ObjectKey } from './wire';

/**
 * Splits a batch that the server found invalid: the changes it names go to the tray, with its reason, and the rest is sent
 * again. When it names none, all of the batch is set aside, so that saving goes on.
 */
export function setAside(
  stored: StoredBatch,
  entries: readonly JournalEntry[],
  refusal: { readonly message: string; readonly errors: readonly InvalidOp[] },
  at: number,
): { readonly tray: TrayItem[]; readonly replace: JournalEntry[]; readonly remove: number[] } {
  const reasons = new Map<ObjectKey, string>();
  for (const { pointer, message } of refusal.errors) {
    const op = stored.batch.ops[Number(/^\/ops\/(\d+)(\/|$)/.exec(pointer)?.[1] ?? -1)];
    if (op !== undefined && !reasons.has(keyOf(op))) reasons.set(keyOf(op), message);
  }
  if (reasons.size === 0) for (const op of stored.batch.ops) reasons.set(keyOf(op), refusal.message);

  const folded = new Map<ObjectKey, JournalOp | null>();
  const replace: JournalEntry[] = [];
  const remove: number[] = [];
  for (const entry of entries) {
    // A later change of a refused addition has nothing to stand on: it is set aside with it.
    const bad = entry.ops.filter((op) => reasons.has(keyOf(op)));
    if (bad.length === 0) continue;
    for (const op of bad) folded.set(keyOf(op), fold(folded.get(keyOf(op)) ?? null, op));
    const good = entry.ops.filter((op) => !reasons.has(keyOf(op)));
    if (good.length === 0) remove.push(entry.n);
    else replace.push({ ...entry, ops: good });
  }
  const tray = [...folded].flatMap(([key, op]): TrayItem[] =>
    op === null ? [] : [{ id: `${key}/refused/${at}`, kind: 'rejected', op, fields: [], theirs: null, reason: reasons.get(key) ?? refusal.message, at }]);
  return { tray, replace, remove };
}
