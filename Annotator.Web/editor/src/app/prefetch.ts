import { effect, type ReadonlySignal } from '@preact/signals-core';
import type { Segmenter } from '../assist/interactor';
import type { Navigation } from '../actions/context';
import type { ViewState } from '../model/view';
import { chosenSegmenter } from '../tools/segmenters';

/** So many frames ahead are made ready with the one in view. */
const AHEAD = 2;

/** While the smart tool is in use, its model looks at the frame in view and the next ones before it is asked. Returns the way to stop. */
export function prefetchPrompts(view: ViewState, navigation: Navigation, models: ReadonlySignal<readonly Segmenter[]>): () => void {
  return effect(() => {
    const frame = view.frame.value;
    if (view.tool.value !== 'smart' || models.value.length === 0) return;
    const ahead = Array.from({ length: AHEAD }, (_, i) => navigation.step(frame, i + 1)).filter((next) => next !== null);
    chosenSegmenter(models.value, view.drawing.value.model).prepare([...new Set([frame, ...ahead])]);
  });
}
