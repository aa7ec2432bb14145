/** The tiles of large pictures that are at hand, and their loading. */

import type { Tile } from '../model/tiles';

const MAX_AT_ONCE = 6;
const BUDGET = 256 * 1024 ** 2;

/** What is drawn of a tile; `close` frees its memory at once. */
export interface TilePicture {
  readonly width: number;
  readonly height: number;
  close(): void;
}

export type TileLoader<P extends TilePicture> = (tile: Tile, signal: AbortSignal) => Promise<P>;

/** Decoded tiles within a budget of bytes, the least recently drawn given up first; loads what is wanted, and only that. */
export class TileStore<P extends TilePicture> {
  readonly #tiles = new Map<string, P>();
  readonly #loading = new Map<string, AbortController>();
  readonly #failed = new Set<string>();
  /** Loads for {@link take}. */
  readonly #taking = new Map<string, Promise<P>>();
  #closing = new AbortController();
  #wanted: readonly Tile[] = [];
  #bytes = 0;

  /** @param onLoad called when there is a tile more to draw. */
  constructor(
    private readonly load: TileLoader<P>,
    private readonly onLoad: () => void,
    private readonly budget: number = BUDGET,
  ) {}

  get bytes(): number {
    return this.#bytes;
  }

  get(tile: Tile): P | undefined {
    const key = keyOf(tile);
    const picture = this.#tiles.get(key);
    if (picture !== undefined) {
      this.#tiles.delete(key);
      this.#tiles.set(key, picture);
    }
    return picture;
  }

  /** A tile that is used once, whether it is to be seen or not: as it is at hand, or else loaded. Rejects when it cannot be had. */
  async take(tile: Tile): Promise<P> {
    const known = this.get(tile);
    if (known !== undefined) return known;
    const key = keyOf(tile);
    let taking = this.#taking.get(key);
    if (taking === undefined) {
      taking = this.load(tile, this.#closing.signal).finally(() => this.#taking.delete(key));
      this.#taking.set(key, taking);
      taking.then((picture) => this.#put(key, picture), () => undefined);
    }
    return await taking;
  }

  /** Says which tiles are to be seen, the most important first. Loads of others are called off. */
  want(tiles: readonly Tile[]): void {
    this.#wanted = tiles;
    const keys = new Set(tiles.map(keyOf));
    for (const [key, controller] of this.#loading) {
      if (!keys.has(key)) {
        this.#loading.delete(key);
        controller.abort();
      }
    }
    this.#loadNext();
  }

  clear(): void {
    this.want([]);
    this.#closing.abort();
    this.#closing = new AbortController();
    for (const picture of this.#tiles.values()) picture.close();
    this.#tiles.clear();
    this.#failed.clear();
    this.#bytes = 0;
  }

  #loadNext(): void {
    for (const tile of this.#wanted) {
      if (this.#loading.size >= MAX_AT_ONCE) return;
      const key = keyOf(tile);
      if (this.#tiles.has(key) || this.#loading.has(key) || this.#failed.has(key)) continue;
      const controller = new AbortController();
      this.#loading.set(key, controller);
      void this.#fetch(tile, key, controller);
    }
  }

  async #fetch(tile: Tile, key: string, controller: AbortController): Promise<void> {
    try {
      const picture = await this.load(tile, controller.signal);
      if (controller.signal.aborted) picture.close();
      else this.#put(key, picture);
    } catch {
      // The small copy stays where a tile cannot be had; asking for it again with each move would help nobody.
      if (!controller.signal.aborted) this.#failed.add(key);
    }
    if (this.#loading.get(key) === controller) {
      this.#loading.delete(key);
      this.#loadNext();
    }
  }

  #put(key: string, picture: P): void {
    const before = this.#tiles.get(key);
    if (before !== undefined) {
      this.#bytes -= bytesOf(before);
      before.close();
    }
    this.#tiles.set(key, picture);
    this.#bytes += bytesOf(picture);
    const wanted = new Set([key, ...this.#wanted.map(keyOf)]);
    for (const [oldest, old] of this.#tiles) {
      if (this.#bytes <= this.budget) break;
      if (wanted.has(oldest)) continue;
      this.#tiles.delete(oldest);
      this.#bytes -= bytesOf(old);
      old.close();
    }
    this.onLoad();
  }
}

/** Tiles of a job's frames from the server. */
export function serverTiles(apiBase: string, jobId: number): TileLoader<ImageBitmap> {
  return async ({ frame, level, column, row }, signal) => {
    const response = await fetch(`${apiBase}/jobs/${jobId}/data/tiles/${frame}/${level}/${column}/${row}`, { signal, credentials: 'same-origin' });
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    return await createImageBitmap(await response.blob());
  };
}

function keyOf(tile: Tile): string {
  return `${tile.frame}/${tile.level}/${tile.column}/${tile.row}`;
}

function bytesOf(picture: TilePicture): number {
  return picture.width * picture.height * 4;
}
