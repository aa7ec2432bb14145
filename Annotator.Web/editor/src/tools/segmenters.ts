import type { Segmenter } from '../assist/interactor';

/** The one that was chosen while it is there, else the first: models come before the cut that needs none, which is always there. */
export function chosenSegmenter(all: readonly Segmenter[], id: string | null): Segmenter {
  const chosen = all.find((one) => one.id === id) ?? all[0];
  if (chosen === undefined) {
    throw new Error('There is nothing to segment with.');
  }
  return chosen;
}
