import type { Points, ShapeKind } from '../model/records';

/**
 * Turns an outline so that it fits another one: run the same way and, if it is closed, begun at the vertex from which both lie
 * best on each other. The server has the same rule; what differs by rounding only is decided for the first.
 */

const SAMPLES = 64;
/** The right ends as turned to fit their left ones: once for all frames between. */
const turned = new WeakMap<Points, { readonly left: Points; readonly aligned: Points }>();

/** `right` with its vertices in the order in which those of `left` meet them; the same vertices. */
export function aligned(kind: ShapeKind, left: Points, right: Points): Points {
  if ((kind !== 'polygon' && kind !== 'polyline') || left.length === 0 || right.length === 0) {
    return right;
  }
  const known = turned.get(right);
  if (known?.left === left) {
    return known.aligned;
  }
  const result = kind === 'polygon' ? alignedRing(left, right) : alignedLine(left, right);
  turned.set(right, { left, aligned: result });
  return result;
}

function alignedRing(left: Points, right: Points): Points {
  const directed = area(left) * area(right) < 0 ? reversed(right) : right;
  const along = offsets(directed, true);
  const from = centred(sampled(left, offsets(left, true), 0, true));
  let best = 0;
  let least = Infinity;
  for (let shift = 0; shift < directed.length / 2; shift++) {
    const cost = distance(from, centred(sampled(directed, along, along[shift]!, true)));
    if (cost < least - 1e-9 * (1 + cost)) {
      [best, least] = [shift, cost];
    }
  }
  return best === 0 ? directed : [...directed.slice(2 * best), ...directed.slice(0, 2 * best)];
}

function alignedLine(left: Points, right: Points): Points {
  const from = centred(sampled(left, offsets(left, false), 0, false));
  const backwards = reversed(right);
  const kept = distance(from, centred(sampled(right, offsets(right, false), 0, false)));
  const back = distance(from, centred(sampled(backwards, offsets(backwards, false), 0, false)));
  return back < kept - 1e-9 * (1 + back) ? backwards : right;
}

function reversed(points: Points): number[] {
  const result: number[] = [];
  for (let i = points.length - 2; i >= 0; i -= 2) {
    result.push(points[i]!, points[i + 1]!);
  }
  return result;
}

/** Twice the area, positive when the ring runs clockwise on the screen. */
function area(ring: Points): number {
  let sum = 0;
  for (let i = 0; i < ring.length; i += 2) {
    const j = (i + 2) % ring.length;
    sum += ring[i]! * ring[j + 1]! - ring[j]! * ring[i + 1]!;
  }
  return sum;
}

/** How far along the outline each vertex lies, and at last its whole length. */
function offsets(points: Points, closed: boolean): number[] {
  const count = points.length / 2;
  const result = [0];
  for (let i = 1; i < count + (closed ? 1 : 0); i++) {
    const [a, b] = [2 * (i - 1), 2 * (i % count)];
    const [dx, dy] = [points[b]! - points[a]!, points[b + 1]! - points[a + 1]!];
    result.push(result[i - 1]! + Math.sqrt(dx * dx + dy * dy));
  }
  return result;
}

/** Places at even distances along the outline, from `begin` on; of a line both ends are among them. */
function sampled(points: Points, along: readonly number[], begin: number, closed: boolean): Float64Array {
  const whole = along.at(-1)!;
  const count = points.length / 2;
  const result = new Float64Array(2 * SAMPLES);
  let edge = 0;
  for (let k = 0; k < SAMPLES; k++) {
    let at = begin + (whole * k) / (closed ? SAMPLES : SAMPLES - 1);
    if (at >= whole && closed) {
      at -= whole;
    }
    if (at < along[edge]!) {
      edge = 0;
    }
    while (edge + 2 < along.length && along[edge + 1]! <= at) {
      edge++;
    }
    const next = Math.min(edge + 1, along.length - 1);
    const [a, b] = [2 * edge, 2 * (next % count)];
    const length = along[next]! - along[edge]!;
    const t = length > 0 ? Math.min(1, (at - along[edge]!) / length) : 0;
    result[2 * k] = points[a]! + (points[b]! - points[a]!) * t;
    result[2 * k + 1] = points[a + 1]! + (points[b + 1]! - points[a + 1]!) * t;
  }
  return result;
}

function centred(points: Float64Array): Float64Array {
  let x = 0;
  let y = 0;
  for (let i = 0; i < points.length; i += 2) {
    x += points[i]!;
    y += points[i + 1]!;
  }
  x /= SAMPLES;
  y /= SAMPLES;
  for (let i = 0; i < points.length; i += 2) {
    points[i]! -= x;
    points[i + 1]! -= y;
  }
  return points;
}

function distance(one: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < one.length; i++) {
    sum += (one[i]! - other[i]!) * (one[i]! - other[i]!);
  }
  return sum;
}
