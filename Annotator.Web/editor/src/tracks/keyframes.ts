import { NO_ATTRIBUTES, NO_POINTS } from '../model/records';
import { countUpTo, mutableAt, poseOf, standingAt } from './pose';
import type { Attributes, Geometry, Keyframe, Points, Rec, Shape, Track, TrackElement } from '../model/records';
import type { Pose } from './pose';

/** Edits of tracks, as pure functions from track to track. A skeleton's nodes follow: each has keyframes of its own. */

/** What an edit sets on a frame; what is absent stays as it stands there. */
export interface PoseChange {
  readonly points?: Points;
  readonly rotation?: number;
  readonly occluded?: boolean;
  readonly outside?: boolean;
  readonly zOrder?: number;
  /** Only values that change; of a track the mutable ones. */
  readonly attributes?: Attributes;
  /** A skeleton's nodes that change, by label. */
  readonly elements?: readonly NodeChange[];
}

export interface NodeChange {
  readonly labelId: number;
  readonly points?: Points;
  readonly occluded?: boolean;
  readonly outside?: boolean;
}

type Part = Track | TrackElement;

const NO_FRAMES: ReadonlySet<number> = new Set();

/** The object with the change on the frame: a shape itself, a track by the keyframe that it has or gets there. */
export function changedOn(rec: Rec, frame: number, change: PoseChange, deleted: ReadonlySet<number> = NO_FRAMES): Rec {
  switch (rec.type) {
    case 'tag':
      return rec;
    case 'shape':
      return changedShape(rec, change);
    case 'track':
      return changedTrack(rec, frame, change, deleted);
  }
}

function changedShape(shape: Shape, { elements, attributes, ...rest }: PoseChange): Shape {
  const common = nodeFlags(rest);
  return {
    ...shape,
    ...defined(rest),
    ...(attributes === undefined ? {} : { attributes: { ...shape.attributes, ...attributes } }),
    elements: shape.elements.map((node) => ({ ...node, ...common, ...defined(nodeChange(elements, node.labelId)) })),
  };
}

function changedTrack(track: Track, frame: number, change: PoseChange, deleted: ReadonlySet<number>): Track {
  const { elements, ...own } = change;
  if (track.elements.length === 0) {
    return startOf({ ...track, keyframes: setOn(track, frame, own, deleted) });
  }
  const common = nodeFlags(own);
  const all = elements === undefined && Object.keys(own).length === 0;
  const nodes = track.elements.map((node) => {
    const mine = { ...common, ...nodeChange(elements, node.labelId) };
    return all || Object.keys(mine).length > 0 ? withFrame({ ...node, keyframes: setOn(node, frame, mine, deleted) }) : node;
  });
  const seen = nodes.some((node) => standingAt(node, frame, deleted)?.outside === false);
  return startOf({ ...track, elements: nodes, keyframes: setOn(track, frame, seen ? { ...own, outside: false } : own, deleted) });
}

/** Flags of a skeleton are those of all its nodes. */
function nodeFlags({ occluded, outside }: PoseChange): Pick<NodeChange, 'occluded' | 'outside'> {
  return defined({ occluded, outside });
}

function nodeChange(changes: readonly NodeChange[] | undefined, labelId: number): Omit<NodeChange, 'labelId'> {
  const found = changes?.find((change) => change.labelId === labelId);
  return found === undefined ? {} : defined({ points: found.points, occluded: found.occluded, outside: found.outside });
}

function defined<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };
}

/** The keyframes with the one of the frame made or changed; all others are the same objects. */
function setOn(part: Part, frame: number, { attributes, ...change }: Omit<PoseChange, 'elements'>, deleted: ReadonlySet<number>): readonly Keyframe[] {
  const at = countUpTo(part.keyframes, frame);
  const old = part.keyframes[at - 1]?.frame === frame ? part.keyframes[at - 1]! : null;
  const stands = standingAt(part, frame, deleted) ?? EMPTY_NODE;
  // Made where the track does not exist yet, a keyframe is its new beginning.
  const outside = at === 0 ? false : stands.outside;
  const own = attributes === undefined ? (old?.attributes ?? NO_ATTRIBUTES) : { ...old?.attributes, ...attributes };
  const keyframe: Keyframe = { ...stands, outside, ...defined(change), id: old?.id ?? 0, frame, attributes: own };
  return [...part.keyframes.slice(0, old === null ? at : at - 1), keyframe, ...part.keyframes.slice(at)];
}

const EMPTY_NODE: Geometry = { kind: 'skeleton', points: NO_POINTS, rotation: 0, occluded: false, outside: false, zOrder: 0, attributes: NO_ATTRIBUTES };

