import { describe, expect, it } from 'vitest';
import { levelFor, levelsOf, type Tile, tilesIn } from '../model/tiles';
import { TileStore } from './tile-store';

interface Fake {
  width: number;
  height: number;
  closed: boolean;
  close(): void;
}

function fake(): Fake {
  return { width: 512, height: 512, closed: false, close() { this.closed = true; } };
}

const tile = (column: number, level = 0): Tile => ({ frame: 3, level, column, row: 0 });
const settled = async () => { for (let turn = 0; turn < 20; turn++) await Promise.resolve(); };

describe('tiles of a large picture', () => {
  it('has levels until one tile is left', () => {
    expect([levelsOf({ width: 512, height: 10 }), levelsOf({ width: 513, height: 10 }), levelsOf({ width: 8000, height: 6000 })]).toEqual([1, 2, 5]);
  });

  it('keeps what is seen, and gives up the least recently drawn beyond its budget', async () => {
    const made = new Map<number, Fake>();
    const store = new TileStore<Fake>(async ({ column }) => { const picture = fake(); made.set(column, picture); return picture; }, () => {}, 2 * 512 * 512 * 4);
    store.want([tile(0), tile(1)]);
    await settled();
    store.get(tile(0));
    store.want([tile(2)]);
    await settled();
    expect([store.get(tile(0)), store.get(tile(1)), store.get(tile(2))].map((found) => found !== undefined)).toEqual([true, false, true]);
    expect(made.get(1)!.closed).toBe(true);
    expect(store.bytes).toBe(2 * 512 * 512 * 4);
  });

  it('calls off what is no longer wanted, and loads few at once in the order of their importance', async () => {
    const asked: number[] = [];
    const called: number[] = [];
    const store = new TileStore<Fake>(({ column }, signal) => {
      asked.push(column);
      return new Promise((_, fail) => signal.addEventListener('abort', () => { called.push(column); fail(new Error('aborted')); }));
    }, () => {});
    store.want(Array.from({ length: 10 }, (_, column) => tile(column)));
    expect(asked).toEqual([0, 1, 2, 3, 4, 5]);
    store.want([tile(5), tile(9)]);
    await settled();
    expect(called).toEqual([0, 1, 2, 3, 4]);
    expect(asked).toEqual([0, 1, 2, 3, 4, 5, 9]);
  });

  it('does not ask again for a tile that failed', async () => {
    let asked = 0;
    const store = new TileStore<Fake>(async () => { asked++; throw new Error('damaged'); }, () => {});
    store.want([tile(0)]);
    await settled();
    store.want([tile(0)]);
    await settled();
    expect(asked).toBe(1);
  });

  it('takes a tile for one use from what is there, loads it once for all who ask, and keeps it within the budget', async () => {
    let asked = 0;
    const store = new TileStore<Fake>(async () => { asked++; await Promise.resolve(); return fake(); }, () => {}, 512 * 512 * 4);
    const [one, same] = await Promise.all([store.take(tile(0)), store.take(tile(0))]);
    expect(one).toBe(same);
    expect(await store.take(tile(0))).toBe(one);
    expect(asked).toBe(1);
    const other = await store.take(tile(1));
    expect([one.closed, other.closed, store.bytes]).toEqual([true, false, 512 * 512 * 4]);
  });

  it('says of a tile that is taken that it cannot be had, and tries it again the next time', async () => {
    let fails = true;
    const store = new TileStore<Fake>(async () => { if (fails) throw new Error('damaged'); return fake(); }, () => {});
    await expect(store.take(tile(0))).rejects.toThrow('damaged');
    fails = false;
    expect((await store.take(tile(0))).width).toBe(512);
  });

  it('finds the level that has pixels enough, and the tiles of it that a box touches', () => {
    const size = { width: 12_000, height: 8500 };
    expect([1, 0.6, 0.5, 0.3, 0.25, 0.0001].map((scale) => levelFor(size, scale))).toEqual([0, 0, 1, 1, 2, levelsOf(size) - 1]);
    expect(tilesIn(3, size, { minX: 500, minY: 0, maxX: 513, maxY: 100 }, 0)).toEqual([tile(0), tile(1)]);
    expect(tilesIn(3, size, { minX: 11_900, minY: 8400, maxX: 99_999, maxY: 99_999 }, 1)).toEqual([{ frame: 3, level: 1, column: 11, row: 8 }]);
  });
});
