import type { Answer, Api } from './api';

/** Answer of `GET /api/jobs/{id}/queue`. */
interface WireQueue {
  readonly by: 'uncertainty' | 'diversity';
  readonly frames: readonly { readonly frame: number }[];
}

/** Milliseconds for which an answer is used again: the order changes with what is labelled, not with every step. */
const FRESH = 60_000;

/** The frames of a job that teach most when they are labelled next, each once until all were shown. */
export class UsefulFrames {
  readonly #shown = new Set<number>();
  #frames: readonly number[] = [];
  #asked = -Infinity;

  constructor(private readonly api: Pick<Api, 'get'>, private readonly job: number, private readonly now: () => number = () => performance.now()) {}

  /** The next one that `may` be visited; null when there is none, or the server does not say. */
  async next(current: number, may: (frame: number) => boolean): Promise<number | null> {
    if (this.now() - this.#asked > FRESH) {
      const answer: Answer<WireQueue> = await this.api.get(`/jobs/${this.job}/queue?limit=1000`);
      if (answer.kind !== 'ok') return null;
      this.#frames = answer.value.frames.map(({ frame }) => frame);
      this.#asked = this.now();
    }
    this.#shown.add(current);
    const found = this.#frames.find((frame) => !this.#shown.has(frame) && may(frame)) ?? null;
    if (found !== null) this.#shown.add(found);
    return found;
  }
}
