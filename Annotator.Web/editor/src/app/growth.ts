import { type ReadonlySignal, signal } from '@preact/signals-core';
import type { VideoInfo } from '../frames/video-info';
import type { Api } from '../sync/api';
import type { WireVideos } from './load-job';

export interface GrowthOptions {
  readonly job: number;
  readonly api: Pick<Api, 'get'>;
  /** How far the search for frames was when the job was opened, 0 to 1; null when the job has all. */
  readonly found: number | null;
  /** The last frame that is shown. */
  readonly stopFrame: () => number;
  /** There are more frames now, up to a new last one. */
  readonly grown: (stopFrame: number, videos: readonly VideoInfo[]) => void;
  /** Resolves after a while. */
  readonly pause?: () => Promise<void>;
}

/** Milliseconds between two looks for new frames. */
const LOOK_MS = 1500;

/** Follows a job whose video is still being gone through: its new frames appear without opening it again. */
export class Growth {
  readonly #found = signal<number | null>(null, { name: 'found' });
  #stopped = false;

  constructor(private readonly options: GrowthOptions) {
    this.#found.value = options.found;
  }

  /** How far it is, 0 to 1; null when the job has all its frames. */
  get found(): ReadonlySignal<number | null> {
    return this.#found;
  }

  /** Asks until all frames are found, also over a lost connection. It ends when the job may not be read any more. */
  async follow(): Promise<void> {
    const pause = this.options.pause ?? (() => new Promise<void>((resolve) => setTimeout(resolve, LOOK_MS)));
    while (this.#found.peek() !== null) {
      await pause();
      if (this.#stopped) return;
      if (!(await this.#look())) this.#found.value = null;
    }
  }

  stop(): void {
    this.#stopped = true;
  }

  /** False when it makes no sense to ask again. */
  async #look(): Promise<boolean> {
    const { api, job, stopFrame, grown } = this.options;
    const videos = await api.get<WireVideos>(`/jobs/${job}/data/video`);
    if (videos.kind !== 'ok') return videos.kind !== 'denied' && videos.kind !== 'refused';
    // The job is asked after its videos, so that there is a video to each of its frames or more.
    const now = await api.get<{ readonly stop_frame: number }>(`/jobs/${job}`);
    if (now.kind !== 'ok') return now.kind !== 'denied' && now.kind !== 'refused';
    if (this.#stopped) return true;
    // Frames that came between the two answers wait for the next look.
    const last = Math.min(now.value.stop_frame, Math.max(...videos.value.videos.map(({ offset, count }) => offset + count - 1)));
    if (last > stopFrame()) grown(last, videos.value.videos);
    this.#found.value = videos.value.found;
    return true;
  }
}
