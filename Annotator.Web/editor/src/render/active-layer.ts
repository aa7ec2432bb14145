import { boxesMeet } from '../geometry/box';
import { SHAPES } from '../shapes/kinds';
import { aimAt } from './aim';
import { paintShape } from './painter';
import { seen, toView, zoomOf } from './viewport';
import type { FrameScene } from '../index/frame-scene';
import type { Id } from '../model/records';
import type { ViewSettings, Viewport } from '../model/view';
import type { Handle, Outline } from '../shapes/shape-unit';
import type { Draft } from './draft';

/** More selected objects than this are marked by their boxes only. */
const MAX_SELECTED_DRAWN = 300;
/** More handles than this on one shape: only those near the cursor are shown. */
export const MAX_HANDLES = 400;
/** An edge shorter than this on screen, in CSS pixels, has no handle in its middle. */
const MIN_EDGE = 40;
/** How far outside the top side the rotate handle stands, in CSS pixels. */
export const ROTATE_REACH = 24;

export interface ActiveScene {
  readonly scene: FrameScene;
  readonly hovered: Id | null;
  readonly selected: ReadonlySet<Id>;
  readonly draft: Draft;
  /** The one object that shows handles. */
  readonly handles: { readonly outline: Outline; readonly active: number | null } | null;
  /** Where the selected track stands on the keyframes around. */
  readonly ghosts: readonly Outline[];
  readonly settings: ViewSettings;
  readonly cursor: { readonly x: number; readonly y: number } | null;
  /** Show lines through the cursor: a drawing tool waits for its next point. */
  readonly crosshair: boolean;
  colorOf(id: Id): number;
  colorOfLabel(labelId: number | null): number;
}

/** Draws what is being touched: hovered and selected objects, drafts, handles, guides. Its cost does not grow with the frame. */
export function drawActiveLayer(context: CanvasRenderingContext2D, view: Viewport, active: ActiveScene): void {
  const { scene, selected, hovered, draft, settings } = active;
  const inView = seen(view);
  aimAt(context, view);
  for (const ghost of active.ghosts) {
    paintShape(context, { ...ghost, occluded: true }, { zoom: zoomOf(view), dpr: view.dpr, color: 0xffffff, fillOpacity: 0, lineWidth: 1.5 * view.dpr, halo: true });
  }
  let drawn = 0;
  const boxes = new Path2D();
  for (const id of selected) {
    const item = scene.get(id);
    if (item === undefined || (!draft.previews.has(id) && !boxesMeet(item, inView))) {
      continue;
    }
    if (++drawn > MAX_SELECTED_DRAWN) {
      boxes.rect(item.minX, item.minY, item.maxX - item.minX, item.maxY - item.minY);
    } else {
      drawMarked(context, view, { ...item.pose, ...draft.previews.get(id) }, active.colorOf(id), settings.selectedFillOpacity);
    }
  }
  if (drawn > MAX_SELECTED_DRAWN) {
    // All at once and less than a device pixel wide: the cheapest stroke there is.
    context.strokeStyle = '#fff';
    context.lineWidth = 0.9 / zoomOf(view);
    context.stroke(boxes);
  }
  const under = hovered === null || selected.has(hovered) ? undefined : scene.get(hovered);
  if (under !== undefined) {
    drawMarked(context, view, under.pose, active.colorOf(under.id), settings.selectedFillOpacity);
  }
  drawDrafts(context, view, active);
  for (const overlay of draft.overlays) {
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    overlay.paint(context, view, { ofLabel: active.colorOfLabel });
    context.restore();
  }
  context.setTransform(view.dpr, 0, 0, view.dpr, 0, 0);
  if (active.handles !== null) {
    drawHandles(context, view, active);
  }
  drawOverlay(context, view, active);
}

/** Twice, dark below bright, so that it shows on any picture. */
function drawMarked(context: CanvasRenderingContext2D, view: Viewport, shape: Outline & { readonly occluded: boolean }, color: number, fillOpacity: number): void {
  const zoom = zoomOf(view);
  const common = { zoom, dpr: view.dpr };
  if (shape.kind !== 'mask') {
    paintShape(context, { ...shape, occluded: false, outside: false }, { ...common, color: 0x000000, fillOpacity: 0, lineWidth: 4 * view.dpr });
  }
  paintShape(context, shape, { ...common, color, fillOpacity, lineWidth: 2 * view.dpr });
  if (shape.kind === 'mask') {
    context.strokeStyle = '#fff';
    context.lineWidth = view.dpr / zoom;
    context.beginPath();
    SHAPES.mask.trace(context, shape);
    context.stroke();
  }
}

