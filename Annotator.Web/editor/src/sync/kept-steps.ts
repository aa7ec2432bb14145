import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { Step } from '../model/history';

/** So many steps of each list outlive the window; older ones are for this session only. */
export const KEPT_STEPS = 500;

type List = 'undo' | 'redo';

interface Row {
  readonly job: string;
  /** Position among the steps of both lists; rises. 0 is the mark. */
  readonly n: number;
  readonly list: List | 'mark';
  readonly step: Step | null;
  /** Of the mark: when the lists were written last, in milliseconds since 1970. */
  readonly at: number;
}

interface StepsSchema extends DBSchema {
  steps: { key: [string, number]; value: Row };
}

export interface KeptHistory {
  readonly undo: readonly Step[];
  readonly redo: readonly Step[];
  /** When it was written, in milliseconds since 1970; 0 when it never was. */
  readonly at: number;
}

/**
 * What a person can undo and redo in a job, over reloads. It is a comfort beside the journal, in a database of its own: work
 * is safe without it, so it is written a moment later and may be lost alone.
 */
export class KeptSteps {
  readonly #written = new Map<Step, number>();
  #next = 1;

  private constructor(
    private readonly db: IDBPDatabase<StepsSchema>,
    private readonly job: string,
  ) {}

  /** @param job as the journal names it, such as `3/17`. */
  static async open(job: string): Promise<KeptSteps> {
    const db = await openDB<StepsSchema>('annotator-steps', 1, {
      upgrade: (created) => void created.createObjectStore('steps', { keyPath: ['job', 'n'] }),
    });
    return new KeptSteps(db, job);
  }

  async read(): Promise<KeptHistory> {
    const rows = await this.db.getAll('steps', IDBKeyRange.bound([this.job, 0], [this.job, Number.MAX_SAFE_INTEGER]));
    this.#next = (rows.at(-1)?.n ?? 0) + 1;
    const of = (list: List): Step[] => rows.flatMap((row) => (row.list === list && row.step !== null ? [row.step] : []));
    return { undo: of('undo'), redo: of('redo'), at: rows.find(({ list }) => list === 'mark')?.at ?? 0 };
  }

  /** Makes the stored lists the given ones; writes only what changed since the last time. */
  async write(undo: readonly Step[], redo: readonly Step[], at: number): Promise<void> {
    const wanted = new Map<Step, List>();
    for (const step of undo.slice(-KEPT_STEPS)) wanted.set(step, 'undo');
    for (const step of redo.slice(-KEPT_STEPS)) wanted.set(step, 'redo');
    const tx = this.db.transaction('steps', 'readwrite');
    const { store } = tx;
    const work: Promise<unknown>[] = [];
    if (this.#written.size === 0) work.push(store.delete(IDBKeyRange.bound([this.job, 0], [this.job, Number.MAX_SAFE_INTEGER])));
    for (const [step, n] of [...this.#written]) {
      if (wanted.has(step)) continue;
      this.#written.delete(step);
      work.push(store.delete([this.job, n]));
    }
    for (const [step, list] of wanted) {
      if (this.#written.has(step)) continue;
      const { name, frame, diff } = step;
      const n = this.#next++;
      this.#written.set(step, n);
      work.push(store.put({ job: this.job, n, list, step: { name, frame, diff }, at }));
    }
    work.push(store.put({ job: this.job, n: 0, list: 'mark', step: null, at }));
    // A window that closes now would not be there to let the transaction end by itself, and it would be rolled back.
    tx.commit();
    await Promise.all([...work, tx.done]);
  }

  close(): void {
    this.db.close();
  }
}
