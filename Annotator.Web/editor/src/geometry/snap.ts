import { nearestOnSegment } from './point';

/** Moves the end of a segment so that it stands at a multiple of `step` degrees to the given direction; its length stays. */
export function snapDirection(fromX: number, fromY: number, toX: number, toY: number, baseDegrees: number, step = 45): [x: number, y: number] {
  const length = Math.hypot(toX - fromX, toY - fromY);
  const base = (baseDegrees * Math.PI) / 180;
  const unit = (step * Math.PI) / 180;
  const angle = base + Math.round((Math.atan2(toY - fromY, toX - fromX) - base) / unit) * unit;
  return [fromX + length * Math.cos(angle), fromY + length * Math.sin(angle)];
}

/** The nearest vertex, else the nearest point of an edge, within `radius` pixels of x, y; null when there is none. */
export function snapToRing(ring: readonly number[], closed: boolean, x: number, y: number, radius: number): [x: number, y: number] | null {
  let best: [number, number] | null = null;
  let nearest = radius;
  for (let i = 0; i < ring.length; i += 2) {
    const off = Math.hypot(ring[i]! - x, ring[i + 1]! - y);
    if (off <= nearest) {
      [best, nearest] = [[ring[i]!, ring[i + 1]!], off];
    }
  }
  if (best !== null) {
    return best;
  }
  for (let i = closed ? 0 : 2, j = closed ? ring.length - 2 : 0; i < ring.length; j = i, i += 2) {
    const [px, py] = nearestOnSegment(x, y, ring[j]!, ring[j + 1]!, ring[i]!, ring[i + 1]!);
    const off = Math.hypot(px - x, py - y);
    if (off <= nearest) {
      [best, nearest] = [[px, py], off];
    }
  }
  return best;
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
