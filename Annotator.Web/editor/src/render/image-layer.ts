import { PIXEL_ZOOM, seen, toView, zoomOf } from './viewport';
import type { ImageSize, Viewport } from '../model/view';

/** Draws the frame's picture, and from 800 % on a line between its pixels. */
export function drawImageLayer(context: CanvasRenderingContext2D, image: CanvasImageSource | null, size: ImageSize, view: Viewport, pixelGrid: boolean): void {
  const { width, height } = context.canvas;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, height);
  if (size.width === 0 || size.height === 0) {
    return;
  }
  const zoom = zoomOf(view);
  const [left, top] = toView(view, 0, 0);
  const [x, y] = [left * view.dpr, top * view.dpr];
  if (image === null) {
    context.fillStyle = '#8883';
    context.fillRect(x, y, size.width * zoom, size.height * zoom);
  } else {
    context.imageSmoothingEnabled = zoom < PIXEL_ZOOM;
    context.imageSmoothingQuality = zoom < 0.5 ? 'medium' : 'low';
    context.drawImage(image, x, y, size.width * zoom, size.height * zoom);
  }
  if (pixelGrid && zoom >= PIXEL_ZOOM) {
    drawPixelGrid(context, size, view);
  }
}

function drawPixelGrid(context: CanvasRenderingContext2D, size: ImageSize, view: Viewport): void {
  const box = seen(view);
  const zoom = zoomOf(view);
  const from = { x: Math.max(0, Math.floor(box.minX)), y: Math.max(0, Math.floor(box.minY)) };
  const to = { x: Math.min(size.width, Math.ceil(box.maxX)), y: Math.min(size.height, Math.ceil(box.maxY)) };
  const column = (x: number) => Math.round((x - box.minX) * zoom) + 0.5;
  const row = (y: number) => Math.round((y - box.minY) * zoom) + 0.5;
  context.beginPath();
  for (let x = from.x; x <= to.x; x++) {
    context.moveTo(column(x), row(from.y));
    context.lineTo(column(x), row(to.y));
  }
  for (let y = from.y; y <= to.y; y++) {
    context.moveTo(column(from.x), row(y));
    context.lineTo(column(to.x), row(y));
  }
  context.strokeStyle = 'rgba(128, 128, 128, 0.5)';
  context.lineWidth = 1;
  context.stroke();
}
