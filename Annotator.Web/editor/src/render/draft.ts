import type { Box } from '../geometry/box';
import type { Id } from '../model/records';
import type { Viewport } from '../model/view';
import type { Outline } from '../shapes/shape-unit';

/** What a tool shows before it is committed: plain data, painted by the active layer, never in the store. */
export interface Draft {
  /** New shapes being drawn. */
  readonly shapes: readonly DraftShape[];
  /** Existing objects as they would be after the gesture; left out of the layers below meanwhile. */
  readonly previews: ReadonlyMap<Id, Outline>;
  /** Selection rectangle, in image pixels. */
  readonly marquee: Box | null;
  /** Helper lines: x0,y0,x1,y1 in image pixels. */
  readonly guides: readonly (readonly [number, number, number, number])[];
  /** Painted over everything else, lowest first: masks in the making, brush, prompts. */
  readonly overlays: readonly DraftOverlay[];
}

/** A part of a draft that paints itself. */
export interface DraftOverlay {
  /** The context comes with the view's device pixels as its unit; it is restored afterwards. */
  paint(context: CanvasRenderingContext2D, view: Viewport, colors: DraftColors): void;
}

export interface DraftColors {
  /** 0xrrggbb of the label; a neutral one for null. */
  ofLabel(labelId: number | null): number;
}

export interface DraftShape {
  readonly outline: Outline;
  readonly labelId: number | null;
  /** Vertices shown as dots; the first is where a ring is closed. */
  readonly vertices: readonly number[];
  /** The object that this is to be a copy of. */
  readonly of?: Id;
  /** Crosses itself, or is too small: shown as a warning. */
  readonly invalid: boolean;
}

export const NO_DRAFT: Draft = { shapes: [], previews: new Map(), marquee: null, guides: [], overlays: [] };
