import { boxOf } from '../geometry/box';
import { distanceToSegment } from '../geometry/point';
import { pairs } from './chain';
import { movedPoints } from './shape-unit';
import type { Handle, Outline, ShapeUnit } from './shape-unit';
import type { Points } from '../model/records';

/** Pairs of sublabel ids that a skeleton's template joins; set once a job's labels are known. */
const edges = new Map<number, readonly (readonly [number, number])[]>();

/** @param sublabelId Any sublabel of the template. */
export function setSkeletonEdges(sublabelId: number, template: readonly (readonly [number, number])[]): void {
  edges.set(sublabelId, template);
}

function nodes({ elements = [] }: Outline): Points {
  return elements.filter((element) => !element.outside).flatMap((element) => element.points.slice(0, 2));
}

/** Edges between visible nodes as x0,y0,x1,y1. */
function segments({ elements = [] }: Outline): [number, number, number, number][] {
  const place = new Map(elements.filter((element) => !element.outside && element.points.length >= 2).map((element) => [element.labelId, element.points]));
  const template = elements.map((element) => edges.get(element.labelId)).find((found) => found !== undefined) ?? [];
  return template.flatMap(([from, to]) => {
    const [a, b] = [place.get(from), place.get(to)];
    return a && b ? [[a[0]!, a[1]!, b[0]!, b[1]!] as [number, number, number, number]] : [];
  });
}

/** Skeleton: named nodes, joined as the label's template says. Each node that is seen is dragged by itself. */
export const skeletonUnit: ShapeUnit = {
  kind: 'skeleton',
  filled: false,
  bounds: (shape) => boxOf(nodes(shape)),
  area: () => 0,
  contains: (shape, x, y, tolerance) =>
    pairs(nodes(shape)).some(([px, py]) => Math.hypot(px - x, py - y) <= tolerance) ||
    segments(shape).some(([ax, ay, bx, by]) => distanceToSegment(x, y, ax, ay, bx, by) <= tolerance),
  meets: (shape, box) => pairs(nodes(shape)).some(([x, y]) => x >= box.minX && x <= box.maxX && y >= box.minY && y <= box.maxY),
  handles: ({ elements = [] }) =>
    elements.flatMap(({ points, outside }, index): Handle[] => (outside || points.length < 2 ? [] : [{ role: 'vertex', index, x: points[0]!, y: points[1]! }])),
  trace: (sink, shape) => {
    for (const [ax, ay, bx, by] of segments(shape)) {
      sink.moveTo(ax, ay);
      sink.lineTo(bx, by);
    }
  },
  dots: nodes,
  moved: (shape, dx, dy) => ({ ...shape, elements: (shape.elements ?? []).map((element) => movedPoints(element, dx, dy)) }),
};
