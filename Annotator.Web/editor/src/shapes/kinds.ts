import { polygonUnit, polylineUnit, pointsUnit } from './chain';
import { cuboidUnit } from './cuboid';
import { ellipseUnit } from './ellipse';
import { maskUnit } from './mask';
import { rectangleUnit } from './rectangle';
import { skeletonUnit } from './skeleton';
import type { ShapeUnit } from './shape-unit';
import type { ShapeKind } from '../model/records';

/** The one table of kinds. */
export const SHAPES: Readonly<Record<ShapeKind, ShapeUnit>> = {
  rectangle: rectangleUnit,
  polygon: polygonUnit,
  polyline: polylineUnit,
  points: pointsUnit,
  ellipse: ellipseUnit,
  cuboid: cuboidUnit,
  mask: maskUnit,
  skeleton: skeletonUnit,
};
