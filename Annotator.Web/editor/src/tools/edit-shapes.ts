import { quantise } from '../model/quantise';
import { SHAPES } from '../shapes/kinds';
import { limitMove } from './reshape';
import type { Id, Points, Shape } from '../model/records';
import type { Outline } from '../shapes/shape-unit';
import type { ToolContext } from './tool';

/** The shape when it may be changed by hand here: not locked, not a track, of a kind that can be moved without harm. */
export function editable(context: ToolContext, id: Id): Shape | null {
  const rec = context.store.get(id);
  return rec?.type === 'shape' && context.mayEdit(id) && SHAPES[rec.kind].moved(rec.points, 0, 0) !== null ? rec : null;
}

/** What the selected shapes look like when moved by image pixels, on the grid and kept inside the image. */
export function movedShapes(context: ToolContext, ids: Iterable<Id>, dx: number, dy: number): Map<Id, Outline> {
  const shapes = [...ids].flatMap((id) => editable(context, id) ?? []);
  if (!context.view.settings.peek().allowOutside) {
    const boxes = shapes.flatMap((shape) => context.scene.get(shape.id) ?? []);
    [dx, dy] = limitMove(boxes, dx, dy, context.view.image.peek());
  }
  const step: [number, number] = [quantise(dx), quantise(dy)];
  return new Map(shapes.map((shape) => [shape.id, { ...shape, points: SHAPES[shape.kind].moved(shape.points, ...step)! }]));
}

/** Writes previews as one change; objects that somebody removed meanwhile stay removed. Returns whether anything was different. */
export function commitOutlines(context: ToolContext, name: string, previews: ReadonlyMap<Id, Outline>, coalesce?: string): boolean {
  const frame = context.view.frame.peek();
  const diff = context.store.transact(
    name,
    (tx) => {
      for (const [id, { points, rotation }] of previews) {
        if (tx.get(id) === undefined) {
          continue;
        }
        tx.update<Shape>(id, (shape) => (samePoints(shape.points, points) && shape.rotation === rotation ? shape : { ...shape, points, rotation }));
      }
    },
    { frame, ...(coalesce === undefined ? {} : { coalesce }) },
  );
  return diff.updated.length > 0;
}

/** Puts copies of the objects where the outlines say, as one change, and selects them. Returns how many there was an id for. */
export function commitCopies(context: ToolContext, outlines: ReadonlyMap<Id, Outline>): number {
  const copies: Shape[] = [];
  for (const [of, { points, rotation }] of outlines) {
    const original = context.store.get(of);
    if (original?.type !== 'shape') {
      continue;
    }
    const id = context.ids.take();
    if (id === null) {
      context.notify('no-ids');
      break;
    }
    copies.push({ ...original, id, points, rotation, source: 'manual', score: 1, elements: original.elements.map((element) => ({ ...element, id: 0 })) });
  }
  if (copies.length > 0) {
    context.store.transact('duplicate', (tx) => copies.forEach((copy) => tx.add(copy)), { frame: context.view.frame.peek() });
    context.selection.selected.set(copies.map(({ id }) => id));
  }
  return copies.length;
}

function samePoints(a: Points, b: Points): boolean {
  return a === b || (a.length === b.length && a.every((value, i) => value === b[i]));
}
