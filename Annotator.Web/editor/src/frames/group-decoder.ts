import type { PacketGroup } from './packets';

/** Packets that a decoder is given before its pictures are waited for. */
const MOST_QUEUED = 6;

/** Pictures on the way to the one that somebody waits for: they are put aside, and made into bitmaps after it. */
const MOST_ASIDE = 12;

/** Decoders with few pictures of their own wait for those that are put aside. */
const ASIDE_MILLISECONDS = 40;

/** Without any sign of life for so long, a decoder has stalled. */
const STALL_MILLISECONDS = 10_000;

/** The browser's decoder failed on the group, or took too long; the packets were there. */
export class DecodeError extends Error {}

/** Turns groups of packets into pictures, one group after the other. Runs in a worker. */
export class GroupDecoder {
  #decoder: VideoDecoder | null = null;
  #config = '';
  #give: (frame: VideoFrame) => void = (frame) => frame.close();
  #failure: Error | null = null;
  /** Tells who waits for the decoder that it failed. */
  #fail: (error: Error) => void = () => undefined;
  /** Pictures that came out so far. */
  #signs = 0;
  readonly #canvas = new OffscreenCanvas(1, 1);
  readonly #context = this.#canvas.getContext('2d', { alpha: false })!;

  /** Whether this browser decodes the codec at all. */
  static async supports(config: VideoDecoderConfig): Promise<boolean> {
    try {
      return typeof VideoDecoder === 'function' && (await VideoDecoder.isConfigSupported(config)).supported === true;
    } catch {
      // A codec's name that the browser cannot even read.
      return false;
    }
  }

  /**
   * Decodes a group as far as the given ones of its frames need; `picture` gets each of them as soon as it is there, but none before `first` unless it is long
   * in coming. Pictures are `width` × `height` of the coded picture's top left, made `scale` times as large.
   *
   * @throws DecodeError when the decoder fails; the next group gets a new one. Errors of the packets are passed on.
   */
  async decode(group: PacketGroup, frames: ReadonlySet<number>, first: number, size: { readonly width: number; readonly height: number; readonly scale: number }, picture: (frame: number, bitmap: ImageBitmap) => void, signal: AbortSignal): Promise<void> {
    const decoder = this.#try(() => this.#ready(group.config));
    const wanted = new Set(frames);
    const aside: VideoFrame[] = [];
    const give = (frame: VideoFrame): void => {
      const number = frame.timestamp;
      try {
        // Its time stamp is the frame's number: whatever order a decoder has, no picture gets another's number.
        if (wanted.delete(number)) picture(number, this.#bitmapOf(frame, size));
      } catch (error) {
        this.#failure = asError(error);
      } finally {
        frame.close();
      }
    };
    this.#give = (frame) => {
      if (wanted.has(first) && frame.timestamp !== first && wanted.has(frame.timestamp)) {
        aside.push(frame);
        if (aside.length > MOST_ASIDE) give(aside.shift()!);
        return;
      }
      give(frame);
      // Who waits has got it; the nearest ones are the next that one wants.
      if (frame.timestamp === first) while (aside.length > 0) give(aside.pop()!);
    };
    let seen = this.#signs;
    const patience = setInterval(() => {
      if (this.#signs === seen && aside.length > 0) give(aside.shift()!);
      seen = this.#signs;
    }, ASIDE_MILLISECONDS);
    try {
      let hidden = -1;
      for await (const { frame, key, data } of group.packets) {
        signal.throwIfAborted();
        if (wanted.size === 0) {
          // What is still in the decoder is nobody's.
          this.close();
          return;
        }
        this.#try(() => decoder.decode(new EncodedVideoChunk({ type: key ? 'key' : 'delta', timestamp: frame >= 0 ? frame : hidden--, data })));
        while (this.#failure === null && decoder.decodeQueueSize > MOST_QUEUED) await this.#lively(new Promise((resolve) => decoder.addEventListener('dequeue', resolve, { once: true })));
        this.#check();
      }
      await this.#lively(decoder.flush());
      while (aside.length > 0) give(aside.pop()!);
      this.#check();
    } catch (error) {
      this.close();
      throw error;
    } finally {
      clearInterval(patience);
      for (const frame of aside) frame.close();
      this.#give = (frame) => frame.close();
    }
  }

  close(): void {
    if (this.#decoder !== null && this.#decoder.state !== 'closed') this.#decoder.close();
    this.#decoder = null;
  }

  #check(): void {
    if (this.#failure !== null) throw new DecodeError(this.#failure.message, { cause: this.#failure });
  }

  #try<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      const failure = this.#failure ?? asError(error);
      throw new DecodeError(failure.message, { cause: failure });
    }
  }

  /** Waits for the decoder as long as it shows that it goes on, or until it says that it cannot. */
  async #lively(work: Promise<unknown>): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const over = new Promise<never>((_, reject) => {
      const watch = (seen: number): void => {
        timer = setTimeout(() => {
          if (this.#signs === seen) reject(new DecodeError('The decoder has stalled.'));
          else watch(this.#signs);
        }, STALL_MILLISECONDS);
      };
      watch(this.#signs);
      this.#fail = (error) => reject(new DecodeError(error.message, { cause: error }));
    });
    try {
      await Promise.race([work, over]);
    } catch (error) {
      throw error instanceof DecodeError ? error : new DecodeError(asError(error).message, { cause: error });
    } finally {
      clearTimeout(timer);
      this.#fail = () => undefined;
    }
  }

  #ready(config: VideoDecoderConfig): VideoDecoder {
    const named = JSON.stringify({ ...config, description: config.description === undefined ? 0 : (config.description as Uint8Array).join() });
    if (this.#decoder === null || this.#decoder.state === 'closed' || named !== this.#config) {
      this.close();
      this.#failure = null;
      this.#config = named;
      this.#decoder = new VideoDecoder({
        output: (frame) => {
          this.#signs++;
          this.#give(frame);
        },
        error: (error) => {
          this.#failure = error;
          this.#fail(error);
        },
      });
      this.#decoder.configure({ ...config, optimizeForLatency: false });
    }
    return this.#decoder;
  }

  /** A copy at once: decoders stop when too many of their own pictures are kept. */
  #bitmapOf(frame: VideoFrame, { width, height, scale }: { readonly width: number; readonly height: number; readonly scale: number }): ImageBitmap {
    const target = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
    if (this.#canvas.width !== target.width || this.#canvas.height !== target.height) Object.assign(this.#canvas, target);
    // A proxy's picture may be a pixel larger than the frame: sides of coded pictures are even.
    const { width: codedWidth, height: codedHeight } = frame.visibleRect ?? { width: frame.displayWidth, height: frame.displayHeight };
    // Where pixels are not square the browser draws from a wider or narrower picture than the coded one, which is the one with the frame's pixels.
    const fromWidth = Math.min(width, codedWidth) * (frame.displayWidth / codedWidth);
    const fromHeight = Math.min(height, codedHeight) * (frame.displayHeight / codedHeight);
    this.#context.drawImage(frame, 0, 0, fromWidth, fromHeight, 0, 0, target.width, target.height);
    return this.#canvas.transferToImageBitmap();
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
