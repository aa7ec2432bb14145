import { ringsOf } from '../masks/outline';
import { fillPixels } from '../masks/spans';
import { outlineOverlay } from './outline-overlay';
import { toView, zoomOf } from './viewport';
import type { DraftOverlay } from './draft';
import type { MaskSpans } from '../masks/spans';

/** A suggested mask: filled with its label's colour and outlined; fainter while it is only what a click would give. */
export function maskOverlay(mask: MaskSpans, labelId: () => number | null, faint: boolean): DraftOverlay {
  const outline = outlineOverlay(ringsOf(mask), faint);
  let filled: { readonly color: number; readonly canvas: OffscreenCanvas } | null = null;
  return {
    paint(context, view, colors) {
      const color = colors.ofLabel(labelId());
      if (filled?.color !== color) {
        const canvas = new OffscreenCanvas(mask.width, mask.height);
        const image = new ImageData(mask.width, mask.height);
        fillPixels(mask, new Uint32Array(image.data.buffer), ((255 << 24) | ((color & 255) << 16) | (color & 0xff00) | (color >> 16)) >>> 0);
        canvas.getContext('2d')!.putImageData(image, 0, 0);
        filled = { color, canvas };
      }
      const zoom = zoomOf(view);
      const [x, y] = toView(view, mask.left, mask.top);
      context.save();
      context.globalAlpha = faint ? 0.3 : 0.5;
      context.imageSmoothingEnabled = zoom < 1;
      context.drawImage(filled.canvas, x * view.dpr, y * view.dpr, mask.width * zoom, mask.height * zoom);
      context.restore();
      outline.paint(context, view, colors);
    },
  };
}
