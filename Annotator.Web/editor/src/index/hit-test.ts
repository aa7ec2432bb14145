import { boxGrow } from '../geometry/box';
import { SHAPES } from '../shapes/kinds';
import type { FrameScene, SceneItem } from './frame-scene';
import type { Box } from '../geometry/box';
import type { Id } from '../model/records';

/**
 * Objects at the point, first the one that a click means: highest z layer first, and in a layer the smallest area. Kinds
 * without an inside (lines, points) are hit within `tolerance` image pixels only, and count as smallest.
 *
 * @param mayHit Leaves out what cannot be hit: locked objects. Hidden ones are not in the scene.
 */
export function hitsAt(scene: FrameScene, x: number, y: number, tolerance: number, mayHit: (id: Id) => boolean): Id[] {
  return scene
    .search(boxGrow({ minX: x, minY: y, maxX: x, maxY: y }, tolerance))
    .filter((item) => SHAPES[item.pose.kind].contains(item.pose, x, y, tolerance) && mayHit(item.id))
    .sort(byMeaning)
    .map((item) => item.id);
}

/** The object of the stack below `current`, or above it when backward, in a circle; null when nothing is there. */
export function cycle(stack: readonly Id[], current: Id | null, backward = false): Id | null {
  const at = current === null ? -1 : stack.indexOf(current);
  if (at < 0) {
    return stack[0] ?? null;
  }
  return stack[(at + (backward ? stack.length - 1 : 1)) % stack.length] ?? null;
}

/** Objects that lie in the box with any of their parts. */
export function hitsIn(scene: FrameScene, box: Box, mayHit: (id: Id) => boolean): Id[] {
  return scene
    .search(box)
    .filter((item) => SHAPES[item.pose.kind].meets(item.pose, box) && mayHit(item.id))
    .map((item) => item.id);
}

function byMeaning(a: SceneItem, b: SceneItem): number {
  return b.pose.zOrder - a.pose.zOrder || a.area - b.area || b.id - a.id;
}
