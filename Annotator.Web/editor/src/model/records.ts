/**
 * The records of a job as the editor holds them: immutable, plain, and compared by identity. Coordinates are pixels of the
 * upright image, origin top left, stored as flat lists x0,y0,x1,y1…
 */

/** Final from the object's first moment: taken from a block that the server reserved. Always below 2^53. */
export type Id = number;

export const SHAPE_KINDS = ['rectangle', 'polygon', 'polyline', 'points', 'ellipse', 'cuboid', 'mask', 'skeleton'] as const;
export type ShapeKind = (typeof SHAPE_KINDS)[number];

/** Who made the object; further words of the server are kept as they are. */
export type Source = string;

/** Id of the attribute to its text. Sparse: an attribute that is absent has its default. */
export type Attributes = Readonly<Record<number, string>>;

/**
 * Flat coordinates. Their meaning by kind:
 * rectangle `x0,y0,x1,y1` before rotation about its centre; ellipse `cx,cy,rightX,topY` before rotation about its centre;
 * polygon, polyline, points: vertices; cuboid: 8 corners; mask: run lengths, then `left,top,right,bottom` (inclusive);
 * skeleton: empty, its elements have the coordinates.
 */
export type Points = readonly number[];

/** The source of what a model made and nobody has judged yet: a suggestion. */
export const SUGGESTED: Source = 'auto';

/** The source of what a model made and a person accepted or changed. */
export const JUDGED: Source = 'semi-auto';

export const NO_ATTRIBUTES: Attributes = Object.freeze({});
export const NO_POINTS: Points = Object.freeze([]);

/** What stands on the canvas: the geometry and flags of an object on one frame. */
export interface Geometry {
  readonly kind: ShapeKind;
  readonly points: Points;
  /** Degrees clockwise, 0 <= rotation < 360. */
  readonly rotation: number;
  readonly occluded: boolean;
  /** Not visible here. On a keyframe: not visible from here to the next keyframe. */
  readonly outside: boolean;
  readonly zOrder: number;
  readonly attributes: Attributes;
}

interface ObjectFields {
  readonly id: Id;
  /** Frame in the task's numbering; a track's first frame. */
  readonly frame: number;
  readonly labelId: number;
  /** 0 when the object is in no group. */
  readonly group: number;
  readonly source: Source;
  readonly attributes: Attributes;
}

/** A label of a whole frame. */
export interface Tag extends ObjectFields {
  readonly type: 'tag';
}

/** One object on one frame. */
export interface Shape extends ObjectFields, Geometry {
  readonly type: 'shape';
  /** 0 to 1; 1 for work by hand. */
  readonly score: number;
  /** The nodes of a skeleton, one per sublabel; empty for every other kind. */
  readonly elements: readonly ShapeElement[];
}

/** One node of a skeleton on one frame. */
export interface ShapeElement extends Geometry {
  readonly id: Id;
  readonly labelId: number;
  readonly group: number;
  readonly source: Source;
}

/** A track's shape on a frame where somebody set it; its attributes are the mutable ones, sparse. */
export interface Keyframe extends Geometry {
  /** Kept because the contract gives every keyframe an id; 0 where it has none yet. */
  readonly id: number;
  readonly frame: number;
}

/** One object through time: keyframes in rising frame order; its own attributes are the immutable ones. */
export interface Track extends ObjectFields {
  readonly type: 'track';
  /** How outlines are carried between keyframes: `aligned` turns the later one to fit first; absent means as CVAT does it. */
  readonly interpolation?: 'aligned';
  readonly keyframes: readonly Keyframe[];
  /** A skeleton's nodes, each with keyframes of its own; empty for every other kind. */
  readonly elements: readonly TrackElement[];
}

export interface TrackElement {
  readonly id: Id;
  readonly frame: number;
  readonly labelId: number;
  readonly group: number;
  readonly source: Source;
  readonly attributes: Attributes;
  readonly keyframes: readonly Keyframe[];
}

export type Rec = Tag | Shape | Track;

/** Whether a model made it and nobody has judged it yet. */
export function isSuggestion(rec: { readonly source: Source }): boolean {
  return rec.source === SUGGESTED;
}

export type RecType = Rec['type'];

/** Kind of what is drawn for the record; null for a tag and for a track without keyframes. */
export function kindOf(rec: Rec): ShapeKind | null {
  switch (rec.type) {
    case 'tag':
      return null;
    case 'shape':
      return rec.kind;
    case 'track':
      return rec.elements.length > 0 ? 'skeleton' : (rec.keyframes[0]?.kind ?? null);
  }
}

type Defaults<T, Needed extends keyof T> = Pick<T, Needed> & Partial<Omit<T, 'type'>>;

/** A shape with the given fields, and for the rest those of a new object drawn by hand. */
export function makeShape(fields: Defaults<Shape, 'id' | 'kind' | 'frame' | 'labelId' | 'points'>): Shape {
  return {
    type: 'shape',
    group: 0,
    source: 'manual',
    occluded: false,
    outside: false,
    zOrder: 0,
    rotation: 0,
    attributes: NO_ATTRIBUTES,
    elements: [],
    score: 1,
    ...fields,
  };
}

/** A tag with the given fields, and for the rest those of a new one set by hand. */
export function makeTag(fields: Defaults<Tag, 'id' | 'frame' | 'labelId'>): Tag {
  return { type: 'tag', group: 0, source: 'manual', attributes: NO_ATTRIBUTES, ...fields };
}
