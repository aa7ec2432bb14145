import type { JournalEntry, JournalOp } from './entry';
import { keyOf, type ObjectKey, type OpResult, type RemoteOp, type WireObject, type WireOp } from './wire';

interface PendingObject {
  /** The object as the server last had it, or null when it never had it or removed it for good. */
  server: WireObject | null;
  /** Somebody removed it while a change of ours waits; `server` is how it was. */
  removed: boolean;
  /** The object as it was before a bulk change took it away; only to be told, and to be made anew. */
  lost: WireObject | null;
  readonly ops: { readonly n: number; readonly op: JournalOp }[];
}

/** What became of a change after the server's answer. */
export interface Settled {
  readonly result: OpResult;
  readonly op: WireOp;
}

/**
 * Objects with changes that the server has not taken yet. What the user sees of such an object is the server's state with
 * the waiting changes laid over it; this class keeps both, so that answers and other people's changes can arrive in any order.
 * Objects without waiting changes are not kept here: the store has them.
 */
export class PendingObjects {
  readonly #objects = new Map<ObjectKey, PendingObject>();
  readonly #buried = new Set<ObjectKey>();

  get size(): number {
    return this.#objects.size;
  }

  has(key: ObjectKey): boolean {
    return this.#objects.has(key);
  }

  /** Whether the server has, or has had, the object. */
  known(key: ObjectKey): boolean {
    const object = this.#objects.get(key);
    return this.#buried.has(key) || (object !== undefined && object.server !== null);
  }

  /** Remembers waiting changes. `serverState` is asked for an object's state before its first waiting change. */
  add(entry: JournalEntry, serverState: (key: ObjectKey) => WireObject | null): void {
    for (const op of entry.ops) {
      const key = keyOf(op);
      let object = this.#objects.get(key);
      if (object === undefined) {
        object = { server: serverState(key), removed: false, lost: null, ops: [] };
        this.#objects.set(key, object);
      }
      object.ops.push({ n: entry.n, op });
    }
  }

  /** What the user shall see of an object with waiting changes. */
  view(key: ObjectKey): WireObject | null {
    const object = this.#objects.get(key);
    if (object === undefined) return null;
    const base = object.server;
    const result = object.ops.reduce(overlay, base);
    return object.removed && object.ops.length === 0 ? null : result;
  }

  /** Takes a change of somebody else and returns the object as it is now on the server; null when it is gone. */
  applyRemote(op: RemoteOp): void {
    const key = keyOf(op);
    const object = this.#objects.get(key);
    if (op.op === 'remove') {
      this.#buried.add(key);
      if (object !== undefined) object.removed = true;
      return;
    }
    this.#buried.delete(key);
    if (object === undefined) return;
    object.removed = false;
    object.server = applyTo(object.server, op);
  }

  /** Replaces what is known of the server's side, after the job was read again. */
  reset(serverState: (key: ObjectKey) => WireObject | null): void {
    for (const [key, object] of this.#objects) {
      const next = serverState(key);
      if (next === null) object.lost = object.server ?? object.lost;
      object.server = next;
      object.removed = false;
    }
  }

  /** The object with my waiting changes, also when the server does not know it any more. */
  whole(key: ObjectKey): WireObject | null {
    const object = this.#objects.get(key);
    return object === undefined ? null : object.ops.reduce(overlay, object.server ?? object.lost);
  }

  /** Takes the answer to a batch out of the waiting changes; `stale` answers are older than the server state known here. */
  settle(entries: ReadonlySet<number>, settled: readonly Settled[], stale: boolean): readonly ObjectKey[] {
    const touched: ObjectKey[] = [];
    for (const { op, result } of settled) {
      const object = this.#objects.get(keyOf(op));
      if (object === undefined || stale) continue;
      object.server = afterAnswer(object.server, op, result);
      object.removed = false;
      if (object.server === null) this.#buried.add(keyOf(op));
      else this.#buried.delete(keyOf(op));
    }
    for (const [key, object] of this.#objects) {
      const waiting = object.ops.filter(({ n }) => !entries.has(n));
      if (waiting.length === object.ops.length) continue;
      object.ops.splice(0, object.ops.length, ...waiting);
      touched.push(key);
    }
    return touched;
  }

  /** Exchanges waiting changes for others of the same entry: lifted ones, or fewer when some were set aside. */
  replace(n: number, ops: readonly JournalOp[]): void {
    for (const object of this.#objects.values()) {
      for (let i = object.ops.length - 1; i >= 0; i--) {
        const waiting = object.ops[i];
        if (waiting?.n !== n) continue;
        const next = ops.find((op) => op.type === waiting.op.type && op.id === waiting.op.id && op.op === waiting.op.op);
        if (next === undefined) object.ops.splice(i, 1);
        else object.ops[i] = { n, op: next };
      }
    }
  }

  /** Forgets objects that wait for nothing any more; call after their view was shown. */
  sweep(): void {
    for (const [key, object] of this.#objects) if (object.ops.length === 0) this.#objects.delete(key);
  }
}

function overlay(below: WireObject | null, { op }: { readonly op: JournalOp }): WireObject | null {
  if (op.op === 'remove') return null;
  if (below === null) return op.op === 'add' ? { ...op.set, id: op.id } : null;
  return { ...below, ...op.set, id: op.id };
}

/** An object after somebody's change of it; an update of an object that is not known here changes nothing. */
export function applyTo(object: WireObject | null, op: RemoteOp): WireObject | null {
  if (op.op === 'remove') return null;
  if (op.op === 'add') return { ...op.value, id: op.id };
  return object === null ? null : { ...object, ...op.set, id: op.id };
}

function afterAnswer(server: WireObject | null, op: WireOp, result: OpResult): WireObject | null {
  // A conflict always says how the object stands; without that it is gone for good.
  if (result.status === 'conflict') return result.current ?? null;
  if (result.current !== undefined && result.current !== null) return result.current;
  if (op.op === 'remove') return null;
  if (op.op === 'add') return { ...op.value, id: op.id };
  return { ...(server ?? { id: op.id }), ...op.set, id: op.id };
}
