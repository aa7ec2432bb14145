/** Longer without a key or a movement, in milliseconds, is a pause and no work. */
export const PAUSE = 30_000;

/** Measures the work on one object: from when the one before was done, or the frame was shown. What counts are whole objects. */
export class WorkClock {
  #since: number;
  #active: number;
  #paused = 0;

  constructor(private readonly now: () => number) {
    this.#since = this.#active = now();
  }

  /** Somebody moved or typed. */
  touch(): void {
    const now = this.now();
    if (now - this.#active > PAUSE) this.#paused += now - this.#active;
    this.#active = now;
  }

  /** Begins anew: another frame is shown. */
  restart(): void {
    this.#since = this.#active = this.now();
    this.#paused = 0;
  }

  /** Seconds of work since the last lap, without pauses. */
  lap(): number {
    this.touch();
    const seconds = Math.max(0, this.#active - this.#since - this.#paused) / 1000;
    this.restart();
    return seconds;
  }
}
