import { area, lengthOf } from '../geometry/polygon';
import { normaliseDegrees } from '../geometry/rotate';
import { quantise } from '../model/quantise';
import { makeShape } from '../model/records';
import { accepts } from '../model/schema';
import type { Id, ShapeKind } from '../model/records';
import type { ToolContext } from './tool';

/** Smaller shapes are slips of the hand. */
export const MIN_AREA = 9;
export const MIN_LENGTH = 3;

/** Whether the shape is large enough to be meant. */
export function isLargeEnough(kind: ShapeKind, points: readonly number[]): boolean {
  switch (kind) {
    case 'rectangle':
      return Math.abs((points[2]! - points[0]!) * (points[3]! - points[1]!)) >= MIN_AREA;
    case 'polygon':
      return points.length >= 6 && area(points) >= MIN_AREA;
    case 'polyline':
      return points.length >= 4 && lengthOf(points) >= MIN_LENGTH;
    default:
      return points.length >= 2;
  }
}

/**
 * Adds the drawn shape with the label to draw with, on top, selected. Returns its id, or null after saying why not; then
 * nothing is changed.
 */
export function createShape(context: ToolContext, kind: ShapeKind, points: readonly number[], rotation = 0): Id | null {
  if (context.view.readonly.peek()) {
    context.notify('readonly');
    return null;
  }
  const label = context.schema.labelById.get(context.view.drawLabel.peek() ?? -1);
  if (label === undefined || !accepts(label, kind)) {
    context.notify('no-label', { kind });
    return null;
  }
  if (!isLargeEnough(kind, points)) {
    context.notify('too-small', { area: MIN_AREA, length: MIN_LENGTH });
    return null;
  }
  const id = context.ids.take();
  if (id === null) {
    context.notify('no-ids');
    return null;
  }
  const frame = context.view.frame.peek();
  let zOrder = 0;
  for (const item of context.scene.items()) {
    zOrder = Math.max(zOrder, item.pose.zOrder);
  }
  const shape = makeShape({ id, kind, frame, labelId: label.id, points, rotation: normaliseDegrees(quantise(rotation)), zOrder });
  context.store.transact(`draw-${kind}`, (tx) => tx.add(shape), { frame });
  context.selection.selected.set([id]);
  if (!context.view.settings.peek().keepTool) {
    context.view.tool.value = 'select';
  }
  return id;
}
