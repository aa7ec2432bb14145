/**
 * Interpolation of polylines and polygons between keyframes, by the rules that tracks of the contract's clients follow:
 * vertices are matched by their place along the length of the curve. Points are flat lists.
 */

/** The curve between `left` and `right` at 0 <= t < 1. */
export function blendPolyline(left: readonly number[], right: readonly number[], t: number): number[] {
  if (t === 0 || left.length === 0 || right.length === 0) {
    return [...left];
  }
  const matches = match(offsets(left), offsets(right));
  const long: number[] = [];
  const places: number[][] = matches.map((row, i) =>
    row.map((j) => {
      long.push(left[2 * i]! + (right[2 * j]! - left[2 * i]!) * t, left[2 * i + 1]! + (right[2 * j + 1]! - left[2 * i + 1]!) * t);
      return long.length / 2 - 1;
    }),
  );
  return reduce(left, right, matches, places, long);
}

/** A polygon is the closed polyline without the vertex that closes it. */
export function blendPolygon(left: readonly number[], right: readonly number[], t: number): number[] {
  if (t === 0 || left.length === 0 || right.length === 0) {
    return [...left];
  }
  return blendPolyline([...left, left[0]!, left[1]!], [...right, right[0]!, right[1]!], t).slice(0, -2);
}

function offsets(points: readonly number[]): number[] {
  const along = [0];
  for (let i = 2; i < points.length; i += 2) {
    along.push(along.at(-1)! + Math.hypot(points[i]! - points[i - 2]!, points[i + 1]! - points[i - 1]!));
  }
  const whole = along.at(-1)!;
  return along.map((at, i) => (i === 0 ? 0 : at / whole));
}

/** Index of the nearest value, the first on a tie. Comparisons with NaN are false, so such a value gets 0. */
function nearest(values: readonly number[], to: number): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) {
    if (Math.abs(values[i]! - to) < Math.abs(values[best]! - to)) {
      best = i;
    }
  }
  return best;
}

function match(left: readonly number[], right: readonly number[]): number[][] {
  const matches = left.map((at) => [nearest(right, at)]);
  const taken = new Set(matches.flat());
  for (let j = 0; j < right.length; j++) {
    if (!taken.has(j)) {
      matches[nearest(left, right[j]!)]!.push(j);
    }
  }
  for (const row of matches) {
    row.sort((a, b) => a - b);
  }
  return matches;
}

/** Thins runs that came from many vertices meeting few. */
function reduce(left: readonly number[], right: readonly number[], matches: readonly number[][], places: readonly number[][], long: readonly number[]): number[] {
  const result: number[] = [];
  for (let i = 0; i < matches.length; i++) {
    const row = matches[i]!;
    if (row.length > 1) {
      const [first, last] = [row[0]!, row.at(-1)!];
      thin(result, long, places[i]!, lengthBetween(right, first, last), last - first + 1);
      continue;
    }
    let end = i;
    while (end + 1 < matches.length && matches[end + 1]!.length === 1 && matches[end + 1]![0] === row[0]) {
      end++;
    }
    const run: number[] = [];
    for (let k = i; k <= end; k++) {
      run.push(places[k]![0]!);
    }
    thin(result, long, run, lengthBetween(left, i, end), end - i + 1);
    i = end;
  }
  return result;
}

function lengthBetween(points: readonly number[], from: number, to: number): number {
  let sum = 0;
  for (let i = from + 1; i <= to; i++) {
    sum += Math.hypot(points[2 * i]! - points[2 * i - 2]!, points[2 * i + 1]! - points[2 * i - 1]!);
  }
  return sum;
}

function thin(result: number[], long: readonly number[], run: readonly number[], base: number, count: number): void {
  const at = (place: number): [number, number] => [long[2 * place]!, long[2 * place + 1]!];
  const [firstX, firstY] = at(run[0]!);
  if (run.length === 1) {
    result.push(firstX, firstY);
    return;
  }
  const threshold = base / (2 * count);
  const kept: [number, number][] = [[firstX, firstY]];
  for (const place of run.slice(1, -1)) {
    const [x, y] = at(place);
    const [lastX, lastY] = kept.at(-1)!;
    if (Math.hypot(x - lastX, y - lastY) >= threshold) {
      kept.push([x, y]);
    }
  }
  const [endX, endY] = at(run.at(-1)!);
  if (kept.length === 1 && Math.hypot(endX - firstX, endY - firstY) < threshold) {
    result.push((firstX + endX) / 2, (firstY + endY) / 2);
    return;
  }
  kept.push([endX, endY]);
  for (const [x, y] of kept) {
    result.push(x, y);
  }
}
