import { SHAPES } from '../shapes/kinds';
import type { SceneItem } from '../index/frame-scene';
import type { Points } from '../model/records';
import type { Outline } from '../shapes/shape-unit';

/** Where an object's name stands: above this point, beginning at it or with its middle over it. Image pixels. */
export interface LabelAnchor {
  readonly x: number;
  readonly y: number;
  readonly centred: boolean;
}

const known = new WeakMap<object, LabelAnchor>();

/** Upright rectangles and masks are named at the corner of their box, all others at their highest point: a name must touch what it names. */
export function labelAnchor(item: SceneItem): LabelAnchor {
  let anchor = known.get(item.pose);
  if (anchor === undefined) {
    anchor = anchorOf(item);
    known.set(item.pose, anchor);
  }
  return anchor;
}

function anchorOf(item: SceneItem): LabelAnchor {
  const { pose, minX, maxX, minY } = item;
  if (pose.kind === 'ellipse' || pose.kind === 'skeleton') {
    return { x: (minX + maxX) / 2, y: minY, centred: true };
  }
  const points = outlinePoints(pose);
  let top = -1;
  for (let i = 1; i < points.length; i += 2) {
    if (top < 0 || points[i]! < points[top]!) {
      top = i;
    }
  }
  return top < 0 ? { x: minX, y: minY, centred: false } : { x: points[top - 1]!, y: points[top]!, centred: true };
}

function outlinePoints(shape: Outline): Points {
  switch (shape.kind) {
    case 'polygon':
    case 'polyline':
    case 'points':
    case 'cuboid':
      return shape.points;
    case 'rectangle':
      return shape.rotation === 0 ? [] : SHAPES.rectangle.handles(shape).flatMap(({ role, x, y }) => (role === 'resize' ? [x, y] : []));
    default:
      return [];
  }
}
