import { signal } from '@preact/signals-core';
import type { Navigation } from '../actions/context';

/** Navigation of a job that may still get frames. */
export interface GrowingNavigation extends Navigation {
  /** Takes the frames that were put behind the others in the list. */
  grow(): void;
}

/**
 * Moving through the visitable frames of a job. `show` brings picture and annotations of a frame to the screen together;
 * `leave` is asked before the frame is left, and keeps us there by false.
 */
export function makeNavigation(frames: readonly number[], start: number, show: (frame: number) => Promise<void>, leave: () => boolean = () => true): GrowingNavigation {
  const positions = new Map(frames.map((frame, index) => [frame, index]));
  const count = signal(frames.length, { name: 'frame count' });
  const target = signal(start, { name: 'target frame' });
  const indexOf = (frame: number): number => positions.get(frame) ?? -1;
  return {
    get count() { return count.value; },
    grow: () => {
      for (let index = positions.size; index < frames.length; index++) positions.set(frames[index]!, index);
      count.value = frames.length;
    },
    target,
    indexOf,
    frameAt: (index) => frames[Math.max(0, Math.min(frames.length - 1, index))] ?? start,
    step: (frame, steps) => {
      const from = indexOf(frame);
      const to = Math.max(0, Math.min(frames.length - 1, from + steps));
      return to === from || frames.length === 0 ? null : frames[to]!;
    },
    follow: (frame) => { target.value = frame; },
    go: async (frame) => {
      if (!positions.has(frame) || (frame !== target.peek() && !leave())) return;
      target.value = frame;
      await show(frame);
    },
  };
}
