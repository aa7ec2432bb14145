import { SpanBuilder } from './span-builder';
import type { MaskSpans } from './spans';

/** A part of the image with one byte a pixel: 0 clear, anything else set. For algorithms that look at neighbours. */
export interface Bits {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** The mask as bytes, with `margin` clear pixels around it. */
export function bitsOf(mask: MaskSpans, margin = 0): Bits {
  const width = mask.width + 2 * margin;
  const height = mask.height + 2 * margin;
  const data = new Uint8Array(width * height);
  for (let y = 0; y < mask.height; y++) {
    const offset = (y + margin) * width + margin;
    for (let i = mask.rowStart[y]!; i < mask.rowStart[y + 1]!; i += 2) {
      data.fill(1, offset + mask.spans[i]!, offset + mask.spans[i + 1]!);
    }
  }
  return { left: mask.left - margin, top: mask.top - margin, width, height, data };
}

/** The set pixels as a mask with the smallest box around them; null when there are none. */
export function spansOfBits({ left, top, width, height, data }: Bits): MaskSpans | null {
  const builder = new SpanBuilder();
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let x = 0; x < width; x++) {
      if (data[row + x] !== 0) {
        const from = x;
        while (x < width && data[row + x] !== 0) {
          x++;
        }
        builder.add(top + y, left + from, left + x);
      }
    }
  }
  return builder.build();
}
