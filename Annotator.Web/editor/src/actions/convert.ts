import { polygonsOf } from '../masks/outline';
import { maskOfArea, ringOf } from '../masks/convert';
import { union } from '../masks/combine';
import { area } from '../geometry/polygon';
import { pointsOf, type MaskSpans } from '../masks/spans';
import type { DrawnKind } from '../model/drawing-options';
import type { Id, Points, Shape } from '../model/records';
import { accepts } from '../model/schema';
import { maskOf } from '../shapes/mask';
import type { EditorContext } from './context';
import type { Allowed } from './define';
import { editable } from './edit';

/** Kinds that have an inside. */
const AREAS: readonly string[] = ['mask', 'polygon', 'rectangle', 'ellipse'];
/** Parts of fewer square pixels are noise. */
const LEAST_AREA = 9;

function areas(context: EditorContext): Shape[] {
  return editable(context).flatMap((id) => {
    const rec = context.store.get(id);
    return rec?.type === 'shape' && AREAS.includes(rec.kind) ? [rec] : [];
  });
}

export function canConvert(to: DrawnKind): (context: EditorContext) => Allowed {
  return (context) => (context.selection.selected.ids.value.size > 0 && areas(context).some(({ kind }) => kind !== to) ? true : 'when.nothingToConvert');
}

export function canJoin(context: EditorContext): Allowed {
  return context.selection.selected.ids.value.size > 1 && areas(context).length > 1 ? true : 'when.fewToJoin';
}

function maskOfShape(context: EditorContext, shape: Shape): MaskSpans | null {
  const { width, height } = context.view.image.peek();
  return shape.kind === 'mask' ? maskOf(shape.points) : maskOfArea(shape, width, height);
}

/** The outer borders of the mask's parts, and how many holes they lose. */
function polygons(context: EditorContext, mask: MaskSpans): { readonly rings: readonly Points[]; readonly holes: number } {
  const { outer, holes } = polygonsOf(mask, context.view.drawing.peek().polygonTolerance);
  const meant = (ring: readonly number[]) => area(ring) >= LEAST_AREA;
  return { rings: outer.filter(meant), holes: holes.filter(meant).length };
}

/** Makes masks of polygons, rectangles and ellipses, or polygons of them, in one step. Parts become objects of one group. */
export function convert(context: EditorContext, to: DrawnKind): void {
  const fitting = areas(context).filter((shape) => {
    const label = context.schema.labelById.get(shape.labelId);
    return shape.kind !== to && label !== undefined && accepts(label, to);
  });
  const refused = areas(context).find((shape) => shape.kind !== to && !fitting.includes(shape));
  if (refused !== undefined) {
    context.notify('notice.labelDoesNotFit', { name: context.schema.labelById.get(refused.labelId)?.name ?? '', kind: to }, 'warning');
  }
  let lost = 0;
  const plan: Shape[][] = [];
  for (const shape of fitting) {
    const outlines = outlinesAs(context, shape, to);
    lost += outlines.holes;
    const ids: Id[] = [shape.id];
    while (ids.length < outlines.list.length) {
      const id = context.ids.take();
      if (id === null) {
        context.notify('notice.no-ids', {}, 'warning');
        return;
      }
      ids.push(id);
    }
    const group = outlines.list.length > 1 ? shape.group || Math.min(...ids) : shape.group;
    plan.push(outlines.list.map((points, i) => ({ ...shape, id: ids[i]!, kind: to, rotation: 0, group, points })));
  }
  write(context, to === 'mask' ? 'to-mask' : 'to-polygon', plan.flat(), []);
  if (lost > 0) context.notify('notice.holes-filled', { n: lost }, 'warning');
}

function outlinesAs(context: EditorContext, shape: Shape, to: DrawnKind): { readonly list: readonly Points[]; readonly holes: number } {
  const ring = ringOf(shape);
  if (to === 'polygon' && ring !== null) {
    // It has corners already: going over pixels would only make them worse.
    return { list: [ring], holes: 0 };
  }
  const mask = maskOfShape(context, shape);
  if (mask === null) {
    return { list: [], holes: 0 };
  }
  if (to === 'mask') {
    return { list: [pointsOf(mask)], holes: 0 };
  }
  const { rings, holes } = polygons(context, mask);
  return { list: rings, holes };
}

/** Makes one object of several: the first keeps its number, label and attributes. A polygon that would have parts becomes a mask. */
export function join(context: EditorContext): void {
  const [first, ...others] = areas(context);
  if (first === undefined || others.length === 0) return;
  const mask = union([first, ...others].flatMap((shape) => maskOfShape(context, shape) ?? []));
  if (mask === null) return;
  const label = context.schema.labelById.get(first.labelId);
  const { rings, holes } = polygons(context, mask);
  const whole = rings.length === 1 && holes === 0;
  const fits = (kind: DrawnKind) => label !== undefined && accepts(label, kind);
  if (first.kind !== 'mask' && whole && fits('polygon')) {
    write(context, 'join', [{ ...first, kind: 'polygon', rotation: 0, points: rings[0]! }], others);
  } else if (fits('mask')) {
    write(context, 'join', [{ ...first, kind: 'mask', rotation: 0, points: pointsOf(mask) }], others);
  } else {
    context.notify('notice.joinParts', {}, 'warning');
  }
}

/** As one undoable change; what is there already is changed, the rest is added. */
function write(context: EditorContext, name: string, shapes: readonly Shape[], gone: readonly Shape[]): void {
  if (shapes.length === 0) return;
  context.store.transact(name, (tx) => {
    gone.forEach(({ id }) => tx.remove(id));
    shapes.forEach((shape) => (tx.get(shape.id) === undefined ? tx.add(shape) : tx.update(shape.id, () => shape)));
  }, { frame: context.view.frame.peek() });
  context.selection.selected.set(shapes.map(({ id }) => id));
}
