import type { PacketGroup } from './packets';

/** Packets that a decoder is given before its pictures are waited for. */
const MOST_QUEUED = 6;

/** Turns groups of packets into pictures, one group after the other. Runs in a worker. */
export class GroupDecoder {
  #decoder: VideoDecoder | null = null;
  #config = '';
  #give: (frame: VideoFrame) => void = (frame) => frame.close();
  #failure: Error | null = null;
  readonly #canvas = new OffscreenCanvas(1, 1);
  readonly #context = this.#canvas.getContext('2d', { alpha: false })!;

  /** Whether this browser decodes the codec at all. */
  static async supports(config: VideoDecoderConfig): Promise<boolean> {
    return typeof VideoDecoder === 'function' && (await VideoDecoder.isConfigSupported(config)).supported === true;
  }

  /**
   * Decodes a group; `picture` gets each of its frames as soon as it is there. Pictures are `width` × `height` of the coded
   * picture's top left, made `scale` times as large.
   */
  async decode(group: PacketGroup, size: { readonly width: number; readonly height: number; readonly scale: number }, picture: (frame: number, bitmap: ImageBitmap) => void, signal: AbortSignal): Promise<void> {
    const decoder = this.#ready(group.config);
    const wanted = new Set(group.frames);
    this.#give = (frame) => {
      const number = frame.timestamp;
      // Its time stamp is the frame's number: whatever order a decoder has, no picture gets another's number.
      if (wanted.delete(number)) picture(number, this.#bitmapOf(frame, size));
      frame.close();
    };
    try {
      let hidden = -1;
      for await (const { frame, key, data } of group.packets) {
        signal.throwIfAborted();
        decoder.decode(new EncodedVideoChunk({ type: key ? 'key' : 'delta', timestamp: frame >= 0 ? frame : hidden--, data }));
        while (decoder.decodeQueueSize > MOST_QUEUED) await new Promise((resolve) => decoder.addEventListener('dequeue', resolve, { once: true }));
        if (this.#failure !== null) throw this.#failure;
      }
      await decoder.flush();
      if (this.#failure !== null) throw this.#failure;
    } catch (error) {
      const failure = this.#failure;
      this.close();
      throw failure ?? error;
    } finally {
      this.#give = (frame) => frame.close();
    }
  }

  close(): void {
    if (this.#decoder !== null && this.#decoder.state !== 'closed') this.#decoder.close();
    this.#decoder = null;
  }

  #ready(config: VideoDecoderConfig): VideoDecoder {
    const named = JSON.stringify({ ...config, description: config.description === undefined ? 0 : (config.description as Uint8Array).join() });
    if (this.#decoder === null || this.#decoder.state === 'closed' || named !== this.#config) {
      this.close();
      this.#failure = null;
      this.#config = named;
      this.#decoder = new VideoDecoder({
        output: (frame) => this.#give(frame),
        error: (error) => { this.#failure = error; },
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
    const [fromWidth, fromHeight] = [Math.min(width, frame.displayWidth), Math.min(height, frame.displayHeight)];
    this.#context.drawImage(frame, 0, 0, fromWidth, fromHeight, 0, 0, target.width, target.height);
    return this.#canvas.transferToImageBitmap();
  }
}
