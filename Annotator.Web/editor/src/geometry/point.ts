/** Points are branded pairs, so that image and view coordinates cannot be mixed. */

/** In pixels of the upright image, origin top left. */
export type ImagePoint = readonly [x: number, y: number] & { readonly _space?: 'image' };
/** In CSS pixels of the canvas, origin top left. */
export type ViewPoint = readonly [x: number, y: number] & { readonly _space?: 'view' };

export function imagePoint(x: number, y: number): ImagePoint {
  return [x, y] as ImagePoint;
}

export function viewPoint(x: number, y: number): ViewPoint {
  return [x, y] as ViewPoint;
}

export function distance(ax: number, ay: number, bx: number, by: number): number {
  return Math.hypot(bx - ax, by - ay);
}

/** Distance of a point to the segment from a to b. */
export function distanceToSegment(x: number, y: number, ax: number, ay: number, bx: number, by: number): number {
  const [px, py] = nearestOnSegment(x, y, ax, ay, bx, by);
  return distance(x, y, px, py);
}

export function nearestOnSegment(x: number, y: number, ax: number, ay: number, bx: number, by: number): [x: number, y: number] {
  const dx = bx - ax;
  const dy = by - ay;
  const square = dx * dx + dy * dy;
  const t = square === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / square));
  return [ax + dx * t, ay + dy * t];
}
