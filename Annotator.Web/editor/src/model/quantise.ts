import type { Keyframe, Points, Rec } from './records';

/** The grid all committed coordinates stand on, so that browser, server and hashes agree: a hundredth of a pixel. */
export const GRID_PER_PIXEL = 100;

export function quantise(value: number): number {
  return Math.round(value * GRID_PER_PIXEL) / GRID_PER_PIXEL;
}

/** Puts the coordinates that differ from `before` on the grid; untouched ones keep every bit. */
export function quantisePoints(points: Points, before?: Points): Points {
  let result: number[] | null = null;
  for (let i = 0; i < points.length; i++) {
    const value = points[i]!;
    if (before !== undefined && before[i] === value) {
      continue;
    }
    const rounded = quantise(value);
    if (rounded !== value) {
      result ??= [...points];
      result[i] = rounded;
    }
  }
  return result ?? points;
}

/** @internal The record with its touched coordinates on the grid. */
export function quantiseRecord(rec: Rec, before?: Rec): Rec {
  switch (rec.type) {
    case 'tag':
      return rec;
    case 'shape': {
      const old = before?.type === 'shape' ? before : undefined;
      const points = rec.points === old?.points ? rec.points : quantisePoints(rec.points, old?.points);
      const elements = rec.elements === old?.elements ? rec.elements : kept(rec.elements, rec.elements.map((node, i) => onGrid(node, old?.elements[i])));
      return points === rec.points && elements === rec.elements ? rec : { ...rec, points, elements };
    }
    case 'track': {
      const old = before?.type === 'track' ? before : undefined;
      const keyframes = keyframesOnGrid(rec.keyframes, old?.keyframes);
      const elements = rec.elements === old?.elements ? rec.elements
        : kept(rec.elements, rec.elements.map((node, i) => {
          const nodes = keyframesOnGrid(node.keyframes, old?.elements[i]?.keyframes);
          return nodes === node.keyframes ? node : { ...node, keyframes: nodes };
        }));
      return keyframes === rec.keyframes && elements === rec.elements ? rec : { ...rec, keyframes, elements };
    }
  }
}

/** Only keyframes that the list before did not have are looked at: an edit of one must not cost all. */
function keyframesOnGrid(keyframes: readonly Keyframe[], before: readonly Keyframe[] | undefined): readonly Keyframe[] {
  if (keyframes === before) {
    return keyframes;
  }
  const known = new Set(before);
  return kept(keyframes, keyframes.map((keyframe) => (known.has(keyframe) ? keyframe : onGrid(keyframe, before?.find(({ frame }) => frame === keyframe.frame)))));
}

function onGrid<T extends { readonly points: Points }>(part: T, before: { readonly points: Points } | undefined): T {
  const points = part.points === before?.points ? part.points : quantisePoints(part.points, before?.points);
  return points === part.points ? part : { ...part, points };
}

/** The list as it was when no entry is another. */
function kept<T>(list: readonly T[], next: readonly T[]): readonly T[] {
  return next.every((entry, i) => entry === list[i]) ? list : next;
}
