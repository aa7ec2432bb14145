import type { Id } from './records';

/** Where final ids come from: blocks that the server reserved ahead of need. */
export interface IdSource {
  /** The next id, or null when none is left (offline for long): drawing must wait, and says so. */
  take(): Id | null;
  /** So many ids at once, for work that makes objects by the hundred; null when there is no server to give them. */
  takeMany(count: number): Promise<readonly Id[] | null>;
}
