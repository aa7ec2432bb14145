import { SpanBuilder } from './span-builder';
import type { RunSink } from './brush';
import type { MaskSpans } from './spans';

/** The pixels whose centres lie inside the rings by the even-odd rule, so that rings in rings are holes. Not cut at the image. */
export function fillRings(rings: readonly (readonly number[])[], sink: RunSink): void {
  let [top, bottom] = [Infinity, -Infinity];
  for (const ring of rings) {
    for (let i = 1; i < ring.length; i += 2) {
      top = Math.min(top, ring[i]!);
      bottom = Math.max(bottom, ring[i]!);
    }
  }
  if (top === Infinity) {
    return;
  }
  const first = Math.ceil(top - 0.5);
  const rows: number[][] = Array.from({ length: Math.max(0, Math.ceil(bottom - 0.5) - first) }, () => []);
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const up = ring[j + 1]! > ring[i + 1]!;
      const [x0, y0, x1, y1] = up ? [ring[i]!, ring[i + 1]!, ring[j]!, ring[j + 1]!] : [ring[j]!, ring[j + 1]!, ring[i]!, ring[i + 1]!];
      for (let y = Math.ceil(y0 - 0.5); y < Math.ceil(y1 - 0.5); y++) {
        rows[y - first]!.push(x0 + ((x1 - x0) * (y + 0.5 - y0)) / (y1 - y0));
      }
    }
  }
  rows.forEach((crossings, row) => {
    crossings.sort((a, b) => a - b);
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const from = Math.ceil(crossings[i]! - 0.5);
      const to = Math.ceil(crossings[i + 1]! - 0.5);
      if (to > from) {
        sink(first + row, from, to);
      }
    }
  });
}

/** The rings as a mask, cut at the image; null when no pixel is inside. */
export function maskOfRings(rings: readonly (readonly number[])[], width: number, height: number): MaskSpans | null {
  const builder = new SpanBuilder();
  fillRings(rings, (y, from, to) => {
    if (y >= 0 && y < height) {
      builder.add(y, Math.max(0, from), Math.min(width, to));
    }
  });
  return builder.build();
}