function drawDrafts(context: CanvasRenderingContext2D, view: Viewport, active: ActiveScene): void {
  const zoom = zoomOf(view);
  for (const { outline, labelId, vertices, invalid } of active.draft.shapes) {
    const color = invalid ? 0xff3b30 : active.colorOfLabel(labelId);
    drawMarked(context, view, { ...outline, occluded: invalid }, color, active.settings.fillOpacity);
    const radius = (3.5 * view.dpr) / zoom;
    vertices.forEach((_, i) => {
      if (i % 2 === 0) {
        context.beginPath();
        context.arc(vertices[i]!, vertices[i + 1]!, i === 0 ? radius * 1.4 : radius, 0, 2 * Math.PI);
        context.fillStyle = '#fff';
        context.fill();
        context.strokeStyle = '#000';
        context.lineWidth = view.dpr / zoom;
        context.stroke();
      }
    });
  }
}

/** The handles that are shown at this zoom, lowest first. */
export function visibleHandles(outline: Outline, view: Viewport, cursor: { readonly x: number; readonly y: number } | null): Handle[] {
  const all = SHAPES[outline.kind].handles(outline).filter((handle) => handle.edge === undefined || handle.edge * view.scale >= MIN_EDGE);
  if (all.length <= MAX_HANDLES) {
    return all;
  }
  const near = 150 / view.scale;
  return cursor === null ? [] : all.filter((handle) => Math.hypot(handle.x - cursor.x, handle.y - cursor.y) <= near);
}

/** Handles where they are on screen; the rotate handle stands off its side. */
export function placeHandle(handle: Handle, outline: Outline, view: Viewport): readonly [x: number, y: number] {
  const [x, y] = toView(view, handle.x, handle.y);
  if (handle.role !== 'rotate') {
    return [x, y];
  }
  const angle = ((outline.rotation - 90) * Math.PI) / 180;
  return [x + ROTATE_REACH * Math.cos(angle), y + ROTATE_REACH * Math.sin(angle)];
}

function drawHandles(context: CanvasRenderingContext2D, view: Viewport, { handles, settings, cursor }: ActiveScene): void {
  const { outline, active } = handles!;
  for (const handle of visibleHandles(outline, view, cursor)) {
    const half = (settings.handleSize / 2) * (handle.role === 'midpoint' ? 0.6 : 1);
    const [x, y] = placeHandle(handle, outline, view);
    context.beginPath();
    if (handle.role === 'rotate') {
      const [fromX, fromY] = toView(view, handle.x, handle.y);
      context.moveTo(fromX, fromY);
      context.lineTo(x, y);
      context.strokeStyle = '#fff';
      context.lineWidth = 1;
      context.stroke();
      context.beginPath();
    }
    if (handle.role === 'resize') {
      context.rect(x - half, y - half, 2 * half, 2 * half);
    } else {
      context.arc(x, y, half, 0, 2 * Math.PI);
    }
    context.fillStyle = handle.role === 'vertex' && handle.index === active ? '#ffb000' : handle.role === 'midpoint' ? '#fff9' : '#fff';
    context.fill();
    context.strokeStyle = '#000';
    context.lineWidth = 1.25;
    context.stroke();
  }
}

function drawOverlay(context: CanvasRenderingContext2D, view: Viewport, { draft, crosshair, cursor }: ActiveScene): void {
  context.lineWidth = 1;
  if (crosshair && cursor !== null) {
    const [x, y] = toView(view, cursor.x, cursor.y);
    for (const [color, offset] of [['#000a', 1], ['#fffc', 0]] as const) {
      context.strokeStyle = color;
      context.beginPath();
      context.moveTo(0, Math.round(y) + 0.5 + offset);
      context.lineTo(view.width, Math.round(y) + 0.5 + offset);
      context.moveTo(Math.round(x) + 0.5 + offset, 0);
      context.lineTo(Math.round(x) + 0.5 + offset, view.height);
      context.stroke();
    }
  }
  for (const [ax, ay, bx, by] of draft.guides) {
    const from = toView(view, ax, ay);
    const to = toView(view, bx, by);
    context.beginPath();
    context.moveTo(from[0], from[1]);
    context.lineTo(to[0], to[1]);
    for (const [color, width] of [['#000', 3], ['#ffd60a', 1.5]] as const) {
      context.strokeStyle = color;
      context.lineWidth = width;
      context.stroke();
    }
  }
  context.lineWidth = 1;
  context.setLineDash([4, 4]);
  context.strokeStyle = '#fff';
  if (draft.marquee !== null) {
    const { minX, minY, maxX, maxY } = draft.marquee;
    const [left, top] = toView(view, minX, minY);
    const [right, bottom] = toView(view, maxX, maxY);
    context.fillStyle = 'rgba(86, 180, 233, 0.15)';
    context.fillRect(left, top, right - left, bottom - top);
    context.strokeRect(left + 0.5, top + 0.5, right - left, bottom - top);
  }
  context.setLineDash([]);
}
