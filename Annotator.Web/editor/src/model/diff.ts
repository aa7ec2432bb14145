import type { Id, Rec } from './records';

/** A change of the store: what came, what went, and what was changed from what to what. The unit of undo, journal and sync. */
export interface Diff {
  readonly added: readonly Rec[];
  readonly removed: readonly Rec[];
  readonly updated: readonly (readonly [from: Rec, to: Rec])[];
}

export const EMPTY_DIFF: Diff = Object.freeze({ added: [], removed: [], updated: [] });

export function isEmpty(diff: Diff): boolean {
  return diff.added.length === 0 && diff.removed.length === 0 && diff.updated.length === 0;
}

export function invert(diff: Diff): Diff {
  return { added: diff.removed, removed: diff.added, updated: diff.updated.map(([from, to]) => [to, from] as const) };
}

/** The one diff that does what both do, one after the other. */
export function compose(first: Diff, second: Diff): Diff {
  const net = new Map<Id, [before: Rec | null, after: Rec | null]>();
  for (const diff of [first, second]) {
    for (const rec of diff.removed) {
      net.set(rec.id, [beforeOf(net, rec.id, rec), null]);
    }
    for (const rec of diff.added) {
      net.set(rec.id, [beforeOf(net, rec.id, null), rec]);
    }
    for (const [from, to] of diff.updated) {
      net.set(to.id, [beforeOf(net, to.id, from), to]);
    }
  }
  return diffOf(net.values());
}

/** @internal Builds a diff from pairs of before and after; null means that the object is not there. */
export function diffOf(pairs: Iterable<readonly [Rec | null, Rec | null]>): Diff {
  const added: Rec[] = [];
  const removed: Rec[] = [];
  const updated: (readonly [Rec, Rec])[] = [];
  for (const [before, after] of pairs) {
    if (before === after) {
      continue;
    }
    if (before === null) {
      added.push(after!);
    } else if (after === null) {
      removed.push(before);
    } else {
      updated.push([before, after]);
    }
  }
  return { added, removed, updated };
}

/** Ids of all objects the diff touches. */
export function touched(diff: Diff): Id[] {
  return [...diff.added.map((rec) => rec.id), ...diff.removed.map((rec) => rec.id), ...diff.updated.map(([, to]) => to.id)];
}

/**
 * What is left of a wished diff in the store as it stands: objects that are gone are not changed, objects that are there are
 * not added again, and a field that somebody else has changed since keeps their value.
 */
export function rebase(diff: Diff, current: (id: Id) => Rec | undefined): Diff {
  const updated: (readonly [Rec, Rec])[] = [];
  for (const [from, to] of diff.updated) {
    const now = current(to.id);
    if (now !== undefined && now.type === to.type) {
      const next = now === from ? to : mergeFields(now, from, to);
      if (next !== now) {
        updated.push([now, next]);
      }
    }
  }
  return {
    added: diff.added.filter((rec) => current(rec.id) === undefined),
    removed: diff.removed.flatMap((rec) => current(rec.id) ?? []),
    updated,
  };
}

function mergeFields(now: Rec, from: Rec, to: Rec): Rec {
  const next: Record<string, unknown> = { ...now };
  let changed = false;
  const [nowFields, fromFields, toFields] = [now, from, to] as unknown as Record<string, unknown>[];
  for (const field of Object.keys(toFields!)) {
    const wished = toFields![field];
    if (!same(fromFields![field], wished) && same(nowFields![field], fromFields![field]) && !same(nowFields![field], wished)) {
      next[field] = wished;
      changed = true;
    }
  }
  return changed ? (next as unknown as Rec) : now;
}

/** Equal by value, but for the numbers that the server gives keyframes when it stores them: they are nobody's change. */
function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((value, i) => same(value, b[i]));
  const [one, other] = [a, b] as [Record<string, unknown>, Record<string, unknown>];
  const numbered = isKeyframe(one);
  const equal = (field: string): boolean => (numbered && field === 'id') || same(one[field], other[field]);
  return Object.keys(one).every(equal) && Object.keys(other).every((field) => field in one || equal(field));
}

function isKeyframe(value: Readonly<Record<string, unknown>>): boolean {
  return 'frame' in value && 'points' in value;
}

function beforeOf(net: ReadonlyMap<Id, readonly [Rec | null, Rec | null]>, id: Id, otherwise: Rec | null): Rec | null {
  const known = net.get(id);
  return known === undefined ? otherwise : known[0];
}
