import { zoomOf } from './viewport';
import type { Viewport } from '../model/view';

/** Sets the context up so that image coordinates can be drawn, and clears it. */
export function aimAt(context: CanvasRenderingContext2D, view: Viewport): void {
  const zoom = zoomOf(view);
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  context.setTransform(zoom, 0, 0, zoom, (view.width / 2) * view.dpr - view.x * zoom, (view.height / 2) * view.dpr - view.y * zoom);
  context.lineJoin = 'round';
}
