import { signal, type ReadonlySignal } from '@preact/signals-core';
import type { JobState } from '../actions/context';
import type { IdSource } from '../model/ids';
import type { Store } from '../model/store';
import type { Api } from '../sync/api';
import { Feed } from '../sync/feed';
import { ReservedIds } from '../sync/ids';
import { Journal, JournalTakenOver, noJournal } from '../sync/journal';
import { MemoryJournal } from '../sync/memory-journal';
import { Pulse } from '../sync/pulse';
import { opsOf, stateBefore, StoreReplica } from '../sync/replica';
import { SyncSession } from '../sync/session';
import { becomeWriter } from '../sync/writer';
import { type Bootstrap, csrfTokenOf } from './bootstrap';

/** Why the job is only looked at here; null when it can be edited. */
export type ReadonlyReason = 'other-window' | 'taken-over' | 'denied' | null;

export interface SavingEvents {
  /** Reads the job again; answers its revision. */
  readonly reload: () => Promise<number>;
  readonly job: (state: JobState) => void;
  /** A change could not be written to the journal. */
  readonly unsafe: (reason: string) => void;
}

/** Saving as the editor sees it: journal, outbox, live feed, ids, and who may write. */
export class Saving {
  readonly #readonlyReason = signal<ReadonlyReason>(null, { name: 'readonly reason' });
  readonly #stops: (() => void)[] = [];

  private constructor(
    readonly session: SyncSession,
    readonly pulse: Pulse,
    readonly feed: Feed,
    readonly ids: IdSource,
    reason: ReadonlyReason,
  ) {
    this.#readonlyReason.value = reason;
  }

  get readonlyReason(): ReadonlySignal<ReadonlyReason> {
    return this.#readonlyReason;
  }

  static async open(bootstrap: Bootstrap, api: Api, store: Store, events: SavingEvents, takeOver: boolean): Promise<Saving> {
    const { jobId, user } = bootstrap;
    const name = `${user.id}/${jobId}`;
    const writer = await becomeWriter(name, takeOver);
    const { journal, reason } = writer.mine ? await openJournal(name) : { journal: null, reason: '' };
    const reload = (): void => void retry(async () => session.reloaded(await events.reload()));
    const session = new SyncSession({ jobId, api, journal: journal ?? noJournal, replica: new StoreReplica(store), reload });
    const pulse = new Pulse(async () => {
      await session.flush();
      const { problem } = session;
      return problem === null ? true : problem.kind === 'unreachable' ? (problem.retryAfterMs ?? false) : false;
    });
    const catchUp = async (): Promise<void> => {
      if (!(await session.catchUp())) setTimeout(() => void session.catchUp(), 2000);
    };
    const feed = new Feed(bootstrap.hubUrl, jobId, {
      changed: (change) => {
        session.receive(change);
        if (session.gap) void catchUp();
      },
      job: events.job,
      connected: () => {
        void catchUp();
        void pulse.now();
      },
    }, csrfTokenOf(bootstrap));
    const ids = journal === null ? null : new ReservedIds(jobId, api, journal, () => saving.#deny());
    const saving: Saving = new Saving(session, pulse, feed, ids ?? { take: () => null, takeMany: () => Promise.resolve(null) }, writer.mine ? null : 'other-window');
    void ids?.fill();
    saving.#follow(store, events);
    if (reason !== '') {
      session.markUnsafe(reason);
      events.unsafe(reason);
    }
    void writer.lost.then(() => saving.#lose());
    saving.#stops.push(() => {
      writer.release();
      journal?.close();
    });
    return saving;
  }

  /** Begins to follow others and to send what waits. */
  start(): void {
    void this.feed.start();
    if (this.#readonlyReason.peek() === null) void this.pulse.now();
  }

  async dispose(): Promise<void> {
    this.pulse.stop();
    await this.feed.stop();
    for (const stop of this.#stops) stop();
  }

  /** Who may only look is told so before they draw. Work that waits from earlier is kept, and its refusal is shown. */
  #deny(): void {
    this.#readonlyReason.value ??= 'denied';
  }

  #lose(): void {
    this.#readonlyReason.value = 'taken-over';
    this.pulse.stop();
  }

  #follow(store: Store, events: SavingEvents): void {
    this.#stops.push(store.listen((change) => {
      if (change.origin !== 'user' && change.origin !== 'undo') return;
      const before = stateBefore(change);
      const commit = this.session.commit(change.name, opsOf(change, this.session.seen), (key) => before.get(Number(key.slice(key.indexOf(':') + 1))) ?? null);
      commit.catch((error: unknown) => {
        if (error instanceof JournalTakenOver) this.#lose();
        events.unsafe(error instanceof Error ? error.message : String(error));
      });
      this.pulse.touch();
    }));
    const now = (): void => void this.pulse.now();
    const hidden = (): void => {
      if (document.visibilityState === 'hidden') now();
    };
    // The journal has it all; this only spares the others the wait.
    const leave = (): void => void this.session.flush(true);
    this.#on(window, 'blur', now);
    this.#on(window, 'online', now);
    this.#on(document, 'visibilitychange', hidden);
    this.#on(window, 'pagehide', leave);
    this.#on(window, 'beforeunload', (event) => {
      if (this.session.state.peek().kind === 'unsafe') event.preventDefault();
    });
  }

  #on(target: EventTarget, name: string, listener: (event: Event) => void): void {
    target.addEventListener(name, listener);
    this.#stops.push(() => target.removeEventListener(name, listener));
  }
}

/** The journal, or one in memory with the reason why there is no better. */
async function openJournal(name: string): Promise<{ readonly journal: Journal | MemoryJournal; readonly reason: string }> {
  try {
    return { journal: await Journal.open(name), reason: '' };
  } catch (error) {
    return { journal: new MemoryJournal(), reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Tries until it works, with growing pauses. */
async function retry(work: () => Promise<void>): Promise<void> {
  for (let pause = 1000; ; pause = Math.min(30_000, pause * 2)) {
    try {
      await work();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}
