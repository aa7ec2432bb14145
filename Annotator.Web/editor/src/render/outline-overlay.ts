import { toView } from './viewport';
import type { DraftOverlay } from './draft';

/** Rings or chains over the picture, dark below bright. */
export function outlineOverlay(rings: readonly (readonly number[])[], dashed = false): DraftOverlay {
  return {
    paint(context, view) {
      context.scale(view.dpr, view.dpr);
      context.lineJoin = 'round';
      context.beginPath();
      for (const ring of rings) {
        for (let i = 0; i < ring.length; i += 2) {
          const [x, y] = toView(view, ring[i]!, ring[i + 1]!);
          if (i === 0) context.moveTo(x, y);
          else context.lineTo(x, y);
        }
        context.closePath();
      }
      context.strokeStyle = '#000c';
      context.lineWidth = 3;
      context.stroke();
      context.setLineDash(dashed ? [5, 4] : []);
      context.strokeStyle = '#fff';
      context.lineWidth = 1.25;
      context.stroke();
    },
  };
}
