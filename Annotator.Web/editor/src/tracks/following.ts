import type { ReadonlySignal } from '@preact/signals-core';
import type { Id } from '../model/records';

/** What follows an object through frames: two that are always there, or a model of the server. */
export type TrackerChoice = { readonly tracker: 'flow' | 'correlation' } | { readonly tracker: 'model'; readonly modelId: number };

export interface FollowRequest {
  /** Tracks that are visible on the frame. */
  readonly ids: readonly Id[];
  readonly frame: number;
  /** How many frames of the task's numbering; null for all in that direction. */
  readonly frames: number | null;
  readonly backward: boolean;
  readonly by: TrackerChoice;
  /** Changes that come are one step of the undo list with those of this key. */
  readonly coalesce: string;
}

/** How far it is: 0 to 1, and in the server's words. */
export interface FollowState {
  readonly progress: number;
  readonly message: string;
}

/** What came of it, in the server's words. */
export interface FollowEnd {
  readonly kind: 'done' | 'stopped' | 'failed';
  readonly message: string;
}

/** Following objects on the server. What is found comes like any change of others, but is undone like one of one's own. */
export interface Following {
  /** Null when nothing is followed. */
  readonly state: ReadonlySignal<FollowState | null>;
  /** Models that are trackers. */
  readonly models: ReadonlySignal<readonly { readonly id: number; readonly name: string }[]>;
  /** Resolves when it is over. What was found stays whatever happened. */
  follow(request: FollowRequest): Promise<FollowEnd>;
  /** Takes up the following of this job that an earlier window of the same person began and that still runs; null where there is none. */
  resume(frame: number): Promise<FollowEnd | null>;
  /** Calls it off; what was found stays. */
  stop(): void;
}
