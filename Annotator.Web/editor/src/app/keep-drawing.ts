import { effect, type Signal } from '@preact/signals-core';
import { DEFAULT_DRAWING, type DrawingOptions } from '../model/drawing-options';

const KEY = 'annotator.editor.drawing';

/** Takes the options that this browser kept, and keeps them from now on. Returns the way to stop. */
export function keepDrawing(drawing: Signal<DrawingOptions>): () => void {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<DrawingOptions> | null;
    drawing.value = { ...DEFAULT_DRAWING, ...kept };
  } catch {
    drawing.value = DEFAULT_DRAWING;
  }
  return effect(() => {
    const now = JSON.stringify(drawing.value);
    try {
      localStorage.setItem(KEY, now);
    } catch {
      // A browser that keeps nothing still draws.
    }
  });
}
