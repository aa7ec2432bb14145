import type { VideoInfo } from './video-info';

/** `budget` is how many bytes of pictures the page keeps. */
export type ToFrames =
  | { readonly kind: 'open'; readonly base: string; readonly videos: readonly VideoInfo[]; readonly budget: number }
  /** Frames that are wanted, the most urgent first; what is not in the list any more need not be done. */
  | { readonly kind: 'want'; readonly frames: readonly number[]; readonly scale: number }
  /** Asks whether anybody is there. */
  | { readonly kind: 'ping' };

export type FromFrames =
  | { readonly kind: 'picture'; readonly frame: number; readonly scale: number; readonly bitmap: ImageBitmap }
  /** The bytes of the frame cannot be had. */
  | { readonly kind: 'failed'; readonly frame: number; readonly reason: string }
  /** The browser fails on these frames: they come from the server as pictures. */
  | { readonly kind: 'undecodable'; readonly video: number; readonly frames: readonly number[]; readonly reason: string }
  | { readonly kind: 'connection'; readonly lost: boolean }
  | { readonly kind: 'pong' }
  /** The browser cannot decode this video: its frames come from the server as pictures. */
  | { readonly kind: 'unsupported'; readonly video: number; readonly reason: string };
