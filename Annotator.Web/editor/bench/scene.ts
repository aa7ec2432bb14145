import { makeShape } from '../src/model/records';
import { makeSchema } from '../src/model/schema';
import type { Rec, Shape, Track } from '../src/model/records';
import type { Label, Schema } from '../src/model/schema';

export const IMAGE = { width: 4000, height: 3000 };

/** A small generator with a seed, so that every run sees the same scene. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `count` jagged polygons over the whole image, in ten labels. */
export function polygons(count: number, vertices: number, seed: number): Shape[] {
  const next = random(seed);
  const reach = Math.sqrt((IMAGE.width * IMAGE.height) / count) * 0.55;
  return Array.from({ length: count }, (_, i) => {
    const cx = reach + next() * (IMAGE.width - 2 * reach);
    const cy = reach + next() * (IMAGE.height - 2 * reach);
    const points: number[] = [];
    for (let k = 0; k < vertices; k++) {
      const radius = reach * (0.55 + 0.45 * next());
      const angle = (k / vertices) * 2 * Math.PI;
      points.push(Math.round((cx + radius * Math.cos(angle)) * 100) / 100, Math.round((cy + radius * Math.sin(angle)) * 100) / 100);
    }
    return makeShape({ id: i + 1, kind: 'polygon', frame: 0, labelId: (i % 10) + 1, points });
  });
}

const COLORS = ['#e69f00', '#56b4e9', '#009e73', '#f0e442', '#0072b2', '#d55e00', '#cc79a7', '#8e44ad', '#7fb800', '#ff5a5f'];

export function schema(): Schema {
  const label = (id: number, name: string, color: string): Label => ({ id, name, color, type: 'any', attributes: [], sublabels: [], edges: [] });
  const nodes = ['head', 'neck', 'left hand', 'right hand', 'hip'].map((name, i) => label(101 + i, name, '#ff5a5f'));
  return makeSchema([
    ...COLORS.map((color, i) => label(i + 1, `label ${i + 1}`, color)),
    { ...label(100, 'person', '#ff5a5f'), type: 'skeleton', sublabels: nodes, edges: [[101, 102], [102, 103], [102, 104], [102, 105]] },
  ]);
}

/** One of every kind, to be looked at. */
export function everyKind(): Rec[] {
  const shape = (id: number, kind: Shape['kind'], points: number[], rest: Partial<Shape> = {}) => makeShape({ id, kind, frame: 0, labelId: id, points, ...rest });
  const disc: number[] = [];
  let run = 0;
  let last = false;
  for (let i = 0; i < 300 * 300; i++) {
    const bit = Math.hypot((i % 300) - 150, Math.floor(i / 300) - 150) < 145 && Math.hypot((i % 300) - 150, Math.floor(i / 300) - 150) > 60;
    if (bit !== last) {
      disc.push(run);
      run = 0;
      last = bit;
    }
    run++;
  }
  disc.push(run, 2300, 200, 2599, 499);
  const keyframe = (frame: number, x: number) => ({ id: 0, frame, kind: 'rectangle' as const, points: [x, 1900, x + 500, 2300], rotation: 0, occluded: false, outside: false, zOrder: 0, attributes: {} });
  const track: Track = { type: 'track', id: 9, frame: 0, labelId: 9, group: 0, source: 'manual', attributes: {}, keyframes: [keyframe(0, 300), keyframe(10, 900)], elements: [] };
  const node = (labelId: number, x: number, y: number) => ({ id: 0, labelId, group: 0, source: 'manual', kind: 'points' as const, points: [x, y], rotation: 0, occluded: false, outside: false, zOrder: 0, attributes: {} });
  return [
    shape(1, 'rectangle', [200, 200, 800, 600]),
    shape(2, 'rectangle', [1000, 250, 1500, 550], { rotation: 30, occluded: true }),
    shape(3, 'polygon', [1700, 200, 2100, 300, 2000, 700, 1850, 450, 1650, 600]),
    shape(4, 'polyline', [200, 900, 500, 1100, 700, 850, 1000, 1200]),
    shape(5, 'points', [1200, 900, 1300, 1000, 1400, 950, 1350, 1150]),
    shape(6, 'ellipse', [1900, 1050, 2200, 900], { rotation: 20 }),
    shape(7, 'cuboid', [2500, 900, 2500, 1300, 2900, 900, 2900, 1300, 3050, 800, 3050, 1180, 2680, 800, 2680, 1180]),
    shape(8, 'mask', disc),
    shape(10, 'skeleton', [], { labelId: 100, elements: [node(101, 1500, 1700), node(102, 1500, 1850), node(103, 1350, 2000), node(104, 1650, 2000), node(105, 1500, 2200)] }),
    track,
  ];
}
