/**
 * A mask as runs of set pixels per row inside its bounding box: `spans` holds pairs [start, end) of columns relative to
 * `left`, `rowStart[r]` is the index of row r's first number in `spans`, and `rowStart[height]` is its length.
 */
export interface MaskSpans {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly rowStart: Uint32Array;
  readonly spans: Uint32Array;
}

/**
 * Reads the contract's mask: run lengths row by row, starting with clear pixels, then left, top, right, bottom (inclusive).
 * Runs that reach past the box are cut; missing ones are clear.
 */
export function spansOf(points: readonly number[]): MaskSpans {
  const runs = points.length - 4;
  const left = points[runs] ?? 0;
  const top = points[runs + 1] ?? 0;
  const width = runs < 0 ? 0 : Math.max(0, (points[runs + 2] ?? 0) - left + 1);
  const height = runs < 0 ? 0 : Math.max(0, (points[runs + 3] ?? 0) - top + 1);
  const rows: number[] = new Array<number>(height + 1).fill(0);
  const spans: number[] = [];
  const end = width * height;
  let [at, row] = [0, 0];
  for (let i = 0; i < runs && at < end; i++) {
    const stop = Math.min(end, at + points[i]!);
    while (i % 2 === 1 && at < stop) {
      const y = Math.floor(at / width);
      while (row < y) {
        rows[++row] = spans.length;
      }
      const rowEnd = Math.min(stop, (y + 1) * width);
      spans.push(at - y * width, rowEnd - y * width);
      at = rowEnd;
    }
    at = stop;
  }
  while (row < height) {
    rows[++row] = spans.length;
  }
  return { left, top, width, height, rowStart: Uint32Array.from(rows), spans: Uint32Array.from(spans) };
}

/** Writes the contract's mask; the inverse of {@link spansOf} for masks in their normal form. */
export function pointsOf(mask: MaskSpans): number[] {
  const runs: number[] = [];
  let [done, setEnd] = [0, 0];
  for (let y = 0; y < mask.height; y++) {
    for (let i = mask.rowStart[y]!; i < mask.rowStart[y + 1]!; i += 2) {
      const start = y * mask.width + mask.spans[i]!;
      const end = y * mask.width + mask.spans[i + 1]!;
      if (start === setEnd && runs.length > 0) {
        runs[runs.length - 1]! += end - start;
      } else {
        runs.push(start - done, end - start);
      }
      done = setEnd = end;
    }
  }
  if (done < mask.width * mask.height) {
    runs.push(mask.width * mask.height - done);
  }
  return [...runs, mask.left, mask.top, mask.left + mask.width - 1, mask.top + mask.height - 1];
}

/** Whether the pixel that the point lies in is set. */
export function maskContains(mask: MaskSpans, x: number, y: number): boolean {
  const column = Math.floor(x) - mask.left;
  const row = Math.floor(y) - mask.top;
  if (column < 0 || row < 0 || column >= mask.width || row >= mask.height) {
    return false;
  }
  for (let i = mask.rowStart[row]!; i < mask.rowStart[row + 1]!; i += 2) {
    if (column < mask.spans[i + 1]!) {
      return column >= mask.spans[i]!;
    }
  }
  return false;
}

/** Number of set pixels. */
export function maskArea(mask: MaskSpans): number {
  let sum = 0;
  for (let i = 0; i < mask.spans.length; i += 2) {
    sum += mask.spans[i + 1]! - mask.spans[i]!;
  }
  return sum;
}

/** Fills the set pixels of a width x height image of 32-bit pixels. */
export function fillPixels(mask: MaskSpans, pixels: Uint32Array, value: number): void {
  for (let y = 0; y < mask.height; y++) {
    const offset = y * mask.width;
    for (let i = mask.rowStart[y]!; i < mask.rowStart[y + 1]!; i += 2) {
      pixels.fill(value, offset + mask.spans[i]!, offset + mask.spans[i + 1]!);
    }
  }
}

/** The mask elsewhere; it shares its runs with the one given. */
export function shifted(mask: MaskSpans, dx: number, dy: number): MaskSpans {
  return { ...mask, left: mask.left + dx, top: mask.top + dy };
}
