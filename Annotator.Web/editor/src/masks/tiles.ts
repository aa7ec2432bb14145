import { SpanBuilder } from './span-builder';
import type { MaskSpans } from './spans';

/** Side of a tile in pixels. */
export const TILE = 256;

/** A part of a tile, in its own pixels: from minX, minY to before maxX, maxY. */
export interface TilePart {
  minX: number;
  minY: number;
  maxX: number;
  maxY: number;
}

type Step = Map<number, Uint8Array | null>;

/**
 * A mask that is being painted: tiles of 256 x 256 bytes that exist where something was painted. A step copies a tile before
 * it first writes to it, so that undo costs what the step touched and not what the mask has.
 */
export class TileMask {
  readonly columns: number;
  readonly #tiles = new Map<number, Uint8Array>();
  readonly #undo: Step[] = [];
  readonly #redo: Step[] = [];
  readonly #dirty = new Map<number, TilePart>();
  #version = 0;

  /** @param width Size of the image; what is painted outside is cut. */
  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.columns = Math.ceil(width / TILE);
  }

  /** Number of steps that can be taken back. */
  get steps(): number {
    return this.#undo.length;
  }

  get undone(): number {
    return this.#redo.length;
  }

  /** Another number after every change. */
  get version(): number {
    return this.#version;
  }

  /** What is there before the first step. */
  preset(mask: MaskSpans | null): void {
    this.begin();
    this.replace(mask);
    this.#undo.length = 0;
  }

  /** Begins a step; what was taken back before can not be had again. */
  begin(): void {
    this.#redo.length = 0;
    this.#undo.push(new Map());
  }

  /** Sets or clears from <= x < to of row y; a step must have begun. */
  run(y: number, from: number, to: number, on: boolean): void {
    if (y < 0 || y >= this.height) {
      return;
    }
    const end = Math.min(this.width, to);
    const row = y % TILE;
    for (let x = Math.max(0, from); x < end; ) {
      const column = Math.floor(x / TILE);
      const stop = Math.min(end, (column + 1) * TILE);
      const key = Math.floor(y / TILE) * this.columns + column;
      const tile = this.#writable(key, on);
      if (tile !== null) {
        tile.fill(on ? 1 : 0, row * TILE + x - column * TILE, row * TILE + stop - column * TILE);
        this.#touch(key, x - column * TILE, row, stop - column * TILE, row + 1);
      }
      x = stop;
    }
  }

  /** Sets or clears the pixels of a mask. */
  mask(mask: MaskSpans, on: boolean): void {
    for (let y = 0; y < mask.height; y++) {
      for (let i = mask.rowStart[y]!; i < mask.rowStart[y + 1]!; i += 2) {
        this.run(mask.top + y, mask.left + mask.spans[i]!, mask.left + mask.spans[i + 1]!, on);
      }
    }
  }

  /** Puts a mask in place of everything that is painted. */
  replace(mask: MaskSpans | null): void {
    for (const key of [...this.#tiles.keys()]) {
      this.#writable(key, true)!.fill(0);
      this.#touch(key, 0, 0, TILE, TILE);
    }
    if (mask !== null) {
      this.mask(mask, true);
    }
  }

  /** Makes what the step in hand has painted undone, and goes on with the same step. */
  restart(): void {
    const step = this.#undo.at(-1);
    if (step !== undefined) {
      this.#swap(step);
      step.clear();
    }
  }

  undo(): boolean {
    return this.#move(this.#undo, this.#redo);
  }

  redo(): boolean {
    return this.#move(this.#redo, this.#undo);
  }

  /** Takes the last step back for good. */
  drop(): boolean {
    const done = this.undo();
    this.#redo.pop();
    return done;
  }

  at(x: number, y: number): boolean {
    const tile = this.#tiles.get(Math.floor(y / TILE) * this.columns + Math.floor(x / TILE));
    return x >= 0 && y >= 0 && x < this.width && y < this.height && tile !== undefined && tile[(y % TILE) * TILE + (x % TILE)] !== 0;
  }

  tile(key: number): Uint8Array | undefined {
    return this.#tiles.get(key);
  }

  /** What was changed since it was last asked, by tile. */
  takeDirty(): Map<number, TilePart> {
    const dirty = new Map(this.#dirty);
    this.#dirty.clear();
    return dirty;
  }

  /** What is painted, or null when nothing is. */
  toSpans(): MaskSpans | null {
    const builder = new SpanBuilder();
    const keys = [...this.#tiles.keys()].sort((a, b) => a - b);
    for (let i = 0; i < keys.length; ) {
      const tileRow = Math.floor(keys[i]! / this.columns);
      const row: number[] = [];
      for (; i < keys.length && Math.floor(keys[i]! / this.columns) === tileRow; i++) {
        row.push(keys[i]!);
      }
      for (let y = 0; y < TILE; y++) {
        for (const key of row) {
          addRuns(builder, this.#tiles.get(key)!.subarray(y * TILE, (y + 1) * TILE), tileRow * TILE + y, (key % this.columns) * TILE);
        }
      }
    }
    return builder.build();
  }

  /** The tile, copied if this step has not written to it yet; null when there is none and nothing is to be set. */
  #writable(key: number, create: boolean): Uint8Array | null {
    const old = this.#tiles.get(key);
    if (old === undefined && !create) {
      return null;
    }
    const step = this.#undo.at(-1);
    if (step === undefined) {
      throw new Error('A step must begin before anything is painted.');
    }
    if (step.has(key)) {
      return old!;
    }
    step.set(key, old ?? null);
    const tile = old === undefined ? new Uint8Array(TILE * TILE) : old.slice();
    this.#tiles.set(key, tile);
    return tile;
  }

  #move(from: Step[], to: Step[]): boolean {
    const step = from.pop();
    if (step === undefined) {
      return false;
    }
    to.push(this.#swap(step));
    return true;
  }

  /** Puts the step's tiles in place, and returns those that were there. */
  #swap(step: Step): Step {
    const were: Step = new Map();
    for (const [key, tile] of step) {
      were.set(key, this.#tiles.get(key) ?? null);
      if (tile === null) this.#tiles.delete(key);
      else this.#tiles.set(key, tile);
      this.#touch(key, 0, 0, TILE, TILE);
    }
    return were;
  }

  #touch(key: number, minX: number, minY: number, maxX: number, maxY: number): void {
    this.#version++;
    const part = this.#dirty.get(key);
    if (part === undefined) {
      this.#dirty.set(key, { minX, minY, maxX, maxY });
      return;
    }
    part.minX = Math.min(part.minX, minX);
    part.minY = Math.min(part.minY, minY);
    part.maxX = Math.max(part.maxX, maxX);
    part.maxY = Math.max(part.maxY, maxY);
  }
}

function addRuns(builder: SpanBuilder, row: Uint8Array, y: number, left: number): void {
  for (let from = row.indexOf(1); from >= 0; ) {
    const end = row.indexOf(0, from);
    const to = end < 0 ? row.length : end;
    builder.add(y, left + from, left + to);
    from = row.indexOf(1, to);
  }
}
