import type { JournalEntry, TrayItem } from './entry';
import type { SavingJournal, Settlement, StoredBatch } from './journal';
import { randomId } from './random-id';
import type { WireBatch } from './wire';

/** A journal for a browser that stores nothing: work is sent as ever, but a crash loses what was not. The person is told. */
export class MemoryJournal implements SavingJournal {
  #clientId = randomId();
  #nextSeq = 1;
  #batch: StoredBatch | null = null;
  readonly #entries = new Map<number, JournalEntry>();
  readonly #tray = new Map<string, TrayItem>();
  #ids: { readonly first: number; readonly count: number }[] = [];

  async read() {
    return { clientId: this.#clientId, batch: this.#batch, entries: [...this.#entries.values()], tray: [...this.#tray.values()], ids: this.#ids };
  }

  async append(entry: JournalEntry): Promise<void> {
    this.#entries.set(entry.n, entry);
  }

  async form(base: number, ops: WireBatch['ops'], entries: readonly number[]): Promise<StoredBatch> {
    this.#batch = { batch: { client_id: this.#clientId, seq: this.#nextSeq++, base, ops }, entries };
    return this.#batch;
  }

  async settle({ remove, replace, tray }: Settlement, refused = false): Promise<void> {
    for (const n of remove) this.#entries.delete(n);
    for (const entry of replace) this.#entries.set(entry.n, entry);
    for (const item of tray) this.#tray.set(item.id, item);
    if (refused && this.#batch !== null) this.#nextSeq = this.#batch.batch.seq;
    this.#batch = null;
  }

  async restart(clientId: string): Promise<void> {
    this.#clientId = clientId;
    this.#nextSeq = 1;
    this.#batch = null;
  }

  async removeFromTray(id: string): Promise<void> {
    this.#tray.delete(id);
  }

  async addIds(range: { readonly first: number; readonly count: number }): Promise<void> {
    this.#ids.push(range);
  }

  async takeIds(count: number): Promise<{ first: number; count: number } | null> {
    const [range, ...rest] = this.#ids;
    if (range === undefined) return null;
    const taken = Math.min(count, range.count);
    this.#ids = range.count > taken ? [{ first: range.first + taken, count: range.count - taken }, ...rest] : rest;
    return { first: range.first, count: taken };
  }

  close(): void {
    // Nothing is held.
  }
}
