import { boxOf, boxesMeet } from '../geometry/box';
import { chainMeetsBox, distanceToChain, ringContains } from '../geometry/polygon';
import { rotateAbout, rotatedCorners } from '../geometry/rotate';
import { traceChain } from './chain';
import { NO_DOTS, movedPoints } from './shape-unit';
import type { Handle, Outline, ShapeUnit } from './shape-unit';

/** Rectangle: two corners, then turned about the middle. */
export const rectangleUnit: ShapeUnit = {
  kind: 'rectangle',
  filled: true,
  bounds: (shape) => boxOf(corners(shape)),
  area: ({ points: [x0 = 0, y0 = 0, x1 = 0, y1 = 0] }) => Math.abs((x1 - x0) * (y1 - y0)),
  contains: (shape, x, y, tolerance) => ringContains(corners(shape), x, y) || distanceToChain(corners(shape), x, y, true) <= tolerance,
  meets: (shape, box) => boxesMeet(boxOf(corners(shape)), box) && chainMeetsBox(corners(shape), true, box),
  handles: (shape) => [...resizeHandles(shape), rotateHandle(shape)],
  trace: (sink, shape) => traceChain(sink, corners(shape), true, 1),
  dots: () => NO_DOTS,
  moved: movedPoints,
};

function corners({ points, rotation }: Outline): readonly number[] {
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = points;
  return rotation === 0 ? [x0, y0, x1, y0, x1, y1, x0, y1] : rotatedCorners(points, rotation);
}

/** Corners and middles of sides, clockwise from the top left corner, turned with the shape. */
export function resizeHandles({ points, rotation }: Pick<Outline, 'points' | 'rotation'>): Handle[] {
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = points;
  const cx = (x0 + x1) / 2;
  const cy = (y0 + y1) / 2;
  const places = [[x0, y0], [cx, y0], [x1, y0], [x1, cy], [x1, y1], [cx, y1], [x0, y1], [x0, cy]] as const;
  return places.map(([x, y], index) => {
    const [hx, hy] = rotateAbout(x, y, cx, cy, rotation);
    return { role: 'resize', index, x: hx, y: hy };
  });
}

/** Stands on the middle of the top side; the canvas draws and hits it a constant distance outside of it. */
export function rotateHandle({ points, rotation }: Pick<Outline, 'points' | 'rotation'>): Handle {
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = points;
  const [x, y] = rotateAbout((x0 + x1) / 2, Math.min(y0, y1), (x0 + x1) / 2, (y0 + y1) / 2, rotation);
  return { role: 'rotate', index: 0, x, y };
}
