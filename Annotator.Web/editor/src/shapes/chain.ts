import { boxOf, boxesMeet } from '../geometry/box';
import { area, chainMeetsBox, distanceToChain, ringContains } from '../geometry/polygon';
import { NO_DOTS, movedPoints } from './shape-unit';
import type { Handle, Outline, PathSink, ShapeUnit } from './shape-unit';
import type { Points } from '../model/records';

/** Polygon: a closed ring of at least three vertices. */
export const polygonUnit: ShapeUnit = {
  kind: 'polygon',
  filled: true,
  bounds: ({ points }) => boxOf(points),
  area: ({ points }) => area(points),
  contains: ({ points }, x, y, tolerance) => ringContains(points, x, y) || distanceToChain(points, x, y, true) <= tolerance,
  meets: ({ points }, box) => boxesMeet(boxOf(points), box) && chainMeetsBox(points, true, box),
  handles: ({ points }) => [...midpointHandles(points, true), ...vertexHandles(points)],
  trace: (sink, { points }, step = 1) => traceChain(sink, points, true, step),
  dots: () => NO_DOTS,
  moved: movedPoints,
};

/** Polyline: an open chain of at least two vertices. */
export const polylineUnit: ShapeUnit = {
  kind: 'polyline',
  filled: false,
  bounds: ({ points }) => boxOf(points),
  area: () => 0,
  contains: ({ points }, x, y, tolerance) => distanceToChain(points, x, y, false) <= tolerance,
  meets: ({ points }, box) => boxesMeet(boxOf(points), box) && chainMeetsBox(points, false, box),
  handles: ({ points }) => [...midpointHandles(points, false), ...vertexHandles(points)],
  trace: (sink, { points }, step = 1) => traceChain(sink, points, false, step),
  dots: () => NO_DOTS,
  moved: movedPoints,
};

/** Points: loose vertices that belong together. */
export const pointsUnit: ShapeUnit = {
  kind: 'points',
  filled: false,
  bounds: ({ points }) => boxOf(points),
  area: () => 0,
  contains: ({ points }, x, y, tolerance) => pairs(points).some(([px, py]) => Math.hypot(px - x, py - y) <= tolerance),
  meets: ({ points }, box) => pairs(points).some(([x, y]) => x >= box.minX && x <= box.maxX && y >= box.minY && y <= box.maxY),
  handles: ({ points }) => vertexHandles(points),
  trace: () => undefined,
  dots: ({ points }) => points,
  moved: movedPoints,
};

export function vertexHandles(points: Points): Handle[] {
  return pairs(points).map(([x, y], index) => ({ role: 'vertex', index, x, y }));
}

function midpointHandles(points: Points, closed: boolean): Handle[] {
  const vertices = pairs(points);
  return vertices.slice(closed ? 0 : 1).map(([x, y], i) => {
    const index = closed ? i : i + 1;
    const [fromX, fromY] = vertices.at(index - 1)!;
    return { role: 'midpoint', index: index === 0 ? vertices.length : index, x: (x + fromX) / 2, y: (y + fromY) / 2, edge: Math.hypot(x - fromX, y - fromY) };
  });
}

export function pairs(points: Points): [x: number, y: number][] {
  const result: [number, number][] = [];
  for (let i = 0; i + 1 < points.length; i += 2) {
    result.push([points[i]!, points[i + 1]!]);
  }
  return result;
}

export function traceChain(sink: PathSink, points: Outline['points'], closed: boolean, step: number): void {
  const last = points.length - 2;
  if (last < 0) {
    return;
  }
  sink.moveTo(points[0]!, points[1]!);
  for (let i = 2 * step; i < last; i += 2 * step) {
    sink.lineTo(points[i]!, points[i + 1]!);
  }
  if (last > 0) {
    sink.lineTo(points[last]!, points[last + 1]!);
  }
  if (closed) {
    sink.closePath();
  }
}
