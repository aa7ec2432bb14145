import { boxGrow, boxIsEmpty, boxUnion, EMPTY_BOX } from '../geometry/box';
import { imagePoint } from '../geometry/point';
import { SHAPES } from '../shapes/kinds';
import type { ImagePoint } from '../geometry/point';
import type { Id, Points } from '../model/records';
import type { Draft } from '../render/draft';
import type { Outline } from '../shapes/shape-unit';
import type { ToolContext, ToolEvent } from './tool';

/** Borders and vertices pull within this many CSS pixels. */
const REACH = 6;
const TOUCH_REACH = 12;
/** Half the length of the cross on a vertex that pulls, in CSS pixels. */
const CROSS = 12;
/** With more vertices of its own than this, a moved shape is pulled by the border only. */
const MAX_OWN_VERTICES = 16;

type Guides = Draft['guides'];
type How = Pick<ToolEvent, 'ctrl' | 'touch'>;

const NOTHING: ReadonlySet<Id> = new Set();

/** The point, or the neighbouring vertex or image border that is near enough to be meant. Ctrl lets go of them. */
export function snapPoint(context: ToolContext, point: ImagePoint, how: How, except: ReadonlySet<Id> = NOTHING): { readonly point: ImagePoint; readonly guides: Guides } {
  const limited = context.limit(point);
  if (!pulls(context, how)) {
    return { point: limited, guides: [] };
  }
  const reach = reachOf(context, how);
  const vertex = nearestVertex(context, limited, reach, except);
  if (vertex !== null) {
    return { point: vertex, guides: cross(context, vertex) };
  }
  const { width, height } = context.view.image.peek();
  const x = nearest(limited[0], [0, width], reach);
  const y = nearest(limited[1], [0, height], reach);
  return { point: imagePoint(x ?? limited[0], y ?? limited[1]), guides: borderGuides(context, x, y) };
}

/** How far the shapes go when they are moved by about so much: until a corner meets a vertex, or a side the image's border. */
export function snapMove(context: ToolContext, ids: ReadonlySet<Id>, dx: number, dy: number, how: How): { readonly by: readonly [dx: number, dy: number]; readonly guides: Guides } {
  if (!pulls(context, how)) {
    return { by: [dx, dy], guides: [] };
  }
  const reach = reachOf(context, how);
  const items = [...ids].flatMap((id) => context.scene.get(id) ?? []);
  const own = items.length === 1 ? verticesOf(items[0]!.pose) : [];
  const met = own.length / 2 <= MAX_OWN_VERTICES ? meeting(context, own, dx, dy, reach, ids) : null;
  if (met !== null) {
    return met;
  }
  const box = items.reduce((all, item) => (boxIsEmpty(item) ? all : boxUnion(all, item)), EMPTY_BOX);
  if (boxIsEmpty(box)) {
    return { by: [dx, dy], guides: [] };
  }
  const { width, height } = context.view.image.peek();
  const [left, right] = [nearest(box.minX + dx, [0], reach), nearest(box.maxX + dx, [width], reach)];
  const [top, bottom] = [nearest(box.minY + dy, [0], reach), nearest(box.maxY + dy, [height], reach)];
  const by = [left !== null ? left - box.minX : right !== null ? right - box.maxX : dx, top !== null ? top - box.minY : bottom !== null ? bottom - box.maxY : dy] as const;
  return { by, guides: borderGuides(context, left ?? right, top ?? bottom) };
}

function meeting(context: ToolContext, own: Points, dx: number, dy: number, reach: number, except: ReadonlySet<Id>): { by: [number, number]; guides: Guides } | null {
  let best: { by: [number, number]; guides: Guides } | null = null;
  let least = Infinity;
  for (let i = 0; i + 1 < own.length; i += 2) {
    const at = imagePoint(own[i]! + dx, own[i + 1]! + dy);
    const vertex = nearestVertex(context, at, reach, except);
    const off = vertex === null ? Infinity : Math.hypot(vertex[0] - at[0], vertex[1] - at[1]);
    if (vertex !== null && off < least) {
      least = off;
      best = { by: [vertex[0] - own[i]!, vertex[1] - own[i + 1]!], guides: cross(context, vertex) };
    }
  }
  return best;
}

function pulls(context: ToolContext, { ctrl }: How): boolean {
  return context.view.settings.peek().snap && !ctrl;
}

function reachOf(context: ToolContext, { touch }: How): number {
  return context.imagePixels(touch ? TOUCH_REACH : REACH);
}

function nearest(value: number, lines: readonly number[], reach: number): number | null {
  return lines.find((line) => Math.abs(line - value) <= reach) ?? null;
}

function nearestVertex(context: ToolContext, [x, y]: ImagePoint, reach: number, except: ReadonlySet<Id>): ImagePoint | null {
  let best: ImagePoint | null = null;
  let least = reach;
  for (const item of context.scene.search(boxGrow({ minX: x, minY: y, maxX: x, maxY: y }, reach))) {
    if (except.has(item.id)) {
      continue;
    }
    const points = verticesOf(item.pose);
    for (let i = 0; i + 1 < points.length; i += 2) {
      const off = Math.hypot(points[i]! - x, points[i + 1]! - y);
      if (off <= least) {
        least = off;
        best = imagePoint(points[i]!, points[i + 1]!);
      }
    }
  }
  return best;
}

/** What others can be fitted to: corners and vertices. */
function verticesOf(shape: Outline): Points {
  switch (shape.kind) {
    case 'polygon':
    case 'polyline':
    case 'points':
    case 'cuboid':
      return shape.points;
    case 'rectangle':
      return SHAPES.rectangle.handles(shape).flatMap(({ role, index, x, y }) => (role === 'resize' && index % 2 === 0 ? [x, y] : []));
    default:
      return [];
  }
}

function cross(context: ToolContext, [x, y]: ImagePoint): Guides {
  const half = context.imagePixels(CROSS);
  return [[x - half, y, x + half, y], [x, y - half, x, y + half]];
}

function borderGuides(context: ToolContext, x: number | null, y: number | null): Guides {
  const { width, height } = context.view.image.peek();
  return [...(x === null ? [] : [[x, 0, x, height] as const]), ...(y === null ? [] : [[0, y, width, y] as const])];
}
