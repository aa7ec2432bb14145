import type { BrushShape } from '../masks/brush';

/** How the tools that paint and segment draw. Kept per browser. */
export interface DrawingOptions {
  /** Diameter in image pixels. */
  readonly brushSize: number;
  readonly brushShape: BrushShape;
  /** `stroke` paints along the way of the pointer, `area` fills what the pointer goes around. */
  readonly brushMode: 'stroke' | 'area';
  /** Largest difference of colour that the wand goes over, 0 to 255. */
  readonly wandTolerance: number;
  /** How far a polygon may stand off the mask it is made of, in image pixels. */
  readonly polygonTolerance: number;
  /** What a label's objects become, where it may be either: by label id. */
  readonly outputs: Readonly<Record<string, DrawnKind>>;
  /** Id of the model that the smart tool asks; null for none. */
  readonly model: string | null;
}

export type DrawnKind = 'mask' | 'polygon';

export const BRUSH_SIZES = { least: 1, most: 1000 } as const;
export const POLYGON_TOLERANCES = { least: 0, most: 10 } as const;

export const DEFAULT_DRAWING: DrawingOptions = {
  brushSize: 30,
  brushShape: 'round',
  brushMode: 'stroke',
  wandTolerance: 24,
  polygonTolerance: 1,
  outputs: {},
  model: null,
};

/** One notch of the size: a tenth, at least a pixel. */
export function nextBrushSize(size: number, notches: number): number {
  const next = size * 1.1 ** notches;
  const stepped = notches > 0 ? Math.max(size + 1, Math.round(next)) : Math.min(size - 1, Math.round(next));
  return Math.min(BRUSH_SIZES.most, Math.max(BRUSH_SIZES.least, stepped));
}

/** What the tool in use has made so far, for the bar that goes with it. */
export interface DraftReport {
  /** Strokes, regions or prompts so far. */
  readonly steps: number;
  /** The object that is being changed; null for a new one. */
  readonly editing: number | null;
  /** Steps that undo and redo would move over. */
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** The polygon that the draft would become: its vertices, and how much of the mask it keeps, 0 to 1. Null when it becomes a mask. */
  readonly polygon: { readonly vertices: number; readonly iou: number } | null;
  /** Which of how many suggestions is shown. */
  readonly candidate: { readonly index: number; readonly count: number; readonly score: number } | null;
  /** Something is being computed. */
  readonly busy: boolean;
}

export const NO_REPORT: DraftReport = { steps: 0, editing: null, canUndo: false, canRedo: false, polygon: null, candidate: null, busy: false };
