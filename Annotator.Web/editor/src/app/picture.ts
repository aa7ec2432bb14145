import { batch, effect, type ReadonlySignal, signal } from '@preact/signals-core';
import { cacheBudget } from '../frames/frame-cache';
import { FramePlayer } from '../frames/frame-player';
import { imageSource } from '../frames/frame-source';
import { LARGE_PIXELS, SMALL_WIDTH } from '../model/tiles';
import type { VideoInfo } from '../frames/video-info';
import { VideoSource } from '../frames/video-source';
import { frameMeta, type JobMeta } from '../model/schema';
import type { ViewState } from '../model/view';
import type { Workbench } from '../tools/workbench';

/** Two groups of a video's frames: what is decoded together. */
const AHEAD_IN_VIDEOS = 24;
const AHEAD_IN_IMAGES = 4;

export interface Pictures {
  readonly player: FramePlayer<ImageBitmap>;
  readonly source: VideoSource;
  /** Frames wait, because the server cannot be reached. */
  readonly lost: ReadonlySignal<boolean>;
  /** How many frames are fetched ahead from now on; null for as many as stepping needs. */
  setAhead(frames: number | null): void;
}

/** The pictures of a job's frames. A frame's annotations appear when its picture does, never over another one. */
export function makePictures(apiBase: string, job: JobMeta, videos: readonly VideoInfo[], view: ViewState, neighbour: (frame: number, steps: number) => number | null, trouble: (video: VideoInfo, reason: string) => void): Pictures {
  const lost = signal(false, { name: 'connection lost' });
  const connection = (is: boolean): void => { lost.value = is; };
  let ahead: number | null = null;
  const budget = cacheBudget((navigator as { deviceMemory?: number }).deviceMemory);
  const nameOf = (frame: number): string => frameMeta(job, frame)?.name ?? '';
  const source: VideoSource = new VideoSource({
    base: `${apiBase}/jobs/${job.jobId}`,
    videos,
    budget,
    nameOf,
    images: imageSource(apiBase, job.jobId, nameOf, connection, (frame) => (isLarge(frameMeta(job, frame)) ? SMALL_WIDTH : null)),
    spare: (frame, bitmap) => player.keep(frame, bitmap),
    trouble,
    connection,
    worker: () => new Worker(new URL('../frames/frame.worker.ts', import.meta.url), { type: 'module', name: 'frames' }),
  });
  const player: FramePlayer<ImageBitmap> = new FramePlayer<ImageBitmap>({
    source: source.get,
    budget,
    neighbour,
    shown: () => view.frame.peek(),
    ahead: () => ahead ?? (source.isDecoded(view.frame.peek()) ? AHEAD_IN_VIDEOS : AHEAD_IN_IMAGES),
    whole: (frame, picture) => !source.isDecoded(frame) || picture.width >= (frameMeta(job, frame)?.width ?? 0),
  });
  return { player, source, lost, setAhead: (frames) => { ahead = frames; } };
}

function isLarge(meta: { readonly width: number; readonly height: number } | null): boolean {
  return meta !== null && meta.width * meta.height > LARGE_PIXELS;
}

/** Shows on the canvas what the player has. */
export function showPictures(player: FramePlayer<ImageBitmap>, job: JobMeta, view: ViewState, workbench: Workbench): () => void {
  return effect(() => {
    const state = player.state.value;
    if (state.kind === 'loading') return;
    const meta = frameMeta(job, state.frame);
    const picture = state.kind === 'ready' ? state.picture : null;
    const large = isLarge(meta);
    const width = meta?.width ?? picture?.width ?? 0;
    const height = meta?.height ?? picture?.height ?? 0;
    batch(() => {
      view.frame.value = state.frame;
      workbench.setImage(picture, { width, height }, large ? state.frame : null);
    });
  });
}
