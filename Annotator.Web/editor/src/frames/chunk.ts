/** What a chunk says of its packets; docs/video-frames.md has its form. */
export interface ChunkHeader {
  readonly codec: string;
  /** The task's frame of packet 0. */
  readonly first: number;
  readonly coded_width: number;
  readonly coded_height: number;
  readonly sizes: readonly number[];
  readonly keys: readonly number[];
  /** Where the first packet begins. */
  readonly start: number;
}

const MAGIC = 0x31434641;
const PREFIX = 8;

/** The header, or null while not enough of the chunk is there. @throws Error when it is no chunk. */
export function readChunkHeader(bytes: Uint8Array): ChunkHeader | null {
  if (bytes.length < PREFIX) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  if (view.getUint32(0, true) !== MAGIC) throw new Error('The server sent something else than a chunk of frames.');
  const length = view.getUint32(4, true);
  if (bytes.length < PREFIX + length) return null;
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(PREFIX, PREFIX + length))) as Omit<ChunkHeader, 'start'>;
  if (header.keys[0] !== 0 || header.sizes.length === 0) throw new Error('The chunk does not begin with a key frame.');
  return { ...header, start: PREFIX + length };
}

/** The packets that are decoded together with one: from its key frame to the one before the next key frame. */
export function groupAt(header: ChunkHeader, packet: number): { readonly first: number; readonly last: number } {
  const next = header.keys.find((key) => key > packet);
  const first = header.keys.findLast((key) => key <= packet) ?? 0;
  return { first, last: (next ?? header.sizes.length) - 1 };
}

/** A chunk that is on its way: its packets can be had as they arrive. */
export class ArrivingChunk {
  #bytes = new Uint8Array(1 << 16);
  #length = 0;
  #header: ChunkHeader | null = null;
  #ends: number[] = [];
  #failure: Error | null = null;
  #done = false;
  #waiting: (() => void)[] = [];

  /** Fulfilled when all of it is there; rejected when it broke off. */
  readonly whole: Promise<void>;

  /** Reads the body to its end; failures reach those who wait. */
  constructor(body: ReadableStream<Uint8Array>) {
    this.whole = this.#read(body).then(() => {
      if (this.#failure !== null) throw this.#failure;
      if (this.#header === null || this.#length < this.#ends.at(-1)!) throw new Error('The chunk of frames ends too early.');
    });
    this.whole.catch(() => undefined);
  }

  get byteLength(): number {
    return this.#length;
  }

  async header(): Promise<ChunkHeader> {
    await this.#until(() => this.#header !== null);
    return this.#header!;
  }

  /** The bytes of a packet, copied. */
  async packet(index: number): Promise<Uint8Array> {
    const header = await this.header();
    const end = this.#ends[index];
    if (end === undefined) throw new Error(`The chunk has no packet ${index}.`);
    await this.#until(() => this.#length >= end);
    return this.#bytes.slice(end - header.sizes[index]!, end);
  }

  async #until(there: () => boolean): Promise<void> {
    while (!there()) {
      if (this.#failure !== null) throw this.#failure;
      if (this.#done) throw new Error('The chunk of frames ends too early.');
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    try {
      for (const reader = body.getReader(); ;) {
        const { done, value } = await reader.read();
        if (done) break;
        this.#append(value);
        this.#wake();
      }
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
    }
    this.#done = true;
    this.#wake();
  }

  #append(piece: Uint8Array): void {
    if (this.#length + piece.length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + piece.length));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(piece, this.#length);
    this.#length += piece.length;
    if (this.#header === null && (this.#header = readChunkHeader(this.#bytes.subarray(0, this.#length))) !== null) {
      let end = this.#header.start;
      this.#ends = this.#header.sizes.map((size) => (end += size));
    }
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}
