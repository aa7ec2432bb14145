import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, test } from 'vitest';
import { History } from '../model/history';
import { makeShape } from '../model/records';
import { Store } from '../model/store';
import { KEPT_STEPS, KeptSteps } from '../sync/kept-steps';
import { keepHistory } from './keep-history';

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  globalThis.window = new EventTarget() as unknown as typeof window;
});

const box = (id: number) => makeShape({ id, kind: 'rectangle', frame: 0, labelId: 1, points: [0, 0, 10, 10] });

/** A window on the job: the store as the server has it, and the history as it was left. */
async function open(records: readonly ReturnType<typeof box>[]) {
  const store = new Store();
  const history = new History(store);
  store.transact('load', (tx) => records.forEach((rec) => tx.add(rec)), { origin: 'load' });
  const close = await keepHistory('1/1', history, []);
  return { store, history, close };
}

test('UND-01 what was done before a reload can be undone after it, and redone', async () => {
  const before = await open([]);
  before.store.transact('draw-rectangle', (tx) => tx.add(box(1)), { frame: 0 });
  before.store.transact('draw-rectangle', (tx) => tx.add(box(2)), { frame: 0 });
  before.history.undo();
  before.close();

  const after = await open([box(1)]);
  expect(after.history.undoSteps.map(({ name }) => name)).toEqual(['draw-rectangle']);
  after.history.undo();
  expect(after.store.has(1)).toBe(false);
  after.history.redo();
  after.history.redo();
  expect([after.store.has(1), after.store.has(2)]).toEqual([true, true]);
});

test('UND-05 what somebody else changed in the meantime is not undone after a reload', async () => {
  const before = await open([box(1)]);
  before.store.transact('occlude', (tx) => tx.update(1, (rec) => ({ ...rec, occluded: true })), { frame: 0 });
  before.close();

  const after = await open([]);
  expect(after.history.undo()).toBeNull();
  expect(after.store.has(1)).toBe(false);
});

test('only the newest steps are kept, in their order, and a second write changes only what is new', async () => {
  const steps = await KeptSteps.open('1/1');
  const step = (n: number) => ({ name: `${n}`, frame: 0, diff: { added: [], removed: [], updated: [] } });
  const all = Array.from({ length: KEPT_STEPS + 3 }, (_, n) => step(n));
  await steps.write(all, [], 1);
  await steps.write([...all.slice(0, -1), step(9000)], [step(9001)], 2);

  const kept = await (await KeptSteps.open('1/1')).read();
  expect(kept.at).toBe(2);
  expect(kept.undo.length).toBe(KEPT_STEPS);
  expect(kept.undo.slice(-2).map(({ name }) => name)).toEqual([`${KEPT_STEPS + 1}`, '9000']);
  expect(kept.redo.map(({ name }) => name)).toEqual(['9001']);
});
