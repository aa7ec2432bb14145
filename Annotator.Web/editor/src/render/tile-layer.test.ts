import { describe, expect, it } from 'vitest';
import { seenTiles } from './tile-layer';

const size = { width: 8000, height: 6000 };

describe('the tiles that are seen', () => {
  it('are of the level that has pixels enough for the zoom', () => {
    const at = (scale: number) => seenTiles(0, size, { x: 4000, y: 3000, scale, width: 1000, height: 800, dpr: 1 }).level;
    expect([at(2), at(1), at(0.5), at(0.3), at(0.25), at(0.01)]).toEqual([0, 0, 1, 1, 2, 4]);
  });

  it('cover the view, the middle first, and never leave the picture', () => {
    const { tiles, level } = seenTiles(7, size, { x: 100, y: 100, scale: 1, width: 1000, height: 800, dpr: 1 });
    expect(level).toBe(0);
    expect(tiles[0]).toEqual({ frame: 7, level: 0, column: 0, row: 0 });
    expect(tiles.map(({ column, row }) => `${column},${row}`).sort()).toEqual(['0,0', '1,0']);
  });
});
