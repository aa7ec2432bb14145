import { signal } from '@preact/signals-core';
import { DEFAULT_DRAWING, NO_REPORT } from './drawing-options';
import type { Signal } from '@preact/signals-core';
import type { DraftReport, DrawingOptions } from './drawing-options';
import type { Id } from './records';

/** State of the view: signals, never saved with the job and never in the history. */

export const TOOL_IDS = ['select', 'rectangle', 'rotated-rectangle', 'polygon', 'polyline', 'points', 'ellipse', 'cuboid', 'skeleton', 'brush', 'eraser', 'wand', 'scissors', 'smart'] as const;
export type ToolId = (typeof TOOL_IDS)[number];

/** Where one looks: the image point in the middle of the canvas, and CSS pixels per image pixel. */
export interface Viewpoint {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

/** Which part of the image is seen on which canvas. */
export interface Viewport extends Viewpoint {
  /** Size of the canvas in CSS pixels, and device pixels per CSS pixel. */
  readonly width: number;
  readonly height: number;
  readonly dpr: number;
}

export type ColorBy = 'label' | 'instance' | 'group';

export interface ViewSettings {
  readonly colorBy: ColorBy;
  /** 0 to 1. */
  readonly fillOpacity: number;
  /** 0 to 1, over the fill that every object has: whoever adjusts an object must see the picture through it. */
  readonly selectedFillOpacity: number;
  readonly showLabels: boolean;
  readonly crosshair: boolean;
  readonly showPixelGrid: boolean;
  /** Points may be set and moved outside the image. */
  readonly allowOutside: boolean;
  /** Neighbouring vertices and the image's border pull what is drawn or dragged near them. */
  readonly snap: boolean;
  /** The tool stays armed after it made an object. */
  readonly keepTool: boolean;
  /** The selected track's place on the keyframes before and after is drawn faintly. */
  readonly onionSkin: boolean;
  /** After so many frames a track that is drawn ends; 0 for never. */
  readonly trackFrames: number;
  /** Frames that a long step goes. */
  readonly frameStep: number;
  /** Images that are shown in a second when they are played; videos say it themselves. */
  readonly imageRate: number;
  /** Side of the visible handles in CSS pixels. */
  readonly handleSize: number;
  readonly brightness: number;
  readonly contrast: number;
  readonly saturation: number;
}

export const DEFAULT_SETTINGS: ViewSettings = {
  colorBy: 'label',
  fillOpacity: 0.2,
  selectedFillOpacity: 0.12,
  showLabels: true,
  crosshair: true,
  showPixelGrid: true,
  allowOutside: false,
  snap: true,
  keepTool: true,
  onionSkin: false,
  trackFrames: 0,
  frameStep: 10,
  imageRate: 5,
  handleSize: 8,
  brightness: 1,
  contrast: 1,
  saturation: 1,
};

export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

export interface ViewState {
  /** In the task's numbering. */
  readonly frame: Signal<number>;
  readonly image: Signal<ImageSize>;
  readonly tool: Signal<ToolId>;
  /** Whether what is drawn becomes a track, visible from here on, and not a shape of this frame alone. */
  readonly drawTracks: Signal<boolean>;
  /** The object that the next drawn outline replaces on its frame; null when drawing makes a new object. */
  readonly redraw: Signal<Id | null>;
  /** The label that the next drawn object gets; null when none can. */
  readonly drawLabel: Signal<number | null>;
  readonly viewport: Signal<Viewport>;
  readonly settings: Signal<ViewSettings>;
  readonly drawing: Signal<DrawingOptions>;
  /** What the tool in use has made so far. */
  readonly report: Signal<DraftReport>;
  /** Cursor in image pixels; null when it is not over the canvas. */
  readonly cursor: Signal<{ readonly x: number; readonly y: number } | null>;
  /** When true, tools change nothing: somebody else writes, or the job is only looked at. */
  readonly readonly: Signal<boolean>;
}

export function makeViewState(frame = 0): ViewState {
  return {
    frame: signal(frame, { name: 'frame' }),
    image: signal<ImageSize>({ width: 0, height: 0 }, { name: 'image' }),
    tool: signal<ToolId>('select', { name: 'tool' }),
    drawTracks: signal(false, { name: 'draw tracks' }),
    redraw: signal<Id | null>(null, { name: 'redraw' }),
    drawLabel: signal<number | null>(null, { name: 'draw label' }),
    viewport: signal<Viewport>({ x: 0, y: 0, scale: 1, width: 0, height: 0, dpr: 1 }, { name: 'viewport' }),
    settings: signal(DEFAULT_SETTINGS, { name: 'settings' }),
    drawing: signal(DEFAULT_DRAWING, { name: 'drawing' }),
    report: signal(NO_REPORT, { name: 'draft report' }),
    cursor: signal<{ x: number; y: number } | null>(null, { name: 'cursor' }),
    readonly: signal(false, { name: 'readonly' }),
  };
}
