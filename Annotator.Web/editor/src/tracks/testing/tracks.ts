import { NO_ATTRIBUTES } from '../../model/records';
import type { Keyframe, Track, TrackElement } from '../../model/records';

/** A box of 10 x 10 with its left side at x. */
export function keyframe(frame: number, x: number, rest: Partial<Keyframe> = {}): Keyframe {
  return { id: 0, frame, kind: 'rectangle', points: [x, 0, x + 10, 10], rotation: 0, occluded: false, outside: false, zOrder: 0, attributes: NO_ATTRIBUTES, ...rest };
}

export function track(...keyframes: Keyframe[]): Track {
  return { type: 'track', id: 1, frame: keyframes[0]!.frame, labelId: 1, group: 0, source: 'manual', attributes: NO_ATTRIBUTES, keyframes, elements: [] };
}

/** A node of a skeleton that goes from place to place, by frame. */
export function node(labelId: number, places: Readonly<Record<number, number>>): TrackElement {
  const keyframes = Object.entries(places).map(([frame, x]) => keyframe(Number(frame), x, { kind: 'points', points: [x, 0] }));
  return { id: 0, frame: keyframes[0]!.frame, labelId, group: 0, source: 'manual', attributes: NO_ATTRIBUTES, keyframes };
}

/** A tracked skeleton; its own keyframes are on the frames of its nodes. */
export function skeleton(...elements: TrackElement[]): Track {
  const frames = [...new Set(elements.flatMap(({ keyframes }) => keyframes.map(({ frame }) => frame)))].sort((a, b) => a - b);
  return { ...track(...frames.map((frame) => keyframe(frame, 0, { kind: 'skeleton', points: [] }))), elements };
}

/** Where the keyframes are: frame, left side, and what they say. */
export function shown({ keyframes }: Pick<Track, 'keyframes'>): string {
  return keyframes.map(({ frame, points, outside, occluded }) => `${frame}:${points[0]}${outside ? ' out' : ''}${occluded ? ' occluded' : ''}`).join(', ');
}
