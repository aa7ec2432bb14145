import type { Box } from '../geometry/box';
import type { Geometry, Points, ShapeKind } from '../model/records';

/** Where a shape's outline goes: a canvas, or a list in a test. */
export interface PathSink {
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  closePath(): void;
  ellipse(x: number, y: number, radiusX: number, radiusY: number, rotation: number, startAngle: number, endAngle: number): void;
}

/** What geometry code needs of an object: its nodes have the same fields. */
export interface Outline extends Pick<Geometry, 'kind' | 'points' | 'rotation'> {
  readonly elements?: readonly (Pick<Geometry, 'kind' | 'points' | 'rotation' | 'outside'> & { readonly labelId: number })[];
}

/** How a handle changes its shape: a corner or side resizes, a vertex moves, a midpoint becomes a new vertex, `rotate` turns. */
export type HandleRole = 'resize' | 'vertex' | 'midpoint' | 'rotate';

export interface Handle {
  readonly role: HandleRole;
  /** resize: 0 to 7 clockwise from the top left corner; vertex: its number; midpoint: the number its vertex would get. */
  readonly index: number;
  readonly x: number;
  readonly y: number;
  /** midpoint: length of its edge in image pixels, because on a short edge it would cover the vertices. */
  readonly edge?: number;
}

/** All that the editor knows about one kind of shape. Coordinates are image pixels. */
export interface ShapeUnit {
  readonly kind: ShapeKind;
  /** Has an inside: is filled, and hit anywhere in it. */
  readonly filled: boolean;
  /** Smallest box that holds the shape as drawn, turned; empty when there is nothing to draw. */
  bounds(shape: Outline): Box;
  /** Square pixels, for "the smallest hit wins"; 0 for kinds without an inside. */
  area(shape: Outline): number;
  /** Whether the point is on the shape, or within `tolerance` of its outline. */
  contains(shape: Outline, x: number, y: number, tolerance: number): boolean;
  /** Whether any of it lies in the box. */
  meets(shape: Outline, box: Box): boolean;
  /** What may be dragged; empty for kinds that are shown but not edited. */
  handles(shape: Outline): Handle[];
  /** Draws the outline; `step` > 1 leaves out vertices of shapes that are small on screen. */
  trace(sink: PathSink, shape: Outline, step?: number): void;
  /** Places of loose points, drawn as dots of constant size. */
  dots(shape: Outline): Points;
  /** The shape moved as a whole; null when the kind cannot be moved without harm. */
  moved(shape: Outline, dx: number, dy: number): Outline | null;
}

export const NO_DOTS: Points = [];

export function movedPoints<T extends Outline>(shape: T, dx: number, dy: number): T {
  return { ...shape, points: shape.points.map((value, i) => value + (i % 2 === 0 ? dx : dy)) };
}
