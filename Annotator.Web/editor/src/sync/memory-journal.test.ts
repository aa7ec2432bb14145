import { expect, test } from 'vitest';
import { MemoryJournal } from './memory-journal';

test('a browser without storage numbers batches and hands out ids as the real journal does', async () => {
  const journal = new MemoryJournal();
  await journal.append({ n: 1, label: 'draw', at: 0, ops: [] });
  expect((await journal.form(0, [], [1])).batch.seq).toBe(1);
  await journal.settle({ remove: [], replace: [], tray: [] }, true);
  expect((await journal.form(0, [], [1])).batch.seq).toBe(1);
  await journal.settle({ remove: [1], replace: [], tray: [] });
  expect((await journal.form(0, [], [])).batch.seq).toBe(2);
  expect((await journal.read()).entries).toEqual([]);
  await journal.addIds({ first: 10, count: 3 });
  expect(await journal.takeIds(2)).toEqual({ first: 10, count: 2 });
  expect(await journal.takeIds(2)).toEqual({ first: 12, count: 1 });
  expect(await journal.takeIds(2)).toBeNull();
});
