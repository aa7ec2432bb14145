import { spansOfBits } from '../masks/bits';
import { largestPart, withoutHoles, withoutSpecks } from '../masks/regions';
import { maskArea, pointsOf } from '../masks/spans';
import { cutOut } from './grabcut';
import { borderCost, pulledToBorder, waysTo } from './scissors';
import { wandReach } from './wand';
import type { MaskSpans } from '../masks/spans';
import type { Answers, Kind, Question } from './messages';

/** Parts and holes smaller than this share of the object are noise. */
const SPECK = 0.004;

/** Answers one question after the other; keeps the borders of the picture that the scissors go through. */
export class Answerer {
  #borders: { readonly key: string; readonly width: number; readonly height: number; readonly cost: Uint8Array } | null = null;

  /** @throws Error when the scissors go on in a picture that was not given. */
  answer(question: Question): Answers[Kind] {
    switch (question.type) {
      case 'wand':
        return { reach: wandReach(question.pixels, question.x, question.y) };
      case 'scissors':
        return this.#scissors(question);
      case 'cut':
        return { masks: suggestions(question) };
    }
  }

  #scissors({ key, pixels, x, y, pull }: Question & { type: 'scissors' }): Answers['scissors'] {
    if (pixels !== null) {
      this.#borders = { key, width: pixels.width, height: pixels.height, cost: borderCost(pixels) };
    }
    if (this.#borders?.key !== key) {
      throw new Error('The picture is not there any more.');
    }
    const { width, height, cost } = this.#borders;
    const [seedX, seedY] = pull > 0 ? pulledToBorder(cost, width, height, x, y, pull) : [x, y];
    // A copy: the answer is handed over, and the borders stay here.
    return { back: waysTo(cost, width, height, seedX, seedY), cost: cost.slice(), x: seedX, y: seedY };
  }
}

/** The object without noise; then only its largest part without holes; then as it was cut. */
function suggestions({ pixels, prompt }: Question & { type: 'cut' }): MaskSpans[] {
  const data = cutOut(pixels, prompt);
  const raw = data === null ? null : spansOfBits({ left: 0, top: 0, width: pixels.width, height: pixels.height, data });
  if (raw === null) {
    return [];
  }
  const least = Math.max(4, maskArea(raw) * SPECK);
  const clean = withoutHoles(withoutSpecks(raw, least) ?? raw, least);
  const seen = new Set<string>();
  return [clean, withoutHoles(largestPart(clean)), raw].filter((mask) => {
    const points = pointsOf(mask).join();
    return !seen.has(points) && seen.add(points);
  });
}
