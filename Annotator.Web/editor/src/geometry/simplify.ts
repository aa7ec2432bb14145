import { distanceToSegment } from './point';

/**
 * Thins a chain by Ramer, Douglas and Peucker: what is left out lies within `tolerance` pixels of what is kept. The ends stay.
 */
export function simplify(chain: readonly number[], tolerance: number): number[] {
  const count = chain.length / 2;
  if (count < 3) {
    return [...chain];
  }
  const keep = new Uint8Array(count);
  keep[0] = keep[count - 1] = 1;
  const open: [first: number, last: number][] = [[0, count - 1]];
  for (let range = open.pop(); range !== undefined; range = open.pop()) {
    const [first, last] = range;
    let [farthest, most] = [-1, tolerance];
    for (let i = first + 1; i < last; i++) {
      const off = distanceToSegment(chain[2 * i]!, chain[2 * i + 1]!, chain[2 * first]!, chain[2 * first + 1]!, chain[2 * last]!, chain[2 * last + 1]!);
      if (off > most) {
        [farthest, most] = [i, off];
      }
    }
    if (farthest >= 0) {
      keep[farthest] = 1;
      open.push([first, farthest], [farthest, last]);
    }
  }
  return chain.filter((_, i) => keep[i >> 1] === 1);
}

/** Thins a ring; the same rule as {@link simplify}, from two vertices that lie far apart and stay. */
export function simplifyRing(ring: readonly number[], tolerance: number): number[] {
  const count = ring.length / 2;
  if (count < 4) {
    return [...ring];
  }
  const far = (from: number): number => {
    let [best, most] = [0, -1];
    for (let i = 0; i < count; i++) {
      const distance = Math.hypot(ring[2 * i]! - ring[2 * from]!, ring[2 * i + 1]! - ring[2 * from + 1]!);
      if (distance > most) {
        [best, most] = [i, distance];
      }
    }
    return best;
  };
  const start = far(0);
  const turned = [...ring.slice(2 * start), ...ring.slice(0, 2 * start)];
  const half = (far(start) - start + count) % count;
  const there = simplify(turned.slice(0, 2 * half + 2), tolerance);
  const back = simplify([...turned.slice(2 * half), turned[0]!, turned[1]!], tolerance);
  return [...there, ...back.slice(2, -2)];
}
