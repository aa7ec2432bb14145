import type { Signal } from '@preact/signals-core';
import type { EditorContext } from '../actions/context';
import { t } from '../i18n/t';
import { TIMELINE_MAX, TIMELINE_MIN } from './timeline-layout';

/** Bounds of the inspector's width in CSS pixels. */
export const INSPECTOR_MIN = 220;
export const INSPECTOR_MAX = 520;
const STEP = 16;

/** Bounds of the width of the pictures beside the frame. */
export const RELATED_MIN = 160;
export const RELATED_MAX = 900;

/** The edge between canvas and inspector. */
export function splitter(context: EditorContext): HTMLElement {
  return sideHandle(t('panel.inspector'), context.ui.inspectorWidth, INSPECTOR_MIN, INSPECTOR_MAX);
}

/** The left edge of what stands beside the canvas: dragged, or moved with the arrow keys. Widths are CSS pixels. */
export function sideHandle(name: string, chosen: Signal<number>, least: number, most: number): HTMLElement {
  const handle = document.createElement('div');
  handle.className = 'splitter';
  handle.tabIndex = 0;
  handle.setAttribute('role', 'separator');
  handle.setAttribute('aria-orientation', 'vertical');
  handle.setAttribute('aria-label', name);
  const set = (width: number): void => {
    const next = Math.round(Math.max(least, Math.min(most, width)));
    chosen.value = next;
    handle.setAttribute('aria-valuenow', String(next));
  };
  handle.setAttribute('aria-valuemin', String(least));
  handle.setAttribute('aria-valuemax', String(most));
  set(chosen.peek());
  handle.addEventListener('pointerdown', (event) => {
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    const start = event.clientX;
    const width = chosen.peek();
    const move = (moved: PointerEvent): void => set(width + start - moved.clientX);
    handle.addEventListener('pointermove', move);
    handle.addEventListener('lostpointercapture', () => handle.removeEventListener('pointermove', move), { once: true });
  });
  handle.addEventListener('keydown', (event) => {
    const by = event.key === 'ArrowLeft' ? STEP : event.key === 'ArrowRight' ? -STEP : 0;
    if (by === 0) return;
    event.preventDefault();
    set(chosen.peek() + by);
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
