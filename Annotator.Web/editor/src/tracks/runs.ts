import { changedOn, isOutside, keyframesOf, retimed, withoutKeyframes } from './keyframes';
import type { Keyframe, Track } from '../model/records';

/** Frames from, up to but not including `to`. */
export interface Run {
  readonly from: number;
  readonly to: number;
}

/** What a lane of the timeline shows of a track. */
export interface Lane {
  /** Where the track is visible. */
  readonly runs: readonly Run[];
  readonly occluded: readonly Run[];
  /** Rising. */
  readonly keyframes: readonly number[];
}

const NO_FRAMES: ReadonlySet<number> = new Set();
const lanes = new WeakMap<Track, { readonly end: number; readonly lane: Lane }>();

/** @param end The frame after the job's last: a track without an end is visible up to there. */
export function laneOf(track: Track, end: number): Lane {
  const known = lanes.get(track);
  if (known?.end === end) {
    return known.lane;
  }
  const keyframes = keyframesOf(track);
  const lane = { keyframes, runs: spans(track, keyframes, end, ({ outside }) => !outside), occluded: spans(track, keyframes, end, ({ outside, occluded }) => occluded && !outside, true) };
  lanes.set(track, { end, lane });
  return lane;
}

/** Where the test holds, of a skeleton for one node at least or, if `every`, for all that are visible. */
function spans(track: Track, frames: readonly number[], end: number, test: (keyframe: Keyframe) => boolean, every = false): Run[] {
  const parts = track.elements.length === 0 ? [track] : track.elements;
  const at = parts.map(() => -1);
  const runs: Run[] = [];
  frames.forEach((frame, i) => {
    const standing = parts.flatMap((part, p) => {
      while (part.keyframes[at[p]! + 1] !== undefined && part.keyframes[at[p]! + 1]!.frame <= frame) {
        at[p]!++;
      }
      return part.keyframes[at[p]!] ?? [];
    });
    const seen = standing.filter(({ outside }) => !outside);
    const to = Math.min(end, frames[i + 1] ?? end);
    if (frame >= to || !(every ? seen.length > 0 && seen.every(test) : standing.some(test))) {
      return;
    }
    const last = runs.at(-1);
    if (last?.to === frame) {
      runs[runs.length - 1] = { from: last.from, to };
    } else {
      runs.push({ from: frame, to });
    }
  });
  return runs;
}

/** Frames on which an attribute of a visible track has the same value. */
export interface ValueRun extends Run {
  readonly value: string;
}

/**
 * What a mutable attribute is where the track is visible.
 *
 * @param otherwise Its value as long as no keyframe says another.
 */
export function valueRuns(track: Track, attributeId: number, otherwise: string, end: number): ValueRun[] {
  const said = track.keyframes.flatMap(({ frame, attributes }) => (attributes[attributeId] === undefined ? [] : [{ frame, value: attributes[attributeId] }]));
  return laneOf(track, end).runs.flatMap(({ from, to }) => {
    const first = said.findLast(({ frame }) => frame <= from)?.value ?? otherwise;
    const runs: ValueRun[] = [];
    for (const { frame, value } of [{ frame: from, value: first }, ...said.filter(({ frame }) => frame > from && frame < to)]) {
      const last = runs.at(-1);
      if (last?.value === value) continue;
      if (last !== undefined) runs[runs.length - 1] = { ...last, to: frame };
      runs.push({ from: frame, to, value });
    }
    return runs;
  });
}

/** The run that is visible on the frame; null when none is. */
export function runAt(track: Track, frame: number, end: number): Run | null {
  return laneOf(track, end).runs.find(({ from, to }) => from <= frame && frame < to) ?? null;
}

/**
 * Lets a visible run begin or end elsewhere: keyframes that it leaves behind go, and where it is cut the track keeps its
 * place. A run neither vanishes nor meets its neighbour.
 */
export function trimmed(track: Track, run: Run, edge: 'from' | 'to', frame: number, end: number, deleted: ReadonlySet<number> = NO_FRAMES): Track {
  const { runs } = laneOf(track, end);
  const at = runs.findIndex(({ from }) => from === run.from);
  if (at < 0) {
    return track;
  }
  return edge === 'from' ? begunAt(track, runs, at, frame, deleted) : endedAt(track, runs, at, frame, end, deleted);
}

function begunAt(track: Track, runs: readonly Run[], at: number, frame: number, deleted: ReadonlySet<number>): Track {
  const { from, to } = runs[at]!;
  const begin = Math.max(runs[at - 1] === undefined ? 0 : runs[at - 1]!.to + 1, Math.min(to - 1, frame));
  if (begin <= from) {
    return retimed(track, from, begin);
  }
  const cut = changedOn(track, begin, {}, deleted) as Track;
  return withoutKeyframes(cut, (other) => other >= from && other < begin) ?? track;
}

function endedAt(track: Track, runs: readonly Run[], at: number, frame: number, end: number, deleted: ReadonlySet<number>): Track {
  const { from, to } = runs[at]!;
  const stop = Math.max(from + 1, Math.min((runs[at + 1]?.from ?? end + 1) - 1, frame));
  if (stop === to) {
    return track;
  }
  if (stop > to) {
    // Up to the end of the job: then it has no end of its own.
    return stop >= end ? (withoutKeyframes(track, (other) => other === to) ?? track) : retimed(track, to, stop);
  }
  const cut = changedOn(track, stop, { outside: true }, deleted) as Track;
  return withoutKeyframes(cut, (other) => other > stop && (other < to || (other === to && isOutside(track, to, deleted)))) ?? track;
}

/** The track without a visible run; null when nothing visible is left. */
export function withoutRun(track: Track, run: Run, end: number): Track | null {
  if (laneOf(track, end).runs.length <= 1) {
    return null;
  }
  const rest = withoutKeyframes(track, (frame) => frame >= run.from && frame < run.to);
  return rest === null ? null : withoutLeadingOutside(rest);
}

/** A track begins where it is first seen. */
export function withoutLeadingOutside(track: Track): Track {
  const frames = keyframesOf(track);
  const first = frames.find((frame) => !isOutside(track, frame));
  return first === undefined || first === frames[0] ? track : (withoutKeyframes(track, (frame) => frame < first) ?? track);
}
