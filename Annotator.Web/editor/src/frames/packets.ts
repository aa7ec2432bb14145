import { ArrivingChunk, groupAt } from './chunk';
import { type Connection, patientFetch, pause } from './patient-fetch';
import { unpackIndex, type VideoIndex } from './video-index';
import { ownFrame, taskFrame, type VideoInfo } from './video-info';

/** What a decoder needs to give some frames: it begins with a key frame, and ends before the next. */
export interface PacketGroup {
  readonly config: VideoDecoderConfig;
  /** In the order of decoding. A frame of -1 is decoded and not shown. */
  readonly packets: AsyncIterable<{ readonly frame: number; readonly key: boolean; readonly data: Uint8Array }>;
  /** The task's frames that come out. */
  readonly frames: readonly number[];
}

/** Gives the coded frames around a frame. */
export interface PacketSource {
  group(frame: number, signal: AbortSignal): Promise<PacketGroup>;
}

/**
 * How a stream that does not say its colours is meant, as the server's own decoder takes it: a picture from there, and an export, must not
 * look different. What a stream says itself comes first.
 */
const UNSAID_COLOURS: VideoColorSpaceInit = { matrix: 'smpte170m', primaries: 'bt709', transfer: 'bt709', fullRange: false };

/** The server is not ready yet; it says after how many seconds to ask again. */
const MOST_TRIES = 30;

/** Bytes of chunks that are kept: a step back over a border need not ask again. */
const KEPT_BYTES = 64 * 1024 ** 2;

/** Fetches; waits where the server says so, and while it cannot be reached. @throws Error in the server's words. */
export async function fetchWhenReady(url: string, init: RequestInit & { readonly signal: AbortSignal }, connection: Connection): Promise<Response> {
  for (let tries = 1; ; tries++) {
    const response = await patientFetch(url, init, connection);
    if (response.ok) return response;
    if (response.status !== 429 || tries === MOST_TRIES) throw new Error(await wordsOf(response));
    const seconds = Number(response.headers.get('Retry-After') ?? '1');
    await pause(Math.min(5, Number.isFinite(seconds) ? seconds : 1) * 1000, init.signal);
  }
}

async function wordsOf(response: Response): Promise<string> {
  try {
    const body = (await response.json()) as { detail?: string; title?: string };
    return body.detail ?? body.title ?? `the server answered ${response.status}`;
  } catch {
    return `the server answered ${response.status}`;
  }
}

/** Fails when it is called off, whatever becomes of the work. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason as Error);
      return;
    }
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    work.then(resolve, reject);
  });
}

/** Chunks that the server has made for browsers: each packet is one frame. */
export class ProxyPackets implements PacketSource {
  readonly #chunks = new Map<number, Promise<ArrivingChunk>>();
  readonly #arrived = new Map<number, ArrivingChunk>();

  constructor(private readonly base: string, private readonly video: VideoInfo, private readonly connection: Connection) {}

