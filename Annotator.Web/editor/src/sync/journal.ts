import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { JournalEntry, TrayItem } from './entry';
import { randomId } from './random-id';
import type { WireBatch } from './wire';

/** Another tab took the job over: this one may not write its journal any more. */
export class JournalTakenOver extends Error {
  constructor() {
    super('Another window has taken over this job.');
  }
}

/** A batch as it was formed. It is sent again unchanged until the server has answered it. */
export interface StoredBatch {
  readonly batch: WireBatch;
  readonly entries: readonly number[];
}

interface IdRange {
  readonly first: number;
  readonly count: number;
}

interface JournalHead {
  readonly job: string;
  readonly clientId: string;
  /** The number that the next batch gets. */
  readonly nextSeq: number;
  readonly owner: string;
  readonly batch: StoredBatch | null;
  readonly ids: readonly IdRange[];
}

interface JournalSchema extends DBSchema {
  heads: { key: string; value: JournalHead };
  entries: { key: [string, number]; value: JournalEntry & { job: string } };
  tray: { key: [string, string]; value: TrayItem & { job: string } };
}

export interface JournalState {
  readonly clientId: string;
  readonly batch: StoredBatch | null;
  readonly entries: readonly JournalEntry[];
  readonly tray: readonly TrayItem[];
  readonly ids: readonly IdRange[];
}

/** What an answered batch does to the journal, in one transaction. */
export interface Settlement {
  readonly remove: readonly number[];
  readonly replace: readonly JournalEntry[];
  readonly tray: readonly TrayItem[];
}

type Writable = 'heads' | 'entries' | 'tray';

/**
 * The user's unsent work on one job, in IndexedDB. A gesture is committed when `append` resolves: the transaction asks for
 * strict durability, so that neither a killed browser nor a power cut takes it. One window owns the journal at a time; what
 * another one writes after a take-over is refused in the same transaction that would have stored it.
 */
export class Journal {
  readonly #db: IDBPDatabase<JournalSchema>;
  readonly #job: string;
  readonly #owner: string;

  private constructor(db: IDBPDatabase<JournalSchema>, job: string, owner: string) {
    this.#db = db;
    this.#job = job;
    this.#owner = owner;
  }

  /**
   * Opens the journal of a user's work on a job and takes ownership of it.
   * @param job names user and job, such as `3/17`, so that people who share a browser do not share work.
   */
  static async open(job: string, newId: () => string = randomId): Promise<Journal> {
    const db = await openDB<JournalSchema>('annotator-journal', 1, {
      upgrade(created) {
        created.createObjectStore('heads', { keyPath: 'job' });
        created.createObjectStore('entries', { keyPath: ['job', 'n'] });
        created.createObjectStore('tray', { keyPath: ['job', 'id'] });
      },
    });
    const owner = newId();
    const tx = db.transaction('heads', 'readwrite', { durability: 'strict' });
    const head = await tx.store.get(job);
    await tx.store.put(head === undefined
      ? { job, clientId: newId(), nextSeq: 1, owner, batch: null, ids: [] }
      : { ...head, owner });
    await tx.done;
    return new Journal(db, job, owner);
  }

