import { SpanBuilder } from './span-builder';
import type { MaskSpans } from './spans';

/** The mask as large as `factor` times (at least 1), about the origin; every pixel becomes a block. */
export function scaledMask(mask: MaskSpans, factor: number): MaskSpans {
  const builder = new SpanBuilder();
  const at = (value: number) => Math.round(value * factor);
  for (let y = 0; y < mask.height; y++) {
    for (let row = at(mask.top + y); row < at(mask.top + y + 1); row++) {
      for (let i = mask.rowStart[y]!; i < mask.rowStart[y + 1]!; i += 2) {
        builder.add(row, at(mask.left + mask.spans[i]!), at(mask.left + mask.spans[i + 1]!));
      }
    }
  }
  return builder.build() ?? mask;
}
