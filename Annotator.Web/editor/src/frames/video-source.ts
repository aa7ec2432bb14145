import type { FrameSource } from './frame-source';
import { FrameError } from './frame-source';
import type { Connection } from './patient-fetch';
import { type PictureOrigin, type VideoInfo, videoOf } from './video-info';
import type { FromFrames, ToFrames } from './worker-messages';

interface Waiting {
  readonly resolve: (bitmap: ImageBitmap) => void;
  readonly reject: (error: Error) => void;
  readonly signal: AbortSignal;
}

export interface VideoSourceOptions {
  readonly base: string;
  readonly videos: readonly VideoInfo[];
  /** Bytes of pictures that are kept. */
  readonly budget: number;
  /** Takes the frames of images, and those of videos that this browser does not decode. */
  readonly images: FrameSource;
  readonly nameOf: (frame: number) => string;
  /** A frame that came out beside the one that was asked for. */
  readonly spare: (frame: number, bitmap: ImageBitmap) => void;
  /** The browser failed on a video that it has begun to decode; said once for each. */
  readonly trouble: (video: VideoInfo, reason: string) => void;
  readonly connection: Connection;
  readonly worker: () => Worker;
}

/** A worker that does not answer twice for so long is dead, even if nobody said so. */
const SILENCE_MILLISECONDS = 10_000;
const MOST_SILENCES = 2;

/**
 * Frames of a job's videos, decoded in a worker; frames of images as ever. Whoever asks for a frame gets its group with it, so
 * that a step back costs nothing.
 */
export class VideoSource {
  readonly #worker: Worker | null;
  /** In the order they were asked for. */
  readonly #waiting = new Map<number, Waiting>();
  readonly #unsupported = new Set<number>();
  /** Frames that this browser failed on. */
  readonly #undecodable = new Set<number>();
  readonly #troubled = new Set<number>();
  #watch: ReturnType<typeof setTimeout> | null = null;
  #silences = 0;
  #scale = 1;
  #told = false;

