import type { MaskSpans } from './spans';

/** Collects runs row by row, in reading order, and makes a mask with the smallest box around them. */
export class SpanBuilder {
  /** y, from, to; three numbers a run. */
  readonly #runs: number[] = [];
  #left = Infinity;
  #right = -Infinity;

  /** Sets the pixels from <= x < to of row y. Rows must not fall, and neither must the columns of a row. */
  add(y: number, from: number, to: number): void {
    if (to <= from) {
      return;
    }
    const end = this.#runs.length;
    if (end > 0 && this.#runs[end - 3] === y && this.#runs[end - 1]! >= from) {
      this.#runs[end - 1] = Math.max(this.#runs[end - 1]!, to);
    } else {
      this.#runs.push(y, from, to);
    }
    this.#left = Math.min(this.#left, from);
    this.#right = Math.max(this.#right, to);
  }

  /** Null when no pixel is set. */
  build(): MaskSpans | null {
    const runs = this.#runs;
    if (runs.length === 0) {
      return null;
    }
    const left = this.#left;
    const top = runs[0]!;
    const height = runs[runs.length - 3]! - top + 1;
    const rowStart = new Uint32Array(height + 1);
    const spans = new Uint32Array((runs.length / 3) * 2);
    let row = 0;
    for (let i = 0, at = 0; i < runs.length; i += 3, at += 2) {
      while (row < runs[i]! - top) {
        rowStart[++row] = at;
      }
      spans[at] = runs[i + 1]! - left;
      spans[at + 1] = runs[i + 2]! - left;
    }
    rowStart.fill(spans.length, row + 1);
    return { left, top, width: this.#right - left, height, rowStart, spans };
  }
}
