import { boxUnion, EMPTY_BOX } from '../geometry/box';
import { withCorner } from '../geometry/cuboid';
import { boxOfAxes, ellipseInBox } from '../geometry/ellipse';
import { directionOf, normaliseDegrees, rotateAbout, snapDegrees } from '../geometry/rotate';
import { clamp } from '../geometry/snap';
import type { Box } from '../geometry/box';
import type { ImagePoint } from '../geometry/point';
import type { Points } from '../model/records';
import type { ImageSize } from '../model/view';
import type { Handle, Outline } from '../shapes/shape-unit';

/** What dragging a handle makes of a shape: pure, from the shape as it was when the drag began. */

/** The shape with the handle dragged to the point. */
export function reshaped(before: Outline, handle: Handle, to: ImagePoint, bySteps: boolean): Outline {
  switch (handle.role) {
    case 'resize':
      return before.kind === 'ellipse' ? asEllipse(before, (box) => resizedRectangle(box, handle.index, to)) : resizedRectangle(before, handle.index, to);
    case 'rotate':
      return before.kind === 'ellipse' ? asEllipse(before, (box) => turnedRectangle(box, to, bySteps)) : turnedRectangle(before, to, bySteps);
    case 'vertex':
      return movedVertex(before, handle.index, to);
    case 'midpoint':
      return { ...before, points: withNewVertex(before.points, handle.index, to) };
  }
}

/** An ellipse is resized and turned as the box about its axes is. */
function asEllipse(before: Outline, change: (box: Outline) => Outline): Outline {
  const box = change({ ...before, points: boxOfAxes(before.points) });
  return { ...box, points: ellipseInBox(box.points) };
}

/** A vertex, a cuboid's corner or a skeleton's node at the point. */
export function movedVertex(before: Outline, index: number, [x, y]: ImagePoint): Outline {
  switch (before.kind) {
    case 'cuboid':
      return { ...before, points: withCorner(before.points, index, x, y) };
    case 'skeleton':
      return { ...before, elements: (before.elements ?? []).map((node, i) => (i === index ? { ...node, points: [x, y] } : node)) };
    default:
      return { ...before, points: withVertex(before.points, index, [x, y] as ImagePoint) };
  }
}

/** Where the vertex, corner or node stands; null when the shape has no such. */
export function vertexOf(shape: Outline, index: number): readonly [x: number, y: number] | null {
  const points = shape.kind === 'skeleton' ? shape.elements?.[index]?.points : shape.points.slice(2 * index, 2 * index + 2);
  return points === undefined || points.length < 2 ? null : [points[0]!, points[1]!];
}

/** A rectangle with its corner or side (0 to 7 clockwise from the top left) at the point; the opposite one stays where it is. */
export function resizedRectangle(shape: Outline, index: number, to: ImagePoint): Outline {
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = shape.points;
  const centreX = (x0 + x1) / 2;
  const centreY = (y0 + y1) / 2;
  const [x, y] = rotateAbout(to[0], to[1], centreX, centreY, -shape.rotation);
  const left = [0, 6, 7].includes(index) ? x : x0;
  const right = [2, 3, 4].includes(index) ? x : x1;
  const top = [0, 1, 2].includes(index) ? y : y0;
  const bottom = [4, 5, 6].includes(index) ? y : y1;
  const halfWidth = Math.abs(right - left) / 2;
  const halfHeight = Math.abs(bottom - top) / 2;
  if (shape.rotation === 0) {
    return { ...shape, points: [Math.min(left, right), Math.min(top, bottom), Math.max(left, right), Math.max(top, bottom)] };
  }
  const [newX, newY] = rotateAbout((left + right) / 2, (top + bottom) / 2, centreX, centreY, shape.rotation);
  return { ...shape, points: [newX - halfWidth, newY - halfHeight, newX + halfWidth, newY + halfHeight] };
}

/** A rectangle whose top side looks at the point; by tenths of a degree, or by steps of 15. */
export function turnedRectangle(shape: Outline, to: ImagePoint, bySteps: boolean): Outline {
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = shape.points;
  const degrees = directionOf((x0 + x1) / 2, (y0 + y1) / 2, to[0], to[1]) + 90;
  return { ...shape, rotation: bySteps ? snapDegrees(degrees, 15) : normaliseDegrees(Math.round(degrees * 10) / 10) };
}

export function withVertex(points: Points, index: number, [x, y]: ImagePoint): Points {
  return points.map((value, i) => (i === 2 * index ? x : i === 2 * index + 1 ? y : value));
}

export function withNewVertex(points: Points, index: number, [x, y]: ImagePoint): Points {
  return [...points.slice(0, 2 * index), x, y, ...points.slice(2 * index)];
}

/** Without the vertex; null when too few would be left, or the kind has a fixed number. */
export function withoutVertex(kind: Outline['kind'], points: Points, index: number): Points | null {
  const least = kind === 'polygon' ? 3 : kind === 'polyline' ? 2 : kind === 'points' ? 1 : Infinity;
  return points.length / 2 <= least ? null : [...points.slice(0, 2 * index), ...points.slice(2 * index + 2)];
}

/** How far the boxes may go together without leaving the image further than they do already. */
export function limitMove(boxes: Iterable<Box>, dx: number, dy: number, image: ImageSize): [dx: number, dy: number] {
  let all = EMPTY_BOX;
  for (const box of boxes) {
    all = boxUnion(all, box);
  }
  return [clamp(dx, Math.min(0, -all.minX), Math.max(0, image.width - all.maxX)), clamp(dy, Math.min(0, -all.minY), Math.max(0, image.height - all.maxY))];
}
