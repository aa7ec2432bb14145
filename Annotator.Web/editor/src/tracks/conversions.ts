import { NO_ATTRIBUTES, kindOf } from '../model/records';
import { changedOn, keyframesOf, startOf, withFrame } from './keyframes';
import { mutableAt, poseOf } from './pose';
import { withoutLeadingOutside } from './runs';
import type { Attributes, Geometry, Id, Keyframe, Rec, Shape, Track, TrackElement } from '../model/records';

const NO_FRAMES: ReadonlySet<number> = new Set();

/** Whether an attribute may change along a track. */
export type IsMutable = (attributeId: number) => boolean;

/** A track that begins with the shape, as it is; visible until somebody ends it. Outlines need no help to meet each other. */
export function trackOf(shape: Shape, id: Id, isMutable: IsMutable): Track {
  const { labelId, group, frame } = shape;
  const [fixed, mutable] = parted(shape.attributes, isMutable);
  return {
    type: 'track', id, frame, labelId, group, source: shape.source, attributes: fixed, ...(shape.kind === 'polygon' || shape.kind === 'polyline' ? { interpolation: 'aligned' as const } : {}),
    keyframes: [keyframeOf(shape, frame, mutable)],
    elements: shape.elements.map((node): TrackElement => {
      const [fixedNode, mutableNode] = parted(node.attributes, isMutable);
      return { id: 0, frame, labelId: node.labelId, group, source: shape.source, attributes: fixedNode, keyframes: [keyframeOf(node, frame, mutableNode)] };
    }),
  };
}

/** The track as a shape on the frame; null where it is not visible. */
export function shapeOf(track: Track, frame: number, id: Id, deleted: ReadonlySet<number> = NO_FRAMES): Shape | null {
  const pose = poseOf(track, frame, deleted);
  if (pose === null || pose.outside) {
    return null;
  }
  const { kind, points, rotation, occluded, zOrder, attributes } = pose;
  const nodes = pose.elements.map((node) => ({
    id: 0, labelId: node.labelId, group: 0, source: track.source, kind: node.kind, points: node.points, rotation: 0,
    occluded: node.occluded, outside: node.outside, zOrder, attributes: node.attributes,
  }));
  return { type: 'shape', id, frame, labelId: track.labelId, group: track.group, source: track.source, score: 1, kind, points, rotation, occluded, outside: false, zOrder, attributes, elements: nodes };
}

/** The track up to the frame, where it ends, and the rest as a track of its own that belongs to no group. Null when one had nothing. */
export function splitAt(track: Track, frame: number, id: Id, deleted: ReadonlySet<number> = NO_FRAMES): readonly [before: Track, after: Track] | null {
  if (frame <= (keyframesOf(track)[0] ?? frame) || poseOf(track, frame, deleted)?.outside !== false) {
    return null;
  }
  const here = changedOn(track, frame, {}, deleted) as Track;
  const ended = changedOn(track, frame, { outside: true }, deleted) as Track;
  const head = (part: Track | TrackElement): readonly Keyframe[] => part.keyframes.filter((keyframe) => keyframe.frame <= frame);
  const tail = (part: Track | TrackElement): readonly Keyframe[] =>
    part.keyframes.filter((keyframe) => keyframe.frame >= frame).map((keyframe) => ({ ...keyframe, id: 0, ...(keyframe.frame === frame ? { attributes: mutableAt(part.keyframes, frame) } : {}) }));
  return [
    startOf({ ...ended, keyframes: head(ended), elements: ended.elements.map((node) => withFrame({ ...node, keyframes: head(node) })) }),
    startOf({ ...here, id, group: 0, keyframes: tail(here), elements: here.elements.map((node) => withFrame({ ...node, id: 0, keyframes: tail(node) })) }),
  ];
}

/** Why objects do not become one track. */
export type MergeRefusal = 'few' | 'label' | 'kind' | 'frame';

/**
 * One track of shapes and tracks of one label and kind: each shape is a keyframe, followed by an end unless something else is
 * there; tracks bring their keyframes. Fixed attributes and the group are the earliest object's.
 *
 * @param end The frame after the job's last.
 */
export function merged(recs: readonly (Shape | Track)[], id: Id, end: number, isMutable: IsMutable): Track | MergeRefusal {
  const sorted = [...recs].sort((a, b) => a.frame - b.frame || a.id - b.id);
  const first = sorted[0];
  if (first === undefined || sorted.length < 2) {
    return 'few';
  }
  if (sorted.some(({ labelId }) => labelId !== first.labelId)) {
    return 'label';
  }
  if (sorted.some((rec) => kindOf(rec) !== kindOf(first) || kindOf(rec) === 'mask')) {
    return 'kind';
  }
  const tracks = sorted.map((rec) => (rec.type === 'track' ? rec : trackOf(rec, rec.id, isMutable)));
  const base = tracks[0]!;
  const own = united(tracks.map((track, i) => partOf(track.keyframes, sorted[i]!, end)));
  const nodes = base.elements.map((node) => {
    const keyframes = united(tracks.map((track, i) => partOf(track.elements.find(({ labelId }) => labelId === node.labelId)?.keyframes ?? [], sorted[i]!, end)));
    return keyframes === null ? null : withFrame({ ...node, id: 0, keyframes });
  });
  if (own === null || nodes.includes(null)) {
    return 'frame';
  }
  return withoutLeadingOutside(startOf({ ...base, id, source: 'manual', keyframes: own, elements: nodes as TrackElement[] }));
}

/** Its keyframes, and for a shape the end on the next frame. */
function partOf(keyframes: readonly Keyframe[], rec: Rec, end: number): readonly Keyframe[] {
  const only = keyframes[0];
  return rec.type === 'track' || only === undefined || only.frame + 1 >= end ? keyframes : [only, { ...only, frame: only.frame + 1, outside: true, attributes: NO_ATTRIBUTES }];
}

/** All keyframes in the order of frames; null when two visible ones meet on a frame. An end gives way to what is visible. */
function united(parts: readonly (readonly Keyframe[])[]): readonly Keyframe[] | null {
  const byFrame = new Map<number, Keyframe>();
  for (const keyframe of parts.flat()) {
    const there = byFrame.get(keyframe.frame);
    if (there !== undefined && !there.outside && !keyframe.outside) {
      return null;
    }
    if (there === undefined || there.outside) {
      byFrame.set(keyframe.frame, { ...keyframe, id: 0 });
    }
  }
  return [...byFrame.values()].sort((a, b) => a.frame - b.frame);
}

function keyframeOf({ kind, points, rotation, occluded, outside, zOrder }: Geometry, frame: number, attributes: Attributes): Keyframe {
  return { id: 0, frame, kind, points, rotation, occluded, outside, zOrder, attributes };
}

function parted(attributes: Attributes, isMutable: IsMutable): [fixed: Attributes, mutable: Attributes] {
  const pick = (mutable: boolean): Attributes => {
    const entries = Object.entries(attributes).filter(([id]) => isMutable(Number(id)) === mutable);
    return entries.length === 0 ? NO_ATTRIBUTES : Object.fromEntries(entries);
  };
  return [pick(false), pick(true)];
}