  constructor(private readonly options: VideoSourceOptions) {
    const decodable = options.videos.some(({ source }) => source !== 'images') && typeof VideoDecoder === 'function' && typeof OffscreenCanvas === 'function';
    this.#worker = decodable ? options.worker() : null;
    if (this.#worker === null) return;
    this.#worker.onmessage = ({ data }: MessageEvent<FromFrames>) => this.#receive(data);
    // A worker that cannot even start, or dies, must not leave anybody waiting.
    this.#worker.onerror = (event) => this.#died(event.message || 'The decoder broke off.');
    this.#worker.onmessageerror = () => this.#died('The decoder sent something that cannot be read.');
    this.#send({ kind: 'open', base: options.base, videos: options.videos, budget: options.budget });
  }

  /** Takes what is known of the videos now: the list of the options has changed, because more frames were found. */
  grow(): void {
    this.#send({ kind: 'open', base: this.options.base, videos: this.options.videos, budget: this.options.budget });
  }

  /** Where the frame's picture comes from. */
  originOf(frame: number): PictureOrigin {
    const video = videoOf(this.options.videos, frame);
    if (video === undefined) return 'image';
    return this.#decodes(video, frame) && video.source !== 'images' ? video.source : 'server';
  }

  /** Whether the frame is decoded here, and comes with its neighbours. */
  isDecoded(frame: number): boolean {
    const origin = this.originOf(frame);
    return origin === 'original' || origin === 'proxy';
  }

  /** Pixels of a picture for each pixel of the frame, 1 or less: pictures that only pass by may be smaller. */
  setScale(scale: number): void {
    if (this.#scale === scale) return;
    this.#scale = scale;
    this.#tellWanted();
  }

  readonly get: FrameSource = (frame, signal) => {
    const video = videoOf(this.options.videos, frame);
    if (video === undefined || !this.#decodes(video, frame)) return this.options.images(frame, signal);
    return new Promise<ImageBitmap>((resolve, reject) => {
      signal.addEventListener('abort', () => {
        if (!this.#waiting.delete(frame)) return;
        this.#tellWanted();
        reject(signal.reason as Error);
      }, { once: true });
      this.#waiting.set(frame, { resolve, reject, signal });
      this.#tellWanted();
    });
  };

  dispose(): void {
    this.#worker?.terminate();
    if (this.#watch !== null) clearTimeout(this.#watch);
    for (const { reject } of this.#waiting.values()) reject(new DOMException('The editor was closed.', 'AbortError'));
    this.#waiting.clear();
  }

  #decodes(video: VideoInfo, frame: number): boolean {
    return this.#worker !== null && video.source !== 'images' && !this.#unsupported.has(video.number) && !this.#undecodable.has(frame);
  }

  /** Once for all that is asked for in one go. */
  #tellWanted(): void {
    if (this.#told) return;
    this.#told = true;
    queueMicrotask(() => {
      this.#told = false;
      this.#send({ kind: 'want', frames: [...this.#waiting.keys()], scale: this.#scale });
      this.#listen();
    });
  }

  #send(message: ToFrames): void {
    this.#worker?.postMessage(message);
  }

  /** As long as somebody waits, the worker has to show that it is there. */
  #listen(): void {
    if (this.#watch !== null || this.#waiting.size === 0) return;
    this.#send({ kind: 'ping' });
    this.#watch = setTimeout(() => {
      this.#watch = null;
      if (++this.#silences > MOST_SILENCES) this.#died('The decoder does not answer.');
      else this.#listen();
    }, SILENCE_MILLISECONDS);
  }

  #receive(message: FromFrames): void {
    this.#silences = 0;
    switch (message.kind) {
      case 'pong':
        return;
      case 'connection':
        this.options.connection(message.lost);
        return;
      case 'unsupported':
        this.#abandon([message.video]);
        return;
      case 'undecodable':
        for (const frame of message.frames) this.#undecodable.add(frame);
        this.#tellTrouble(message.video, message.reason);
        this.#instead((frame) => this.#undecodable.has(frame));
        return;
      case 'failed':
        // What cannot be had coded may still be had as a picture.
        this.#instead((frame) => frame === message.frame, (error) => (error instanceof FrameError ? new FrameError(message.frame, this.options.nameOf(message.frame), message.reason) : error));
        return;
      case 'picture':
        this.#take(message);
    }
  }

  #take({ frame, scale, bitmap }: FromFrames & { readonly kind: 'picture' }): void {
    const waiting = this.#waiting.get(frame);
    if (waiting !== undefined && scale < this.#scale) {
      // Begun while frames played by: shown meanwhile, and asked for again as large as it is wanted now.
      this.options.spare(frame, bitmap);
      this.#tellWanted();
      return;
    }
    this.#waiting.delete(frame);
    if (waiting !== undefined) waiting.resolve(bitmap);
    else this.options.spare(frame, bitmap);
  }

  #died(reason: string): void {
    for (const { number, source } of this.options.videos) if (source !== 'images') this.#tellTrouble(number, reason);
    this.#worker?.terminate();
    this.#abandon(this.options.videos.map(({ number }) => number));
  }

  #tellTrouble(number: number, reason: string): void {
    const video = this.options.videos.find((one) => one.number === number);
    if (video === undefined || this.#troubled.has(number) || this.#unsupported.has(number)) return;
    this.#troubled.add(number);
    this.options.trouble(video, reason);
  }

  /** The server's pictures take over, for those who wait too. */
  #abandon(videos: readonly number[]): void {
    for (const number of videos) this.#unsupported.add(number);
    this.#instead((frame) => this.#unsupported.has(videoOf(this.options.videos, frame)?.number ?? -1));
  }

  /** Those who wait for such frames get the server's pictures. */
  #instead(concerns: (frame: number) => boolean, failure: (error: unknown) => unknown = (error) => error): void {
    for (const [frame, { resolve, reject, signal }] of [...this.#waiting]) {
      if (!concerns(frame)) continue;
      this.#waiting.delete(frame);
      this.options.images(frame, signal).then(resolve, (error: unknown) => reject(failure(error) as Error));
    }
  }
}
