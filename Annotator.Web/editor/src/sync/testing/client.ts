import type { Answer } from '../api';
import type { JournalOp } from '../entry';
import { Journal } from '../journal';
import type { Replica } from '../replica';
import { type SyncApi, SyncSession } from '../session';
import { keyOf, type ObjectKey, type OpsAnswer, type WireBatch, type WireObject } from '../wire';
import type { FakeJob } from './fake-job';

export class MapReplica implements Replica {
  readonly objects = new Map<ObjectKey, WireObject>();

  get(key: ObjectKey): WireObject | null {
    return this.objects.get(key) ?? null;
  }

  show(objects: ReadonlyMap<ObjectKey, WireObject | null>): void {
    for (const [key, object] of objects) {
      if (object === null) this.objects.delete(key);
      else this.objects.set(key, object);
    }
  }

  load(job: FakeJob): number {
    this.objects.clear();
    for (const key of job.keys()) this.objects.set(key, job.get(key)!);
    return job.revision;
  }
}

/** What happens to the next request on its way. */
export type Weather = 'fine' | 'request-lost' | 'answer-lost' | 'duplicated';

export class Wire implements SyncApi {
  weather: Weather = 'fine';
  /** Batches that reached the server, as sent. */
  readonly sent: WireBatch[] = [];

  constructor(readonly job: FakeJob) {}

  async ops(_job: number, batch: WireBatch): Promise<Answer<OpsAnswer>> {
    const weather = this.weather;
    this.weather = 'fine';
    if (weather === 'request-lost') return { kind: 'unreachable' };
    const copy = JSON.parse(JSON.stringify(batch)) as WireBatch;
    this.sent.push(copy);
    let result = this.job.apply(copy);
    if (weather === 'duplicated') result = this.job.apply(copy);
    if (weather === 'answer-lost') return { kind: 'unreachable' };
    if (result.status === 409) return { kind: 'out-of-order', expected: result.expected };
    if (result.status === 400) return { kind: 'refused', status: 400, message: 'Not valid.', errors: result.errors };
    return { kind: 'ok', value: JSON.parse(JSON.stringify(result.answer)) as OpsAnswer };
  }

  async changes(_job: number, since: number): Promise<Answer<{ revision: number; changes: FakeJob['log'] }>> {
    return { kind: 'ok', value: { revision: this.job.revision, changes: this.job.changesSince(since) } };
  }
}

/** One browser: gestures, journal, session, and a way to kill and reopen it. */
export class Client {
  readonly wire: Wire;
  replica = new MapReplica();
  session!: SyncSession;
  reloads = 0;
  #journal: Journal | null = null;

  constructor(readonly name: string, readonly job: FakeJob) {
    this.wire = new Wire(job);
  }

  async open(): Promise<number> {
    this.replica = new MapReplica();
    this.#journal = await Journal.open(this.name);
    this.session = new SyncSession({
      jobId: 1, api: this.wire, journal: this.#journal, replica: this.replica, now: () => 0,
      reload: () => {
        this.reloads++;
        queueMicrotask(() => this.session.reloaded(this.replica.load(this.job)));
      },
    });
    return (await this.session.start(this.replica.load(this.job))).length;
  }

  /** As if the process had been killed: nothing is flushed, nothing closed in order. */
  kill(): void {
    this.#journal?.close();
  }

  add(id: number, value: Record<string, unknown>): Promise<void> {
    return this.#commit({ op: 'add', type: 'shape', id, rev: this.session.seen, set: { id, ...value } });
  }

  set(id: number, set: Record<string, unknown>): Promise<void> {
    return this.#commit({ op: 'update', type: 'shape', id, rev: this.session.seen, set });
  }

  remove(id: number): Promise<void> {
    const before = this.replica.get(`shape:${id}`);
    return before === null ? Promise.resolve() : this.#commit({ op: 'remove', type: 'shape', id, rev: this.session.seen, before });
  }

  shape(id: number): WireObject | null {
    return this.replica.get(`shape:${id}`);
  }

  #commit(op: JournalOp): Promise<void> {
    const key = keyOf(op);
    const before = this.replica.get(key);
    if (op.op === 'update' && before === null) return Promise.resolve();
    this.replica.show(new Map([[key, op.op === 'remove' ? null : { ...before, ...op.set, id: op.id }]]));
    return this.session.commit(op.op, [op], () => before);
  }
}
