import type { MaskSpans } from '../masks/spans';
import type { CutPrompt } from './grabcut';
import type { Pixels } from './pixels';

/** What the page asks the compute worker. Places are pixels of the part of the picture that goes with the question. */
export type Question =
  | { readonly type: 'wand'; readonly pixels: Pixels; readonly x: number; readonly y: number }
  /** Without pixels, those of the last question with the same key are meant. */
  | { readonly type: 'scissors'; readonly key: string; readonly pixels: Pixels | null; readonly x: number; readonly y: number; readonly pull: number }
  | { readonly type: 'cut'; readonly pixels: Pixels; readonly prompt: CutPrompt };

export interface Answers {
  /** For each pixel the least tolerance that takes it. */
  wand: { readonly reach: Uint8Array };
  /** Ways back to the seed, where it was pulled to, and for each pixel how little it looks like a border. */
  scissors: { readonly back: Uint8Array; readonly cost: Uint8Array; readonly x: number; readonly y: number };
  /** Suggestions, the best first; none when nothing was found. */
  cut: { readonly masks: readonly MaskSpans[] };
}

export type Kind = Question['type'];

export interface ToCompute {
  readonly number: number;
  readonly question: Question;
}

export type FromCompute = { readonly number: number; readonly answer: Answers[Kind] } | { readonly number: number; readonly error: string };