  async group(frame: number, signal: AbortSignal): Promise<PacketGroup> {
    const chunk = await orAborted(this.#chunk(Math.floor((frame - this.video.offset) / this.video.chunk_frames)), signal);
    const header = await orAborted(chunk.header(), signal);
    const { first, last } = groupAt(header, frame - header.first);
    if (frame < header.first || frame - header.first >= header.sizes.length) throw new Error(`The server's chunk does not have frame ${frame}.`);
    return {
      config: { codec: header.codec, codedWidth: header.coded_width, codedHeight: header.coded_height, colorSpace: UNSAID_COLOURS },
      frames: Array.from({ length: last - first + 1 }, (_, i) => header.first + first + i),
      packets: packets(),
    };

    async function* packets(): AsyncGenerator<{ frame: number; key: boolean; data: Uint8Array }> {
      for (let index = first; index <= last; index++) {
        yield { frame: header.first + index, key: header.keys.includes(index), data: await orAborted(chunk.packet(index), signal) };
      }
    }
  }

  /** Not to be called off: what one group has begun to fetch, the next ones need. */
  #chunk(number: number): Promise<ArrivingChunk> {
    const known = this.#chunks.get(number);
    if (known !== undefined) {
      this.#chunks.delete(number);
      this.#chunks.set(number, known);
      return known;
    }
    const url = `${this.base}/data/video/${this.video.number}/chunks/${number}?v=${encodeURIComponent(this.video.version)}`;
    const fetched = fetchWhenReady(url, { signal: new AbortController().signal }, this.connection).then((response) => {
      if (response.body === null) throw new Error('The server sent an empty chunk.');
      const chunk = new ArrivingChunk(response.body);
      this.#arrived.set(number, chunk);
      this.#makeRoom();
      // One that broke off on its way is asked for again the next time.
      chunk.whole.catch(() => this.#forget(number, fetched));
      return chunk;
    });
    fetched.catch(() => this.#forget(number, fetched));
    this.#chunks.set(number, fetched);
    return fetched;
  }

  #forget(number: number, chunk: Promise<ArrivingChunk>): void {
    if (this.#chunks.get(number) !== chunk) return;
    this.#chunks.delete(number);
    this.#arrived.delete(number);
  }

  #makeRoom(): void {
    let bytes = 0;
    for (const number of [...this.#chunks.keys()].reverse()) {
      bytes += this.#arrived.get(number)?.byteLength ?? 0;
      if (bytes > KEPT_BYTES && this.#arrived.has(number)) {
        this.#chunks.delete(number);
        this.#arrived.delete(number);
      }
    }
  }
}

/** The file as it was uploaded, cut by its index. */
export class OriginalPackets implements PacketSource {
  #index: Promise<VideoIndex> | null = null;

  constructor(private readonly base: string, private readonly video: VideoInfo, private readonly connection: Connection) {}

  async group(frame: number, signal: AbortSignal): Promise<PacketGroup> {
    const index = await this.index(signal);
    const group = index.groupOf(ownFrame(this.video, frame));
    if (group === null) throw new Error(`The video's index does not say where frame ${frame} lies.`);
    const chosen = index.packets.slice(group.first, group.last + 1);
    const from = Math.min(...chosen.map(({ position }) => position));
    const to = Math.max(...chosen.map(({ position, size }) => position + size));
    const response = await fetchWhenReady(`${this.base}/data/video/${this.video.number}/file?v=${encodeURIComponent(this.video.version)}`, {
      signal, headers: { Range: `bytes=${from}-${to - 1}` },
    }, this.connection);
    if (response.status !== 206) throw new Error('The server did not send a part of the video but all of it.');
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (bytes.length < to - from) throw new Error('The server sent less of the video than it was asked for.');
    const video = this.video;
    return {
      config: {
        codec: video.codec!, colorSpace: UNSAID_COLOURS,
        ...(video.description === null ? {} : { description: Uint8Array.from(atob(video.description), (letter) => letter.charCodeAt(0)) }),
      },
      // Frames before the key frame, which open groups have, come out only where the group before was decoded too.
      frames: chosen.flatMap(({ frame: own }) => (own < 0 ? [] : taskFrame(video, own) ?? [])),
      packets: packets(),
    };

    async function* packets(): AsyncGenerator<{ frame: number; key: boolean; data: Uint8Array }> {
      for (const packet of chosen) {
        yield { frame: packet.frame < 0 ? -1 : (taskFrame(video, packet.frame) ?? -1), key: packet.key, data: bytes.subarray(packet.position - from, packet.position - from + packet.size) };
      }
    }
  }

  index(signal: AbortSignal): Promise<VideoIndex> {
    this.#index ??= fetchIndex(this.base, this.video, signal, this.connection);
    this.#index.catch(() => { this.#index = null; });
    return this.#index;
  }
}

export async function fetchIndex(base: string, video: VideoInfo, signal: AbortSignal, connection: Connection = () => undefined): Promise<VideoIndex> {
  const response = await fetchWhenReady(`${base}/data/video/${video.number}/index?v=${encodeURIComponent(video.version)}`, { signal }, connection);
  return unpackIndex(await response.arrayBuffer());
}
