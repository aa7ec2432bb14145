import type { Id } from '../model/records';
import type { Lane, Run } from '../tracks/runs';

/** Where things are in the timeline. Lengths are CSS pixels of its canvas, frames are the task's numbers. */

/** Height of the timeline with its bar. */
export const TIMELINE_MIN = 72;
export const TIMELINE_MAX = 520;

export const BAR = 28;
export const RULER = 18;
export const LANE = 22;

/** Lanes in view until somebody wants more or fewer: the picture comes first, and on a small screen it needs the room. */
export function timelineHeightFor(windowHeight: number): number {
  return BAR + RULER + LANE * (windowHeight < 800 ? 2 : 4) + 2;
}

/** Width of the column with the names of lanes. */
export const NAMES = 136;
/** Most pixels that a frame is wide. */
export const MOST_PIXELS = 32;

const KEYFRAME_REACH = 6;
const EDGE_REACH = 4;

export type Row = { readonly kind: 'frames' } | { readonly kind: 'selection' } | { readonly kind: 'track'; readonly id: Id }
  /** A mutable attribute of the track above. */
  | { readonly kind: 'attribute'; readonly id: Id; readonly attributeId: number };

export interface TimeView {
  /** Pixels per frame. */
  readonly scale: number;
  /** How far it is scrolled. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** The job's first frame, and the one after its last. */
  readonly first: number;
  readonly end: number;
}

/** The scale at which the whole job is in view. */
export function wholeScale({ width, first, end }: Pick<TimeView, 'width' | 'first' | 'end'>): number {
  return Math.max(1e-4, Math.min(MOST_PIXELS, (width - NAMES) / Math.max(1, end - first)));
}

/** Left edge of the frame's cell. */
export function xOf(view: TimeView, frame: number): number {
  return NAMES + (frame - view.first) * view.scale - view.left;
}

/** The frame at the place, kept in the job. */
export function frameAt(view: TimeView, x: number): number {
  return Math.max(view.first, Math.min(view.end - 1, view.first + Math.floor((x - NAMES + view.left) / view.scale)));
}

/** The boundary between frames that is nearest to the place: a run may end after the job's last frame. */
export function boundaryAt(view: TimeView, x: number): number {
  return Math.max(view.first, Math.min(view.end, view.first + Math.round((x - NAMES + view.left) / view.scale)));
}

export function yOf(view: TimeView, row: number): number {
  return RULER + row * LANE - view.top;
}

/** Number of the row at the place; -1 on the ruler. It may be past the last row. */
export function rowAt(view: TimeView, y: number): number {
  return y < RULER ? -1 : Math.floor((y - RULER + view.top) / LANE);
}

/** Where to scroll so that the frame is in view with some of what comes next; null when it is already. */
export function leftFor(view: TimeView, frame: number): number | null {
  const x = xOf(view, frame);
  if (x >= NAMES && x + view.scale <= view.width) {
    return null;
  }
  const room = view.width - NAMES;
  return Math.max(0, (frame - view.first) * view.scale - room * (x < NAMES ? 0.8 : 0.2));
}

/** Where to scroll so that the frame stays at its place when the scale changes. */
export function leftAfterZoom(view: TimeView, scale: number, x: number): number {
  const frame = (x - NAMES + view.left) / view.scale;
  return Math.max(0, frame * scale - (x - NAMES));
}

export type LaneHit =
  | { readonly at: 'keyframe'; readonly frame: number }
  | { readonly at: 'edge'; readonly run: Run; readonly edge: 'from' | 'to' }
  | { readonly at: 'frame'; readonly frame: number };

/**
 * What of a track's lane is at the place: the middle of a lane belongs to its keyframes, above and below them the edges of
 * its runs are taken.
 */
export function laneHit(view: TimeView, lane: Lane, x: number, yInLane: number): LaneHit {
  const middle = Math.abs(yInLane - LANE / 2) <= KEYFRAME_REACH;
  const keyframe = nearestKeyframe(view, lane, x);
  const edge = nearestEdge(view, lane, x);
  if (keyframe !== null && (middle || edge === null)) {
    return { at: 'keyframe', frame: keyframe };
  }
  return edge ?? { at: 'frame', frame: frameAt(view, x) };
}

function nearestKeyframe(view: TimeView, lane: Lane, x: number): number | null {
  let best: number | null = null;
  let least = Math.max(KEYFRAME_REACH, 0.5);
  for (const frame of between(lane.keyframes, frameAt(view, x - KEYFRAME_REACH) - 1, frameAt(view, x + KEYFRAME_REACH) + 1)) {
    const off = Math.abs(xOf(view, frame + 0.5) - x);
    if (off < least) {
      [best, least] = [frame, off];
    }
  }
  return best;
}

function nearestEdge(view: TimeView, { runs }: Lane, x: number): Extract<LaneHit, { at: 'edge' }> | null {
  for (const run of runs) {
    if (Math.abs(xOf(view, run.to) - x) <= EDGE_REACH) {
      return { at: 'edge', run, edge: 'to' };
    }
    if (Math.abs(xOf(view, run.from) - x) <= EDGE_REACH) {
      return { at: 'edge', run, edge: 'from' };
    }
  }
  return null;
}

/** Those of a rising list from `low` to `high`, both included. */
export function between(rising: readonly number[], low: number, high: number): readonly number[] {
  let [from, to] = [0, rising.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (rising[middle]! < low) {
      from = middle + 1;
    } else {
      to = middle;
    }
  }
  let end = from;
  while (end < rising.length && rising[end]! <= high) {
    end++;
  }
  return rising.slice(from, end);
}

/** Frames between two numbers of the ruler: the smallest round step that leaves them room. */
export function rulerStep(scale: number): number {
  const room = 64 / scale;
  for (let power = 1; ; power *= 10) {
    for (const step of [1, 2, 5]) {
      if (step * power >= room) {
        return step * power;
      }
    }
  }
}
