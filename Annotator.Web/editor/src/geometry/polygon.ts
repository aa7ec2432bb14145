import { distanceToSegment } from './point';

/** Rings and chains as flat lists x0,y0,x1,y1…; a ring's last vertex joins its first without being repeated. */

/** Signed area in square pixels: positive when clockwise on screen (y grows downward). */
export function signedArea(ring: readonly number[]): number {
  let sum = 0;
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
    sum += ring[j]! * ring[i + 1]! - ring[i]! * ring[j + 1]!;
  }
  return sum / 2;
}

export function area(ring: readonly number[]): number {
  return Math.abs(signedArea(ring));
}

export function lengthOf(chain: readonly number[], closed = false): number {
  let sum = 0;
  for (let i = 2; i < chain.length; i += 2) {
    sum += Math.hypot(chain[i]! - chain[i - 2]!, chain[i + 1]! - chain[i - 1]!);
  }
  if (closed && chain.length >= 4) {
    sum += Math.hypot(chain[0]! - chain[chain.length - 2]!, chain[1]! - chain[chain.length - 1]!);
  }
  return sum;
}

/** Whether the point is inside by the even-odd rule. */
export function ringContains(ring: readonly number[], x: number, y: number): boolean {
  let inside = false;
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
    const yi = ring[i + 1]!;
    const yj = ring[j + 1]!;
    if (yi > y !== yj > y && x < ((ring[j]! - ring[i]!) * (y - yi)) / (yj - yi) + ring[i]!) {
      inside = !inside;
    }
  }
  return inside;
}

/** Distance to the nearest segment; of one point, to the point. */
export function distanceToChain(chain: readonly number[], x: number, y: number, closed: boolean): number {
  if (chain.length === 2) {
    return Math.hypot(chain[0]! - x, chain[1]! - y);
  }
  let best = Infinity;
  for (let i = closed ? 0 : 2, j = closed ? chain.length - 2 : 0; i < chain.length; j = i, i += 2) {
    best = Math.min(best, distanceToSegment(x, y, chain[j]!, chain[j + 1]!, chain[i]!, chain[i + 1]!));
  }
  return best;
}

/** Middle of the area; of a ring without area, the mean of its vertices. */
export function centroid(ring: readonly number[]): [x: number, y: number] {
  const whole = signedArea(ring);
  let [x, y] = [0, 0];
  if (Math.abs(whole) < 1e-9) {
    for (let i = 0; i < ring.length; i += 2) {
      x += ring[i]!;
      y += ring[i + 1]!;
    }
    return [(2 * x) / ring.length, (2 * y) / ring.length];
  }
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
    const cross = ring[j]! * ring[i + 1]! - ring[i]! * ring[j + 1]!;
    x += (ring[j]! + ring[i]!) * cross;
    y += (ring[j + 1]! + ring[i + 1]!) * cross;
  }
  return [x / (6 * whole), y / (6 * whole)];
}

/** Whether two of its segments cross; neighbours may touch. */
export function crossesItself(chain: readonly number[], closed: boolean): boolean {
  const count = chain.length / 2;
  const segments = closed ? count : count - 1;
  const at = (i: number): [number, number] => [chain[(i % count) * 2]!, chain[(i % count) * 2 + 1]!];
  for (let i = 0; i < segments; i++) {
    for (let j = i + 2; j < segments; j++) {
      if (closed && i === 0 && j === segments - 1) {
        continue;
      }
      if (segmentsCross(at(i), at(i + 1), at(j), at(j + 1))) {
        return true;
      }
    }
  }
  return false;
}

function segmentsCross(a: [number, number], b: [number, number], c: [number, number], d: [number, number]): boolean {
  const side = (p: [number, number], q: [number, number], r: [number, number]) => (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]);
  return side(a, b, c) > 0 !== side(a, b, d) > 0 && side(c, d, a) > 0 !== side(c, d, b) > 0;
}

/** Whether any part of the chain lies in the box, its inside too when it is closed. */
export function chainMeetsBox(chain: readonly number[], closed: boolean, box: { minX: number; minY: number; maxX: number; maxY: number }): boolean {
  for (let i = 0; i < chain.length; i += 2) {
    if (chain[i]! >= box.minX && chain[i]! <= box.maxX && chain[i + 1]! >= box.minY && chain[i + 1]! <= box.maxY) {
      return true;
    }
  }
  const corners: [number, number][] = [
    [box.minX, box.minY],
    [box.maxX, box.minY],
    [box.maxX, box.maxY],
    [box.minX, box.maxY],
  ];
  for (let i = closed ? 0 : 2, j = closed ? chain.length - 2 : 0; i < chain.length; j = i, i += 2) {
    for (let k = 0; k < 4; k++) {
      if (segmentsCross([chain[j]!, chain[j + 1]!], [chain[i]!, chain[i + 1]!], corners[k]!, corners[(k + 1) % 4]!)) {
        return true;
      }
    }
  }
  return closed && ringContains(chain, box.minX, box.minY);
}
