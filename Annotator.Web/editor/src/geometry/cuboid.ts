/**
 * A cuboid's 8 corners stand in pairs, top then bottom: front left, front right, back right, back left. Faces and edges are
 * lists of corner numbers.
 */
export const CUBOID_FACES = [
  [0, 2, 3, 1],
  [2, 4, 5, 3],
  [4, 6, 7, 5],
  [6, 0, 1, 7],
  [0, 2, 4, 6],
  [1, 3, 5, 7],
] as const;

export const CUBOID_EDGES = [
  [0, 1],
  [2, 3],
  [4, 5],
  [6, 7],
  [0, 2],
  [2, 4],
  [4, 6],
  [6, 0],
  [1, 3],
  [3, 5],
  [5, 7],
  [7, 1],
] as const;

/** Corners of one face as a ring. */
export function faceRing(points: readonly number[], face: readonly number[]): number[] {
  return face.flatMap((corner) => [points[corner * 2] ?? 0, points[corner * 2 + 1] ?? 0]);
}

/** The cuboid with a corner at the point: the other end of its vertical edge follows sideways. */
export function withCorner(points: readonly number[], corner: number, x: number, y: number): number[] {
  const twin = corner ^ 1;
  return points.map((value, i) => (i === 2 * corner || i === 2 * twin ? x : i === 2 * corner + 1 ? y : value));
}

/** A cuboid whose front fills the box, and whose back stands up and right by a third of its smaller side. */
export function cuboidOfFront(left: number, top: number, right: number, bottom: number): number[] {
  const depth = Math.min(right - left, bottom - top) / 3;
  return [left, top, left, bottom, right, top, right, bottom, right + depth, top - depth, right + depth, bottom - depth, left + depth, top - depth, left + depth, bottom - depth];
}
