import type { EditorContext } from '../actions/context';
import { t } from '../i18n/t';
import { TIMELINE_MAX, TIMELINE_MIN } from './timeline-layout';

/** Bounds of the inspector's width in CSS pixels. */
export const INSPECTOR_MIN = 220;
export const INSPECTOR_MAX = 520;
const STEP = 16;

/** The edge between canvas and inspector: dragged, or moved with the arrow keys. */
export function splitter(context: EditorContext): HTMLElement {
  const handle = document.createElement('div');
  handle.className = 'splitter';
  handle.tabIndex = 0;
  handle.setAttribute('role', 'separator');
  handle.setAttribute('aria-orientation', 'vertical');
  handle.setAttribute('aria-label', t('panel.inspector'));
  const set = (width: number): void => {
    const next = Math.round(Math.max(INSPECTOR_MIN, Math.min(INSPECTOR_MAX, width)));
    context.ui.inspectorWidth.value = next;
    handle.setAttribute('aria-valuenow', String(next));
  };
  handle.setAttribute('aria-valuemin', String(INSPECTOR_MIN));
  handle.setAttribute('aria-valuemax', String(INSPECTOR_MAX));
  set(context.ui.inspectorWidth.peek());
  handle.addEventListener('pointerdown', (event) => {
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    const start = event.clientX;
    const width = context.ui.inspectorWidth.peek();
    const move = (moved: PointerEvent): void => set(width + start - moved.clientX);
    handle.addEventListener('pointermove', move);
    handle.addEventListener('lostpointercapture', () => handle.removeEventListener('pointermove', move), { once: true });
  });
  handle.addEventListener('keydown', (event) => {
    const by = event.key === 'ArrowLeft' ? STEP : event.key === 'ArrowRight' ? -STEP : 0;
    if (by === 0) return;
    event.preventDefault();
    set(context.ui.inspectorWidth.peek() + by);
  });
  return handle;
}

const HEIGHT_STEP = 22;

/** The edge between picture and timeline: dragged, or moved with the arrow keys. */
export function timelineSplitter(context: EditorContext): HTMLElement {
  const handle = document.createElement('div');
  handle.className = 'splitter-flat';
  handle.tabIndex = 0;
  handle.setAttribute('role', 'separator');
  handle.setAttribute('aria-orientation', 'horizontal');
  handle.setAttribute('aria-label', t('timeline.title'));
  handle.setAttribute('aria-valuemin', String(TIMELINE_MIN));
  handle.setAttribute('aria-valuemax', String(TIMELINE_MAX));
  const set = (height: number): void => {
    const next = Math.round(Math.max(TIMELINE_MIN, Math.min(TIMELINE_MAX, height)));
    context.ui.timelineHeight.value = next;
    context.ui.timelineOpen.value = true;
    handle.setAttribute('aria-valuenow', String(next));
  };
  handle.setAttribute('aria-valuenow', String(context.ui.timelineHeight.peek()));
  handle.addEventListener('pointerdown', (event) => {
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    const start = event.clientY;
    const height = context.ui.timelineHeight.peek();
    const move = (moved: PointerEvent): void => set(height + start - moved.clientY);
    handle.addEventListener('pointermove', move);
    handle.addEventListener('lostpointercapture', () => handle.removeEventListener('pointermove', move), { once: true });
  });
  handle.addEventListener('keydown', (event) => {
    const by = event.key === 'ArrowUp' ? HEIGHT_STEP : event.key === 'ArrowDown' ? -HEIGHT_STEP : 0;
    if (by === 0) return;
    event.preventDefault();
    set(context.ui.timelineHeight.peek() + by);
  });
  return handle;
}
