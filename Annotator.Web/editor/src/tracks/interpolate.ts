import { blendPolygon, blendPolyline } from './chains';
import type { Points, ShapeKind } from '../model/records';

/** Points and rotation of a shape of one kind. */
export interface Placement {
  readonly points: Points;
  /** Degrees clockwise, 0 <= rotation < 360. */
  readonly rotation: number;
}

/** Where the shape stands between two keyframes, 0 <= t < 1. Kinds that cannot be blended hold the left one. */
export function interpolate(kind: ShapeKind, left: Placement, right: Placement, t: number): Placement {
  if (t === 0) {
    return left;
  }
  switch (kind) {
    case 'rectangle':
    case 'ellipse':
      return { points: blend(left.points, right.points, t), rotation: blendRotation(left.rotation, right.rotation, t) };
    case 'cuboid':
      return { points: blend(left.points, right.points, t), rotation: 0 };
    case 'points':
      return left.points.length === 2 && right.points.length === 2 ? { points: blend(left.points, right.points, t), rotation: 0 } : left;
    case 'polyline':
      return { points: blendPolyline(left.points, right.points, t), rotation: 0 };
    case 'polygon':
      return { points: blendPolygon(left.points, right.points, t), rotation: 0 };
    case 'mask':
    case 'skeleton':
      return left;
  }
}

/** Along the shorter arc; exactly half a turn goes clockwise. */
export function blendRotation(left: number, right: number, t: number): number {
  let difference = ((right - left + 180) % 360) - 180;
  if (Math.abs(difference) >= 180) {
    difference = 360 - Math.abs(difference) * Math.sign(difference) * -1;
  }
  return (left + difference * t + 360) % 360;
}

function blend(left: Points, right: Points, t: number): number[] {
  const result = new Array<number>(left.length);
  for (let i = 0; i < left.length; i++) {
    const value = left[i]!;
    result[i] = value + ((right[i] ?? value) - value) * t;
  }
  return result;
}
