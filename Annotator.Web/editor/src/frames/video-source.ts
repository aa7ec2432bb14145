import type { FrameSource } from './frame-source';
import { FrameError } from './frame-source';
import { type PictureOrigin, type VideoInfo, videoOf } from './video-info';
import type { FromFrames, ToFrames } from './worker-messages';

interface Waiting {
  readonly resolve: (bitmap: ImageBitmap) => void;
  readonly reject: (error: Error) => void;
}

export interface VideoSourceOptions {
  readonly base: string;
  readonly videos: readonly VideoInfo[];
  /** Takes the frames of images, and those of videos that this browser does not decode. */
  readonly images: FrameSource;
  readonly nameOf: (frame: number) => string;
  /** A frame that came out beside the one that was asked for. */
  readonly spare: (frame: number, bitmap: ImageBitmap) => void;
  readonly worker: () => Worker;
}

/**
 * Frames of a job's videos, decoded in a worker; frames of images as ever. Whoever asks for a frame gets its group with it, so
 * that a step back costs nothing.
 */
export class VideoSource {
  readonly #worker: Worker | null;
  /** In the order they were asked for. */
  readonly #waiting = new Map<number, Waiting>();
  readonly #unsupported = new Set<number>();
  #scale = 1;
  #told = false;

  constructor(private readonly options: VideoSourceOptions) {
    const decodable = options.videos.some(({ source }) => source !== 'images') && typeof VideoDecoder === 'function' && typeof OffscreenCanvas === 'function';
    this.#worker = decodable ? options.worker() : null;
    if (this.#worker === null) return;
    this.#worker.onmessage = ({ data }: MessageEvent<FromFrames>) => this.#receive(data);
    // A worker that cannot even start, or dies, must not leave anybody waiting.
    this.#worker.onerror = () => this.#abandon(options.videos.map(({ number }) => number));
    this.#send({ kind: 'open', base: options.base, videos: options.videos });
  }

  /** Where the frame's picture comes from. */
  originOf(frame: number): PictureOrigin {
    const video = videoOf(this.options.videos, frame);
    if (video === undefined) return 'image';
    return this.#decodes(video) && video.source !== 'images' ? video.source : 'server';
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
    if (video === undefined || !this.#decodes(video)) return this.options.images(frame, signal);
    return new Promise<ImageBitmap>((resolve, reject) => {
      signal.addEventListener('abort', () => {
        if (!this.#waiting.delete(frame)) return;
        this.#tellWanted();
        reject(signal.reason as Error);
      }, { once: true });
      this.#waiting.set(frame, { resolve, reject });
      this.#tellWanted();
    });
  };

  dispose(): void {
    this.#worker?.terminate();
    for (const { reject } of this.#waiting.values()) reject(new DOMException('The editor was closed.', 'AbortError'));
    this.#waiting.clear();
  }

  #decodes(video: VideoInfo): boolean {
    return this.#worker !== null && video.source !== 'images' && !this.#unsupported.has(video.number);
  }

  /** Once for all that is asked for in one go. */
  #tellWanted(): void {
    if (this.#told) return;
    this.#told = true;
    queueMicrotask(() => {
      this.#told = false;
      this.#send({ kind: 'want', frames: [...this.#waiting.keys()], scale: this.#scale });
    });
  }

  #send(message: ToFrames): void {
    this.#worker?.postMessage(message);
  }

  #receive(message: FromFrames): void {
    if (message.kind === 'unsupported') {
      this.#abandon([message.video]);
      return;
    }
    const waiting = this.#waiting.get(message.frame);
    if (message.kind === 'picture' && waiting !== undefined && message.scale < this.#scale) {
      // Begun while frames played by: shown meanwhile, and asked for again as large as it is wanted now.
      this.options.spare(message.frame, message.bitmap);
      this.#tellWanted();
      return;
    }
    this.#waiting.delete(message.frame);
    if (message.kind === 'picture') {
      if (waiting !== undefined) waiting.resolve(message.bitmap);
      else this.options.spare(message.frame, message.bitmap);
    } else {
      waiting?.reject(new FrameError(message.frame, this.options.nameOf(message.frame), message.reason));
    }
  }

  /** The server's pictures take over, for those who wait too. */
  #abandon(videos: readonly number[]): void {
    for (const number of videos) this.#unsupported.add(number);
    for (const [frame, { resolve, reject }] of [...this.#waiting]) {
      const video = videoOf(this.options.videos, frame);
      if (video === undefined || !this.#unsupported.has(video.number)) continue;
      this.#waiting.delete(frame);
      this.options.images(frame, new AbortController().signal).then(resolve, reject);
    }
  }
}
