import type { TileLoader } from '../render/tile-store';
import type { ReadonlySignal } from '@preact/signals-core';
import type { Segmenter } from '../assist/interactor';
import type { FrameScene } from '../index/frame-scene';
import type { IdSource } from '../model/ids';
import type { Id } from '../model/records';
import type { Schema } from '../model/schema';
import type { Selection } from '../model/selection';
import type { Store } from '../model/store';
import type { Viewpoint, ViewState } from '../model/view';
import type { DraftChange } from './tool';

/** What the workbench works on. */
export interface WorkbenchContext {
  readonly store: Store;
  readonly view: ViewState;
  readonly selection: Selection;
  readonly schema: Schema;
  readonly ids: IdSource;
  /** Frames whose keyframes do not count for the frames around them. */
  readonly deletedFrames?: ReadonlySet<number>;
  /** The job's last frame; a track that would end after it has no end. Infinite when absent. */
  readonly lastFrame?: () => number;
  /** Models that segment by prompts, for the smart tool; without any it does with what needs none. */
  readonly models?: ReadonlySignal<readonly Segmenter[]>;
  /** Fetches a tile of a large picture; without it large pictures stay as they are given. */
  readonly loadTile?: TileLoader<ImageBitmap>;
  /** Says something to the person: a refusal with its reason. `code` is a key of translations. */
  notify(code: WorkbenchNotice, values?: Readonly<Record<string, string | number>>): void;
  /** The person asks what can be done here: right click, long press. The place is in CSS pixels of the canvas. */
  menu?(at: { readonly x: number; readonly y: number }): void;
}

export type WorkbenchNotice = 'no-ids' | 'no-label' | 'too-small' | 'readonly' | 'locked' | 'kind-not-editable' | 'nothing-to-erase' | 'nothing-left' | 'holes-filled' | 'nothing-found' | 'assist-failed' | 'picture-missing';

/**
 * The canvas with its tools: layers, pointer input and view navigation in one host element. It reads the view's signals
 * (frame, tool, settings, selection …) and follows them by itself; nothing needs to be told twice.
 */
export interface Workbench {
  /** The focusable element that takes pointer input. */
  readonly element: HTMLElement;
  /** The objects of the frame that is shown, as they stand there, with their places. */
  readonly scene: FrameScene;

  /**
   * Shows the frame's picture; null shows the empty frame. The image's size in `view.image` is that of the coordinates.
   *
   * @param pyramid the frame whose tiles are drawn over the picture, which is a small copy of it then.
   */
  setImage(image: CanvasImageSource | null, size: { width: number; height: number }, pyramid?: number | null): void;

  /** Whole image in view. */
  fit(): void;
  /** Shows the image there, at once or as soon as canvas and picture have a size. */
  lookAt(at: Viewpoint): void;
  /** One image pixel per device pixel, about the middle of the view. */
  actualSize(): void;
  zoomBy(factor: number): void;
  zoomToSelection(): void;
  /** Brings an object into view when it is not, without changing the zoom. */
  reveal(id: Id): void;

  /** True while something is being drawn or dragged. */
  readonly drafting: boolean;
  /** Vertices of the draft so far; 0 for tools that set few. */
  readonly draftPoints: number;
  /** Ends the draft as it is: Enter, N. False when there is none or it is too small. */
  finish(): boolean;
  /** Throws the draft or the drag away: Esc. False when there was none. */
  cancel(): boolean;
  /** Takes the draft's last point back: Backspace. */
  stepBack(): boolean;
  /** Undo and redo inside the draft. False when the draft has no such step. */
  undoDraft(): boolean;
  redoDraft(): boolean;
  changeDraft(what: DraftChange): boolean;
  /** Brush size by notches. False for tools that have none. */
  resizeTool(notches: number): boolean;
  /** The next suggestion for what is being drawn. False when there is none. */
  nextCandidate(backward: boolean): boolean;
  /** Moves the selected vertex, or the selected objects, by image pixels: arrows. False when nothing can be moved. */
  nudge(dx: number, dy: number): boolean;
  /** Whether a vertex of the selected shape is picked: arrows move it, Backspace takes it away. */
  readonly vertexPicked: boolean;
  /** Takes the selected vertex out of its shape. False when there is none, or too few would be left. */
  deleteVertex(): boolean;
  /** Presses the draft's next point at the cursor or the middle of the view, so that drawing needs no pointer. */
  pressAtCursor(): boolean;

  /** When the last sharp picture of the frame came, and whether none is awaited: for measurements and tests. */
  readonly settled: { readonly at: number; readonly idle: boolean };

  dispose(): void;
}
