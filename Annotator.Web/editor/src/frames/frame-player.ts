import { type ReadonlySignal, signal } from '@preact/signals-core';
import { FrameCache, type Picture } from './frame-cache';

export type FrameState<P> =
  | { readonly kind: 'loading'; readonly frame: number }
  | { readonly kind: 'ready'; readonly frame: number; readonly picture: P }
  | { readonly kind: 'error'; readonly frame: number; readonly error: Error };

/** How many frames are fetched ahead in the direction of travel, and how many behind, unless the job says otherwise. */
const AHEAD = 4;
const BEHIND = 1;

export interface FramePlayerOptions<P extends Picture> {
  readonly source: (frame: number, signal: AbortSignal) => Promise<P>;
  readonly budget: number;
  /** The frames of the job that can be visited, in order. */
  readonly neighbour: (frame: number, steps: number) => number | null;
  /** The frame on the screen, which may still be the one before the wanted one. */
  readonly shown?: () => number;
  /** How many frames to fetch ahead now. */
  readonly ahead?: () => number;
  /** Whether a picture has all the pixels of its frame; those that only passed by may have fewer. */
  readonly whole?: (frame: number, picture: P) => boolean;
}

/**
 * Brings the picture of the wanted frame, and those that will be wanted next. Its state never shows a picture under another
 * frame's number: until the wanted one is there it says `loading`.
 */
export class FramePlayer<P extends Picture> {
  readonly #state;
  readonly #cache: FrameCache<P>;
  readonly #running = new Map<number, { readonly stop: AbortController; readonly done: Promise<P> }>();
  #wanted = -1;
  #direction = 1;

  constructor(private readonly options: FramePlayerOptions<P>) {
    this.#state = signal<FrameState<P>>({ kind: 'loading', frame: -1 }, { name: 'frame picture' });
    this.#cache = new FrameCache<P>(options.budget, (frame) => frame === this.#wanted || frame === options.shown?.());
  }

  get state(): ReadonlySignal<FrameState<P>> {
    return this.#state;
  }

  /** The frame that was asked for last. */
  get wanted(): number {
    return this.#wanted;
  }

  get cache(): FrameCache<P> {
    return this.#cache;
  }

  /** Keeps a picture that came along with another, unless there is one as large already. */
  keep(frame: number, picture: P): void {
    const known = this.#cache.peek(frame);
    if (known !== undefined && known.width >= picture.width) {
      picture.close();
      return;
    }
    this.#cache.put(frame, picture);
    const shown = this.#state.peek();
    if (shown.kind === 'ready' && shown.frame === frame) this.#state.value = { kind: 'ready', frame, picture };
  }

  /** Shows a frame that is there while frames play by, and fetches what comes next. False when it is not there. */
  pass(frame: number, direction: 1 | -1): boolean {
    const cached = this.#cache.get(frame);
    this.#direction = direction;
    if (cached === undefined) {
      this.#wanted = frame;
      void this.#prefetch([frame, ...this.#neighbours(frame)]);
      return false;
    }
    this.#wanted = frame;
    this.#state.value = { kind: 'ready', frame, picture: cached };
    void this.#prefetch(this.#neighbours(frame));
    return true;
  }

  /** Shows a frame. Resolves when it is ready, failed, or no longer wanted. */
  async show(frame: number): Promise<void> {
    if (frame !== this.#wanted) this.#direction = frame < this.#wanted ? -1 : 1;
    this.#wanted = frame;
    const near = this.#neighbours(frame);
    for (const [other, { stop }] of this.#running) if (other !== frame && !near.includes(other)) stop.abort();
    const cached = this.#cache.get(frame);
    if (cached !== undefined) {
      this.#state.value = { kind: 'ready', frame, picture: cached };
      if (this.options.whole?.(frame, cached) ?? true) {
        void this.#prefetch(near);
        return;
      }
    } else {
      this.#state.value = { kind: 'loading', frame };
    }
    try {
      const picture = await this.#load(frame);
      if (this.#wanted !== frame) return;
      this.#state.value = { kind: 'ready', frame, picture };
      void this.#prefetch(near);
    } catch (error) {
      if (this.#wanted === frame) this.#state.value = { kind: 'error', frame, error: error instanceof Error ? error : new Error(String(error)) };
    }
  }

  /** Tries the wanted frame again after an error. */
  retry(): Promise<void> {
    return this.show(this.#wanted);
  }

  dispose(): void {
    this.#wanted = -1;
    for (const { stop } of this.#running.values()) stop.abort();
    this.#cache.clear();
  }

  /** The nearer half of those ahead, then those behind, as who has jumped somewhere may well step back; then the others. */
  #neighbours(frame: number): number[] {
    const ahead = Array.from({ length: this.options.ahead?.() ?? AHEAD }, (_, i) => (i + 1) * this.#direction);
    const behind = Array.from({ length: BEHIND }, (_, i) => -(i + 1) * this.#direction);
    const half = Math.ceil(ahead.length / 2);
    return [...ahead.slice(0, half), ...behind, ...ahead.slice(half)].flatMap((step) => this.options.neighbour(frame, step) ?? []);
  }

  async #prefetch(frames: readonly number[]): Promise<void> {
    const origin = this.#wanted;
    for (const frame of frames) {
      if (this.#wanted !== origin) return;
      if (this.#cache.has(frame) || this.#running.has(frame)) continue;
      try {
        await this.#load(frame);
      } catch {
        // The frame tells its error when it is shown.
      }
    }
  }

  #load(frame: number): Promise<P> {
    const running = this.#running.get(frame);
    if (running !== undefined && !running.stop.signal.aborted) return running.done;
    const stop = new AbortController();
    const done = this.options.source(frame, stop.signal).then((picture) => {
      this.#cache.put(frame, picture);
      return picture;
    }).finally(() => {
      if (this.#running.get(frame)?.stop === stop) this.#running.delete(frame);
    });
    this.#running.set(frame, { stop, done });
    return done;
  }
}
