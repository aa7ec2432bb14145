import type { Fields, ObjectType, WireObject } from './wire';

/**
 * One change of one object as the journal keeps it. `rev` is the job revision that was seen when the change was made: the
 * server compares what others did with it; what this journal did itself never counts against it. `revs` says so by field,
 * where several changes were folded into one.
 */
export interface JournalOp {
  readonly op: 'add' | 'update' | 'remove';
  readonly type: ObjectType;
  readonly id: number;
  /** add: the whole object; update: the changed fields; absent for remove. */
  readonly set?: Fields;
  readonly rev: number;
  readonly revs?: Readonly<Record<string, number>>;
  /** remove: the object as it was, so that taking the removal back costs nothing. */
  readonly before?: WireObject;
  /** add: the server has known this id before (an undone removal), so it is sent as an update, which resurrects. */
  readonly restore?: boolean;
}

/** One committed gesture: one undo step, one journal entry. */
export interface JournalEntry {
  /** Position in the journal; rises. */
  readonly n: number;
  /** What the user did, in words, for the list of restored changes. */
  readonly label: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly ops: readonly JournalOp[];
}

/** The base revision of one field of an op. */
export function revOf(op: JournalOp, field: string): number {
  return op.revs?.[field] ?? op.rev;
}

/** A change that could not simply be applied; kept until a person decides. */
export interface TrayItem {
  readonly id: string;
  readonly kind: 'conflict' | 'rejected';
  readonly op: JournalOp;
  /** conflict: the fields in dispute. */
  readonly fields: readonly string[];
  /** conflict: the object as the server has it; null when it is gone. */
  readonly theirs: WireObject | null;
  /** rejected: what the server said is wrong. */
  readonly reason: string;
  readonly at: number;
}
