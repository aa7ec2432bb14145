import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, test } from 'vitest';
import { ReservedIds } from './ids';
import { Journal } from './journal';
import { FakeJob } from './testing/fake-job';

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

function source(job: FakeJob, journal: Journal, online: () => boolean): ReservedIds {
  return new ReservedIds(1, {
    reserveIds: async (_, count) => (online() ? { kind: 'ok', value: job.reserve(count) } : { kind: 'unreachable' }),
  }, journal);
}

test('ids are handed out once, also over restarts, and last for long offline work', async () => {
  const job = new FakeJob();
  let online = true;
  const seen = new Set<number>();
  for (let run = 0; run < 3; run++) {
    const journal = await Journal.open('ann/1');
    const ids = source(job, journal, () => online);
    await ids.fill();
    for (let i = 0; i < 200; i++) {
      const id = ids.take();
      expect(id).not.toBeNull();
      expect(seen.has(id!)).toBe(false);
      seen.add(id!);
      await ids.fill();
    }
    journal.close();
    online = false;
  }
});

test('who may not make objects is told so, and a lost server is no refusal', async () => {
  const told: string[] = [];
  const answers = [{ kind: 'unreachable' as const }, { kind: 'denied' as const, status: 401, message: '' }, { kind: 'denied' as const, status: 403, message: '' }];
  const ids = new ReservedIds(1, { reserveIds: async () => answers.shift()! }, await Journal.open('ann/1'), () => told.push('denied'));
  await ids.fill();
  await ids.fill();
  expect(told).toEqual([]);
  await ids.fill();
  expect(told).toEqual(['denied']);
});

test('without reserve and server there is no id', async () => {
  const ids = source(new FakeJob(), await Journal.open('ann/1'), () => false);
  await ids.fill();
  expect(ids.take()).toBeNull();
});
