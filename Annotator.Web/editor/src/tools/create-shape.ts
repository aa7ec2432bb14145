import { area, lengthOf } from '../geometry/polygon';
import { normaliseDegrees } from '../geometry/rotate';
import { quantise } from '../model/quantise';
import { NO_ATTRIBUTES, kindOf, makeShape } from '../model/records';
import { accepts } from '../model/schema';
import { trackOf } from '../tracks/conversions';
import { changedOn } from '../tracks/keyframes';
import type { Id, Rec, ShapeElement, ShapeKind, Track } from '../model/records';
import type { Outline } from '../shapes/shape-unit';
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
    case 'skeleton':
      return true;
    default:
      return points.length >= 2;
  }
}

/** Says that a slip of the hand made nothing. */
export function refuseSmall(context: ToolContext): false {
  context.notify('too-small', { area: MIN_AREA, length: MIN_LENGTH });
  return false;
}

/**
 * Adds what was drawn, a shape or a track from this frame on, with the label to draw with, on top, selected; or gives the
 * outline to the object that is drawn anew. Returns its id, or null after saying why not; then nothing is changed.
 */
export function createShape(context: ToolContext, outline: Outline, source = 'manual'): Id | null {
  const { kind, points, rotation } = outline;
  if (context.view.readonly.peek()) {
    context.notify('readonly');
    return null;
  }
  if (!isLargeEnough(kind, points)) {
    refuseSmall(context);
    return null;
  }
  const again = context.view.redraw.peek();
  if (again !== null) {
    return redraw(context, again, outline);
  }
  const label = context.schema.labelById.get(context.view.drawLabel.peek() ?? -1);
  if (label === undefined || !accepts(label, kind)) {
    context.notify('no-label', { kind });
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
  const elements = (outline.elements ?? []).map((node): ShapeElement => ({
    id: 0, labelId: node.labelId, group: 0, source: 'manual', kind: 'points', points: node.points, rotation: 0, occluded: false, outside: node.outside, zOrder: 0, attributes: NO_ATTRIBUTES,
  }));
  const shape = makeShape({ id, kind, frame, labelId: label.id, points, rotation: normaliseDegrees(quantise(rotation)), zOrder, elements, source });
  const drawn = context.view.drawTracks.peek() && kind !== 'mask' ? ended(context, trackOf(shape, id, () => true)) : shape;
  context.store.transact(`draw-${kind}`, (tx) => tx.add(drawn), { frame });
  done(context, id);
  return id;
}

/** The track ends by itself where the person has said that tracks do. */
function ended({ view, lastFrame, deletedFrames }: ToolContext, track: Track): Rec {
  const { trackFrames } = view.settings.peek();
  const end = track.frame + trackFrames;
  return trackFrames === 0 || end > (lastFrame?.() ?? Infinity) ? track : changedOn(track, end, { outside: true }, deletedFrames);
}

/** The object keeps all but its outline on this frame; a track is visible from here again. */
function redraw(context: ToolContext, id: Id, { kind, points, rotation, elements = [] }: Outline): Id | null {
  const rec = context.store.get(id);
  context.view.redraw.value = null;
  if (rec === undefined || kindOf(rec) !== kind || !context.mayEdit(id)) {
    context.notify('locked');
    return null;
  }
  const frame = context.view.frame.peek();
  const nodes = elements.map((node) => ({ labelId: node.labelId, points: node.points, outside: node.outside }));
  const change = { points, rotation: normaliseDegrees(quantise(rotation)), ...(rec.type === 'track' ? { outside: false } : {}), ...(nodes.length > 0 ? { elements: nodes } : {}) };
  context.view.tool.value = 'select';
  context.store.transact('redraw', (tx) => tx.update(id, (now: Rec) => changedOn(now, frame, change, context.deletedFrames)), { frame });
  done(context, id);
  return id;
}

function done(context: ToolContext, id: Id): void {
  context.selection.selected.set([id]);
  if (!context.view.settings.peek().keepTool) {
    context.view.tool.value = 'select';
  }
}
