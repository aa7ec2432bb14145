import type { MaskSpans } from '../masks/spans';

/** What the person said about an object: image pixels. */
export interface Prompt {
  readonly points: readonly { readonly x: number; readonly y: number; readonly inside: boolean }[];
  /** left, top, right, bottom. */
  readonly box: readonly [number, number, number, number] | null;
}

/** One reading of the prompt: docs/interactive.md. */
export interface Candidate {
  /** 0 to 1. */
  readonly score: number;
  readonly mask: MaskSpans;
}

/** Makes masks of prompts: a model on the server, or the cut that needs none. */
export interface Segmenter {
  readonly id: string;
  /** For people; null for the one that needs no model. */
  readonly name: string | null;
  /** Fast enough to answer while the pointer only hovers. */
  readonly hovers: boolean;
  /** Candidates, the best first; none when it finds nothing. @throws Error with a reason for people. */
  segment(frame: number, prompt: Prompt, signal: AbortSignal): Promise<readonly Candidate[]>;
  /** These frames will be asked about soon. Never fails. */
  prepare(frames: readonly number[]): void;
}
