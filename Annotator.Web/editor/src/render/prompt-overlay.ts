import { outlineOverlay } from './outline-overlay';
import { toView } from './viewport';
import type { DraftOverlay } from './draft';

const RADIUS = 6;

export interface PromptMark {
  readonly x: number;
  readonly y: number;
  readonly inside: boolean;
}

/** What was said of an object: a plus where it is, a minus where it is not, and its box. */
export function promptOverlay(points: readonly PromptMark[], box: readonly [number, number, number, number] | null): DraftOverlay {
  const frame = box === null ? null : outlineOverlay([[box[0], box[1], box[2], box[1], box[2], box[3], box[0], box[3]]], true);
  return {
    paint(context, view, colors) {
      if (frame !== null) {
        context.save();
        frame.paint(context, view, colors);
        context.restore();
      }
      context.scale(view.dpr, view.dpr);
      for (const point of points) {
        const [x, y] = toView(view, point.x, point.y);
        context.beginPath();
        context.arc(x, y, RADIUS, 0, 2 * Math.PI);
        context.fillStyle = point.inside ? '#0f8a3c' : '#c22018';
        context.fill();
        context.strokeStyle = '#fff';
        context.lineWidth = 1.5;
        context.stroke();
        context.beginPath();
        context.moveTo(x - 3, y);
        context.lineTo(x + 3, y);
        if (point.inside) {
          context.moveTo(x, y - 3);
          context.lineTo(x, y + 3);
        }
        context.stroke();
      }
    },
  };
}
