import { boxOf, boxesMeet } from '../geometry/box';
import { CUBOID_EDGES, CUBOID_FACES, faceRing } from '../geometry/cuboid';
import { area, chainMeetsBox, distanceToChain, ringContains } from '../geometry/polygon';
import { vertexHandles } from './chain';
import { NO_DOTS, movedPoints } from './shape-unit';
import type { ShapeUnit } from './shape-unit';

/** Cuboid: 8 corners of a box seen in perspective. Corners are dragged; their vertical edges stay upright. */
export const cuboidUnit: ShapeUnit = {
  kind: 'cuboid',
  filled: true,
  bounds: ({ points }) => boxOf(points),
  area: ({ points }) => Math.max(...CUBOID_FACES.map((face) => area(faceRing(points, face)))),
  contains: ({ points }, x, y, tolerance) =>
    CUBOID_FACES.some((face) => {
      const ring = faceRing(points, face);
      return ringContains(ring, x, y) || distanceToChain(ring, x, y, true) <= tolerance;
    }),
  meets: ({ points }, box) => boxesMeet(boxOf(points), box) && CUBOID_FACES.some((face) => chainMeetsBox(faceRing(points, face), true, box)),
  handles: ({ points }) => vertexHandles(points),
  trace: (sink, { points }) => {
    for (const [from, to] of CUBOID_EDGES) {
      sink.moveTo(points[from * 2]!, points[from * 2 + 1]!);
      sink.lineTo(points[to * 2]!, points[to * 2 + 1]!);
    }
  },
  dots: () => NO_DOTS,
  moved: movedPoints,
};
