/** A coded frame as it lies in the file, in the order of decoding. */
export interface Packet {
  readonly position: number;
  readonly size: number;
  readonly key: boolean;
  /** Its frame in the order of showing; -1 when it is never shown. */
  readonly frame: number;
}

/** The frame index of a video; docs/video-frames.md has its form. */
export class VideoIndex {
  readonly #placeOf: Int32Array;

  constructor(
    /** Seconds of one unit of the time stamps. */
    readonly unit: number,
    readonly timeStamps: Float64Array,
    readonly packets: readonly Packet[],
  ) {
    this.#placeOf = new Int32Array(timeStamps.length).fill(-1);
    packets.forEach(({ frame }, place) => {
      if (frame >= 0) this.#placeOf[frame] = place;
    });
  }

  /** Seconds on the file's own clock. */
  secondsOf(frame: number): number {
    return (this.timeStamps[frame] ?? 0) * this.unit;
  }

  /**
   * The places of the packets from the key frame before a frame to the last before the next key frame; null when the packets
   * are not known. Frames that are shown before their key frame, as open groups have them, need the group before: it is in it.
   */
  groupOf(frame: number): { readonly first: number; readonly last: number } | null {
    const place = this.#placeOf[frame] ?? -1;
    if (place < 0) return null;
    let first = place;
    while (first > 0 && !this.#startsFor(first, frame)) first--;
    let last = place;
    while (last + 1 < this.packets.length && !this.packets[last + 1]!.key) last++;
    return { first, last };
  }

  #startsFor(place: number, frame: number): boolean {
    const packet = this.packets[place]!;
    return packet.key && packet.frame >= 0 && packet.frame <= frame;
  }
}

/** @throws Error when the bytes are no index, or one of another version. */
export async function unpackIndex(packed: ArrayBuffer): Promise<VideoIndex> {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return readIndex(new Uint8Array(await new Response(stream).arrayBuffer()));
}

export function readIndex(bytes: Uint8Array): VideoIndex {
  let at = 0;
  // Beyond 31 bits the operators of numbers would cut: positions of large files need more.
  const next = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++];
      if (byte === undefined) throw new Error('The frame index ends too early.');
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  };
  const signed = (): number => {
    const folded = next();
    return folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2;
  };
  if (next() !== 1) throw new Error('The frame index is of another version.');
  const unit = next() / next();
  const frames = next();
  const count = next();
  // Each takes a byte at least: what promises more than there is must not be given memory.
  if (frames + count * 3 > bytes.length) throw new Error('The frame index is damaged.');
  const stamps = new Float64Array(frames);
  let distance = 0;
  for (let frame = 0, stamp = 0; frame < frames; frame++) {
    distance += signed();
    stamps[frame] = stamp += distance;
  }
  const packets: Packet[] = [];
  for (let place = 0, end = 0; place < count; place++) {
    const sized = next();
    const size = Math.floor(sized / 2);
    const position = end + signed();
    const frame = signed() + place;
    if (frame < -1 || frame >= frames) throw new Error('The frame index is damaged.');
    packets.push({ position, size, key: sized % 2 === 1, frame });
    end = position + size;
  }
  return new VideoIndex(unit, stamps, packets);
}
