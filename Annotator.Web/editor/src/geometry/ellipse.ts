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

/** The box about the ellipse before it is turned: left, top, right, bottom. */
export function boxOfAxes(points: readonly number[]): [left: number, top: number, right: number, bottom: number] {
  const { cx, cy, rx, ry } = ellipseOf(points);
  return [cx - rx, cy - ry, cx + rx, cy + ry];
}

/** The ellipse that fills such a box, as it is stored. */
export function ellipseInBox([left = 0, top = 0, right = 0, bottom = 0]: readonly number[]): [cx: number, cy: number, right: number, top: number] {
  return [(left + right) / 2, (top + bottom) / 2, right, top];
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
