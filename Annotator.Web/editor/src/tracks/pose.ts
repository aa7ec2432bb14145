import { interpolate } from './interpolate';
import { NO_ATTRIBUTES, NO_POINTS } from '../model/records';
import type { Attributes, Geometry, Id, Keyframe, Points, Rec, Shape, ShapeElement, Track, TrackElement } from '../model/records';

/** How an object stands on one frame: what is drawn, hit and listed. Tags have none. */
export interface Pose extends Geometry {
  readonly id: Id;
  readonly labelId: number;
  readonly group: number;
  readonly type: 'shape' | 'track';
  /** A track on a frame where somebody set it; true for every shape. */
  readonly keyframe: boolean;
  /** A skeleton's nodes. */
  readonly elements: readonly ElementPose[];
}

export interface ElementPose extends Geometry {
  readonly labelId: number;
}

const NO_FRAMES: ReadonlySet<number> = new Set();

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
  return { ...geometryOf(shape), id: shape.id, labelId: shape.labelId, group: shape.group, type: 'shape', keyframe: true, elements: shape.elements.map(elementPose) };
}

function elementPose(element: ShapeElement): ElementPose {
  return { ...geometryOf(element), labelId: element.labelId };
}

function trackPose(track: Track, frame: number, deleted: ReadonlySet<number>): Pose | null {
  const belonging = { id: track.id, labelId: track.labelId, group: track.group, type: 'track' as const };
  if (track.elements.length === 0) {
    const placed = placeAt(track, frame, deleted);
    return placed === null || (placed.geometry.outside && !placed.keyframe) ? null : { ...belonging, ...placed.geometry, keyframe: placed.keyframe, elements: [] };
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
    ...belonging,
    kind: 'skeleton',
    points: NO_POINTS,
    rotation: 0,
    occluded: elements.every((element) => element.occluded),
    outside,
    zOrder: own?.geometry.zOrder ?? elements[0]!.zOrder,
    attributes: own?.geometry.attributes ?? track.attributes,
    keyframe,
    elements,
  };
}

/** Geometry and flags at the frame by the keyframes around it; null before the first. */
function placeAt(track: Track | TrackElement, frame: number, deleted: ReadonlySet<number>): { geometry: Geometry; keyframe: boolean } | null {
  const left = lastAtOrBefore(track.keyframes, frame, deleted);
  if (left === null) {
    return null;
  }
  const keyframe = left.frame === frame;
  const right = keyframe ? null : firstAfter(track.keyframes, frame, deleted);
  const { points, rotation }: { points: Points; rotation: number } =
    right === null ? left : interpolate(left.kind, left, right, (frame - left.frame) / (right.frame - left.frame));
  const attributes = attributesAt(track, frame);
  return { geometry: { kind: left.kind, points, rotation, occluded: left.occluded, outside: left.outside, zOrder: left.zOrder, attributes }, keyframe };
}

function lastAtOrBefore(keyframes: readonly Keyframe[], frame: number, deleted: ReadonlySet<number>): Keyframe | null {
  for (let i = countUpTo(keyframes, frame) - 1; i >= 0; i--) {
    const keyframe = keyframes[i]!;
    if (keyframe.frame === frame || !deleted.has(keyframe.frame)) {
      return keyframe;
    }
  }
  return null;
}

function firstAfter(keyframes: readonly Keyframe[], frame: number, deleted: ReadonlySet<number>): Keyframe | null {
  for (let i = countUpTo(keyframes, frame); i < keyframes.length; i++) {
    if (!deleted.has(keyframes[i]!.frame)) {
      return keyframes[i]!;
    }
  }
  return null;
}

/** How many keyframes are on or before the frame. */
function countUpTo(keyframes: readonly Keyframe[], frame: number): number {
  let [low, high] = [0, keyframes.length];
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

/** Immutable attributes of the track, and each mutable one as last set; keyframes on deleted frames count here. */
function attributesAt(track: Track | TrackElement, frame: number): Attributes {
  let result = track.attributes;
  for (const keyframe of track.keyframes) {
    if (keyframe.frame > frame) {
      break;
    }
    if (keyframe.attributes !== NO_ATTRIBUTES) {
      result = { ...result, ...keyframe.attributes };
    }
  }
  return result;
}

function geometryOf({ kind, points, rotation, occluded, outside, zOrder, attributes }: Geometry): Geometry {
  return { kind, points, rotation, occluded, outside, zOrder, attributes };
}
