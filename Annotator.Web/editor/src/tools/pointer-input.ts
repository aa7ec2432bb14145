import { viewPoint } from '../geometry/point';
import { WHEEL_STEP, panBy, toImage, zoomAt } from '../render/viewport';
import type { ViewPoint } from '../geometry/point';
import { TOUCH_REACH } from './tool';
import type { Viewport } from '../model/view';
import type { Tool, ToolEvent } from './tool';

const DOUBLE_CLICK_MILLISECONDS = 400;
const DOUBLE_CLICK_REACH = 6;
const LONG_PRESS_MILLISECONDS = 500;

export interface PointerHost {
  readonly element: HTMLElement;
  tool(): Tool;
  viewport(): Viewport;
  setViewport(view: Viewport): void;
  /** After every event that may have changed cursor shape or place; null when the pointer left. */
  pointerAt(at: ViewPoint | null): void;
  /** Asked for the menu, after the tool had a press of the right button there. */
  menuAt(at: ViewPoint): void;
}

/**
 * Turns pointer events into presses of the tool and moves of the view. Middle button, held Space and two fingers move the
 * view whatever the tool is doing; wheel and pinch zoom at the pointer.
 */
export class PointerInput {
  readonly #abort = new AbortController();
  readonly #touches = new Map<number, ViewPoint>();
  #pressed: number | null = null;
  #panning: { readonly id: number; last: ViewPoint } | null = null;
  #space = false;
  #longPress: { readonly at: ViewPoint; readonly timer: ReturnType<typeof setTimeout> } | null = null;
  #lastDown: { readonly at: ViewPoint; readonly time: number } | null = null;

