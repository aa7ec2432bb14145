import { batch, effect } from '@preact/signals-core';
import { cacheBudget } from '../frames/frame-cache';
import { FramePlayer } from '../frames/frame-player';
import { imageSource } from '../frames/frame-source';
import { frameMeta, type JobMeta } from '../model/schema';
import type { ViewState } from '../model/view';
import type { Workbench } from '../tools/workbench';

/** The pictures of a job's frames. A frame's annotations appear when its picture does, never over another one. */
export function makePlayer(apiBase: string, job: JobMeta, view: ViewState, neighbour: (frame: number, steps: number) => number | null): FramePlayer<ImageBitmap> {
  return new FramePlayer<ImageBitmap>({
    source: imageSource(apiBase, job.jobId, (frame) => frameMeta(job, frame)?.name ?? ''),
    budget: cacheBudget((navigator as { deviceMemory?: number }).deviceMemory),
    neighbour,
    shown: () => view.frame.peek(),
  });
}

/** Shows on the canvas what the player has. */
export function showPictures(player: FramePlayer<ImageBitmap>, job: JobMeta, view: ViewState, workbench: Workbench): () => void {
  return effect(() => {
    const state = player.state.value;
    if (state.kind === 'loading') return;
    const meta = frameMeta(job, state.frame);
    const picture = state.kind === 'ready' ? state.picture : null;
    const width = meta?.width ?? picture?.width ?? 0;
    const height = meta?.height ?? picture?.height ?? 0;
    batch(() => {
      view.frame.value = state.frame;
      workbench.setImage(picture, { width, height });
    });
  });
}
