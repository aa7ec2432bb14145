import { SpanBuilder } from './span-builder';
import { maskArea } from './spans';
import type { MaskSpans } from './spans';

/** Number of pixels set in both. Costs as much as there are runs. */
export function commonArea(a: MaskSpans, b: MaskSpans): number {
  let sum = 0;
  const first = Math.max(a.top, b.top);
  const end = Math.min(a.top + a.height, b.top + b.height);
  for (let y = first; y < end; y++) {
    let [i, j] = [a.rowStart[y - a.top]!, b.rowStart[y - b.top]!];
    const [endA, endB] = [a.rowStart[y - a.top + 1]!, b.rowStart[y - b.top + 1]!];
    while (i < endA && j < endB) {
      const toA = a.left + a.spans[i + 1]!;
      const toB = b.left + b.spans[j + 1]!;
      sum += Math.max(0, Math.min(toA, toB) - Math.max(a.left + a.spans[i]!, b.left + b.spans[j]!));
      if (toA < toB) i += 2;
      else j += 2;
    }
  }
  return sum;
}

/** Common pixels over all pixels, 0 to 1; 1 when both are the same. */
export function iou(a: MaskSpans, b: MaskSpans): number {
  const common = commonArea(a, b);
  return common / (maskArea(a) + maskArea(b) - common);
}

/** Pixels set in any of the masks; null when there are none. */
export function union(masks: readonly MaskSpans[]): MaskSpans | null {
  const rows = new Map<number, [from: number, to: number][]>();
  for (const mask of masks) {
    for (let y = 0; y < mask.height; y++) {
      const row = rows.get(mask.top + y) ?? [];
      rows.set(mask.top + y, row);
      for (let i = mask.rowStart[y]!; i < mask.rowStart[y + 1]!; i += 2) {
        row.push([mask.left + mask.spans[i]!, mask.left + mask.spans[i + 1]!]);
      }
    }
  }
  const builder = new SpanBuilder();
  for (const [y, runs] of [...rows].sort(([a], [b]) => a - b)) {
    runs.sort(([a], [b]) => a - b).forEach(([from, to]) => builder.add(y, from, to));
  }
  return builder.build();
}
