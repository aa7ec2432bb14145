import type { Points, Rec } from './records';

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
      return points === rec.points ? rec : { ...rec, points };
    }
    case 'track': {
      const old = before?.type === 'track' ? before : undefined;
      if (rec.keyframes === old?.keyframes) {
        return rec;
      }
      const keyframes = rec.keyframes.map((keyframe) => {
        const was = old?.keyframes.find((candidate) => candidate.frame === keyframe.frame);
        const points = keyframe === was ? keyframe.points : quantisePoints(keyframe.points, was?.points);
        return points === keyframe.points ? keyframe : { ...keyframe, points };
      });
      return { ...rec, keyframes };
    }
  }
}