  constructor(private readonly host: PointerHost) {
    const { element } = host;
    const options = { signal: this.#abort.signal };
    element.style.touchAction = 'none';
    element.addEventListener('pointerdown', (event) => this.#down(event), options);
    element.addEventListener('pointermove', (event) => this.#move(event), options);
    element.addEventListener('pointerup', (event) => this.#up(event), options);
    element.addEventListener('pointercancel', (event) => this.#lost(event), options);
    element.addEventListener('pointerleave', () => host.pointerAt(null), options);
    element.addEventListener('contextmenu', (event) => this.#menu(event), options);
    element.addEventListener('wheel', (event) => this.#wheel(event), { ...options, passive: false });
    window.addEventListener('keydown', (event) => this.#key(event, true), options);
    window.addEventListener('keyup', (event) => this.#key(event, false), options);
    window.addEventListener('blur', () => (this.#space = false), options);
  }

  dispose(): void {
    this.#abort.abort();
    this.#endLongPress();
  }

  #down(event: PointerEvent): void {
    const at = this.#place(event);
    this.host.element.focus({ preventScroll: true });
    this.host.element.setPointerCapture(event.pointerId);
    if (event.pointerType === 'touch') {
      this.#touches.set(event.pointerId, at);
      this.#endLongPress();
      if (this.#touches.size === 2) {
        if (this.#pressed !== null) {
          this.host.tool().pointerCancel();
          this.#pressed = null;
        }
        return;
      }
    }
    if (event.button === 1 || (event.button === 0 && this.#space)) {
      event.preventDefault();
      this.#panning = { id: event.pointerId, last: at };
      return;
    }
    if (this.#pressed !== null || this.#touches.size > 1) {
      return;
    }
    const clicks = this.#isSecond(at, event) ? 2 : 1;
    this.#lastDown = clicks === 2 ? null : { at, time: event.timeStamp };
    if (event.button === 0) {
      this.#pressed = event.pointerId;
    }
    const press = this.#toolEvent(event, at, clicks);
    this.host.tool().pointerDown(press);
    if (event.pointerType === 'touch' && this.host.tool().cycleAt !== undefined) {
      this.#longPress = { at, timer: setTimeout(() => this.#pressedLong(press), LONG_PRESS_MILLISECONDS) };
    }
    this.host.pointerAt(at);
  }

  #move(event: PointerEvent): void {
    const at = this.#place(event);
    if (this.#panning?.id === event.pointerId) {
      this.host.setViewport(panBy(this.host.viewport(), at[0] - this.#panning.last[0], at[1] - this.#panning.last[1]));
      this.#panning.last = at;
      return;
    }
    if (this.#touches.has(event.pointerId) && this.#touches.size === 2) {
      this.#pinch(event.pointerId, at);
      return;
    }
    if (this.#touches.size > 1 || (this.#pressed !== null && this.#pressed !== event.pointerId)) {
      return;
    }
    if (this.#longPress !== null && Math.hypot(at[0] - this.#longPress.at[0], at[1] - this.#longPress.at[1]) > TOUCH_REACH) {
      this.#endLongPress();
    }
    this.host.tool().pointerMove(this.#toolEvent(event, at, 1));
    this.host.pointerAt(at);
  }

  /** A finger held still asks for the menu; what the press began is taken back. */
  #pressedLong(press: ToolEvent): void {
    this.#longPress = null;
    this.#pressed = null;
    this.host.tool().pointerCancel();
    this.host.tool().pointerDown({ ...press, button: 2 });
    this.host.menuAt(press.view);
  }

  #endLongPress(): void {
    if (this.#longPress !== null) {
      clearTimeout(this.#longPress.timer);
      this.#longPress = null;
    }
  }

  /** The browser's own menu has nothing for a canvas. Only tools that select have ours: the others use the right button themselves. */
  #menu(event: MouseEvent): void {
    event.preventDefault();
    if (event.button === 2 && this.host.tool().cycleAt !== undefined && !this.host.tool().drafting) {
      this.host.menuAt(this.#place(event));
    }
  }

  #up(event: PointerEvent): void {
    const at = this.#place(event);
    this.#endLongPress();
    this.#touches.delete(event.pointerId);
    if (this.#panning?.id === event.pointerId) {
      this.#panning = null;
    } else if (this.#pressed === event.pointerId) {
      this.#pressed = null;
      this.host.tool().pointerUp(this.#toolEvent(event, at, 1));
    }
    this.host.pointerAt(event.pointerType === 'touch' ? null : at);
  }

  #lost(event: PointerEvent): void {
    this.#endLongPress();
    this.#touches.delete(event.pointerId);
    if (this.#panning?.id === event.pointerId) {
      this.#panning = null;
    }
    if (this.#pressed === event.pointerId) {
      this.#pressed = null;
      this.host.tool().pointerCancel();
    }
    this.host.pointerAt(null);
  }

  /** Two fingers: their middle drags the picture, their distance zooms it. */
  #pinch(id: number, at: ViewPoint): void {
    const other = [...this.#touches].find(([key]) => key !== id)![1];
    const before = this.#touches.get(id)!;
    this.#touches.set(id, at);
    const middle = (a: ViewPoint, b: ViewPoint) => viewPoint((a[0] + b[0]) / 2, (a[1] + b[1]) / 2);
    const spread = (a: ViewPoint, b: ViewPoint) => Math.max(1, Math.hypot(a[0] - b[0], a[1] - b[1]));
    const from = middle(before, other);
    const to = middle(at, other);
    const moved = panBy(this.host.viewport(), to[0] - from[0], to[1] - from[1]);
    this.host.setViewport(zoomAt(moved, to, spread(at, other) / spread(before, other)));
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 40 : event.deltaMode === WheelEvent.DOM_DELTA_PAGE ? 800 : 1;
    const delta = (event.deltaY || event.deltaX) * unit;
    if (event.altKey) {
      const at = this.#place(event);
      this.host.tool().cycleAt?.(toImage(this.host.viewport(), at[0], at[1]), delta < 0);
      return;
    }
    const tool = this.host.tool();
    // A trackpad's pinch comes with Ctrl too, but never with such steps: it goes on zooming.
    if (event.ctrlKey && Math.abs(delta) >= 50 && tool.resize !== undefined) {
      tool.resize(-Math.sign(delta));
      return;
    }
    // A trackpad's pinch comes as a wheel with Ctrl and small steps; a notch of a wheel is 100 or 120, on some systems more.
    const notches = Math.abs(delta) >= 50 ? Math.sign(delta) : delta / (event.ctrlKey ? 25 : 100);
    this.host.setViewport(zoomAt(this.host.viewport(), this.#place(event), WHEEL_STEP ** -notches));
  }

  #key(event: KeyboardEvent, down: boolean): void {
    if (event.code === 'Space') {
      this.#space = down && !isTyping(event.target);
      if (this.#space && event.target === this.host.element) {
        // Otherwise the browser scrolls the page.
        event.preventDefault();
      }
    }
  }

  #isSecond(at: ViewPoint, event: PointerEvent): boolean {
    const last = this.#lastDown;
    return (
      last !== null &&
      event.button === 0 &&
      event.timeStamp - last.time < DOUBLE_CLICK_MILLISECONDS &&
      Math.hypot(at[0] - last.at[0], at[1] - last.at[1]) <= DOUBLE_CLICK_REACH
    );
  }

  #place(event: { readonly clientX: number; readonly clientY: number }): ViewPoint {
    const box = this.host.element.getBoundingClientRect();
    return viewPoint(event.clientX - box.left - this.host.element.clientLeft, event.clientY - box.top - this.host.element.clientTop);
  }

  #toolEvent(event: PointerEvent, at: ViewPoint, clicks: number): ToolEvent {
    const view = this.host.viewport();
    const points = (event.getCoalescedEvents?.() ?? []).map((part) => {
      const [x, y] = this.#place(part);
      return toImage(view, x, y);
    });
    const point = toImage(view, at[0], at[1]);
    return {
      point,
      view: at,
      trail: points.length > 0 ? points : [point],
      shift: event.shiftKey,
      ctrl: event.ctrlKey || event.metaKey,
      alt: event.altKey,
      button: Math.max(0, event.button),
      touch: event.pointerType === 'touch',
      clicks,
    };
  }
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT|BUTTON)$/.test(target.tagName));
}
