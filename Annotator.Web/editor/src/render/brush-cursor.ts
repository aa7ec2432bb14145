import { toView, zoomOf } from './viewport';
import type { BrushShape } from '../masks/brush';
import type { DraftOverlay } from './draft';

/** The brush where it is: what it would touch, dark below bright, so that it shows on any picture. */
export function brushCursor(x: number, y: number, diameter: number, shape: BrushShape): DraftOverlay {
  return {
    paint(context, view) {
      const [centreX, centreY] = toView(view, x, y);
      const radius = (diameter / 2) * zoomOf(view);
      context.translate(centreX * view.dpr, centreY * view.dpr);
      context.beginPath();
      if (shape === 'round') context.arc(0, 0, radius, 0, 2 * Math.PI);
      else context.rect(-radius, -radius, 2 * radius, 2 * radius);
      for (const [color, width] of [['#000', 3], ['#fff', 1.25]] as const) {
        context.strokeStyle = color;
        context.lineWidth = width * view.dpr;
        context.stroke();
      }
    },
  };
}
