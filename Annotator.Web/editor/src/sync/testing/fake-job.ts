import { type AnnotationsPage, type InvalidOp, type JobChange, keyOf, type ObjectKey, type ObjectType, type OpResult, type OpsAnswer, type RemoteOp, sameJson, type WireBatch, type WireObject, type WireOp } from '../wire';

interface Touch {
  readonly rev: number;
  readonly client: string;
  readonly fields: readonly string[];
}

interface Held {
  value: WireObject;
  readonly touches: Touch[];
}

export type FakeAnswer =
  | { readonly status: 200; readonly answer: OpsAnswer; readonly change: JobChange | null }
  | { readonly status: 400; readonly errors: readonly InvalidOp[] }
  | { readonly status: 409; readonly expected: number };

/** The server's side of docs/annotations-protocol.md for one job, in memory: the merge table, numbering and the change log. */
export class FakeJob {
  revision = 0;
  readonly log: JobChange[] = [];
  readonly #objects = new Map<ObjectKey, Held>();
  readonly #graves = new Map<ObjectKey, { readonly value: WireObject }>();
  readonly #clients = new Map<string, { seq: number; answers: Map<number, OpsAnswer> }>();
  #nextId = 1000;

  /** @param valid names what is wrong with an op, or null. */
  constructor(private readonly valid: (op: WireOp) => string | null = () => null) {}

  reserve(count: number): { first: number; count: number } {
    const first = this.#nextId;
    this.#nextId += count;
    return { first, count };
  }

  seed(type: ObjectType, value: WireObject): void {
    this.#hold(keyOf({ type, id: value.id }), value, 0, '');
  }

  read(from = -Infinity, to = Infinity): AnnotationsPage {
    const of = (type: ObjectType): WireObject[] => [...this.#objects].filter(([key]) => key.startsWith(`${type}:`)).map(([, held]) => held.value);
    const within = (object: WireObject): boolean => (object['frame'] as number) >= from && (object['frame'] as number) <= to;
    return {
      version: this.revision,
      tags: of('tag').filter(within),
      shapes: of('shape').filter(within),
      tracks: of('track').filter((track) => (track['frame'] as number) <= to),
    };
  }

  get(key: ObjectKey): WireObject | null {
    return this.#objects.get(key)?.value ?? null;
  }

  /** A bulk change: everything goes, and what it was is not known any more. */
  clear(): JobChange {
    this.#objects.clear();
    this.#graves.clear();
    const change: JobChange = { revision: ++this.revision, client_id: null, ops: null };
    this.log.push(change);
    return change;
  }

  keys(): ObjectKey[] {
    return [...this.#objects.keys()];
  }

  changesSince(since: number): JobChange[] {
    return this.log.filter(({ revision }) => revision > since);
  }

  apply(batch: WireBatch): FakeAnswer {
    const client = this.#clients.get(batch.client_id) ?? { seq: 0, answers: new Map<number, OpsAnswer>() };
    const before = client.answers.get(batch.seq);
    if (before !== undefined) return { status: 200, answer: before, change: null };
    if (batch.seq !== client.seq + 1) return { status: 409, expected: client.seq + 1 };
    const errors = batch.ops.flatMap((op, i) => {
      const message = this.valid(op) ?? (op.op === 'add' && (this.#objects.has(keyOf(op)) || this.#graves.has(keyOf(op))) ? 'The id is taken.' : null);
      return message === null ? [] : [{ pointer: `/ops/${i}`, code: 'invalid', message }];
    });
    if (errors.length > 0) return { status: 400, errors };
    this.revision++;
    const applied: RemoteOp[] = [];
    const results = batch.ops.map((op) => this.#merge(op, batch.client_id, applied));
    const answer = { revision: this.revision, results };
    client.seq = batch.seq;
    client.answers.set(batch.seq, answer);
    this.#clients.set(batch.client_id, client);
    const change: JobChange = { revision: this.revision, client_id: batch.client_id, user: { id: 1, username: 'someone' }, ops: applied };
    this.log.push(change);
    return { status: 200, answer, change };
  }

  #merge(op: WireOp, client: string, applied: RemoteOp[]): OpResult {
    const key = keyOf(op);
    const held = this.#objects.get(key);
    if (op.op === 'add') {
      this.#hold(key, { ...op.value, id: op.id }, this.revision, client);
      applied.push(op);
      return { id: op.id, status: 'ok' };
    }
    if (op.op === 'remove') {
      if (held === undefined) return { id: op.id, status: 'ok' };
      if (held.touches.some((touch) => touch.rev > op.rev && touch.client !== client)) return { id: op.id, status: 'conflict', current: held.value };
      this.#objects.delete(key);
      this.#graves.set(key, { value: held.value });
      applied.push({ op: 'remove', type: op.type, id: op.id, value: held.value });
      return { id: op.id, status: 'ok' };
    }
    if (held === undefined) {
      const grave = this.#graves.get(key);
      if (grave === undefined) return { id: op.id, status: 'conflict', fields: Object.keys(op.set), current: null };
      const value = { ...grave.value, ...op.set, id: op.id };
      this.#graves.delete(key);
      this.#hold(key, value, this.revision, client);
      applied.push({ op: 'add', type: op.type, id: op.id, value });
      return { id: op.id, status: 'resurrected', current: value };
    }
    const disputed = Object.keys(op.set).filter((field) =>
      held.touches.some((touch) => touch.rev > op.rev && touch.client !== client && touch.fields.includes(field)) && !sameJson(held.value[field], op.set[field]));
    const set = Object.fromEntries(Object.entries(op.set).filter(([field]) => !disputed.includes(field)));
    if (Object.keys(set).length > 0) {
      held.value = { ...held.value, ...set, id: op.id };
      held.touches.push({ rev: this.revision, client, fields: Object.keys(set) });
      applied.push({ op: 'update', type: op.type, id: op.id, set });
    }
    return disputed.length === 0 ? { id: op.id, status: 'ok' } : { id: op.id, status: 'conflict', fields: disputed, current: held.value };
  }

  #hold(key: ObjectKey, value: WireObject, rev: number, client: string): void {
    this.#objects.set(key, { value, touches: [{ rev, client, fields: Object.keys(value) }] });
  }
}
