import { rotateAbout } from './rotate';
import type { Box } from './box';

/** An ellipse as the contract stores it: centre, right end of the horizontal axis, top end of the vertical one; then turned. */
export interface Ellipse {
  readonly cx: number;
  readonly cy: number;
  readonly rx: number;
  readonly ry: number;
}

export function ellipseOf(points: readonly number[]): Ellipse {
  const [cx = 0, cy = 0, right = 0, top = 0] = points;
  return { cx, cy, rx: Math.abs(right - cx), ry: Math.abs(cy - top) };
}

export function ellipseBox({ cx, cy, rx, ry }: Ellipse, degrees: number): Box {
  const angle = (degrees * Math.PI) / 180;
  const halfWidth = Math.hypot(rx * Math.cos(angle), ry * Math.sin(angle));
  const halfHeight = Math.hypot(rx * Math.sin(angle), ry * Math.cos(angle));
  return { minX: cx - halfWidth, minY: cy - halfHeight, maxX: cx + halfWidth, maxY: cy + halfHeight };
}

/** Whether the point is inside the ellipse when its radii grow by `grow` pixels. */
export function ellipseContains({ cx, cy, rx, ry }: Ellipse, degrees: number, x: number, y: number, grow = 0): boolean {
  const [ux, uy] = rotateAbout(x, y, cx, cy, -degrees);
  const a = rx + grow;
  const b = ry + grow;
  return a > 0 && b > 0 && ((ux - cx) / a) ** 2 + ((uy - cy) / b) ** 2 <= 1;
}
