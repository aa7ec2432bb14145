import type { ReadonlySignal, Signal } from '@preact/signals-core';
import type { Segmenter } from '../assist/interactor';
import type { MessageKey, MessageValues } from '../i18n/t';
import type { History } from '../model/history';
import type { IdSource } from '../model/ids';
import type { Id, Rec } from '../model/records';
import type { Playback } from '../frames/playback';
import type { JobMeta, Schema } from '../model/schema';
import type { Selection } from '../model/selection';
import type { Store } from '../model/store';
import type { ViewState } from '../model/view';
import type { Workbench } from '../tools/workbench';
import type { Following } from '../tracks/following';

export type Overlay = 'help' | 'palette' | 'label' | 'goto' | 'settings' | 'tray' | 'job' | 'propagate' | 'follow' | null;
export type Theme = 'system' | 'light' | 'dark' | 'contrast';

/** Where the menu stands, in CSS pixels of the canvas, and the place in the timeline that it is about. */
export interface MenuPlace {
  readonly x: number;
  readonly y: number;
  readonly lane?: { readonly track: Id; readonly frame: number };
}

/** State of the panels: signals, kept per browser where it says so. */
export interface UiState {
  readonly overlay: Signal<Overlay>;
  /** Panels around the canvas are shown; kept. */
  readonly chrome: Signal<boolean>;
  readonly tab: Signal<'objects' | 'labels' | 'details'>;
  /** Width of the inspector in CSS pixels; kept. */
  readonly inspectorWidth: Signal<number>;
  /** Height of the timeline in CSS pixels, and whether it is open; kept. */
  readonly timelineHeight: Signal<number>;
  readonly timelineOpen: Signal<boolean>;
  /** Frames chosen in the timeline, both included; null when none are. */
  readonly timelineRange: Signal<readonly [from: number, to: number] | null>;
  /** Whether pictures that stand beside frames are shown, and how wide, in CSS pixels; kept. */
  readonly relatedOpen: Signal<boolean>;
  readonly relatedWidth: Signal<number>;
  readonly theme: Signal<Theme>;
  /** Where the context menu is open, in CSS pixels of the canvas; null when it is closed. */
  readonly menu: Signal<MenuPlace | null>;
  /** Esc was pressed on a draft of many points: pressed again it throws them away. */
  readonly discard: Signal<boolean>;
  readonly objectFilter: Signal<string>;
  readonly objectSort: Signal<'id' | 'label' | 'layer'>;
}

/** Stage and state of the job as the server last said. */
export interface JobState {
  readonly stage: string;
  readonly state: string;
}

/** Moving through the frames of the job; deleted frames are skipped. */
export interface Navigation {
  /** A signal lies behind it: it grows while frames of a video are still being found. */
  readonly count: number;
  /** 0-based position of a frame among those that can be visited. */
  indexOf(frame: number): number;
  frameAt(index: number): number;
  /** The frame so many steps away, at most the first or last; null when that is where we are. */
  step(frame: number, steps: number): number | null;
  /** Shows a frame; picture and annotations change together. */
  go(frame: number): Promise<void>;
  /** A frame is on the screen already, because frames are played: no more than the place is remembered. */
  follow(frame: number): void;
  /** The frame that was asked for last; it may still be loading. */
  readonly target: ReadonlySignal<number>;
}

export type Tone = 'info' | 'warning' | 'error';

/** What actions and panels work on. */
export interface EditorContext {
  readonly job: JobMeta;
  readonly jobState: ReadonlySignal<JobState>;
  readonly schema: Schema;
  readonly store: Store;
  /** Grows when the store changes, at most once per animation frame: panels follow this. */
  readonly storeVersion: ReadonlySignal<number>;
  readonly history: History;
  readonly selection: Selection;
  readonly view: ViewState;
  readonly workbench: Workbench;
  readonly ids: IdSource;
  /** Models that segment by prompts in this job. */
  readonly models: ReadonlySignal<readonly Segmenter[]>;
  /** The annotations are not all there yet: until then nothing can be changed. */
  readonly loading: ReadonlySignal<boolean>;
  readonly navigation: Navigation;
  readonly playback: Playback;
  readonly following: Following;
  readonly ui: UiState;
  readonly clipboard: Signal<readonly Rec[]>;
  /** Labels of the digit keys 1 to 9 and 0, in that order; null where a key has none. */
  readonly digits: Signal<readonly (number | null)[]>;
  /** The frame that teaches most when it is labelled next; null when nothing is known of that. */
  usefulFrame(): Promise<number | null>;
  save(): void;
  setJob(change: Partial<JobState>): void;
  notify(key: MessageKey, values?: MessageValues, tone?: Tone): void;
  /** Says something to people who cannot see it. */
  announce(text: string): void;
}