/** Frames on which the track, or a node of it, has a keyframe; rising. */
export function keyframesOf(track: Track): number[] {
  if (track.elements.length === 0) {
    return track.keyframes.map(({ frame }) => frame);
  }
  return [...new Set([track, ...track.elements].flatMap(({ keyframes }) => keyframes.map(({ frame }) => frame)))].sort((a, b) => a - b);
}

/** How the track stands on its keyframes next before and after the frame; empty for what is no track. */
export function keyframesAround(rec: Rec | undefined, frame: number, deleted: ReadonlySet<number> = NO_FRAMES): Pose[] {
  if (rec?.type !== 'track') {
    return [];
  }
  const frames = keyframesOf(rec).filter((other) => other !== frame && !deleted.has(other));
  const around = [frames.findLast((other) => other < frame), frames.find((other) => other > frame)];
  return around.flatMap((other) => (other === undefined ? [] : (poseOf(rec, other, deleted) ?? [])));
}

/** Without its keyframes that `gone` names. Null when none would be left: a track has at least one. */
export function withoutKeyframes(track: Track, gone: (frame: number) => boolean): Track | null {
  const left = keyframesOf(track).filter((frame) => !gone(frame));
  const first = left[0];
  if (first === undefined) {
    return null;
  }
  const thinned = (part: Part): readonly Keyframe[] => {
    const kept = part.keyframes.filter(({ frame }) => !gone(frame));
    if (kept.length === part.keyframes.length) {
      return part.keyframes;
    }
    const from = kept[0] ?? (part.keyframes.length > 0 ? { ...part.keyframes[0]!, frame: first } : undefined);
    if (from === undefined) {
      return kept;
    }
    // What was set before the new first keyframe still holds.
    const before = mutableAt(part.keyframes, from.frame);
    const started = before === NO_ATTRIBUTES || from === part.keyframes[0] ? from : { ...from, attributes: { ...before, ...from.attributes } };
    return [started, ...kept.slice(1)];
  };
  return startOf({ ...track, keyframes: thinned(track), elements: track.elements.map((node) => withFrame({ ...node, keyframes: thinned(node) })) });
}

/** The keyframe is taken away, or made where there is none; the only one stays. */
export function toggledKeyframe(track: Track, frame: number, deleted: ReadonlySet<number> = NO_FRAMES): Track {
  if (!keyframesOf(track).includes(frame)) {
    return changedTrack(track, frame, {}, deleted);
  }
  return withoutKeyframes(track, (other) => other === frame) ?? track;
}

/** Not visible from the frame to the next keyframe; or, where it is outside already, visible from there. */
export function toggledOutside(track: Track, frame: number, deleted: ReadonlySet<number> = NO_FRAMES): Track {
  const outside = isOutside(track, frame, deleted);
  return changedTrack(track, frame, { outside: !outside }, deleted);
}

/** Whether the track is not visible on the frame, also because it has not begun. */
export function isOutside(track: Track, frame: number, deleted: ReadonlySet<number> = NO_FRAMES): boolean {
  const parts: readonly Part[] = track.elements.length === 0 ? [track] : track.elements;
  return parts.every((part) => standingAt(part, frame, deleted)?.outside ?? true);
}

/** Moves the keyframe to a frame that has none, between its neighbours; otherwise as near as it can go. */
export function retimed(track: Track, from: number, to: number): Track {
  const frames = keyframesOf(track);
  const at = frames.indexOf(from);
  if (at < 0) {
    return track;
  }
  const frame = Math.max((frames[at - 1] ?? -1) + 1, Math.min((frames[at + 1] ?? Infinity) - 1, to));
  if (frame === from) {
    return track;
  }
  const moved = (part: Part): readonly Keyframe[] => part.keyframes.map((keyframe) => (keyframe.frame === from ? { ...keyframe, frame } : keyframe));
  return startOf({ ...track, keyframes: moved(track), elements: track.elements.map((node) => withFrame({ ...node, keyframes: moved(node) })) });
}

/** @internal The node with the frame of its first keyframe. */
export function withFrame(node: TrackElement): TrackElement {
  const frame = node.keyframes[0]?.frame ?? node.frame;
  return frame === node.frame ? node : { ...node, frame };
}

/** @internal The track with the frame of the first keyframe that it or a node has. */
export function startOf(track: Track): Track {
  const frame = Math.min(...[track, ...track.elements].flatMap(({ keyframes }) => keyframes[0]?.frame ?? []));
  return frame === track.frame || !Number.isFinite(frame) ? track : { ...track, frame };
}
