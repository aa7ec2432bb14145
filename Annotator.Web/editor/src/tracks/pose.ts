import { aligned } from './align';
import { interpolate } from './interpolate';
import { isSuggestion, NO_ATTRIBUTES, NO_POINTS } from '../model/records';
import type { Attributes, Geometry, Id, Keyframe, Points, Rec, Shape, ShapeElement, Track, TrackElement } from '../model/records';

/** How an object stands on one frame: what is drawn, hit and listed. Tags have none. */
export interface Pose extends Geometry {
  readonly id: Id;
  readonly labelId: number;
  readonly group: number;
  readonly type: 'shape' | 'track';
  /** A track on a frame where somebody set it; true for every shape. */
  readonly keyframe: boolean;
  /** Made by a model, and not judged by anybody yet. */
  readonly suggested: boolean;
  /** A skeleton's nodes. */
  readonly elements: readonly ElementPose[];
}

export interface ElementPose extends Geometry {
  readonly labelId: number;
}

const NO_FRAMES: ReadonlySet<number> = new Set();
const NO_ELEMENTS: readonly ElementPose[] = [];

/**
 * The object on the frame; null when it is not shown there: a shape of another frame, a track before its first keyframe, and
 * one that is outside unless the frame is its keyframe. Keyframes on deleted frames count only on these frames themselves.
 */
export function poseOf(rec: Rec, frame: number, deleted: ReadonlySet<number> = NO_FRAMES): Pose | null {
  switch (rec.type) {
    case 'tag':
      return null;
    case 'shape':
      return rec.frame === frame ? shapePose(rec) : null;
    case 'track':
      return trackPose(rec, frame, deleted);
  }
}

function shapePose(shape: Shape): Pose {
  return { ...geometryOf(shape), id: shape.id, labelId: shape.labelId, group: shape.group, type: 'shape', keyframe: true, suggested: isSuggestion(shape), elements: shape.elements.map(elementPose) };
}

function elementPose(element: ShapeElement): ElementPose {
  return { ...geometryOf(element), labelId: element.labelId };
}

function trackPose(track: Track, frame: number, deleted: ReadonlySet<number>): Pose | null {
  if (track.elements.length === 0) {
    const placed = placeAt(track, frame, deleted);
    if (placed === null || (placed.geometry.outside && !placed.keyframe)) {
      return null;
    }
    const { kind, points, rotation, occluded, outside, zOrder, attributes } = placed.geometry;
    // Written out: spread, thousands of these would take most of a frame's time.
    return { id: track.id, labelId: track.labelId, group: track.group, type: 'track', kind, points, rotation, occluded, outside, zOrder, attributes, keyframe: placed.keyframe, suggested: isSuggestion(track), elements: NO_ELEMENTS };
  }
  const placed = track.elements.map((element) => [element, placeAt(element, frame, deleted)] as const);
  const elements = placed.flatMap(([element, at]): ElementPose[] => (at === null ? [] : [{ ...at.geometry, labelId: element.labelId, rotation: 0 }]));
  const own = placeAt(track, frame, deleted);
  const keyframe = (own?.keyframe ?? false) || placed.some(([, at]) => at?.keyframe);
  const outside = elements.every((element) => element.outside);
  if (elements.length === 0 || (outside && !keyframe)) {
    return null;
  }
  return {
    id: track.id,
    labelId: track.labelId,
    group: track.group,
    type: 'track',
    kind: 'skeleton',
    points: NO_POINTS,
    rotation: 0,
    occluded: elements.every((element) => element.occluded),
    outside,
    zOrder: own?.geometry.zOrder ?? elements[0]!.zOrder,
    attributes: own?.geometry.attributes ?? track.attributes,
    keyframe,
    suggested: isSuggestion(track),
    elements,
  };
}

/**
 * Geometry and flags of a track, or of one node, as an edit on the frame begins from them: also where nothing is shown.
 * Before the first keyframe that one counts, outside. Null only without keyframes. Attributes are all that hold there.
 */
export function standingAt(part: Track | TrackElement, frame: number, deleted: ReadonlySet<number> = NO_FRAMES): Geometry | null {
  const placed = placeAt(part, frame, deleted);
  if (placed !== null) {
    return placed.geometry;
  }
  const first = firstFrom(part.keyframes, countUpTo(part.keyframes, frame), deleted) ?? part.keyframes[0];
  return first === undefined ? null : { ...geometryOf(first), outside: true, attributes: part.attributes };
}

