import type { ReadonlySignal, Signal } from '@preact/signals-core';
import type { Compute } from '../assist/compute';
import type { Segmenter } from '../assist/interactor';
import type { PictureSource } from '../assist/picture-source';
import type { ImagePoint, ViewPoint } from '../geometry/point';
import type { FrameScene } from '../index/frame-scene';
import type { Id } from '../model/records';
import type { Draft } from '../render/draft';
import type { WorkbenchContext } from './workbench';

/** A press, move or release of the one pointer that works the tool. */
export interface ToolEvent {
  readonly point: ImagePoint;
  readonly view: ViewPoint;
  /** Where the pointer was since the last event, up to and with `point`. */
  readonly trail: readonly ImagePoint[];
  readonly shift: boolean;
  readonly ctrl: boolean;
  readonly alt: boolean;
  /** 0 left, 2 right. */
  readonly button: number;
  readonly touch: boolean;
  /** 2 for the second press of a double click. */
  readonly clicks: number;
}

/** What tools work with. */
export interface ToolContext extends WorkbenchContext {
  readonly scene: FrameScene;
  readonly draft: Signal<Draft>;
  /** The frame's picture, for algorithms. */
  readonly picture: PictureSource;
  readonly compute: Compute;
  /** What the smart tool can ask, models first; the last needs none and is always there. */
  readonly segmenters: ReadonlySignal<readonly Segmenter[]>;
  /** The vertex that arrows and Delete mean; null when none. */
  readonly activeVertex: Signal<number | null>;
  /** Length in image pixels of so many CSS pixels. */
  imagePixels(css: number): number;
  /** The point, inside the image unless the setting lets it out. */
  limit(point: ImagePoint): ImagePoint;
  /** Not locked, and the job may be written. Says nothing. */
  mayEdit(id: Id): boolean;
}

/** One tool as a small state machine. It shows what it does in `draft` and commits to the store once, at the end. */
export interface Tool {
  readonly cursor: string;
  /** Waits for a place: lines through the cursor help. */
  readonly crosshair: boolean;
  readonly drafting: boolean;
  /** Vertices set so far, for tools that set many. */
  readonly draftPoints?: number;
  pointerDown(event: ToolEvent): void;
  pointerMove(event: ToolEvent): void;
  pointerUp(event: ToolEvent): void;
  /** The press became something else (a pinch, a lost pointer): what it did is taken back. */
  pointerCancel(): void;
  /** Selects the next object of those under the point; only tools that select have it. */
  cycleAt?(point: ImagePoint, backward: boolean): void;
  finish(): boolean;
  cancel(): boolean;
  stepBack(): boolean;
  /** Takes the draft's last step back, or does it again; false when there is none, and then the object before is undone. */
  undo?(): boolean;
  redo?(): boolean;
  /** A change of the whole draft by a button; false when there is nothing to change. */
  change?(what: DraftChange): boolean;
  /** Larger or smaller by so many notches: Ctrl with the wheel. */
  resize?(notches: number): void;
  /** The next of several suggestions; false when there is none. */
  nextCandidate?(backward: boolean): boolean;
  /** The person takes this tool up. True when it goes on with what the tool before has begun. */
  takeUp?(from: Tool): boolean;
  /** The person takes up another tool: what is drawn is kept if there is enough of it. Without it, it is cancelled. */
  layDown?(): void;
  /** The pointer left the canvas. */
  pointerLeave?(): void;
}

/** What can be done to a draft as a whole: shown anew after an option changed, asked anew of another model. */
export type DraftChange = 'fill-holes' | 'keep-largest' | 'redraw' | 'ask-again';

/** A press that moves less than this is a click, in CSS pixels. */
export const CLICK_REACH = 3;
export const TOUCH_REACH = 8;

export function isDrag(from: ViewPoint, event: ToolEvent): boolean {
  return Math.hypot(event.view[0] - from[0], event.view[1] - from[1]) > (event.touch ? TOUCH_REACH : CLICK_REACH);
}