  async read(): Promise<JournalState> {
    const tx = this.#db.transaction(['heads', 'entries', 'tray']);
    const [head, entries, tray] = await Promise.all([
      tx.objectStore('heads').get(this.#job),
      tx.objectStore('entries').getAll(this.#range()),
      tx.objectStore('tray').getAll(IDBKeyRange.bound([this.#job, ''], [this.#job, '\uffff'])),
    ]);
    if (head === undefined) throw new Error(`The journal of job ${this.#job} is gone.`);
    return { clientId: head.clientId, batch: head.batch, ids: head.ids, entries: entries.map(withoutJob), tray: tray.map(withoutJob) };
  }

  /** Commits a gesture; when the promise resolves it is on disk. */
  async append(entry: JournalEntry): Promise<void> {
    await this.#write(['heads', 'entries'], async (head, stores) => {
      await stores.entries.put({ ...entry, job: this.#job });
      return [head, undefined];
    });
  }

  /** Fixes the next batch: from here on a retry sends exactly this. */
  async form(base: number, ops: WireBatch['ops'], entries: readonly number[]): Promise<StoredBatch> {
    return this.#write(['heads'], async (head) => {
      if (head.batch !== null) throw new Error('A batch is waiting for its answer.');
      const batch = { batch: { client_id: head.clientId, seq: head.nextSeq, base, ops }, entries };
      return [{ ...head, batch, nextSeq: head.nextSeq + 1 }, batch];
    });
  }

  /** Closes the waiting batch. A refused batch gives its number back, because the server has not counted it. */
  async settle(settlement: Settlement, refused = false): Promise<void> {
    await this.#write(['heads', 'entries', 'tray'], async (head, stores) => {
      for (const n of settlement.remove) await stores.entries.delete([this.#job, n]);
      for (const entry of settlement.replace) await stores.entries.put({ ...entry, job: this.#job });
      for (const item of settlement.tray) await stores.tray.put({ ...item, job: this.#job });
      const nextSeq = refused && head.batch !== null ? head.batch.batch.seq : head.nextSeq;
      return [{ ...head, batch: null, nextSeq }, undefined];
    });
  }

  /** Starts a new line of batches, when the server lost count of the old one; the waiting entries stay. */
  async restart(clientId: string): Promise<void> {
    await this.#write(['heads'], async (head) => [{ ...head, clientId, nextSeq: 1, batch: null }, undefined]);
  }

  async removeFromTray(id: string): Promise<void> {
    await this.#write(['heads', 'tray'], async (head, stores) => {
      await stores.tray.delete([this.#job, id]);
      return [head, undefined];
    });
  }

  async addIds(range: IdRange): Promise<void> {
    await this.#write(['heads'], async (head) => [{ ...head, ids: [...head.ids, range] }, undefined]);
  }

  /** Takes up to `count` reserved ids out of the store for this session; an id is handed out once, ever. */
  async takeIds(count: number): Promise<IdRange | null> {
    return this.#write(['heads'], async (head) => {
      const [range, ...rest] = head.ids;
      if (range === undefined) return [head, null];
      const taken = { first: range.first, count: Math.min(count, range.count) };
      const left = { first: range.first + taken.count, count: range.count - taken.count };
      return [{ ...head, ids: left.count > 0 ? [left, ...rest] : rest }, taken];
    });
  }

  close(): void {
    this.#db.close();
  }

  #range(): IDBKeyRange {
    return IDBKeyRange.bound([this.#job, 0], [this.#job, Number.MAX_SAFE_INTEGER]);
  }

  async #write<T>(
    names: readonly Writable[],
    change: (head: JournalHead, stores: WriteStores) => Promise<[JournalHead, T]>,
  ): Promise<T> {
    const tx = this.#db.transaction(names, 'readwrite', { durability: 'strict' });
    // A failed transaction rejects `done` too; the error below is the one that is told.
    tx.done.catch(() => undefined);
    const heads = tx.objectStore('heads');
    const head = await heads.get(this.#job);
    if (head === undefined || head.owner !== this.#owner) {
      tx.abort();
      throw new JournalTakenOver();
    }
    const stores: WriteStores = {
      entries: {
        put: (value) => tx.objectStore('entries').put(value),
        delete: (key) => tx.objectStore('entries').delete(key),
      },
      tray: {
        put: (value) => tx.objectStore('tray').put(value),
        delete: (key) => tx.objectStore('tray').delete(key),
      },
    };
    try {
      const [next, result] = await change(head, stores);
      if (next !== head) await heads.put(next);
      await tx.done;
      return result;
    } catch (error) {
      try {
        tx.abort();
      } catch {
        // It was over already.
      }
      throw error;
    }
  }
}

interface WriteStores {
  readonly entries: { put(value: JournalEntry & { job: string }): Promise<unknown>; delete(key: [string, number]): Promise<void> };
  readonly tray: { put(value: TrayItem & { job: string }): Promise<unknown>; delete(key: [string, string]): Promise<void> };
}

function withoutJob<T extends { job: string }>(value: T): Omit<T, 'job'> {
  const { job: _, ...rest } = value;
  return rest;
}

/** What saving needs of a journal. */
export type SavingJournal = Pick<Journal, 'read' | 'append' | 'form' | 'settle' | 'restart' | 'removeFromTray'>;

/** What handing out ids needs of a journal. */
export type IdJournal = Pick<Journal, 'read' | 'addIds' | 'takeIds'>;

/** The journal of a window that only looks: empty, and refusing everything. */
export const noJournal: SavingJournal = {
  read: async () => ({ clientId: '', batch: null, entries: [], tray: [], ids: [] }),
  append: () => Promise.reject(new JournalTakenOver()),
  form: () => Promise.reject(new JournalTakenOver()),
  settle: () => Promise.reject(new JournalTakenOver()),
  restart: () => Promise.reject(new JournalTakenOver()),
  removeFromTray: () => Promise.reject(new JournalTakenOver()),
};