/** Values of mutable attributes that were set on keyframes up to and with the frame. */
export function mutableAt(keyframes: readonly Keyframe[], frame: number): Attributes {
  return withSet(NO_ATTRIBUTES, keyframes, countUpTo(keyframes, frame));
}

/** Geometry and flags at the frame by the keyframes around it; null before the first. */
function placeAt(part: Track | TrackElement, frame: number, deleted: ReadonlySet<number>): { geometry: Geometry; keyframe: boolean } | null {
  const { keyframes } = part;
  const count = countUpTo(keyframes, frame);
  const left = lastBelow(keyframes, count, frame, deleted);
  if (left === null) {
    return null;
  }
  const keyframe = left.frame === frame;
  const right = keyframe ? null : firstFrom(keyframes, count, deleted);
  const { points, rotation }: { points: Points; rotation: number } =
    right === null ? left : interpolate(left.kind, left, 'interpolation' in part && part.interpolation === 'aligned' ? turnedTo(left, right) : right, (frame - left.frame) / (right.frame - left.frame));
  const attributes = withSet(part.attributes, keyframes, count);
  return { geometry: { kind: left.kind, points, rotation, occluded: left.occluded, outside: left.outside, zOrder: left.zOrder, attributes }, keyframe };
}

/** The later keyframe as it fits the earlier one. */
function turnedTo(left: Keyframe, right: Keyframe): { readonly points: Points; readonly rotation: number } {
  return { points: aligned(left.kind, left.points, right.points), rotation: right.rotation };
}

function lastBelow(keyframes: readonly Keyframe[], count: number, frame: number, deleted: ReadonlySet<number>): Keyframe | null {
  for (let i = count - 1; i >= 0; i--) {
    const keyframe = keyframes[i]!;
    if (keyframe.frame === frame || deleted.size === 0 || !deleted.has(keyframe.frame)) {
      return keyframe;
    }
  }
  return null;
}

function firstFrom(keyframes: readonly Keyframe[], count: number, deleted: ReadonlySet<number>): Keyframe | null {
  for (let i = count; i < keyframes.length; i++) {
    if (deleted.size === 0 || !deleted.has(keyframes[i]!.frame)) {
      return keyframes[i]!;
    }
  }
  return null;
}

/** How many keyframes are on or before the frame. */
export function countUpTo(keyframes: readonly Keyframe[], frame: number): number {
  let low = 0;
  let high = keyframes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keyframes[middle]!.frame <= frame) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

const setSoFar = new WeakMap<readonly Keyframe[], readonly Attributes[]>();

/** The fixed values, and over them what the first `count` keyframes set; those on deleted frames count here. */
function withSet(fixed: Attributes, keyframes: readonly Keyframe[], count: number): Attributes {
  let only: Attributes = NO_ATTRIBUTES;
  for (let i = 0; i < count; i++) {
    const { attributes } = keyframes[i]!;
    if (attributes === NO_ATTRIBUTES) {
      continue;
    }
    if (only !== NO_ATTRIBUTES) {
      // Several: what they come to is remembered, because every look at a later frame would put it together again.
      return over(fixed, setUpTo(keyframes)[count - 1]!);
    }
    only = attributes;
  }
  return over(fixed, only);
}

function over(fixed: Attributes, set: Attributes): Attributes {
  return set === NO_ATTRIBUTES ? fixed : fixed === NO_ATTRIBUTES ? set : { ...fixed, ...set };
}

/** For each keyframe what was set up to and with it; one object for all that follow without a change. */
function setUpTo(keyframes: readonly Keyframe[]): readonly Attributes[] {
  let all = setSoFar.get(keyframes);
  if (all === undefined) {
    let now = NO_ATTRIBUTES;
    all = keyframes.map(({ attributes }) => {
      if (attributes !== NO_ATTRIBUTES) {
        now = { ...now, ...attributes };
      }
      return now;
    });
    setSoFar.set(keyframes, all);
  }
  return all;
}

function geometryOf({ kind, points, rotation, occluded, outside, zOrder, attributes }: Geometry): Geometry {
  return { kind, points, rotation, occluded, outside, zOrder, attributes };
}
