// What the editor and the server say to each other about annotations: docs/annotations-protocol.md.

export type ObjectType = 'tag' | 'shape' | 'track';

/** An annotation as the wire has it: the contract's JSON of one tag, shape or track. */
export interface WireObject {
  readonly id: number;
  readonly [field: string]: unknown;
}

export type Fields = Readonly<Record<string, unknown>>;

/** Names one object of a job: tags, shapes and tracks share one sequence of ids, the type says where to look. */
export type ObjectKey = `${ObjectType}:${number}`;

export function keyOf(object: { readonly type: ObjectType; readonly id: number }): ObjectKey {
  return `${object.type}:${object.id}`;
}

/** An op as it is sent. */
export type WireOp =
  | { readonly op: 'add'; readonly type: ObjectType; readonly id: number; readonly value: Fields }
  | { readonly op: 'update'; readonly type: ObjectType; readonly id: number; readonly rev: number; readonly set: Fields }
  | { readonly op: 'remove'; readonly type: ObjectType; readonly id: number; readonly rev: number };

/** An op as it comes from others; a removal may carry the object as it was. */
export type RemoteOp = {
  readonly op: 'add' | 'update' | 'remove';
  readonly type: ObjectType;
  readonly id: number;
  readonly value?: Fields;
  readonly set?: Fields;
};

export interface WireBatch {
  readonly client_id: string;
  readonly seq: number;
  readonly base: number;
  readonly ops: readonly WireOp[];
}

export interface OpResult {
  readonly id: number;
  readonly status: 'ok' | 'resurrected' | 'conflict';
  readonly fields?: readonly string[];
  readonly current?: WireObject | null;
}

export interface OpsAnswer {
  readonly revision: number;
  readonly results: readonly OpResult[];
}

/** A committed change of the job; `ops: null` is a bulk change, after which the job is read again. */
export interface JobChange {
  readonly revision: number;
  readonly user?: { readonly id: number; readonly username: string } | null;
  readonly client_id?: string | null;
  readonly ops: readonly RemoteOp[] | null;
}

export interface InvalidOp {
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}

/** A range of annotations at one revision. */
export interface AnnotationsPage {
  readonly version: number;
  readonly tags: readonly WireObject[];
  readonly shapes: readonly WireObject[];
  readonly tracks: readonly WireObject[];
}

/** Whether two JSON values are the same; the order of an object's members does not count. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((value, i) => sameJson(value, b[i]));
  }
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  const names = Object.keys(left);
  return names.length === Object.keys(right).length && names.every((name) => name in right && sameJson(left[name], right[name]));
}
