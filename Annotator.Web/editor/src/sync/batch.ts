import { type JournalEntry, type JournalOp, revOf } from './entry';
import { type Fields, keyOf, type ObjectKey, sameJson, type WireObject, type WireOp } from './wire';

/** The most ops the server takes in one batch. */
export const MAX_OPS = 10_000;
/** Stay well under the server's 16 MiB. */
export const MAX_BYTES = 8 * 1024 * 1024;

export interface FormedOps {
  readonly ops: readonly WireOp[];
  /** The entries the ops stand for; never empty when there were entries. */
  readonly entries: readonly number[];
}

/**
 * Folds the oldest entries into as few ops as say the same: many moves of one shape become one update, an object drawn and
 * removed again becomes nothing. Takes entries whole, in order, until the batch is full; an entry that alone is too large
 * goes alone.
 * @param known whether the server has, or has had, the object: adding it again must resurrect it instead.
 */
export function formOps(entries: readonly JournalEntry[], known: (key: ObjectKey) => boolean): FormedOps {
  const folded = new Map<ObjectKey, JournalOp | null>();
  const taken: number[] = [];
  let count = 0;
  let bytes = 0;
  for (const entry of entries) {
    const size = JSON.stringify(entry.ops).length;
    if (taken.length > 0 && (count + entry.ops.length > MAX_OPS || bytes + size > MAX_BYTES)) break;
    for (const op of entry.ops) {
      const key = keyOf(op);
      folded.set(key, fold(folded.get(key) ?? null, asRestore(op, known(key))));
    }
    taken.push(entry.n);
    count += entry.ops.length;
    bytes += size;
  }
  const ops = [...folded.values()].flatMap((op) => (op === null ? [] : toWire(op)));
  return { ops, entries: taken };
}

function asRestore(op: JournalOp, known: boolean): JournalOp {
  return op.op === 'add' && known && !op.restore ? { ...op, restore: true } : op;
}

/** What two changes of one object in a row amount to; null when to nothing. */
export function fold(first: JournalOp | null, then: JournalOp): JournalOp | null {
  if (first === null) return then;
  switch (then.op) {
    case 'add':
      return first.op === 'remove' ? restoreAfter(first, then) : then;
    case 'update':
      if (first.op === 'remove') return first;
      return { ...first, set: { ...first.set, ...then.set }, revs: earliest(first, then) };
    case 'remove':
      if (first.op === 'add' && !first.restore) return null;
      return first.op === 'remove' ? first : removalAfter(first, then);
  }
}

/** The removal remembers of the object only what the server has too: fields changed before it are not among that. */
function removalAfter(change: JournalOp, removal: JournalOp): JournalOp {
  const { before, ...rest } = removal;
  const kept = before === undefined ? {} : { before: withoutFields(before, Object.keys(change.set ?? {})) };
  return { ...rest, ...kept, rev: Math.min(change.rev, removal.rev) };
}

function withoutFields(object: WireObject, fields: readonly string[]): WireObject {
  return { ...Object.fromEntries(Object.entries(object).filter(([name]) => !fields.includes(name))), id: object.id };
}

function restoreAfter(removal: JournalOp, addition: JournalOp): JournalOp | null {
  const before = removal.before;
  if (before === undefined) return { ...addition, restore: true };
  const changed = Object.entries(addition.set ?? {}).filter(([name, value]) => name !== 'id' && !sameJson(value, before[name]));
  if (changed.length === 0) return null;
  return { op: 'update', type: addition.type, id: addition.id, rev: removal.rev, set: Object.fromEntries(changed) };
}

function earliest(first: JournalOp, then: JournalOp): Record<string, number> {
  const revs: Record<string, number> = {};
  for (const field of Object.keys(then.set ?? {})) revs[field] = revOf(then, field);
  for (const field of Object.keys(first.set ?? {})) revs[field] = revOf(first, field);
  return revs;
}

/** Fields with different base revisions travel in ops of their own, because an op has one. */
function toWire(op: JournalOp): WireOp[] {
  const { type, id } = op;
  if (op.op === 'remove') return [{ op: 'remove', type, id, rev: op.rev }];
  const { id: _, ...set } = op.set ?? {};
  if (op.op === 'add' && !op.restore) return [{ op: 'add', type, id, value: set }];
  const byRev = new Map<number, Record<string, unknown>>();
  for (const [field, value] of Object.entries(set)) {
    const rev = revOf(op, field);
    const fields = byRev.get(rev) ?? {};
    fields[field] = value;
    byRev.set(rev, fields);
  }
  return [...byRev].sort(([a], [b]) => a - b).map(([rev, fields]: [number, Fields]) => ({ op: 'update', type, id, rev, set: fields }));
}
