import { boxHolds, boxesMeet } from '../geometry/box';
import { boxOfAxes, ellipseBox, ellipseContains, ellipseOf } from '../geometry/ellipse';
import { resizeHandles, rotateHandle } from './rectangle';
import { NO_DOTS, movedPoints } from './shape-unit';
import type { ShapeUnit } from './shape-unit';

/** Ellipse: centre, right end and top end of its axes, then turned. The ends of its axes are dragged. */
export const ellipseUnit: ShapeUnit = {
  kind: 'ellipse',
  filled: true,
  bounds: ({ points, rotation }) => ellipseBox(ellipseOf(points), rotation),
  area: ({ points }) => {
    const { rx, ry } = ellipseOf(points);
    return Math.PI * rx * ry;
  },
  contains: ({ points, rotation }, x, y, tolerance) => ellipseContains(ellipseOf(points), rotation, x, y, tolerance),
  meets: ({ points, rotation }, box) => {
    const ellipse = ellipseOf(points);
    const bounds = ellipseBox(ellipse, rotation);
    if (!boxesMeet(bounds, box) || boxHolds(box, bounds)) {
      return boxesMeet(bounds, box);
    }
    const x = Math.min(box.maxX, Math.max(box.minX, ellipse.cx));
    const y = Math.min(box.maxY, Math.max(box.minY, ellipse.cy));
    return ellipseContains(ellipse, rotation, x, y) || boxHolds(box, { minX: ellipse.cx, minY: ellipse.cy, maxX: ellipse.cx, maxY: ellipse.cy });
  },
  handles: ({ points, rotation }) => {
    const box = { points: boxOfAxes(points), rotation };
    return [...resizeHandles(box).filter(({ index }) => index % 2 === 1), rotateHandle(box)];
  },
  trace: (sink, { points, rotation }) => {
    const { cx, cy, rx, ry } = ellipseOf(points);
    const angle = (rotation * Math.PI) / 180;
    sink.moveTo(cx + rx * Math.cos(angle), cy + rx * Math.sin(angle));
    sink.ellipse(cx, cy, rx, ry, angle, 0, 2 * Math.PI);
  },
  dots: () => NO_DOTS,
  moved: movedPoints,
};
