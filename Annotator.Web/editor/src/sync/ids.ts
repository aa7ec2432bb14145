import type { IdSource } from '../model/ids';
import type { Answer } from './api';
import type { IdJournal } from './journal';

/** Ids in memory: enough for the fastest hand; what is left of them when the window closes is lost, which is harmless. */
const AT_HAND = 64;
const LOW = 32;
/** Ids kept in the journal, so that a long offline stretch can draw. */
const RESERVE = 1000;
/** What the server gives at once. */
const MOST_AT_ONCE = 10_000;

interface IdApi {
  reserveIds(job: number, count: number): Promise<Answer<{ first: number; count: number }>>;
}

/** Final ids for new objects: from blocks reserved ahead of need and kept in the journal, so that drawing works offline. */
export class ReservedIds implements IdSource {
  readonly #free: number[] = [];
  #filling: Promise<void> | null = null;

  constructor(
    private readonly jobId: number,
    private readonly api: IdApi,
    private readonly journal: IdJournal,
    /** The server does not let this person make objects in this job. */
    private readonly denied: () => void = () => undefined,
  ) {}

  take(): number | null {
    const id = this.#free.shift() ?? null;
    if (this.#free.length < LOW) void this.fill();
    return id;
  }

  async takeMany(count: number): Promise<readonly number[] | null> {
    if (count <= this.#free.length - LOW) return this.#free.splice(0, count);
    const ids: number[] = [];
    while (ids.length < count) {
      const wanted = Math.min(MOST_AT_ONCE, count - ids.length);
      const answer = await this.api.reserveIds(this.jobId, wanted);
      if (answer.kind === 'denied' && answer.status === 403) this.denied();
      if (answer.kind !== 'ok') return null;
      for (let i = 0; i < answer.value.count; i++) ids.push(answer.value.first + i);
    }
    return ids;
  }

  get atHand(): number {
    return this.#free.length;
  }

  /** Refills memory from the journal and the journal from the server. Never throws: without a server it does what it can. */
  fill(): Promise<void> {
    this.#filling ??= this.#fill().catch(() => undefined).finally(() => {
      this.#filling = null;
    });
    return this.#filling;
  }

  async #fill(): Promise<void> {
    while (this.#free.length < AT_HAND) {
      const range = await this.journal.takeIds(AT_HAND - this.#free.length);
      if (range === null) break;
      for (let i = 0; i < range.count; i++) this.#free.push(range.first + i);
    }
    const { ids } = await this.journal.read();
    if (ids.reduce((sum, range) => sum + range.count, 0) >= RESERVE / 2) return;
    const answer = await this.api.reserveIds(this.jobId, RESERVE);
    if (answer.kind === 'denied' && answer.status === 403) this.denied();
    if (answer.kind !== 'ok') return;
    await this.journal.addIds(answer.value);
    if (this.#free.length < AT_HAND) await this.#fill();
  }
}
