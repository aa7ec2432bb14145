import { type ReadonlySignal, signal } from '@preact/signals-core';
import type { Answer, Failure } from './api';
import { formOps } from './batch';
import type { JournalEntry, JournalOp, TrayItem } from './entry';
import type { SavingJournal, StoredBatch } from './journal';
import { applyTo, PendingObjects, type Settled } from './pending';
import { randomId } from './random-id';
import { setAside } from './refusal';
import type { Replica } from './replica';
import { type JobChange, keyOf, type ObjectKey, type OpsAnswer, type WireBatch, type WireObject } from './wire';

export type SaveState =
  | { readonly kind: 'saved' }
  | { readonly kind: 'saving'; readonly queued: number }
  | { readonly kind: 'offline'; readonly queued: number }
  | { readonly kind: 'denied'; readonly queued: number; readonly message: string }
  /** The journal cannot be written (disk full, taken over): work is sent, but a crash could lose it. */
  | { readonly kind: 'unsafe'; readonly queued: number; readonly message: string };

/** The requests that saving makes. */
export interface SyncApi {
  ops(job: number, batch: WireBatch, keepalive?: boolean): Promise<Answer<OpsAnswer>>;
  changes(job: number, since: number): Promise<Answer<{ revision: number; changes: readonly JobChange[] }>>;
}

export interface SessionOptions {
  readonly jobId: number;
  readonly api: SyncApi;
  readonly journal: SavingJournal;
  readonly replica: Replica;
  /** The job must be read again: a bulk change, or more was missed than the server remembers. Call {@link SyncSession.reloaded} after. */
  readonly reload: () => void;
  readonly now?: () => number;
}

/**
 * Saving, and following others. A gesture goes to the journal, then in a batch to the server; one batch is in flight at a
 * time. When something is sent is decided elsewhere (see `pulse.ts`): this class knows what and in which order.
 */
export class SyncSession {
  readonly #options: SessionOptions;
  readonly #pending = new PendingObjects();
  readonly #state = signal<SaveState>({ kind: 'saved' }, { name: 'save state' });
  readonly #tray = signal<readonly TrayItem[]>([], { name: 'tray' });
  readonly #buffer = new Map<number, JobChange>();
  #entries: JournalEntry[] = [];
  #batch: StoredBatch | null = null;
  #nextEntry = 1;
  #seen = 0;
  #sending: Promise<void> | null = null;
  #loading = true;
  #problem: Failure | null = null;
  #unsafe = '';

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  get state(): ReadonlySignal<SaveState> {
    return this.#state;
  }

  get tray(): ReadonlySignal<readonly TrayItem[]> {
    return this.#tray;
  }

  /** The job's revision up to which everything is known here. */
  get seen(): number {
    return this.#seen;
  }

  /** Why the last attempt to send failed; null when it did not. */
  get problem(): Failure | null {
    return this.#problem;
  }

  /**
   * Call when the replica has the job as the server had it at `revision`: lays the journal's unsent work over it.
   * @returns the entries that were restored.
   */
  async start(revision: number): Promise<readonly JournalEntry[]> {
    const { entries, batch, tray } = await this.#options.journal.read();
    this.#seen = revision;
    this.#entries = [...entries];
    this.#batch = batch;
    this.#nextEntry = (entries.at(-1)?.n ?? 0) + 1;
    for (const entry of entries) this.#pending.add(entry, (key) => this.#options.replica.get(key));
    this.#show(entries.flatMap((entry) => entry.ops.map(keyOf)), 'replay');
    this.#tray.value = tray;
    this.#loading = false;
    this.#drain();
    this.#tell();
    return entries;
  }

  /** Call when the replica was filled anew at `revision`, after {@link SessionOptions.reload} asked for it. */
  reloaded(revision: number): void {
    this.#seen = revision;
    this.#loading = false;
    this.#pending.reset((key) => this.#options.replica.get(key));
    this.#show(this.#entries.flatMap((entry) => entry.ops.map(keyOf)), 'remote');
    this.#drain();
  }

