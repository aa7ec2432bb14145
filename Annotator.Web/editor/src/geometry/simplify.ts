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
