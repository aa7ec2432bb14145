import { batch, type ReadonlySignal, signal } from '@preact/signals-core';

export const SPEEDS = [0.25, 0.5, 1, 2, 4] as const;

/** Without any frame on the way for so long, the clock waits for the frames. */
const PATIENCE_SECONDS = 0.25;

export interface PlaybackOptions {
  /** Frames that can be visited, in order. */
  readonly count: number;
  /** Seconds from the first frame to one by its place. */
  readonly secondsOf: (index: number) => number;
  /** The place of the frame that is on the screen. */
  readonly current: () => number;
  /** Shows the frame at a place if it is there, and sees to it that it and those after it come. */
  readonly pass: (index: number, direction: 1 | -1) => boolean;
  /** Asked before it begins; false when the frame must not be left. */
  readonly begin: () => boolean;
  /** The frame rests now. */
  readonly rest: (index: number) => void;
  readonly clock?: () => number;
  /** Calls back before the next picture is painted; returns the way to call it off. */
  readonly tick?: (callback: () => void) => () => void;
}

/**
 * Plays frames by a clock: it skips what is not there in time and never slows down. Where nothing has come for a while the clock
 * waits, which it says.
 */
export class Playback {
  /** 1 forwards, -1 backwards, 0 at rest. */
  readonly #direction = signal<-1 | 0 | 1>(0, { name: 'playing' });
  readonly #speed = signal(1, { name: 'play speed' });
  readonly #waits = signal(false, { name: 'play waits' });
  readonly #loop = signal<{ readonly from: number; readonly to: number } | null>(null, { name: 'play loop' });
  #anchor = { time: 0, seconds: 0 };
  #shownAt = 0;
  /** The place to begin at, until it is shown. */
  #begin: number | null = null;
  #stopTick: (() => void) | null = null;

  constructor(private readonly options: PlaybackOptions) {}

  get direction(): ReadonlySignal<-1 | 0 | 1> {
    return this.#direction;
  }

  get speed(): ReadonlySignal<number> {
    return this.#speed;
  }

  /** Whether the frames are late, so that the clock waits. */
  get waits(): ReadonlySignal<boolean> {
    return this.#waits;
  }

  /** First and last place of what is played again and again; null when it ends at the end. */
  get loop(): ReadonlySignal<{ readonly from: number; readonly to: number } | null> {
    return this.#loop;
  }

  toggle(direction: 1 | -1): void {
    if (this.#direction.peek() === direction) this.pause();
    else this.play(direction);
  }

  play(direction: 1 | -1): void {
    const { count, current, begin } = this.options;
    if (count < 2 || !begin()) return;
    const loop = this.#loop.peek();
    const [first, last] = loop === null ? [0, count - 1] : [loop.from, loop.to];
    // From the end it begins anew: nobody presses play to see nothing.
    const at = direction === 1 ? (current() >= last || current() < first ? first : current()) : (current() <= first || current() > last ? last : current());
    batch(() => {
      this.#direction.value = direction;
      this.#waits.value = false;
    });
    this.#anchorAt(at);
    this.#begin = at === current() ? null : at;
    this.#schedule();
  }

  pause(): void {
    if (this.#direction.peek() === 0) return;
    this.#stopTick?.();
    this.#stopTick = null;
    batch(() => {
      this.#direction.value = 0;
      this.#waits.value = false;
    });
    this.options.rest(this.options.current());
  }

  setSpeed(speed: number): void {
    this.#speed.value = speed;
    if (this.#direction.peek() !== 0) this.#anchorAt(this.options.current());
  }

  /** One step faster or slower. */
  change(step: 1 | -1): void {
    const at = SPEEDS.indexOf(this.#speed.peek() as (typeof SPEEDS)[number]);
    this.setSpeed(SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, (at < 0 ? SPEEDS.indexOf(1) : at) + step))]!);
  }

  setLoop(loop: { readonly from: number; readonly to: number } | null): void {
    this.#loop.value = loop;
  }

  dispose(): void {
    this.#stopTick?.();
    this.#stopTick = null;
  }

  #now(): number {
    return (this.options.clock?.() ?? performance.now()) / 1000;
  }

  #anchorAt(index: number): void {
    this.#anchor = { time: this.#now(), seconds: this.options.secondsOf(index) };
    this.#shownAt = this.#anchor.time;
  }

  #schedule(): void {
    this.#stopTick?.();
    const tick = this.options.tick ?? ((callback) => {
      const handle = requestAnimationFrame(callback);
      return () => cancelAnimationFrame(handle);
    });
    this.#stopTick = tick(() => {
      this.#stopTick = null;
      this.#step();
      if (this.#direction.peek() !== 0) this.#schedule();
    });
  }

  #step(): void {
    const direction = this.#direction.peek() as 1 | -1;
    const { current, pass, count } = this.options;
    const now = this.#now();
    if (this.#begin !== null) {
      if (!pass(this.#begin, direction)) {
        this.#waits.value = now - this.#shownAt >= PATIENCE_SECONDS;
        return;
      }
      this.#anchorAt(this.#begin);
      this.#begin = null;
      this.#waits.value = false;
      return;
    }
    const due = this.#indexAt(this.#anchor.seconds + (now - this.#anchor.time) * this.#speed.peek() * direction, direction);
    const loop = this.#loop.peek();
    const [first, last] = loop === null ? [0, count - 1] : [loop.from, loop.to];
    const end = direction === 1 ? last : first;
    const target = direction === 1 ? Math.min(due, end) : Math.max(due, end);
    const at = current();
    if (at !== target && (target - at) * direction > 0 && !pass(target, direction)) {
      this.#late(now, at);
      return;
    }
    this.#shownAt = now;
    if (this.#waits.peek()) {
      this.#waits.value = false;
      this.#anchorAt(target);
    }
    if (due * direction < end * direction || !this.#isOver(now, end, direction)) return;
    if (loop === null) {
      this.pause();
      return;
    }
    this.#begin = direction === 1 ? first : last;
    this.#shownAt = now;
  }

  /** The frame at the end is seen as long as any other. */
  #isOver(now: number, end: number, direction: 1 | -1): boolean {
    const { secondsOf, count } = this.options;
    const before = secondsOf(Math.max(0, Math.min(count - 1, end - direction)));
    const shown = Math.abs(secondsOf(end) - before);
    return Math.abs(this.#anchor.seconds + (now - this.#anchor.time) * this.#speed.peek() * direction - secondsOf(end)) >= shown;
  }

  /** The clock goes on for a moment; then it waits where it is. */
  #late(now: number, at: number): void {
    if (now - this.#shownAt < PATIENCE_SECONDS) return;
    this.#waits.value = true;
    const shownAt = this.#shownAt;
    // The next frame is asked for, not one that gets ever farther away.
    this.#anchorAt(at);
    this.#anchor = { ...this.#anchor, seconds: this.options.secondsOf(Math.max(0, Math.min(this.options.count - 1, at + this.#direction.peek()))) };
    this.#shownAt = shownAt;
  }

  /** The last frame that has begun at a time. */
  #indexAt(seconds: number, direction: 1 | -1): number {
    const { count, secondsOf } = this.options;
    let [low, high] = [0, count - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      // Half a millisecond of grace: clocks and time stamps are not the same numbers.
      if (secondsOf(middle) <= seconds + 0.0005) low = middle;
      else high = middle - 1;
    }
    return direction === 1 ? low : seconds > secondsOf(low) + 0.0005 && low < count - 1 ? low + 1 : low;
  }
}
