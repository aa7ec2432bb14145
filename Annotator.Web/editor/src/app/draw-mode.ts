import { effect } from '@preact/signals-core';
import type { JobMeta } from '../model/schema';
import type { ViewState } from '../model/view';

const KEY = 'annotator.editor.draw-tracks';

/** What is drawn is a track in videos and a shape in images, unless the person chose otherwise for such jobs. Returns the way to stop. */
export function keepDrawMode(view: ViewState, { mode }: Pick<JobMeta, 'mode'>): () => void {
  const key = `${KEY}.${mode}`;
  view.drawTracks.value = (read(key) ?? String(mode === 'interpolation')) === 'true';
  return effect(() => {
    try {
      localStorage.setItem(key, String(view.drawTracks.value));
    } catch {
      // A browser that keeps nothing still draws.
    }
  });
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
