/** When waiting work is sent: a second after the last gesture, five at most after the first; after a failure with growing pauses. */
export interface PulseTimes {
  readonly idleMs: number;
  readonly maxMs: number;
  readonly retryMs: number;
  readonly retryMaxMs: number;
}

export const PULSE: PulseTimes = { idleMs: 1000, maxMs: 5000, retryMs: 1000, retryMaxMs: 30_000 };

export interface Timers {
  now(): number;
  set(run: () => void, ms: number): number;
  clear(id: number): void;
}

const windowTimers: Timers = {
  now: () => performance.now(),
  set: (run, ms) => window.setTimeout(run, ms),
  clear: (id) => window.clearTimeout(id),
};

/** Decides when to flush; `flush` answers true when everything was sent, or the pause in ms the server asked for. */
export class Pulse {
  #timer: number | null = null;
  #first: number | null = null;
  #failures = 0;
  #stopped = false;

  constructor(
    private readonly flush: () => Promise<boolean | number>,
    private readonly times: PulseTimes = PULSE,
    private readonly timers: Timers = windowTimers,
  ) {}

  /** Something waits. */
  touch(): void {
    if (this.#stopped || this.#failures > 0) return;
    const now = this.timers.now();
    this.#first ??= now;
    this.#arm(Math.max(0, Math.min(this.times.idleMs, this.#first + this.times.maxMs - now)));
  }

  /** Sends now: the frame changes, the window loses focus, the network is back, somebody pressed save. */
  async now(): Promise<void> {
    if (this.#stopped) return;
    this.#disarm();
    this.#first = null;
    const done = await this.flush();
    if (done === true) {
      this.#failures = 0;
      return;
    }
    const pause = Math.min(this.times.retryMaxMs, this.times.retryMs * 2 ** this.#failures++);
    this.#arm(typeof done === 'number' ? Math.max(done, pause) : pause);
  }

  stop(): void {
    this.#stopped = true;
    this.#disarm();
  }

  #arm(ms: number): void {
    if (this.#stopped) return;
    this.#disarm();
    this.#timer = this.timers.set(() => {
      this.#timer = null;
      void this.now();
    }, ms);
  }

  #disarm(): void {
    if (this.#timer !== null) this.timers.clear(this.#timer);
    this.#timer = null;
  }
}