  /**
   * Commits a gesture of the user; it is safe when the promise resolves.
   * @param before the touched objects as they were before the gesture.
   */
  async commit(label: string, ops: readonly JournalOp[], before: (key: ObjectKey) => WireObject | null): Promise<void> {
    if (ops.length === 0) return;
    const marked = ops.map((op) => (op.op === 'add' && this.#pending.known(keyOf(op)) ? { ...op, restore: true } : op));
    const entry: JournalEntry = { n: this.#nextEntry++, label, at: (this.#options.now ?? Date.now)(), ops: marked };
    this.#pending.add(entry, before);
    this.#entries.push(entry);
    this.#tell();
    try {
      await this.#options.journal.append(entry);
    } catch (error) {
      this.#cannotKeep(error);
      throw error;
    }
  }

  /** Says from here on that work is not safe on this computer. */
  markUnsafe(reason: string): void {
    this.#unsafe = reason;
    this.#tell();
  }

  /** Sends what waits, batch after batch, until nothing is left or sending fails. Calls while it runs join it. */
  flush(keepalive = false): Promise<void> {
    this.#sending ??= this.#send(keepalive).catch((error: unknown) => this.#cannotKeep(error)).finally(() => {
      this.#sending = null;
      this.#tell();
    });
    return this.#sending;
  }

  /** Takes a change from the live feed, in any order and any number of times. */
  receive(change: JobChange): void {
    if (change.revision <= this.#seen) return;
    this.#buffer.set(change.revision, change);
    this.#drain();
  }

  /** Whether changes are known that cannot be applied because earlier ones are missing. */
  get gap(): boolean {
    return this.#buffer.size > 0;
  }

  /** Asks the server for what was missed; false when it could not answer. */
  async catchUp(): Promise<boolean> {
    if (this.#loading) return false;
    const answer = await this.#options.api.changes(this.#options.jobId, this.#seen);
    if (answer.kind === 'expired') {
      this.#reload();
      return true;
    }
    if (answer.kind !== 'ok') return false;
    for (const change of answer.value.changes) this.receive(change);
    return !this.gap;
  }

  /** Takes an item out of the tray: the person has decided. */
  async dismiss(id: string): Promise<void> {
    this.#tray.value = this.#tray.peek().filter((item) => item.id !== id);
    await this.#options.journal.removeFromTray(id);
  }

  #cannotKeep(error: unknown): void {
    this.#problem ??= { kind: 'unreachable' };
    this.markUnsafe(error instanceof Error ? error.message : String(error));
  }

  async #send(keepalive: boolean): Promise<void> {
    for (;;) {
      if (this.#loading) return;
      const stored = this.#batch ?? (await this.#form());
      if (stored === null) return;
      this.#tell();
      const answer = await this.#options.api.ops(this.#options.jobId, stored.batch, keepalive);
      this.#problem = answer.kind === 'ok' ? null : answer;
      if (answer.kind === 'ok') {
        if (!(await this.#settle(stored, answer.value))) return;
      } else if (answer.kind === 'refused') {
        await this.#refuse(stored, answer);
      } else if (answer.kind === 'out-of-order') {
        await this.#options.journal.restart(randomId());
        this.#batch = null;
      } else {
        return;
      }
    }
  }

  async #form(): Promise<StoredBatch | null> {
    if (this.#entries.length === 0) return null;
    const { ops, entries } = formOps(this.#entries, (key) => this.#pending.known(key));
    if (ops.length > 0) {
      this.#batch = await this.#options.journal.form(this.#seen, ops, entries);
      return this.#batch;
    }
    // What was done and taken back: nothing to send, and from here on the server's state shows.
    await this.#options.journal.settle({ remove: entries, replace: [], tray: [] });
    const keys = this.#pending.settle(new Set(entries), [], true);
    this.#drop(entries, []);
    this.#show(keys, 'remote');
    return this.#form();
  }

  /** False when the changes before ours are missing and cannot be had now: the same batch is sent again later. */
  async #settle(stored: StoredBatch, answer: OpsAnswer): Promise<boolean> {
    // Changes of others came first: they must be known before ours can be laid on them.
    while (answer.revision > this.#seen + 1) {
      const before = this.#seen;
      if (!(await this.catchUp()) || this.#loading || this.#seen === before) {
        this.#problem ??= { kind: 'unreachable' };
        return false;
      }
    }
    const stale = answer.revision <= this.#seen;
    const settled = stored.batch.ops.map((op, i): Settled => ({ op, result: answer.results[i] ?? { id: op.id, status: 'ok' } }));
    const tray = settled.filter(({ result }) => result.status === 'conflict').map((item) => this.#conflict(item));
    const keys = this.#pending.settle(new Set(stored.entries), settled, stale);
    if (!stale) this.#seen = answer.revision;
    this.#drop(stored.entries, []);
    this.#batch = null;
    this.#show(keys, 'remote');
    this.#tray.value = [...this.#tray.peek().filter((old) => !tray.some((item) => item.id === old.id)), ...tray];
    this.#drain();
    await this.#options.journal.settle({ remove: stored.entries, replace: [], tray });
    return true;
  }

  async #refuse(stored: StoredBatch, refusal: Extract<Failure, { kind: 'refused' }>): Promise<void> {
    const { tray, replace, remove } = setAside(stored, this.#entries, refusal, (this.#options.now ?? Date.now)());
    for (const entry of this.#entries) {
      const kept = replace.find(({ n }) => n === entry.n);
      if (kept !== undefined) this.#pending.replace(entry.n, kept.ops);
      else if (remove.includes(entry.n)) this.#pending.replace(entry.n, []);
    }
    await this.#options.journal.settle({ remove, replace, tray }, true);
    this.#batch = null;
    this.#drop(remove, replace);
    this.#show(tray.map(({ op }) => keyOf(op)), 'remote');
    this.#tray.value = [...this.#tray.peek(), ...tray];
    this.#problem = null;
  }

  /** Call before the answer is settled: an object that is gone for good is then still known as it was, with my change. */
  #conflict({ op, result }: Settled): TrayItem {
    const key = keyOf(op);
    const theirs = result.current ?? null;
    const { type, id } = op;
    const rev = this.#seen;
    const mine: JournalOp = op.op === 'remove' ? { op: 'remove', type, id, rev }
      : theirs === null ? { op: 'add', type, id, rev, set: { ...this.#pending.whole(key), ...(op.op === 'add' ? op.value : op.set) } }
        : { op: 'update', type, id, rev, set: op.op === 'add' ? op.value : op.set };
    const fields = result.fields ?? [];
    return { id: `${key}/${fields.join('+')}`, kind: 'conflict', op: mine, fields, theirs, reason: '', at: (this.#options.now ?? Date.now)() };
  }

  #drop(entries: readonly number[], replace: readonly JournalEntry[]): void {
    const gone = new Set(entries);
    this.#entries = this.#entries.filter((entry) => !gone.has(entry.n)).map((entry) => replace.find(({ n }) => n === entry.n) ?? entry);
  }

  #drain(): void {
    if (this.#loading) return;
    for (const revision of this.#buffer.keys()) if (revision <= this.#seen) this.#buffer.delete(revision);
    for (let next = this.#buffer.get(this.#seen + 1); next !== undefined; next = this.#buffer.get(this.#seen + 1)) {
      this.#buffer.delete(next.revision);
      if (next.ops === null || !this.#apply(next.ops)) {
        this.#reload();
        return;
      }
      this.#seen = next.revision;
    }
  }

  /** False when a change speaks of an object that is not here, as when a removed one was brought back. */
  #apply(ops: NonNullable<JobChange['ops']>): boolean {
    const shown = new Map<ObjectKey, WireObject | null>();
    for (const op of ops) {
      const key = keyOf(op);
      if (!this.#pending.has(key)) {
        const now = shown.has(key) ? (shown.get(key) ?? null) : this.#options.replica.get(key);
        if (now === null && op.op === 'update') return false;
        shown.set(key, applyTo(now, op));
      }
      this.#pending.applyRemote(op);
      if (this.#pending.has(key)) shown.set(key, this.#pending.view(key));
    }
    this.#options.replica.show(shown, 'remote');
    return true;
  }

  #reload(): void {
    this.#buffer.clear();
    this.#loading = true;
    this.#options.reload();
  }

  #show(keys: readonly ObjectKey[], origin: 'remote' | 'replay'): void {
    this.#options.replica.show(new Map(keys.map((key) => [key, this.#pending.view(key)])), origin);
    this.#pending.sweep();
  }

  #tell(): void {
    const queued = this.#entries.length;
    const problem = this.#problem;
    if (this.#unsafe !== '' && (queued > 0 || problem !== null)) this.#state.value = { kind: 'unsafe', queued, message: this.#unsafe };
    else if (queued === 0) this.#state.value = { kind: 'saved' };
    else if (problem?.kind === 'denied') this.#state.value = { kind: 'denied', queued, message: problem.message };
    else if (problem !== null) this.#state.value = { kind: 'offline', queued };
    else this.#state.value = { kind: 'saving', queued };
  }
}
